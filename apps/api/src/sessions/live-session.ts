/**
 * A session that is open in this process. The way of a request, from top to bottom:
 *
 *     submit   refused when the session is finished or has too much to do
 *     resolve  names become slots, in the order of coming: from here on the batch has its place
 *     journal  written and committed, together with everything else that waits
 *     append   its worker applies it
 *     answer   to the caller, and to everyone who watches
 *
 * Memory is a cache of the journal: when a commit fails nobody knows what was stored, so everything in memory is dropped
 * and read again. What was answered is in the journal; what is in the journal is told to the watchers exactly once.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { HeapDetail } from '@heapcast/allocators';
import type {
  RequestAnswer,
  SessionEvent,
  SessionRequest,
  SessionStatus,
  Snapshot,
  StateFrame,
} from '@heapcast/contracts';
import { type SessionJournal, SessionNotOpenError, type SessionRecord } from '@heapcast/database';
import { type InspectQuery, type InspectReply, ReplayError, type ReplayPool } from '@heapcast/replay';
import { CHUNK_EVENTS, concatChunks, RequestResolver, type TraceChunk, unpackChunk } from '@heapcast/trace';
import { notFound, ProblemException } from '../problems/index.js';
import { listEvents } from './event-listing.js';
import { type KeyedBody, type KeyedEvents, RecentKeys, sameBody } from './idempotency.js';
import { type Batch, journalRows } from './journal-rows.js';
import type { Audience, FeedSource } from './session-audience.js';
import { SessionTimeline } from './session-timeline.js';

export interface SessionLimits {
  /** Most requests in one session. */
  readonly events: number;
  /** Most requests that wait in one session. */
  readonly waiting: number;
}

/** What all sessions share. */
export interface SessionSurroundings {
  readonly pool: ReplayPool;
  readonly journal: SessionJournal;
  readonly limits: SessionLimits;
  /** Told how many requests were journalled and applied. */
  applied(events: number): void;
}

/** Requests that have their place and wait for the journal. */
interface WaitingBatch extends Batch {
  readonly resolve: (answer: RequestAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests in a row after which others get their turn. */
const LONG_ROW = 8192;
/** Rows from which on merging them pays. */
const MANY_ROWS = 64;

export class LiveSession implements FeedSource {
  readonly id: string;
  /** Everyone who watches. */
  audience: Audience | null = null;
  #record: SessionRecord;
  /** `false`: no more requests are taken. */
  #open: boolean;
  #deleted = false;
  /** The last event that was told. */
  #seq: number;
  /** Events that the timeline has, or has when it is opened: at least those told, at most those stored. */
  #placed: number;
  #resolver: RequestResolver | null = null;
  #loading: Promise<RequestResolver> | null = null;
  /** The last call that has to read something before it takes its place. */
  #entering: Promise<unknown> | null = null;
  #keys: RecentKeys;
  #queue: WaitingBatch[] = [];
  #writing: Promise<void> | null = null;
  #finishing: Promise<void> | null = null;
  #applying: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Looks into the past that are under way. */
  #looking = 0;
  #lastUsed = Date.now();
  /** Rows of the journal, as far as they were seen here. */
  #rows = 0;
  readonly #timeline: SessionTimeline;

  /** @param fresh it was made just now: there is nothing to read */
  constructor(
    record: SessionRecord,
    private readonly surroundings: SessionSurroundings,
    fresh: boolean,
  ) {
    this.id = record.id;
    this.#record = record;
    this.#open = record.status === 'open';
    this.#seq = record.lastSeq;
    this.#placed = record.lastSeq;
    this.#keys = new RecentKeys(fresh);
    if (fresh) this.#resolver = new RequestResolver();
    this.#timeline = new SessionTimeline(surroundings.pool, record.id, record.config, () => ({
      events: this.#placed,
      live: this.#open,
    }));
  }

  /** As it is stored; `lastSeq` is behind while the session is open. */
  get record(): SessionRecord {
    return this.#record;
  }

  get status(): SessionStatus {
    return this.#record.status;
  }

  get runId(): string | null {
    return this.#record.runId;
  }

  /** Number of the last event that was told. */
  get seq(): number {
    return this.#seq;
  }

  /** Requests that were taken and are not answered. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Nobody waits for anything. */
  get idle(): boolean {
    return this.#waiting === 0 && this.#looking === 0;
  }

  /** Milliseconds since 1970. */
  get lastUsed(): number {
    return this.#lastUsed;
  }

  /** Does it hold memory that could be had again? */
  get resident(): boolean {
    return this.#resolver !== null || this.#timeline.isOpen;
  }

  /**
   * Carries out requests, all or none; answers when they are durable and applied. Calls are served in order.
   * @throws ProblemException `session-finished`, `unavailable`, `limit-reached`, `idempotency-conflict`
   */
  async submit(requests: readonly SessionRequest[], keyed?: KeyedBody): Promise<RequestAnswer> {
    this.#admit(requests.length);
    this.#lastUsed = Date.now();
    this.#waiting += requests.length;
    try {
      if (!this.#entering && this.#resolver && !(keyed && !this.#keys.knows(keyed.key))) {
        return await this.#place(this.#resolver, requests, keyed);
      }
      // Something must be read first. Whoever comes meanwhile waits behind.
      const entering = this.#enter(this.#entering, requests, keyed);
      this.#entering = entering;
      const { answer } = await entering.finally(() => {
        if (this.#entering === entering) this.#entering = null;
      });
      return await answer;
    } finally {
      this.#waiting -= requests.length;
    }
  }

  /** Events from `from` (a seq) on, of those that were told: at most `limit` and at most 65,536. */
  async read(from: number, limit: number): Promise<readonly SessionEvent[]> {
    return this.#readPlaced(from, Math.min(limit, this.#seq - from + 1));
  }

  /**
   * The state just after event `at`; `undefined` = after the last one that was told.
   * @throws ProblemException `invalid-position`
   */
  async inspect<Q extends InspectQuery>(at: number | undefined, query: Q): Promise<InspectReply<Q>> {
    this.#mustExist();
    if (at !== undefined && at > this.#seq) {
      throw new ProblemException('invalid-position', `The session's last event is ${this.#seq}; there is no ${at}.`);
    }
    return this.#look(at ?? this.#seq, query);
  }

  /** Everything that one who comes now needs to know. */
  async snapshot(detail: HeapDetail, limit: number): Promise<Snapshot> {
    const at = this.#seq;
    const [{ totals, ledger }, { heap }] = await Promise.all([
      this.inspect(at, { kind: 'stats' }),
      this.inspect(at, { kind: 'heap', detail, limit, offset: 0 }),
    ]);
    return { seq: at, totals, ledger, heap };
  }

  /** The latest state, for those who cannot follow every event. */
  async state(): Promise<StateFrame> {
    const { at, totals, ledger } = await this.inspect(undefined, { kind: 'stats' });
    return { sessionId: this.id, seq: at, status: this.status, totals, ledger };
  }

  /** It was stored otherwise: renamed, shown, hidden. */
  changed(record: SessionRecord): void {
    this.#record = record;
  }

  /**
   * Takes no more requests, waits for those that were taken, and has the session stored as finished.
   * @param store answers with the session as it is then
   */
  async finish(store: () => Promise<SessionRecord>): Promise<void> {
    this.#finishing ??= this.#finish(store).finally(() => (this.#finishing = null));
    return this.#finishing;
  }

  async #finish(store: () => Promise<SessionRecord>): Promise<void> {
    if (this.status === 'finished') return;
    this.#open = false;
    try {
      await this.settled();
      this.#mustExist();
      this.#record = await store();
    } catch (error) {
      this.#open = true;
      throw error;
    }
    this.#resolver = null;
    this.audience?.finish();
  }

  /** Nothing can be asked of it any more. */
  async delete(store: () => Promise<unknown>): Promise<void> {
    this.#deleted = true;
    await this.settled();
    await store();
    this.audience?.delete();
    await this.unload();
  }

  /** Resolves when nothing that was taken waits any more. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#applying;
  }

  /** Gives back memory; the session goes on when it is wanted. Only while nothing waits. */
  async unload(): Promise<void> {
    this.#resolver = null;
    this.#keys = new RecentKeys(false);
    const scattered = this.#open && this.#rows > MANY_ROWS;
    this.#rows = 0;
    await this.#timeline.close();
    if (scattered) await this.surroundings.journal.compact(this.id);
  }

  #mustExist(): void {
    if (this.#deleted) throw notFound('session', this.id);
  }

  #admit(count: number): void {
    this.#mustExist();
    if (!this.#open) throw finished();
    const { limits } = this.surroundings;
    if (this.#waiting > 0 && this.#waiting + count > limits.waiting) {
      throw new ProblemException('unavailable', `${this.#waiting} requests of this session wait already.`, {
        retryAfter: 1,
      });
    }
    if (this.#seq + this.#waiting + count > limits.events) {
      throw new ProblemException(
        'limit-reached',
        `A session has at most ${limits.events} events (SESSION_EVENTS_LIMIT); this one has ${this.#seq}.`,
      );
    }
  }

  async #enter(
    before: Promise<unknown> | null,
    requests: readonly SessionRequest[],
    keyed: KeyedBody | undefined,
  ): Promise<{ readonly answer: Promise<RequestAnswer> }> {
    await before?.catch(() => undefined);
    let lookedUp = false;
    for (;;) {
      const resolver = this.#resolver ?? (await this.#load());
      if (keyed && !lookedUp && !this.#keys.knows(keyed.key)) {
        const kept = await this.surroundings.journal.findKey(this.id, keyed.key);
        if (kept) this.#keys.set(keyed.key, { ...kept, answered: Promise.resolve() });
        lookedUp = true;
      }
      // While it was looked up, the session may have been dropped.
      if (resolver !== this.#resolver) continue;
      const answer = this.#place(resolver, requests, keyed);
      // Whoever awaits `entering` gets it; until then a failure is not an unhandled one.
      answer.catch(() => undefined);
      return { answer };
    }
  }

  /** Nothing may be waited for in here: the batch takes its place among all others. */
  #place(
    resolver: RequestResolver,
    requests: readonly SessionRequest[],
    keyed: KeyedBody | undefined,
  ): Promise<RequestAnswer> {
    const earlier = keyed && this.#keys.get(keyed.key);
    return earlier ? this.#answerAgain(keyed, earlier) : this.#enqueue(resolver, requests, keyed);
  }

  #enqueue(
    resolver: RequestResolver,
    requests: readonly SessionRequest[],
    keyed: KeyedBody | undefined,
  ): Promise<RequestAnswer> {
    this.#mustExist();
    if (!this.#open) throw finished();
    const firstSeq = resolver.events + 1;
    const { chunk } = resolver.resolve(requests);
    const answered = new Promise<RequestAnswer>((resolve, reject) => {
      this.#queue.push({ firstSeq, chunk, keyed, resolve, reject });
    });
    if (keyed) this.#keys.set(keyed.key, { bodyHash: keyed.bodyHash, firstSeq, count: chunk.length, answered });
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
    return answered;
  }

  /** One commit after the other, each with everything that came meanwhile. */
  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const batches = this.#queue;
      this.#queue = [];
      const { stored, error } = await this.#commit(batches);
      if (stored > 0) this.#applying = this.#apply(batches.slice(0, stored), this.#applying);
      if (stored < batches.length) {
        await this.#applying;
        this.#drop(batches.slice(stored), error);
      }
    }
  }

  /** How many of the batches, from the first on, are certainly stored, and why not the others. */
  async #commit(batches: readonly Batch[]): Promise<{ stored: number; error?: unknown }> {
    const rows = journalRows(batches);
    this.#rows += rows.length;
    const outcomes = await Promise.allSettled(
      rows.map(({ entry }) => this.surroundings.journal.append({ sessionId: this.id, ...entry })),
    );
    let stored = 0;
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') return { stored, error: outcome.reason };
      stored += rows[i].batches;
    }
    return { stored };
  }

  /** Has the worker place what is stored, then answers and tells it, after what was `before`. */
  async #apply(batches: readonly WaitingBatch[], before: Promise<void>): Promise<void> {
    const chunk = batches.length === 1 ? batches[0].chunk : concatChunks(batches.map((batch) => batch.chunk));
    const placed = await this.#replay(batches[0].firstSeq, chunk).catch((error: unknown) => ({ error }));
    await before;
    if ('error' in placed) {
      // It is stored: whoever comes next gets it told from there.
      this.#resolver = null;
      for (const { reject } of batches) reject(interrupted(placed.error));
      return;
    }
    this.#seq += placed.length;
    let from = 0;
    for (const batch of batches) {
      const to = from + batch.chunk.length;
      const results = batches.length === 1 ? placed : placed.slice(from, to);
      batch.resolve({ seq: batch.firstSeq + batch.chunk.length - 1, results });
      from = to;
    }
    this.audience?.publish(placed);
    this.surroundings.applied(placed.length);
  }

  /** The events that these stored requests become. A worker that lost the session reads them from the journal. */
  async #replay(firstSeq: number, chunk: TraceChunk): Promise<readonly SessionEvent[]> {
    await this.#timeline.open();
    this.#placed = firstSeq + chunk.length - 1;
    try {
      const placed = await this.#timeline.append(firstSeq - 1, chunk);
      return listEvents({ requests: chunk, placed });
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
    }
    await this.#timeline.close();
    return this.#readPlaced(firstSeq, chunk.length);
  }

  /** What is in memory may not be what is stored: everything that rests on it is refused, and read again. */
  #drop(batches: readonly WaitingBatch[], error: unknown): void {
    const lost = [...batches, ...this.#queue];
    this.#queue = [];
    this.#resolver = null;
    this.#keys = new RecentKeys(false);
    const problem = error instanceof SessionNotOpenError ? finished() : interrupted(error);
    for (const { reject } of lost) reject(problem);
    // What was stored after all is told to those who watch, as soon as it can be read.
    if (this.audience) void this.#load().catch(() => undefined);
  }

  #load(): Promise<RequestResolver> {
    this.#loading ??= this.#readJournal().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Walks through everything that is stored. What nobody was told of is told now. */
  async #readJournal(): Promise<RequestResolver> {
    const resolver = new RequestResolver();
    for (;;) {
      const rows = await this.surroundings.journal.read(this.id, resolver.events);
      if (rows.length === 0) break;
      this.#rows += rows.length;
      for (const { packed } of rows) {
        const chunk = unpackChunk(packed);
        resolver.adopt(chunk);
        if (chunk.length > LONG_ROW) await turn();
      }
    }
    if (resolver.events !== this.#placed) {
      await this.#timeline.close();
      this.#placed = resolver.events;
    }
    while (this.#seq < this.#placed) {
      const events = await this.#readPlaced(this.#seq + 1, this.#placed - this.#seq);
      this.#seq += events.length;
      this.audience?.publish(events);
    }
    this.#resolver = resolver;
    return resolver;
  }

  async #readPlaced(from: number, count: number): Promise<readonly SessionEvent[]> {
    if (count <= 0) return [];
    const limit = Math.min(count, CHUNK_EVENTS);
    const reply = await this.#look(from - 1, { kind: 'events', limit });
    return listEvents({ requests: reply.requests, placed: reply });
  }

  async #look<Q extends InspectQuery>(at: number, query: Q): Promise<InspectReply<Q>> {
    this.#lastUsed = Date.now();
    this.#looking++;
    try {
      return await this.#timeline.inspect(at, query);
    } finally {
      this.#looking--;
    }
  }

  /** Placements are deterministic: the first answer is recomputed. */
  async #answerAgain(keyed: KeyedBody, earlier: KeyedEvents): Promise<RequestAnswer> {
    sameBody(keyed, earlier);
    await earlier.answered;
    const { firstSeq, count } = earlier;
    return { seq: firstSeq + count - 1, results: await this.#readPlaced(firstSeq, count) };
  }
}

function finished(): ProblemException {
  return new ProblemException('session-finished', 'The session is finished: it takes no more requests.');
}

function interrupted(cause: unknown): ProblemException {
  return new ProblemException(
    'unavailable',
    'The requests could not be stored, or nobody knows whether they were. With an Idempotency-Key they may be sent again.',
    { cause, retryAfter: 1 },
  );
}
