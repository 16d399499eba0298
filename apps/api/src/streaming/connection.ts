/** What one socket has going on: its subscriptions, beside its load. */
import type { Subscription as Watching } from 'rxjs';
import { ProblemException } from '../problems/index.js';
import type { SessionFeed } from './session-feed.js';
import type { Subscription } from './subscription.js';
import { SocketLoad } from './socket-load.js';
import type { SessionSocket } from './socket-outlet.js';

const MOST_SESSIONS = 64;
const MOST_RUNS = 64;

interface Watched {
  readonly feed: SessionFeed;
  readonly subscription: Subscription;
}

export class Connection extends SocketLoad {
  readonly #sessions = new Map<string, Watched>();
  readonly #runs = new Map<string, Watching>();

  constructor(readonly socket: SessionSocket) {
    super(socket);
  }

  session(sessionId: string): Watched | undefined {
    return this.#sessions.get(sessionId);
  }

  /** @throws ProblemException `limit-reached` */
  requireRoom(sessionId: string): void {
    if (this.#sessions.size < MOST_SESSIONS || this.#sessions.has(sessionId)) return;
    throw new ProblemException('limit-reached', `One socket may watch ${MOST_SESSIONS} sessions: unsubscribe first.`);
  }

  watch(watched: Watched): void {
    const { id } = watched.feed.source;
    const earlier = this.#sessions.get(id);
    this.#sessions.set(id, watched);
    watched.feed.add(watched.subscription);
    // Not before: a feed without subscribers is gone.
    earlier?.feed.remove(earlier.subscription);
  }

  /** Was it watched? */
  leave(sessionId: string): boolean {
    const watched = this.#sessions.get(sessionId);
    if (!watched) return false;
    this.#sessions.delete(sessionId);
    watched.feed.remove(watched.subscription);
    return true;
  }

  /** @throws ProblemException `limit-reached` */
  follow(runId: string, start: () => Watching): void {
    this.unfollow(runId);
    if (this.#runs.size >= MOST_RUNS) {
      throw new ProblemException('limit-reached', `One socket may follow ${MOST_RUNS} runs: unsubscribe first.`);
    }
    const watching = start();
    if (watching.closed) return;
    this.#runs.set(runId, watching);
    watching.add(() => this.#runs.delete(runId));
  }

  unfollow(runId: string): void {
    this.#runs.get(runId)?.unsubscribe();
  }

  close(): void {
    for (const sessionId of this.#sessions.keys()) this.leave(sessionId);
    for (const watching of this.#runs.values()) watching.unsubscribe();
  }
}
