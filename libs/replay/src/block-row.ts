/** One live block of a region, as a visit of the model tells it, and in words of the replay. */
import type { PinningBlock } from './measures.js';
import type { Playhead } from './playhead.js';

export interface BlockRow {
  readonly slot: number;
  readonly requested: number;
  readonly offset: number;
  readonly occupied: number;
}

export function describeBlock(
  { model, owners }: Playhead,
  region: number,
  { slot, requested, occupied, offset }: BlockRow,
): PinningBlock {
  const { pool, index } = model.locate(region, offset);
  return {
    number: owners.number(slot),
    name: owners.name(slot) ?? null,
    site: owners.site(slot),
    requested,
    occupied,
    address: model.address(region, offset),
    pool,
    index,
    placedAt: owners.placedAt(slot),
  };
}
