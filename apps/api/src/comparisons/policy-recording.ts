/**
 * Carries a workload out under one policy, in an engine's thread, and stores what it asked of the allocator as a trace:
 * marks and requests, with sites, as the session of such a program would be.
 */
import { SERIES_POINTS, type ProgramCommand, type ResolvedProgramChoice } from '@heapcast/contracts';
import type { TraceRecord, TraceStore } from '@heapcast/database';
import type { EnginePool } from '@heapcast/engine';
import {
  CHUNK_EVENTS,
  concatChunks,
  Op,
  OP_MASK,
  packChunk,
  type Site,
  sliceChunk,
  type TraceChunk,
  TraceHasher,
  type TraceHeader,
  UNKNOWN_ORIGIN,
} from '@heapcast/trace';
import type { Scheduled } from './collection-policy.js';
import { Series } from './series.js';

/** What the collector did, and how the live bytes went. */
export interface Recording {
  readonly trace: TraceRecord;
  readonly collections: number;
  readonly objectsVisited: number;
  readonly largestPause: number;
  readonly collected: number;
  readonly uncollectable: number;
  readonly missteps: Readonly<Record<string, number>>;
  readonly series: readonly (readonly [number, number])[];
  readonly endRequestedBytes: number;
}

export interface RecordingTerms {
  readonly key: string;
  readonly choice: ResolvedProgramChoice;
  readonly name: string;
  readonly visibility: 'public' | 'private';
  readonly signal: AbortSignal;
}

/** Commands that are carried out at a time. */
const BATCH = 500;

/** @throws the signal's reason when it is aborted; nothing is kept then */
export async function record(
  pool: EnginePool,
  traces: TraceStore,
  commands: Iterable<Scheduled>,
  { key, choice, name, visibility, signal }: RecordingTerms,
): Promise<Recording> {
  const upload = await traces.begin();
  const writer = new TraceWriter(traces, upload);
  const tally = new CollectorTally();
  try {
    await pool.open(key, choice);
    for (const batch of batches(commands)) {
      signal.throwIfAborted();
      const applied = await pool.apply(
        key,
        batch.map(({ command }): ProgramCommand => command),
      );
      for (const [i, event] of applied.events.entries()) tally.add(event, batch[i].done, applied.liveBytes[i]);
      writer.sites.push(...(applied.growth?.sites ?? []));
      await writer.add(applied.chunk);
    }
    const header = await writer.end();
    const { trace } = await traces.complete(upload, writer.hasher.digest(header), header, { name, visibility });
    return { trace, ...tally.result() };
  } catch (error) {
    await traces.discard(upload);
    throw error;
  } finally {
    await pool.close(key).catch(() => undefined);
  }
}

function* batches(commands: Iterable<Scheduled>): Generator<Scheduled[]> {
  let batch: Scheduled[] = [];
  for (const one of commands) {
    batch.push(one);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Chunks of any length -> stored chunks of exactly 64 Ki, and the header. */
class TraceWriter {
  readonly hasher = new TraceHasher();
  readonly sites: Site[] = [];
  #gathered: TraceChunk[] = [];
  #length = 0;
  #index = 0;
  #events = 0;
  #blocks = 0;
  #slots = 0;
  #hasSites = false;

  constructor(
    private readonly traces: TraceStore,
    private readonly upload: number,
  ) {}

  async add(chunk: TraceChunk): Promise<void> {
    this.#gathered.push(chunk);
    this.#length += chunk.length;
    if (this.#length < CHUNK_EVENTS) return;
    const joined = concatChunks(this.#gathered);
    let from = 0;
    for (; joined.length - from >= CHUNK_EVENTS; from += CHUNK_EVENTS) {
      await this.#store(sliceChunk(joined, from, from + CHUNK_EVENTS));
    }
    this.#gathered = [sliceChunk(joined, from, joined.length)];
    this.#length -= from;
  }

  async end(): Promise<TraceHeader> {
    if (this.#length > 0) await this.#store(concatChunks(this.#gathered));
    return {
      events: this.#events,
      blocks: this.#blocks,
      slots: this.#slots,
      origin: UNKNOWN_ORIGIN,
      sites: this.sites,
      hasSites: this.#hasSites,
      hasTimes: false,
      hasNames: this.#events > 0,
    };
  }

  async #store(chunk: TraceChunk): Promise<void> {
    this.hasher.add(chunk);
    this.#events += chunk.length;
    this.#hasSites ||= chunk.site !== null;
    for (let at = 0; at < chunk.length; at++) {
      const op = chunk.op[at] & OP_MASK;
      if (op !== Op.malloc && op !== Op.calloc && op !== Op.reallocNull) continue;
      this.#blocks++;
      this.#slots = Math.max(this.#slots, chunk.slot[at] + 1);
    }
    await this.traces.addChunk(this.upload, this.#index++, chunk.length, packChunk(chunk));
  }
}

type Applied = Awaited<ReturnType<EnginePool['apply']>>;

class CollectorTally {
  readonly #series = new Series(SERIES_POINTS);
  readonly #missteps: Record<string, number> = {};
  #collections = 0;
  #visited = 0;
  #largest = 0;
  #collected = 0;
  #uncollectable = 0;
  #live = 0;

  add({ outcome, effects }: Applied['events'][number], done: number, liveBytes: number): void {
    this.#live = liveBytes;
    this.#series.add(done, liveBytes);
    if (outcome !== 'ok') this.#missteps[outcome] = (this.#missteps[outcome] ?? 0) + 1;
    for (const { examined, collected, uncollectable } of effects?.collections ?? []) {
      this.#collections++;
      this.#visited += examined;
      this.#largest = Math.max(this.#largest, examined);
      this.#collected += collected;
      this.#uncollectable += uncollectable;
    }
  }

  result(): Omit<Recording, 'trace'> {
    return {
      collections: this.#collections,
      objectsVisited: this.#visited,
      largestPause: this.#largest,
      collected: this.#collected,
      uncollectable: this.#uncollectable,
      missteps: this.#missteps,
      series: this.#series.points,
      endRequestedBytes: this.#live,
    };
  }
}
