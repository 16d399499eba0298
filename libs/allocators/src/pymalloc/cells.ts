/** pymalloc's heap as a picture: a cell is a pool. */
import { BlockState, type HeapCells } from '../heap-cells.js';
import { blockSize } from './geometry.js';
import type { Heap } from './heap.js';

/** Entries of mapped arenas, or of those that were given back, by address. */
function entriesByAddress({ arenas, os }: Heap, areMapped: boolean): number[] {
  return Array.from({ length: arenas.entries }, (_, entry) => entry)
    .filter((entry) => arenas.isMapped(entry) === areMapped)
    .sort((a, b) => os.base(arenas.ordinal[a]) - os.base(arenas.ordinal[b]));
}

export function heapCells(heap: Heap): HeapCells {
  const { arenas, os, pools, geometry } = heap;
  const entries = entriesByAddress(heap, true);
  const released = entriesByAddress(heap, false);
  const firstCell = new Uint32Array(entries.length + 1);
  entries.forEach((entry, index) => (firstCell[index + 1] = firstCell[index] + arenas.total[entry]));
  const cells = firstCell[entries.length];
  const blockBytes = new Uint16Array(cells);
  const capacity = new Uint16Array(cells);
  const used = new Uint16Array(cells);
  const touched = new Uint16Array(cells);
  entries.forEach((entry, index) => {
    const first = firstCell[index];
    // Pools beyond `carved` were never used: all stays 0.
    for (let pool = 0; pool < arenas.carved[entry]; pool++) {
      const id = entry * geometry.poolsPerArena + pool;
      blockBytes[first + pool] = blockSize(geometry, pools.sizeClass(id));
      capacity[first + pool] = pools.capacity(id);
      used[first + pool] = pools.used(id);
      touched[first + pool] = pools.touched(id);
    }
  });
  return {
    cellBytes: geometry.poolBytes,
    region: Uint32Array.from(entries, (entry) => arenas.ordinal[entry]),
    slot: Uint32Array.from(entries),
    base: Float64Array.from(entries, (entry) => os.base(arenas.ordinal[entry])),
    lead: Uint32Array.from(entries, (entry) => os.lead(arenas.ordinal[entry])),
    firstCell,
    blockBytes,
    capacity,
    used,
    touched,
    releasedRegion: Uint32Array.from(released, (entry) => arenas.ordinal[entry]),
    releasedSlot: Uint32Array.from(released),
    releasedBase: Float64Array.from(released, (entry) => os.base(arenas.ordinal[entry])),
  };
}

/** Pool after pool, block after block: a `BlockState` for each block of the arena's used pools; empty = not mapped. */
export function blockStates(heap: Heap, region: number): Uint8Array<ArrayBuffer> {
  const { arenas, pools, geometry } = heap;
  const entry = entriesByAddress(heap, true).find((candidate) => arenas.ordinal[candidate] === region);
  if (entry === undefined) return new Uint8Array(0);
  const first = entry * geometry.poolsPerArena;
  let blocks = 0;
  for (let pool = 0; pool < arenas.carved[entry]; pool++) blocks += pools.capacity(first + pool);
  const states = new Uint8Array(blocks);
  let at = 0;
  for (let pool = 0; pool < arenas.carved[entry]; pool++) {
    const touched = pools.touched(first + pool);
    states.fill(BlockState.live, at, at + touched);
    for (const index of pools.freed(first + pool)) states[at + index] = BlockState.freed;
    at += pools.capacity(first + pool);
  }
  return states;
}
