import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BlockOwners, HeapQuery } from '../contract.js';
import { RequestsByHand } from './requests-by-hand.js';

const OWNERS: BlockOwners = {
  number: (slot) => slot + 100,
  placedAt: (slot) => slot + 1000,
  site: () => 7,
  name: (slot) => (slot === 0 ? 'first' : undefined),
};

/** Four pools of three blocks of 256 bytes. */
const TINY = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };

describe('the heap, as a reader asks for it', () => {
  let heap: RequestsByHand;
  function ask(query: Partial<HeapQuery>): Record<string, unknown> {
    return heap.model.heap({ detail: 'blocks', limit: 100, offset: 0, ...query }, OWNERS);
  }
  function items(query: Partial<HeapQuery>): Record<string, unknown>[] {
    return ask(query).items as Record<string, unknown>[];
  }

  beforeEach(() => {
    heap = new RequestsByHand('cpython-3.8', TINY);
    heap.mallocMany('a', 20, 250);
    heap.free('a1');
    heap.malloc('big', 5000);
  });

  it('begins with a summary, and stops there when no more is asked for', () => {
    expect(ask({ detail: 'summary' })).toEqual({
      detail: 'summary',
      mapped: 8192,
      arenas: { allocatedTotal: 2, reclaimed: 0, highWater: 2, current: 2 },
      liveBlocks: 19,
      raw: { blocks: 1, bytes: 5000 },
      usableArenas: [1],
      total: 0,
      offset: 0,
      items: [],
    });
  });

  it('shows arenas', () => {
    const [first, second] = items({ detail: 'regions' });
    expect(first).toEqual({
      region: 0,
      slot: 0,
      base: '0x400000000000',
      lead: 0,
      pools: { total: 4, used: 4, free: 0, neverUsed: 0 },
      usable: null,
      liveBlocks: 11,
      liveBytes: 11 * 256,
    });
    expect(second).toMatchObject({ region: 1, slot: 1, usable: 0, pools: { used: 3, neverUsed: 1 }, liveBlocks: 8 });
  });

  it('shows pools, of all arenas or of one', () => {
    expect(items({ detail: 'pools' })).toHaveLength(8);
    expect(items({ detail: 'pools', region: 1 }).map(({ state }) => state)).toEqual([
      'full',
      'full',
      'used',
      'neverUsed',
    ]);
    expect(items({ detail: 'pools', region: 0, pool: 0 })).toEqual([
      {
        region: 0,
        pool: 0,
        address: '0x400000000000',
        state: 'used',
        class: 15,
        size: 256,
        capacity: 3,
        used: 2,
        freed: 1,
        untouched: 0,
        next: [1],
      },
    ]);
  });

  it('shows blocks with what the owner of each knows', () => {
    expect(items({ region: 0, pool: 0 })).toEqual([
      {
        region: 0,
        pool: 0,
        index: 0,
        address: '0x400000000030',
        size: 256,
        state: 'live',
        number: 100,
        requested: 250,
        placedAt: 1000,
        site: 7,
        name: 'first',
      },
      { region: 0, pool: 0, index: 1, address: '0x400000000130', size: 256, state: 'freed' },
      expect.objectContaining({ index: 2, state: 'live', number: 102 }),
    ]);
    expect(items({ region: 1, pool: 3 })).toEqual([]);
    expect(items({ region: 1, pool: 4 })).toEqual([]);
    expect(items({ region: 9 })).toEqual([]);
  });

  it('gives pages that join to the whole, whatever their length', () => {
    for (const detail of ['regions', 'pools', 'blocks'] as const) {
      const whole = items({ detail });
      expect(ask({ detail }).total).toBe(whole.length);
      for (const limit of [1, 2, 5]) {
        const pages = Array.from({ length: whole.length }, (_, i) => items({ detail, limit, offset: i * limit }));
        expect(pages.flat()).toEqual(whole);
      }
    }
  });

  it('counts a block beside an address where the placement said', () => {
    const shown = items({}).filter(({ state }) => state === 'live');
    expect(shown).toHaveLength(19);
    for (const { region, pool, index, address } of shown) {
      const offset = (Number(pool) * 1024 + 48 + Number(index) * 256) / 16;
      expect(`0x${heap.model.address(Number(region), offset).toString(16)}`).toBe(address);
      expect(heap.model.locate(Number(region), offset)).toEqual({ pool, index, bytes: 256 });
    }
  });

  it('tells the place of the block that unmapped its arena', () => {
    const small = new RequestsByHand('cpython-3.8', TINY);
    small.malloc('keep', 16);
    small.mallocMany('b', 10, 256);
    small.free('b8');
    small.free('b9');
    small.mappings();
    expect(small.free('b0')).toEqual([0, 1, 0]);
    const lonely = new RequestsByHand('cpython-3.8', TINY);
    lonely.mallocMany('c', 2, 200);
    lonely.free('c0');
    expect(lonely.free('c1')).toEqual([0, 0, 1]);
    expect(lonely.mappings().map(({ kind }) => kind)).toEqual(['map', 'unmap']);
  });
});
