/** The feeds of all sessions that somebody watches: made for the first subscriber, gone with the last. */
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { ProblemException } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import type { FeedTerms } from './feed-terms.js';
import { SessionFeed } from './session-feed.js';

const STATE_MILLISECONDS = 100;
/** More pictures in a second than anybody tells apart, and fewer than a page can draw. */
const MAP_MILLISECONDS = 50;
const PRESENCE_MILLISECONDS = 100;
/** How long a token that expired, or was taken back elsewhere, may still be read with. */
const RECHECK_MILLISECONDS = 15_000;

@Injectable()
export class Feeds implements OnModuleInit, OnApplicationShutdown {
  readonly #feeds = new Map<string, SessionFeed>();
  readonly #terms: Omit<FeedTerms, 'allow' | 'onEmpty'>;
  readonly #log = new Logger(Feeds.name);
  #rechecking: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly access: AccessService,
    private readonly metrics: Metrics,
  ) {
    this.#terms = {
      subscriberBuffer: configuration.subscriberBuffer,
      stateInterval: STATE_MILLISECONDS,
      mapInterval: MAP_MILLISECONDS,
      presenceDelay: PRESENCE_MILLISECONDS,
      onError: (error) => this.#log.warn(`a subscription ended: ${String(error)}`),
    };
  }

  onModuleInit(): void {
    this.metrics.gauge('heapcast_subscribers', 'Subscriptions to sessions.', () => this.subscribers);
    this.metrics.gauge('heapcast_sessions_watched', 'Sessions with a subscriber.', () => this.#feeds.size);
    this.metrics.gauge(
      'heapcast_subscriber_backlog_bytes',
      'Bytes that wait for the subscriber that reads the slowest.',
      () => Math.max(0, ...[...this.#feeds.values()].map((feed) => feed.largestBacklog())),
    );
    this.#rechecking = setInterval(() => void this.#recheck(), RECHECK_MILLISECONDS);
    this.#rechecking.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#rechecking);
    for (const feed of this.#feeds.values()) feed.close();
  }

  get subscribers(): number {
    let sum = 0;
    for (const feed of this.#feeds.values()) sum += feed.size;
    return sum;
  }

  get(sessionId: string): SessionFeed | undefined {
    return this.#feeds.get(sessionId);
  }

  /**
   * The feed of a session, with room for one more subscriber. Whoever calls must add one in the same turn.
   * @throws ProblemException `limit-reached`
   */
  of(session: LiveSession): SessionFeed {
    const { sessionSubscribersLimit, subscribersLimit } = this.configuration;
    const known = this.#feeds.get(session.id);
    if (known && known.size >= sessionSubscribersLimit) {
      throw full(`The session has ${sessionSubscribersLimit} subscribers (SESSION_SUBSCRIBERS_LIMIT).`);
    }
    if (this.subscribers >= subscribersLimit) {
      throw full(`The service has ${subscribersLimit} subscribers (SUBSCRIBERS_LIMIT).`);
    }
    if (known) return known;
    const feed = new SessionFeed(session, {
      ...this.#terms,
      allow: (token) => this.access.requireRead(session.record, token),
      onEmpty: () => {
        if (this.#feeds.get(session.id) === feed) this.#feeds.delete(session.id);
        if (session.audience === feed) session.audience = null;
      },
    });
    this.#feeds.set(session.id, feed);
    session.audience = feed;
    return feed;
  }

  async #recheck(): Promise<void> {
    for (const feed of this.#feeds.values()) {
      await feed.recheck().catch((error: unknown) => this.#log.warn(`recheck failed: ${String(error)}`));
    }
  }
}

function full(detail: string): ProblemException {
  return new ProblemException('limit-reached', detail);
}
