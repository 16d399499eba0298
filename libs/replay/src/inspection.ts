/**
 * Questions about a moment of a replay, and their answers. A position `at` is the state after the first `at`
 * requests, 0 … events.
 */
import type { HeapCells, HeapQuery, Ledger, Totals } from '@heapcast/allocators';
import type { TraceChunk } from '@heapcast/trace';
import type { PlacesQuery, PlacesReply } from './block-places.js';
import type { PlacedEvents } from './placements.js';
import type { MeasureQuery, MeasureReply } from './measures.js';

/** What one position, or a few events after it, answers: cheap enough to be asked at every step of a slider. */
export type MomentQuery =
  | { readonly kind: 'stats' }
  | ({ readonly kind: 'heap' } & HeapQuery)
  | { readonly kind: 'debugmallocstats' }
  /** How full every cell is; and what every block of these regions is. */
  | { readonly kind: 'picture'; readonly regions?: readonly number[] }
  | PlacesQuery
  | TrialQuery
  /** The requests from event index `at` (0-based) on, at most `limit` and at most CHUNK_EVENTS of them. */
  | { readonly kind: 'events'; readonly limit: number };

export type InspectQuery = MomentQuery | MeasureQuery;

export interface StatsReply {
  readonly at: number;
  /** Block numbers given so far. */
  readonly blocks: number;
  readonly totals: Totals;
  readonly ledger: Ledger;
  readonly statistics: Record<string, unknown>;
}

export interface HeapReply {
  readonly at: number;
  readonly totals: Totals;
  readonly heap: Record<string, unknown>;
}

export interface PictureReply {
  readonly at: number;
  readonly totals: Totals;
  readonly ledger: Ledger;
  readonly cells: HeapCells;
  /** By region that was asked for: a `BlockState` for each of its blocks, cell after cell; empty = not mapped. */
  readonly states: readonly Uint8Array<ArrayBuffer>[];
}

export interface DebugMallocStatsReply {
  readonly at: number;
  /** `null` from a model that has no such text. */
  readonly text: string | null;
}

export interface EventsReply extends PlacedEvents {
  readonly requests: TraceChunk;
}

/** What `append` did to a live session. */
export interface Applied extends PlacedEvents {
  /** After the last of these requests. */
  readonly totals: Totals;
}

/** What would become of requests that nobody has made, after the position: served on a copy of the state. */
export type TrialRequest =
  | { readonly op: 'malloc'; readonly size: number }
  /** `block`: number of a live block; one that is not live is freed as NULL is. */
  | { readonly op: 'free'; readonly block: number };

export interface TrialQuery {
  readonly kind: 'trial';
  /** At most `MOST_TRIED`, served in this order. */
  readonly requests: readonly TrialRequest[];
}

/** `first` is the position: the requests would have been the events from there on. */
export interface TrialReply extends PlacedEvents {
  readonly at: number;
  /** Bytes mapped before and after. */
  readonly mappedBefore: number;
  readonly mappedAfter: number;
}

export const MOST_TRIED = 4096;

export type InspectReply<Q extends InspectQuery> = Q extends { kind: 'stats' }
  ? StatsReply
  : Q extends { kind: 'heap' }
    ? HeapReply
    : Q extends { kind: 'debugmallocstats' }
      ? DebugMallocStatsReply
      : Q extends { kind: 'picture' }
        ? PictureReply
        : Q extends { kind: 'places' }
          ? PlacesReply
          : Q extends { kind: 'trial' }
            ? TrialReply
            : Q extends { kind: 'events' }
              ? EventsReply
              : Q extends MeasureQuery
                ? MeasureReply<Q>
                : never;
