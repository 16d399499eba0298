/** Placement columns to write into. A thread has one scratch set that all of its replays share, chunk after chunk. */
import { CHUNK_EVENTS } from '@heapcast/trace';
import type { PlaceColumns } from './playhead.js';

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
