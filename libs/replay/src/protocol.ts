/**
 * What the main thread and a worker say to each other. Every post is a list of messages, in order; whatever was said in
 * one turn of the event loop travels together. A call has a number, and one reply or failure with that number.
 *
 * A timeline is named by a handle that is never used twice, so that a late message for a closed key cannot hit the
 * key's next timeline.
 */
import type { MappingEvent, ModelEnvironment, ResolvedConfig } from '@heapcast/allocators';
import type { TraceChunk, TraceHeader, TraceLimits } from '@heapcast/trace';
import type { SharedTally } from './checkpoints.js';
import type { PlainError } from './crossing-error.js';
import type { IngestResult } from './ingest-session.js';
import type { InspectQuery } from './inspection.js';
import type { PlaceColumns } from './playhead.js';
import type { RunProgress } from './run-summary.js';
import type { DeliveredChunk } from './stored-chunk.js';

/** Requests of many sessions in one set of columns: item i holds `lengths[i]` of them, after those of the items before. */
export interface AppendItems {
  readonly calls: readonly number[];
  readonly handles: readonly number[];
  readonly firsts: readonly number[];
  readonly lengths: readonly number[];
  readonly requests: TraceChunk;
}

/** The answers to such items, position by position. */
export interface AppliedItems {
  /** 0 = this item failed, and its failure was told by itself. */
  readonly calls: readonly number[];
  readonly firsts: readonly number[];
  readonly lengths: readonly number[];
  readonly columns: PlaceColumns;
  readonly names: ReadonlyMap<number, string>;
  /** Seven numbers per item, in the order of `Totals`. */
  readonly totals: Float64Array;
  /** By item; items that mapped nothing are absent. */
  readonly mappings: ReadonlyMap<number, readonly MappingEvent[]>;
}

export type ToWorker =
  | {
      readonly type: 'open';
      readonly call: number;
      readonly handle: number;
      readonly key: string;
      readonly config: ResolvedConfig;
      readonly environment: ModelEnvironment;
      readonly events: number;
      readonly keepHead: boolean;
    }
  | { readonly type: 'close'; readonly call: number; readonly handle: number }
  | { readonly type: 'append'; readonly items: AppendItems }
  | {
      readonly type: 'inspect';
      readonly call: number;
      readonly handle: number;
      readonly at: number | 'head';
      readonly query: InspectQuery;
    }
  | { readonly type: 'execute'; readonly call: number; readonly handle: number; readonly curvePoints: number }
  /** Stops the work of a call; its failure is `aborted`. */
  | { readonly type: 'cancel'; readonly call: number }
  | { readonly type: 'ping'; readonly call: number }
  | { readonly type: 'memory'; readonly call: number }
  /** All threads together hold too many checkpoints, and the one that said so is within its share. */
  | { readonly type: 'thin' }
  /** Answers a `read`. */
  | { readonly type: 'chunks'; readonly read: number; readonly chunks: readonly DeliveredChunk[] }
  | { readonly type: 'read-failed'; readonly read: number; readonly error: PlainError }
  /** An upload: a call that takes bytes and gives chunks until it is ended or cancelled. */
  | {
      readonly type: 'ingest';
      readonly call: number;
      readonly format: string;
      readonly limits: Partial<TraceLimits>;
      /** Give chunks as columns, for another worker to pack. */
      readonly raw: boolean;
    }
  | { readonly type: 'ingest-bytes'; readonly call: number; readonly bytes: Uint8Array }
  | { readonly type: 'ingest-end'; readonly call: number }
  /** One more chunk or piece may be sent. */
  | { readonly type: 'taken'; readonly call: number }
  /** Work for another worker's call. */
  | { readonly type: 'pack'; readonly call: number; readonly chunk: TraceChunk }
  | { readonly type: 'unpack'; readonly call: number; readonly packed: Uint8Array }
  | {
      readonly type: 'export';
      readonly call: number;
      readonly key: string;
      readonly format: string;
      readonly header: TraceHeader;
    };

export type FromWorker =
  | { readonly type: 'ready' }
  /** The other threads should `thin`. */
  | { readonly type: 'pressure' }
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  /** `lost`: the call broke its timeline, which is gone. */
  | { readonly type: 'failed'; readonly call: number; readonly error: PlainError; readonly lost: boolean }
  | { readonly type: 'applied'; readonly items: AppliedItems }
  | { readonly type: 'progress'; readonly call: number; readonly progress: RunProgress }
  | { readonly type: 'read'; readonly read: number; readonly key: string; readonly event: number }
  | { readonly type: 'ingest-took'; readonly call: number; readonly bytes: number }
  | {
      readonly type: 'ingest-chunk';
      readonly call: number;
      readonly index: number;
      readonly count: number;
      readonly content: { readonly packed: Uint8Array } | { readonly raw: TraceChunk };
    }
  | { readonly type: 'piece'; readonly call: number; readonly bytes: Uint8Array };

/** Replies of calls whose type the caller knows. */
export interface IngestDone extends IngestResult {
  readonly chunks: number;
}

export interface WorkerMemory {
  readonly handles: readonly (readonly [handle: number, bytes: number])[];
  readonly checkpointBytes: number;
  readonly chunkCacheBytes: number;
}

/** What a worker is started with. */
export interface WorkerSettings {
  /** For all threads together, and what this one may always hold. */
  readonly checkpointBytes: number;
  readonly checkpointShare: number;
  readonly checkpointTally: SharedTally;
  /** Which of the pool's workers this one is. */
  readonly index: number;
  readonly chunkCacheBytes: number;
  readonly cursors: number;
}
