/**
 * What the heap holds, counted: the byte ledger, the table of size classes, arenas.
 *
 * Every mapped byte is under exactly one heading of the ledger:
 * requested (by the program), rounding (up to the class), poolHeaders, poolTails (too short for a block), freeBlocks (in
 * pools in use), freePools (emptied or never used), arenaAlignment (the pool a misaligned arena loses).
 */
import type { Ledger } from '../contract.js';
import { arenaMapOf, type ArenaMap } from './arena-map.js';
import { blockSize } from './geometry.js';
import type { Heap } from './heap.js';

export interface ArenaCounts {
  readonly allocatedTotal: number;
  readonly reclaimed: number;
  readonly highWater: number;
  readonly current: number;
}

/** A row of the table of size classes; only pools with a block in use count. */
export interface ClassRow {
  readonly class: number;
  /** Bytes per block. */
  readonly size: number;
  readonly pools: number;
  readonly blocksInUse: number;
  /** Free blocks in those pools. */
  readonly availableBlocks: number;
}

/** `requested` and `allocated`: bytes of live small blocks, as asked for and as their classes have it. */
export function ledgerOf(heap: Heap, requested: number, allocated: number): Ledger {
  const { geometry, arenas, pools, os } = heap;
  let poolsInUse = 0;
  let poolTails = 0;
  let capacity = 0;
  for (let c = 0; c < geometry.classes; c++) {
    const count = pools.inClass[c];
    poolsInUse += count;
    poolTails += count * geometry.tail[c];
    capacity += count * geometry.capacity[c] * blockSize(geometry, c);
  }
  return {
    mapped: os.mappedBytes,
    entries: {
      requested,
      rounding: allocated - requested,
      poolHeaders: poolsInUse * geometry.headerBytes,
      poolTails,
      freeBlocks: capacity - allocated,
      freePools: arenas.freePools * geometry.poolBytes,
      arenaAlignment: arenas.misaligned * geometry.poolBytes,
    },
  };
}

export function arenaCountsOf({ arenas, os }: Heap): ArenaCounts {
  return {
    allocatedTotal: os.regions,
    reclaimed: os.regions - arenas.mapped,
    highWater: arenas.highWater,
    current: arenas.mapped,
  };
}

/** One row for every class, also those without a pool. */
export function classTableOf(heap: Heap): ClassRow[] {
  const { geometry, arenas, pools } = heap;
  const inUse = new Float64Array(geometry.classes);
  for (const pool of arenas.carvedPools()) inUse[pools.sizeClass(pool)] += pools.used(pool);
  return Array.from(inUse, (blocksInUse, c) => ({
    class: c,
    size: blockSize(geometry, c),
    pools: pools.inClass[c],
    blocksInUse,
    availableBlocks: pools.inClass[c] * geometry.capacity[c] - blocksInUse,
  }));
}

export interface Statistics {
  readonly arenas: ArenaCounts;
  /** Classes with a pool in use. */
  readonly classes: readonly ClassRow[];
  /** Pools with a block in use; without one. */
  readonly pools: { readonly used: number; readonly unused: number };
  readonly ledger: Ledger;
  readonly arenaMap: ArenaMap | null;
}

export function statisticsOf(heap: Heap, ledger: Ledger): Statistics {
  const classes = classTableOf(heap);
  return {
    arenas: arenaCountsOf(heap),
    classes: classes.filter((row) => row.pools > 0),
    pools: { used: classes.reduce((sum, row) => sum + row.pools, 0), unused: heap.arenas.freePools },
    ledger,
    arenaMap: arenaMapOf(heap),
  };
}
