/** Pools, blocks and arenas as the heap's views have them, read back from plain JSON. */
import type { Moment } from './moment.js';

export interface PoolState {
  readonly state: 'used' | 'full' | 'free' | 'neverUsed';
  readonly size: number | null;
  readonly capacity: number;
  readonly used: number;
  readonly freed: number;
  readonly untouched: number;
  /** Indexes of the blocks that will be handed out next, in order. */
  readonly next: readonly number[];
}

export interface BlockState {
  readonly index: number;
  readonly address: string;
  readonly state: 'live' | 'freed' | 'untouched';
  readonly number?: number;
  readonly name?: string;
}

export interface ArenaState {
  readonly region: number;
  /** Place among the usable arenas, 0 = the next pool comes from here; `null` = it has no free pool. */
  readonly usable: number | null;
  readonly liveBlocks: number;
  readonly pools: {
    readonly total: number;
    readonly used: number;
    readonly free: number;
    readonly neverUsed: number;
  };
}

/** Arenas that are looked at: more are not told apart anyway. */
const MOST_ARENAS = 2048;
/** Blocks of a pool: none of the profiles has more. */
const MOST_BLOCKS = 4096;

/** `null` = the arena is not mapped, or has no such pool. */
export async function poolState(
  { at, inspect }: Moment,
  { arena, pool }: { readonly arena: number; readonly pool: number },
): Promise<PoolState | null> {
  const query = { kind: 'heap', detail: 'pools', region: arena, pool, limit: 1, offset: 0 } as const;
  const { heap } = await inspect(at, query);
  // The model tells its heap as plain JSON; what the items of each detail are, it documents.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [state] = heap.items as readonly PoolState[];
  return state ?? null;
}

/** Blocks of a pool in use, by index; empty of other pools. */
export async function blocksOfPool(
  { at, inspect }: Moment,
  { arena, pool }: { readonly arena: number; readonly pool: number },
): Promise<readonly BlockState[]> {
  const query = { kind: 'heap', detail: 'blocks', region: arena, pool, limit: MOST_BLOCKS, offset: 0 } as const;
  const { heap } = await inspect(at, query);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return heap.items as readonly BlockState[];
}

/** Mapped arenas by address. */
export async function arenasOf({ at, inspect }: Moment): Promise<readonly ArenaState[]> {
  const query = { kind: 'heap', detail: 'regions', limit: MOST_ARENAS, offset: 0 } as const;
  const { heap } = await inspect(at, query);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return heap.items as readonly ArenaState[];
}
