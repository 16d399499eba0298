/** Where blocks lie that somebody knows by their numbers: the join of a program's objects with the allocator's places. */
import { NO_REGION } from '@heapcast/allocators';
import type { Playhead } from './playhead.js';

/** Where the live blocks of these numbers lie; at most `MOST_PLACES` of them. */
export interface PlacesQuery {
  readonly kind: 'places';
  readonly blocks: readonly number[];
}

/** A live block. */
export interface PlacedBlock {
  readonly block: number;
  /** Simulated address; `null` = at the system allocator beside the model. */
  readonly address: number | null;
  /** Ordinal of the arena (or of another model's region). */
  readonly region: number | null;
  /** Pool in the region, block in the pool; `null` from models without pools. */
  readonly pool: number | null;
  readonly index: number | null;
  /** Bytes asked for, and occupied. */
  readonly requested: number;
  readonly bytes: number;
}

export interface PlacesReply {
  readonly at: number;
  /** In no particular order; blocks that are not live, or never got memory, are absent. */
  readonly places: readonly PlacedBlock[];
}

export const MOST_PLACES = 10_000;

/** Costs a look at every live block. */
export function blockPlaces({ model, owners, position: at }: Playhead, { blocks }: PlacesQuery): PlacesReply {
  const wanted = new Set(blocks.slice(0, MOST_PLACES));
  const places: PlacedBlock[] = [];
  if (wanted.size === 0) return { at, places };
  model.visitBlocks((slot, requested, region, offset, bytes) => {
    const block = owners.number(slot);
    if (!wanted.has(block)) return;
    if (region === NO_REGION) {
      places.push({ block, address: null, region: null, pool: null, index: null, requested, bytes: requested });
      return;
    }
    const { pool, index } = model.locate(region, offset);
    places.push({
      block,
      address: model.address(region, offset),
      region,
      pool: pool < 0 ? null : pool,
      index: index < 0 ? null : index,
      requested,
      bytes,
    });
  });
  return { at, places };
}
