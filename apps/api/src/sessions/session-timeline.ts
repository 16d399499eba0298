/**
 * The replay of one session in its worker: opened when it is wanted, and again when it was lost. It holds events that are
 * stored, never others; how many, `placed` says.
 */
import { findModel } from '@heapcast/allocators';
import type { SessionEvent } from '@heapcast/contracts';
import type { SessionRecord } from '@heapcast/database';
import { type InspectQuery, type InspectReply, ReplayError, type ReplayPool } from '@heapcast/replay';
import { CHUNK_EVENTS, type TraceChunk } from '@heapcast/trace';
import { ProblemException } from '../problems/index.js';
import { listEvents } from './event-listing.js';

/** What became of requests that were appended. */
export interface PlacedBatch {
  readonly length: number;
  /** Objects are made when they are asked for: events `from` … `to` (exclusive), as positions in the batch. */
  list(from: number, to: number): readonly SessionEvent[];
}

const LOST: ReadonlySet<string> = new Set(['not-open', 'worker-lost']);

export class SessionTimeline {
  readonly #key: string;
  #opening: Promise<unknown> | null = null;
  #placed: number;
  #looking = 0;
  #lastUsed = Date.now();

  /** @param live finished sessions are only looked into: they need no state after the last request */
  constructor(
    private readonly pool: ReplayPool,
    private readonly record: SessionRecord,
    private readonly live: () => boolean,
  ) {
    this.#key = `session:${record.id}`;
    this.#placed = record.lastSeq;
  }

  /** Stored events that it holds, or will when it is opened. */
  get placed(): number {
    return this.#placed;
  }

  get isOpen(): boolean {
    return this.#opening !== null;
  }

  /** Does nobody wait for an answer from it? */
  get idle(): boolean {
    return this.#looking === 0;
  }

  /** Milliseconds since 1970. */
  get lastUsed(): number {
    return this.#lastUsed;
  }

  /** Frees the worker's memory. What is under way is finished first. */
  async close(): Promise<void> {
    if (!this.#opening) return;
    this.#opening = null;
    await this.pool.close(this.#key);
  }

  /** There are other events stored than were thought. */
  async restart(placed: number): Promise<void> {
    if (placed === this.#placed) return;
    await this.close();
    this.#placed = placed;
  }

  /**
   * Places stored requests that follow on the ones before, and tells what they became. Calls are served in order. When
   * the worker was lost, the events are read from what is stored.
   */
  async append(firstSeq: number, requests: TraceChunk): Promise<PlacedBatch> {
    this.#lastUsed = Date.now();
    await this.#open();
    this.#placed = firstSeq + requests.length - 1;
    try {
      const placed = await this.pool.append(this.#key, firstSeq - 1, requests);
      return { length: requests.length, list: (from, to) => listEvents({ requests, placed }, from, to) };
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
    }
    await this.close();
    const events: SessionEvent[] = [];
    while (events.length < requests.length) {
      events.push(...(await this.events(firstSeq + events.length, requests.length - events.length)));
    }
    return { length: events.length, list: (from, to) => events.slice(from, to) };
  }

  /** Events from `from` (a seq) on: at most `count`, and at most 65,536. */
  async events(from: number, count: number): Promise<readonly SessionEvent[]> {
    const limit = Math.min(count, CHUNK_EVENTS, this.#placed - from + 1);
    if (limit <= 0) return [];
    const reply = await this.inspect(from - 1, { kind: 'events', limit });
    return listEvents({ requests: reply.requests, placed: reply });
  }

  /** The state after the first `at` requests. @param signal stops what is measured by a replay */
  async inspect<Q extends InspectQuery>(at: number | 'head', query: Q, signal?: AbortSignal): Promise<InspectReply<Q>> {
    this.#lastUsed = Date.now();
    this.#looking++;
    try {
      await this.#open();
      try {
        return await this.pool.inspect(this.#key, at, query, signal);
      } catch (error) {
        if (!(error instanceof ReplayError) || !LOST.has(error.code)) throw error;
      }
      await this.close();
      await this.#open();
      return await this.pool.inspect(this.#key, at, query, signal);
    } finally {
      this.#looking--;
    }
  }

  async #open(): Promise<void> {
    if (this.#opening && !this.pool.has(this.#key)) this.#opening = null;
    const opening = (this.#opening ??= this.#begin());
    try {
      await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    }
  }

  /** @throws ProblemException `model-version-changed`: what was told must not be told otherwise */
  async #begin(): Promise<void> {
    const { config, arenaMisalignment } = this.record;
    const current = findModel(config.model)?.version ?? null;
    if (current !== config.modelVersion) {
      throw new ProblemException(
        'model-version-changed',
        `The session was made with version ${config.modelVersion} of ${config.model}; this service has ${current ?? 'none'}.`,
        { extensions: { pinned: config.modelVersion, current } },
      );
    }
    const options = { config, environment: { arenaMisalignment }, events: this.#placed, keepHead: this.live() };
    await this.pool.open(this.#key, options);
  }
}
