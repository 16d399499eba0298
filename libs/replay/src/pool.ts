/**
 * The main thread's side of all simulation: worker threads, each with the timelines of its keys. A key (`run:ID`,
 * `session:ID`, `trace:ID`) is pinned to one worker while it is open, so its state never travels.
 */
import type { ModelEnvironment, ResolvedConfig, Totals } from '@heapcast/allocators';
import type { TraceChunk, TraceHeader } from '@heapcast/trace';
import type { IngestSession } from './ingest-session.js';
import type { Applied, InspectQuery, InspectReply } from './inspection.js';
import type { RunProgress, RunSummary } from './run-summary.js';
import type { ChunkReader } from './stored-chunk.js';

export interface ReplayPoolOptions {
  /** Serves the stored events of every key, on the main thread. */
  readonly read: ChunkReader;
  /** Worker threads; default: one per core. */
  readonly threads?: number;
  /** Bytes of checkpoints that one worker keeps for all its timelines; default 256 MiB. */
  readonly checkpointBytes?: number;
  /** Bytes of packed chunks that one worker keeps; default 64 MiB. */
  readonly chunkCacheBytes?: number;
  /** Most MiB of JavaScript objects in a worker (typed arrays are not counted by V8); default: V8's own. */
  readonly maxHeapMiB?: number;
}

export interface OpenOptions {
  readonly config: ResolvedConfig;
  readonly environment: ModelEnvironment;
  /** Events that the source holds now. */
  readonly events: number;
  /** `true`: a live session, whose head state is brought up and kept. `false`: a run, replayed when it is asked for. */
  readonly keepHead: boolean;
}

export interface Opened {
  readonly events: number;
  /** Block numbers given by those events; 0 without a head. */
  readonly blocks: number;
  /** Bytes per unit of `PlacementColumns.offset`. */
  readonly unit: number;
  /** Of the head; all zero without one. */
  readonly totals: Totals;
}

export interface ExecuteOptions {
  /** Buckets of the curve, at most; default 1,000. */
  readonly curvePoints?: number;
  /** At most ten times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal;
}

export interface IngestOptions {
  /** Name of a registered trace format. */
  readonly format: string;
  /** As the format's reader takes them. */
  readonly limits?: Readonly<Record<string, number>>;
}

export interface ExportOptions {
  /** Given to `read` for the events. */
  readonly key: string;
  readonly format: string;
  readonly header: TraceHeader;
  readonly signal?: AbortSignal;
}

export interface PoolMemory {
  /** Estimated bytes of each open key: model, owners, cursors, checkpoints. */
  readonly keys: ReadonlyMap<string, number>;
  /** Bytes of checkpoints and of cached chunks, over all workers. */
  readonly checkpointBytes: number;
  readonly chunkCacheBytes: number;
}

export class ReplayPool {
  constructor(readonly options: ReplayPoolOptions) {}

  /** Opens `key`; on a key that is already open (or opening) it changes nothing. @throws ReplayError, or what `read` threw */
  open(_key: string, _options: OpenOptions): Promise<Opened> {
    throw new Error('not written yet');
  }

  /** Frees everything that is kept for `key`. Its pending calls are finished first. Closing what is not open is fine. */
  close(_key: string): Promise<void> {
    throw new Error('not written yet');
  }

  /** Is `key` open (or opening)? False again when its worker was lost. */
  has(_key: string): boolean {
    throw new Error('not written yet');
  }

  /**
   * Applies the next requests of a live session; `first` is the index of the first of them and must be the number of
   * events so far. Calls for one key are served in order. Does not journal: do that before.
   * @throws ReplayError `not-open`, `worker-lost`, `out-of-step`
   */
  append(_key: string, _first: number, _chunk: TraceChunk): Promise<Applied> {
    throw new Error('not written yet');
  }

  /** Replays all events of a run. Leaves checkpoints behind, so that inspections after it are fast. */
  execute(_key: string, _options?: ExecuteOptions): Promise<RunSummary> {
    throw new Error('not written yet');
  }

  /** The state after the first `at` requests, or at the head of a live session. @throws ReplayError `not-open`, `out-of-range` */
  inspect<Q extends InspectQuery>(_key: string, _at: number | 'head', _query: Q): Promise<InspectReply<Q>> {
    throw new Error('not written yet');
  }

  /** Starts to parse an upload in a worker. */
  ingest(_options: IngestOptions): IngestSession {
    throw new Error('not written yet');
  }

  /** Writes a stored trace in a format, in a worker; at most a few hundred KiB ahead of its consumer. */
  exportTrace(_options: ExportOptions): AsyncIterable<Uint8Array> {
    throw new Error('not written yet');
  }

  memory(): Promise<PoolMemory> {
    throw new Error('not written yet');
  }

  /** Ends all workers. Pending calls reject with ReplayError `pool-closed`. */
  shutdown(): Promise<void> {
    throw new Error('not written yet');
  }
}
