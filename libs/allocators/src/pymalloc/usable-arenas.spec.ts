import { describe, expect, it } from '@jest/globals';
import { RequestsByHand } from './requests-by-hand.js';

/** Four pools of three blocks of 256 bytes: twelve fill an arena. */
const TINY = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };
const PER_POOL = 3;
const PER_ARENA = 12;

/** So many full arenas. Block `aN` is in arena N / 12, pool N / 3 % 4. */
function full(arenas: number, options: Record<string, unknown> = {}, profile = 'cpython-3.8'): RequestsByHand {
  const heap = new RequestsByHand(profile, { ...TINY, ...options });
  heap.mallocMany('a', arenas * PER_ARENA, 256);
  heap.mappings();
  return heap;
}

/** Empties pools of an arena, in order. */
function drain(heap: RequestsByHand, arena: number, ...pools: number[]): void {
  for (const pool of pools) {
    for (let i = 0; i < PER_POOL; i++) heap.free(`a${arena * PER_ARENA + pool * PER_POOL + i}`);
  }
}

function kinds(heap: RequestsByHand): string[] {
  return heap.mappings().map(({ kind, region, slot }) => `${kind} ${region} in ${slot}`);
}

describe('usable_arenas', () => {
  it('gets a new arena only when no arena has a free pool', () => {
    const heap = full(2);
    expect(heap.usable).toEqual([]);
    drain(heap, 0, 1);
    expect(heap.malloc('b', 16)).toEqual([0, 1, 0]);
    expect(kinds(heap)).toEqual([]);
    expect(heap.malloc('c', 32)).toEqual([2, 0, 0]);
    expect(kinds(heap)).toEqual(['map 2 in 2']);
  });

  it('takes an arena that goes from no free pool to one to its very front, before others with one', () => {
    const heap = full(3);
    drain(heap, 0, 0);
    drain(heap, 2, 0);
    drain(heap, 1, 0);
    expect(heap.usable).toEqual([1, 2, 0]);
  });

  it('lets an arena slide right past those with fewer free pools, and stop before equals', () => {
    const heap = full(4);
    for (const arena of [3, 2, 1, 0]) drain(heap, arena, 0);
    expect(heap.usable).toEqual([0, 1, 2, 3]);
    drain(heap, 1, 1);
    expect(heap.usable).toEqual([0, 2, 3, 1]);
    drain(heap, 0, 1);
    expect(heap.usable).toEqual([2, 3, 0, 1]);
    drain(heap, 0, 2);
    expect(heap.usable).toEqual([2, 3, 1, 0]);
    drain(heap, 1, 2);
    expect(heap.usable).toEqual([2, 3, 1, 0]);
  });

  it('gives new pools from the arena with the fewest free ones', () => {
    const heap = full(3);
    drain(heap, 0, 0, 1);
    drain(heap, 1, 2);
    expect(heap.malloc('b', 16)).toEqual([1, 2, 0]);
    expect(heap.usable).toEqual([0]);
    expect(heap.malloc('c', 32)).toEqual([0, 1, 0]);
    expect(heap.usable).toEqual([0]);
  });
});

describe('a wholly free arena', () => {
  it('is unmapped at once up to 3.8, even if it is the only one', () => {
    const heap = full(1);
    drain(heap, 0, 0, 1, 2, 3);
    expect(kinds(heap)).toEqual(['unmap 0 in 0']);
    expect(heap.model.totals().mappedBytes).toBe(0);
  });

  it('is kept from 3.9 on while it is the last that is usable', () => {
    const heap = full(2, {}, 'cpython-3.9');
    drain(heap, 0, 0, 1, 2, 3);
    expect(kinds(heap)).toEqual([]);
    expect(heap.usable).toEqual([0]);
    drain(heap, 1, 0, 1, 2, 3);
    // Arena 1 comes to stand before arena 0, and is not the last.
    expect(kinds(heap)).toEqual(['unmap 1 in 1']);
  });

  it('is judged before it slides: an equal behind it makes it not the last', () => {
    const heap = full(2, {}, 'cpython-3.9');
    drain(heap, 1, 0, 1, 2);
    drain(heap, 0, 0, 1, 2);
    expect(heap.usable).toEqual([0, 1]);
    // Wholly free it would slide behind arena 1 and be the last; it is unmapped all the same.
    drain(heap, 0, 3);
    expect(kinds(heap)).toEqual(['unmap 0 in 0']);
  });

  it('is kept for good when nothing is released', () => {
    const heap = full(2, { release: 'never' });
    drain(heap, 0, 0, 1, 2, 3);
    drain(heap, 1, 0, 1, 2, 3);
    expect(kinds(heap)).toEqual([]);
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 0, mappedBytes: 8192 });
  });
});

describe('arenas[]', () => {
  it('gives entries out in order, and those given back last first', () => {
    const heap = full(5);
    for (const arena of [1, 3, 2]) drain(heap, arena, 0, 1, 2, 3);
    expect(kinds(heap)).toEqual(['unmap 1 in 1', 'unmap 3 in 3', 'unmap 2 in 2']);
    heap.mallocMany('b', 4 * PER_ARENA, 256);
    expect(kinds(heap)).toEqual(['map 5 in 2', 'map 6 in 3', 'map 7 in 1', 'map 8 in 5']);
  });

  it('gives every mapping an address of its own', () => {
    const heap = full(3);
    drain(heap, 1, 0, 1, 2, 3);
    heap.mallocMany('b', PER_ARENA, 256);
    const bases = heap.arenas().map(({ base, region }) => [region, BigInt(base)] as const);
    expect(bases.map(([region]) => region)).toEqual([0, 2, 3]);
    bases.slice(1).forEach(([, base], i) => expect(base - bases[i][1]).toBeGreaterThanOrEqual(4096n));
  });
});

/** Pools in each arena of two pools, after five were needed; the trace tells of one misaligned arena, the second. */
function poolsByArena(options: Record<string, unknown>): number[] {
  const heap = new RequestsByHand('cpython-3.13', { ...options, arenaSize: 32_768 }, [0, 1]);
  heap.mallocMany('a', 150, 512);
  return heap.arenas().map(({ pools }) => pools.total);
}

describe('a misaligned arena', () => {
  it('loses one of its pools, and the rest begin at the first aligned address', () => {
    const heap = new RequestsByHand('cpython-3.13', {}, [3, 0]);
    heap.malloc('a', 512);
    const [{ base, lead, pools }] = heap.arenas();
    expect(BigInt(base) % 16384n).toBe(3n * 4096n);
    expect(lead).toBe(4096);
    expect(pools).toEqual({ total: 63, used: 1, free: 0, neverUsed: 62 });
    expect(BigInt(heap.pool(0, 0).address) % 16384n).toBe(0n);
    expect(heap.model.ledger().entries.arenaAlignment).toBe(16384);
  });

  it('takes its bases from the trace, from a list, or has none', () => {
    expect(poolsByArena({})).toEqual([2, 1, 2]);
    expect(poolsByArena({ arenaMisalignment: 'aligned' })).toEqual([2, 2, 2]);
    expect(poolsByArena({ arenaMisalignment: [2, 0, 3] })).toEqual([1, 2, 1, 2]);
  });

  it('does not exist with pools of one page', () => {
    const heap = new RequestsByHand('cpython-3.8', {}, [3]);
    heap.malloc('a', 512);
    expect(heap.arenas()[0]).toMatchObject({ lead: 0, pools: { total: 64 } });
  });
});

describe('shared free pools, before 2.5', () => {
  it('are one stack over all arenas, so that no arena is ever given back', () => {
    const heap = full(2, { alignment: 16 }, 'cpython-2.3');
    drain(heap, 0, 0, 1, 2, 3);
    drain(heap, 1, 2);
    expect(kinds(heap)).toEqual([]);
    expect(heap.malloc('b', 16)).toEqual([1, 2, 0]);
    expect(heap.malloc('c', 32)).toEqual([0, 3, 0]);
    expect(heap.malloc('d', 48)).toEqual([0, 2, 0]);
  });

  it('are used up before the current arena is cut further', () => {
    const heap = new RequestsByHand('cpython-2.3', { ...TINY, alignment: 16 });
    heap.malloc('a', 16);
    heap.malloc('b', 32);
    heap.free('a');
    expect(heap.malloc('c', 48)).toEqual([0, 0, 0]);
    expect(heap.malloc('d', 64)).toEqual([0, 2, 0]);
  });
});
