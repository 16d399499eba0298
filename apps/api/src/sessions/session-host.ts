/**
 * The sessions that are open in this process: opened when somebody asks for one, given up when nobody has for a while,
 * the one unused longest first. Giving up costs nothing but time: everything is in the journal.
 */
import { SessionJournal, type SessionRecord, SessionSites, SessionStore } from '@heapcast/database';
import { ReplayPool } from '@heapcast/replay';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { notFound } from '../problems/index.js';
import { StoredEvents } from '../replay/stored-events.js';
import { LiveSession } from './live-session.js';
import type { SessionSurroundings } from './session-surroundings.js';

/** An open session and who needs it to stay. */
interface Guest {
  readonly session: LiveSession;
  /** Calls that are under way. */
  users: number;
}

const SWEEP_MILLISECONDS = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

@Injectable()
export class SessionHost implements OnModuleInit, BeforeApplicationShutdown {
  /** The one unused longest comes first. */
  readonly #guests = new Map<string, Guest>();
  readonly #opening = new Map<string, Promise<Guest>>();
  readonly #surroundings: SessionSurroundings;
  readonly #log = new Logger(SessionHost.name);
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly store: SessionStore,
    private readonly stored: StoredEvents,
    private readonly metrics: Metrics,
    private readonly journal: SessionJournal,
    sites: SessionSites,
    pool: ReplayPool,
  ) {
    this.#surroundings = {
      pool,
      journal,
      sites,
      limits: { events: configuration.sessionEventsLimit, waiting: configuration.sessionQueueLimit },
      applied: (events) => metrics.sessionEvents.inc(events),
    };
  }

  onModuleInit(): void {
    this.stored.serve('session', (id, fromEvent) => this.journal.read(id, fromEvent));
    this.metrics.gauge('heapcast_sessions_resident', 'Sessions in memory.', () => this.resident);
    this.metrics.gauge('heapcast_session_requests_waiting', 'Requests taken and not answered.', () => this.waiting);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MILLISECONDS);
    this.#sweeper.unref();
  }

  /** Everything that was taken is answered before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.settled();
  }

  /** Resolves when everything that was taken is answered. */
  async settled(): Promise<void> {
    await Promise.all([...this.#guests.values()].map(async ({ session }) => session.settled()));
  }

  get resident(): number {
    return [...this.#guests.values()].filter(({ session }) => session.resident).length;
  }

  get waiting(): number {
    return [...this.#guests.values()].reduce((sum, { session }) => sum + session.waiting, 0);
  }

  /**
   * Does something with a session, which stays open meanwhile.
   * @throws ProblemException `not-found`
   */
  async use<T>(id: string, work: (session: LiveSession) => T | Promise<T>): Promise<T> {
    const guest = this.#guests.get(id) ?? (await this.#find(id));
    guest.users++;
    try {
      return await work(guest.session);
    } finally {
      guest.users--;
    }
  }

  /** Takes in a session that was made just now. */
  welcome(record: SessionRecord, fresh: boolean): LiveSession {
    return this.#takeIn(record, fresh).session;
  }

  /** Closes a session for good and has it deleted. */
  async delete(id: string, store: () => Promise<unknown>): Promise<void> {
    await this.use(id, async (session) => session.delete(store));
    this.#guests.delete(id);
  }

  async #find(id: string): Promise<Guest> {
    if (!UUID.test(id)) throw notFound('session', id);
    let opening = this.#opening.get(id);
    if (!opening) {
      opening = this.#load(id).finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    return opening;
  }

  async #load(id: string): Promise<Guest> {
    const record = await this.store.find(id);
    if (!record) throw notFound('session', id);
    return this.#guests.get(id) ?? this.#takeIn(record, false);
  }

  #takeIn(record: SessionRecord, fresh: boolean): Guest {
    const session = new LiveSession(record, this.#surroundings, fresh);
    const guest: Guest = { session, users: 0 };
    this.#guests.set(record.id, guest);
    if (this.#guests.size > this.configuration.residentSessionsLimit) this.#sweep();
    return guest;
  }

  /** Lets go of what was not used for long, and of more if there is too much. */
  #sweep(): void {
    const tooOld = Date.now() - this.configuration.sessionIdleSeconds * 1000;
    const guests = [...this.#guests].sort(([, a], [, b]) => a.session.lastUsed - b.session.lastUsed);
    let surplus = this.resident - this.configuration.residentSessionsLimit;
    for (const [id, guest] of guests) {
      const { session, users } = guest;
      if (session.lastUsed > tooOld && surplus <= 0) break;
      if (users > 0 || !session.idle) continue;
      // Those who watch keep a session in mind, but not in memory: it is told of again when something happens.
      if (!session.audience) this.#guests.delete(id);
      if (session.resident) {
        surplus--;
        session.unload().catch((error: unknown) => this.#log.warn(`session ${id} was not put away: ${String(error)}`));
      }
    }
  }
}
