/** What a replay pool is made with, what its calls take, and what they answer. */
import type { ModelEnvironment, ResolvedConfig, Totals } from '@heapcast/allocators';
import type { TraceHeader, TraceLimits } from '@heapcast/trace';
import type { RunProgress } from './run-summary.js';
import type { ChunkReader } from './stored-chunk.js';

export interface ReplayPoolOptions {
  /** Serves the stored events of every key, on the main thread. */
  readonly read: ChunkReader;
  /** Worker threads; default: one per core. */
  readonly threads?: number;
  /** Bytes of checkpoints of all timelines; default 256 MiB. Whoever needs them gets them, each worker at least its part. */
  readonly checkpointBytes?: number;
  /** Bytes of packed chunks kept in memory, in equal parts for the workers; default 128 MiB. */
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
  readonly limits?: Partial<TraceLimits>;
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
