/**
 * What each tile of a heap map shows: a mapped arena, or the place of one that was given back and may come again. There are as many
 * tiles as arenas were ever mapped at once, so the picture keeps its shape when one goes.
 */
import type { HeapMap } from '@heapcast/contracts';
import { liveShare } from './overview.js';

/** By tile: the arena's place in the map; below 0, `~k` for the `k`th released place. `null` = tile and place are the same. */
export type TileOrder = Int32Array | null;

export function tileCount(map: HeapMap): number {
  return map.region.length + map.releasedRegion.length;
}

/** By address; or those with least in use first, and what was given back last. */
export function tileOrder(map: HeapMap, emptiestFirst: boolean): TileOrder {
  if (map.releasedRegion.length === 0 && !emptiestFirst) return null;
  const places = Array.from(map.region, (_, place) => place);
  const released = Array.from(map.releasedRegion, (_, nth) => ~nth);
  if (emptiestFirst) {
    const live = places.map((place) => liveShare(map, place).live);
    places.sort((a, b) => (live[a] ?? 0) - (live[b] ?? 0) || a - b);
    return Int32Array.from([...places, ...released]);
  }
  const addressOf = (place: number): number => (place < 0 ? map.releasedBase[~place] : map.base[place]) ?? 0;
  return Int32Array.from([...places, ...released].sort((a, b) => addressOf(a) - addressOf(b)));
}
