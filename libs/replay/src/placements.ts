/** Placement columns to write into. A thread has one scratch set that all of its replays share, chunk after chunk. */
import type { MappingEvent, PlacementColumns } from '@heapcast/allocators';
import { CHUNK_EVENTS } from '@heapcast/trace';
import type { PlaceColumns } from './playhead.js';

/** Requests with what became of them, all columns of one length and position by position. */
export interface PlacedEvents {
  /** 0-based index of the first request. */
  readonly first: number;
  readonly placements: PlacementColumns;
  /** Block number that the request gave or concerned; 0 = none (NULL, marks, a free of what never was a block). */
  readonly numbers: Float64Array;
  /** Simulated address of each placement with a region; 0 without. */
  readonly addresses: Float64Array;
  /** The same placements in the model's own parts (`AllocatorModel.locate`): -1, -1 and 0 without a region. */
  readonly pools: Int32Array;
  readonly indexes: Int32Array;
  readonly blockBytes: Uint32Array;
  /** Name of the block that a request concerns, or label of a mark, by position in this reply; unnamed ones are absent. */
  readonly names: ReadonlyMap<number, string>;
  /** Regions mapped and unmapped by these requests, in order. */
  readonly mappings: readonly MappingEvent[];
}

export interface WritablePlacements {
  readonly outcome: Uint8Array<ArrayBuffer>;
  readonly region: Int32Array<ArrayBuffer>;
  readonly offset: Int32Array<ArrayBuffer>;
}

export function makePlacements(length: number): WritablePlacements {
  return { outcome: new Uint8Array(length), region: new Int32Array(length), offset: new Int32Array(length) };
}

/** Whole PlacedEvents columns for `length` requests, all zero. */
export function makePlaceColumns(length: number): PlaceColumns {
  return {
    ...makePlacements(length),
    numbers: new Float64Array(length),
    addresses: new Float64Array(length),
    pools: new Int32Array(length),
    indexes: new Int32Array(length),
    blockBytes: new Uint32Array(length),
  };
}

/** Columns whose content lasts only until the next piece of work is done: read them at once. */
export class PlacementScratch {
  #columns = makePlacements(CHUNK_EVENTS);

  /** At least `length` long. */
  columns(length: number): WritablePlacements {
    if (length > this.#columns.outcome.length) this.#columns = makePlacements(length);
    return this.#columns;
  }
}
