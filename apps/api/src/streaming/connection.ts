/** What one socket has going on: its subscriptions, and the order of its requests. */
import type { Subscription as Watching } from 'rxjs';
import { ProblemException } from '../problems/index.js';
import type { SessionFeed, Subscription } from './session-feed.js';
import { backlogOf } from './socket-backlog.js';
import type { SessionSocket } from './socket-outlet.js';

const MOST_SESSIONS = 64;
const MOST_RUNS = 64;
/** Events of one socket that are carried out at the same time. */
const MOST_AT_ONCE = 1000;
/** A client that leaves so many bytes of answers unread is not listened to until it has read them. */
const UNREAD_ANSWERS = 256 * 1024;

interface Watched {
  readonly feed: SessionFeed;
  readonly subscription: Subscription;
}

/** The part of a `ws` socket that stops and starts reading. */
interface Pausable {
  pause(): void;
  resume(): void;
}

export class Connection {
  readonly #sessions = new Map<string, Watched>();
  readonly #runs = new Map<string, Watching>();
  #underWay = 0;
  #before: Promise<unknown> = Promise.resolve();
  #paused = false;

  constructor(readonly socket: SessionSocket) {}

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

  /**
   * Requests of one socket keep their order, however long it takes to find out whether they are allowed: each waits for
   * the ones before it to have taken their place. Returns what to wait for, and what to call then.
   */
  queue(): { readonly before: Promise<unknown>; readonly placed: () => void } {
    const before = this.#before;
    let place: (() => void) | undefined;
    this.#before = new Promise<void>((resolve) => (place = resolve));
    return { before, placed: () => place?.() };
  }

  /** Counts what is under way. @throws ProblemException `too-many-requests` */
  async carryOut<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= MOST_AT_ONCE) {
      throw new ProblemException(
        'too-many-requests',
        `${MOST_AT_ONCE} events of this socket are not answered yet: wait for some of them.`,
        { retryAfter: 1 },
      );
    }
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#listenOrNot();
    }
  }

  /** Answers that nobody reads must not pile up: reading pauses until they are gone. */
  #listenOrNot(): void {
    const { conn } = this.socket;
    if (this.#paused || backlogOf(conn) < UNREAD_ANSWERS) return;
    const { transport } = conn;
    if (!('socket' in transport) || !isPausable(transport.socket)) return;
    const { socket } = transport;
    this.#paused = true;
    socket.pause();
    const resume = (): void => {
      if (backlogOf(conn) >= UNREAD_ANSWERS / 2) return;
      transport.off('drain', resume);
      this.#paused = false;
      socket.resume();
    };
    transport.on('drain', resume);
  }
}

function isPausable(socket: unknown): socket is Pausable {
  return typeof socket === 'object' && socket !== null && 'pause' in socket && 'resume' in socket;
}
