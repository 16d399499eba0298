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
import type { RequestAnswer, SessionEvent, StateFrame } from '@heapcast/contracts';
import { SessionNotOpenError, type SessionRecord } from '@heapcast/database';
import type { InspectQuery, InspectReply, PictureReply } from '@heapcast/replay';
import { type ClientRequest, concatChunks, type RequestResolver, type TraceChunk } from '@heapcast/trace';
import { notFound } from '../problems/index.js';
import { adopting, type AskedBatch, type BatchTerms } from './asked-batch.js';
import { Door } from './door.js';
import { type KeyedBody, type KeyedEvents, sameBody } from './idempotency.js';
import type { Audience, FeedSource } from './session-audience.js';
import { finished, interrupted, noSuchEvent, tooLong, tooMuchToDo } from './session-problems.js';
import type { SessionSurroundings } from './session-surroundings.js';
import { SessionTimeline } from './session-timeline.js';
import { Telling } from './telling.js';
import { type WaitingBatch, WriteQueue } from './write-queue.js';
import { WritingState } from './writing-state.js';

/** Rows of a journal from which on merging them pays. */
const MANY_ROWS = 64;

export class LiveSession implements FeedSource {
  readonly id: string;
  #record: SessionRecord;
  #isOpen: boolean;
  #isDeleted = false;
  readonly #timeline: SessionTimeline;
  readonly #state: WritingState;
  readonly #queue: WriteQueue;
  #applying: Promise<void> = Promise.resolve();
  #finishing: Promise<void> | null = null;
  readonly #door = new Door();
  readonly #telling: Telling;

  /** @param fresh it was made just now: there is nothing to read */
  constructor(
    record: SessionRecord,
    private readonly surroundings: SessionSurroundings,
    fresh: boolean,
  ) {
    this.id = record.id;
    this.#record = record;
    this.#isOpen = record.status === 'open';
    this.#timeline = new SessionTimeline(surroundings.pool, record, () => this.#isOpen);
    this.#telling = new Telling(record.lastSeq, this.#timeline, (events) => surroundings.applied(events));
    this.#state = new WritingState(record.id, surroundings.journal, fresh);
    this.#queue = new WriteQueue(record.id, surroundings.journal, surroundings.sites, {
      stored: (batches) => (this.#applying = this.#apply(batches, this.#applying)),
      lost: (batches, error) => this.#drop(batches, error),
    });
  }

  /** As it is stored; `lastSeq` is behind while the session is open. */
  get record(): SessionRecord {
    return this.#record;
  }

  get status(): SessionRecord['status'] {
    return this.#record.status;
  }

  get runId(): string | null {
    return this.#record.runId;
  }

  get seq(): number {
    return this.#telling.seq;
  }

  /** Everyone who watches. */
  get audience(): Audience | null {
    return this.#telling.audience;
  }

  set audience(audience: Audience | null) {
    this.#telling.audience = audience;
  }

  /** Requests that were taken and are not answered. */
  get waiting(): number {
    return this.#door.waiting;
  }

  /** Does nobody wait for anything? */
  get idle(): boolean {
    return this.waiting === 0 && this.#timeline.idle;
  }

  /** Milliseconds since 1970. */
  get lastUsed(): number {
    return this.#timeline.lastUsed;
  }

  /** Does it hold memory that could be had again? */
  get resident(): boolean {
    return this.#state.resolver !== null || this.#timeline.isOpen;
  }

  /**
   * Carries out requests, all or none; answers when they are durable and applied, with the first `wanted` of their events, by
   * default all. Calls are served in order.
   * @throws ProblemException `session-finished`, `unavailable`, `limit-reached`, `idempotency-conflict`
   */
  submit(
    requests: readonly ClientRequest[],
    keyed?: KeyedBody,
    terms: BatchTerms = {},
    wanted = requests.length,
  ): Promise<RequestAnswer> {
    const { length: count } = requests;
    return this.#take({ ...terms, count, keyed, wanted, place: (names) => names.resolve(requests).chunk });
  }

  /**
   * Takes canonical requests that follow on all that were taken before (their slots are resolved against the same
   * session): for recordings and programs, without an object per request. Answers when they are durable and applied, with
   * the first `wanted` of their events, by default none. Calls are served in order.
   * @throws ProblemException as `submit`; TraceFormatError when the chunk does not follow on
   */
  append(chunk: TraceChunk, terms: BatchTerms = {}, keyed?: KeyedBody, wanted = 0): Promise<RequestAnswer> {
    // When half of it was taken over, what is stored has to be read again.
    const place = adopting(chunk, () => this.#state.forget());
    return this.#take({ ...terms, count: chunk.length, keyed, wanted: Math.min(wanted, chunk.length), place });
  }

  /** The events that a key stands for already; `null` = none. @throws ProblemException `idempotency-conflict` */
  async keptUnder(keyed: KeyedBody): Promise<{ readonly firstSeq: number; readonly count: number } | null> {
    this.#mustExist();
    if (!this.#state.knows(keyed.key)) await this.#state.lookUp(keyed.key);
    const earlier = this.#state.earlier(keyed.key);
    if (!earlier) return null;
    sameBody(keyed, earlier);
    await earlier.answered;
    return earlier;
  }

  /** Is there room for so many more requests? @throws ProblemException `session-finished`, `unavailable`, `limit-reached` */
  requireRoom(count: number): void {
    this.#admit(count);
  }

  /** Events from `from` (a seq) on, of those that were told: at most `limit`, and at most 65,536. */
  read(from: number, limit: number): Promise<readonly SessionEvent[]> {
    this.#mustExist();
    return this.#timeline.events(from, Math.min(limit, this.seq - from + 1));
  }

  /**
   * The state just after event `at`; `undefined` = after the last one that was told.
   * @throws ProblemException `invalid-position`
   */
  async inspect<Q extends InspectQuery>(
    at: number | 'head' | undefined,
    query: Q,
    signal?: AbortSignal,
  ): Promise<InspectReply<Q>> {
    this.#mustExist();
    if (typeof at === 'number' && at > this.seq) throw noSuchEvent('at', at, this.seq);
    return this.#timeline.inspect(at ?? this.seq, query, signal);
  }

  /** The latest state, for those who cannot follow every event. */
  async state(): Promise<StateFrame> {
    const { at, totals, ledger } = await this.inspect(undefined, { kind: 'stats' });
    return { sessionId: this.id, seq: at, status: this.status, totals, ledger };
  }

  /** The heap as it is, and the blocks of these regions: which may be ahead of what was told. */
  picture(regions: readonly number[]): Promise<PictureReply> {
    return this.inspect('head', { kind: 'picture', regions });
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
    await this.#finishing;
  }

  /** Nothing can be asked of it any more. */
  async delete(store: () => Promise<unknown>): Promise<void> {
    this.#isDeleted = true;
    await this.settled();
    await store();
    this.audience?.delete();
    await this.unload();
  }

  /** Resolves when nothing that was taken waits any more. */
  async settled(): Promise<void> {
    await this.#door.settled();
    await this.#queue.written();
    await this.#applying;
  }

  /** Gives back memory; the session goes on when it is wanted. Only while nothing waits. */
  async unload(): Promise<void> {
    const scattered = this.#isOpen && !this.#isDeleted && this.#state.rows + this.#queue.rows > MANY_ROWS;
    this.#state.forget();
    this.#queue.rows = 0;
    await this.#timeline.close();
    if (scattered) await this.surroundings.journal.compact(this.id);
  }

  #mustExist(): void {
    if (this.#isDeleted) throw notFound('session', this.id);
  }

  #admit(count: number): void {
    this.#mustExist();
    if (!this.#isOpen) throw finished();
    const { limits } = this.surroundings;
    const { seq, waiting } = this;
    if (waiting > 0 && waiting + count > limits.waiting) throw tooMuchToDo(waiting);
    if (seq + waiting + count > limits.events) throw tooLong(limits.events, seq);
  }

  /** From the door to the place in the queue, and on to the answer. */
  async #take(asked: AskedBatch): Promise<RequestAnswer> {
    const { count, keyed } = asked;
    this.#admit(count);
    const atOnce = (): Promise<RequestAnswer> | null => {
      const { resolver } = this.#state;
      return resolver && !(keyed && !this.#state.knows(keyed.key)) ? this.#place(resolver, asked) : null;
    };
    return this.#door.pass(count, atOnce, () => this.#enter(asked));
  }

  async #enter(asked: AskedBatch): Promise<{ readonly answer: Promise<RequestAnswer> }> {
    const { keyed } = asked;
    let lookedUp = false;
    for (;;) {
      const resolver = await this.#load();
      if (keyed && !lookedUp && !this.#state.knows(keyed.key)) {
        await this.#state.lookUp(keyed.key);
        lookedUp = true;
      }
      // While it was looked up, what is in memory may have been forgotten.
      if (resolver !== this.#state.resolver) continue;
      const answer = this.#place(resolver, asked);
      // The caller gets to it in a moment; until then a failure is not one that nobody handles.
      answer.catch(() => undefined);
      return { answer };
    }
  }

  #place(resolver: RequestResolver, asked: AskedBatch): Promise<RequestAnswer> {
    const { keyed, wanted } = asked;
    const earlier = keyed && this.#state.earlier(keyed.key);
    return earlier ? this.#answerAgain(keyed, earlier, wanted) : this.#enqueue(resolver, asked);
  }

  /** Nothing may be waited for in here: the batch takes its place among all others. */
  async #enqueue(resolver: RequestResolver, asked: AskedBatch): Promise<RequestAnswer> {
    this.#mustExist();
    if (!this.#isOpen) throw finished();
    const { keyed, sites, wanted } = asked;
    const firstSeq = resolver.events + 1;
    if (asked.firstSeq !== undefined && asked.firstSeq !== firstSeq) throw interrupted(undefined);
    const chunk = asked.place(resolver);
    const answered = new Promise<RequestAnswer>((resolve, reject) => {
      const answer = (results: readonly SessionEvent[]): void => resolve({ seq: firstSeq + chunk.length - 1, results });
      this.#queue.push({ firstSeq, chunk, keyed, sites, wanted, resolve: answer, reject });
    });
    if (keyed) {
      const { key, bodyHash } = keyed;
      this.#state.remember(key, { bodyHash, firstSeq, count: chunk.length, answered });
    }
    return answered;
  }

  /** Has the worker place what is stored, then answers and tells it, after what was `before`. */
  async #apply(batches: readonly WaitingBatch[], before: Promise<void>): Promise<void> {
    const chunk = batches.length === 1 ? batches[0].chunk : concatChunks(batches.map((batch) => batch.chunk));
    const placed = await this.#timeline.append(batches[0].firstSeq, chunk).catch((error: unknown) => ({ error }));
    await before;
    if ('error' in placed || batches[0].firstSeq !== this.seq + 1) {
      // It, or what was before it, is stored and not told: that is done when the journal is read again.
      this.#drop(batches, 'error' in placed ? placed.error : undefined);
      return;
    }
    await this.#telling.answer(batches, placed);
  }

  /** What is in memory may not be what is stored: all that rests on it is refused, and read again. */
  #drop(batches: readonly WaitingBatch[], error: unknown): void {
    const lost = [...batches, ...this.#queue.clear()];
    this.#state.forget();
    const problem = error instanceof SessionNotOpenError ? finished() : interrupted(error);
    for (const { reject } of lost) reject(problem);
    // What was stored after all is told to those who watch, as soon as it can be read.
    if (this.audience) this.#load().catch(() => undefined);
  }

  /** Reads the journal, if need be. What is stored and nobody was told of is told. */
  async #load(): Promise<RequestResolver> {
    if (this.#state.resolver) return this.#state.resolver;
    await this.#queue.written();
    await this.#applying;
    return this.#state.load(async (stored) => {
      await this.#timeline.restart(stored);
      await this.#telling.catchUp(stored);
    });
  }

  /** Placements are deterministic: the first answer is recomputed. */
  async #answerAgain(keyed: KeyedBody, earlier: KeyedEvents, wanted: number): Promise<RequestAnswer> {
    sameBody(keyed, earlier);
    await earlier.answered;
    const { firstSeq, count } = earlier;
    return { seq: firstSeq + count - 1, results: await this.#timeline.events(firstSeq, Math.min(wanted, count)) };
  }

  async #finish(store: () => Promise<SessionRecord>): Promise<void> {
    if (this.status === 'finished') return;
    this.#isOpen = false;
    try {
      await this.settled();
      this.#mustExist();
      this.#record = await store();
    } catch (error) {
      this.#isOpen = true;
      throw error;
    }
    this.#state.forget();
    this.audience?.finish();
  }
}
