import { beforeEach, describe, expect, it } from '@jest/globals';
import { HandHeap } from './hand-heap.js';

const OWNERS = {
  number: (slot: number) => slot + 1,
  placedAt: (slot: number) => slot * 10,
  site: () => 7,
  name: (slot: number) => (slot === 2 ? 'two' : undefined),
};

/** Blocks of 32, 64, 32, 128 and 32 bytes, the second and fourth freed, and 224 bytes behind them. */
let heap: HandHeap;
beforeEach(() => {
  heap = new HandHeap('explicit-lifo', { growthStep: 512 });
  [16, 48, 16, 112, 16].forEach((size, slot) => heap.malloc(slot, size));
  heap.free(1);
  heap.free(3);
});

const page = (detail: 'summary' | 'regions' | 'pools' | 'blocks', offset = 0, limit = 100, region?: number) =>
  heap.model.heap({ detail, offset, limit, region }, OWNERS);

describe('statistics', () => {
  it('count free blocks by powers of two and tell the largest', () => {
    expect(heap.model.statistics().freeList).toEqual({
      length: 3,
      bytes: 416,
      largest: 224,
      bySize: [
        { from: 64, below: 128, blocks: 1, bytes: 64 },
        { from: 128, below: 256, blocks: 2, bytes: 352 },
      ],
      rover: null,
    });
  });

  it('tell external fragmentation: 1 - largest / all free', () => {
    expect(heap.model.statistics().externalFragmentation).toBe(1 - 224 / 416);
    for (const slot of [0, 2, 4]) heap.free(slot);
    expect(heap.model.statistics().externalFragmentation).toBe(0);
    expect(new HandHeap('first-fit').model.statistics().externalFragmentation).toBe(0);
  });

  it('tell how many blocks a search looks at', () => {
    // Five requests so far: the first found an empty list, each other the one free block.
    expect(heap.model.statistics().searches).toEqual({ count: 5, examined: 4, meanLength: 0.8 });
    heap.malloc(7, 150);
    expect(heap.model.statistics().searches).toEqual({ count: 6, examined: 7, meanLength: 7 / 6 });
  });

  it('tell where the rover stands', () => {
    const next = new HandHeap('next-fit');
    next.malloc(0, 16);
    expect(next.model.statistics().freeList.rover).toBe(`0x${next.model.address(0, 3).toString(16)}`);
  });
});

describe('the heap', () => {
  it('lists its blocks in address order, free ones with their place in the list', () => {
    expect(page('blocks')).toMatchObject({
      mapped: 512,
      unit: 16,
      headerSize: 16,
      liveBlocks: 3,
      freeBlocks: 3,
      total: 6,
    });
    const items = heap.model.heap({ detail: 'blocks', offset: 0, limit: 100 }, OWNERS).items;
    const first = heap.model.address(0, 1);
    const at = (offset: number) => `0x${(first + offset - 16).toString(16)}`;
    const owned = { site: 7, name: undefined, state: 'live', region: 0 };
    expect(items).toEqual([
      { ...owned, address: at(16), offset: 1, size: 32, number: 1, requested: 16, placedAt: 0 },
      { region: 0, state: 'free', address: at(48), offset: 3, size: 64, position: 2, rover: false },
      { ...owned, address: at(112), offset: 7, size: 32, number: 3, requested: 16, placedAt: 20, name: 'two' },
      { region: 0, state: 'free', address: at(144), offset: 9, size: 128, position: 1, rover: false },
      { ...owned, address: at(272), offset: 17, size: 32, number: 5, requested: 16, placedAt: 40 },
      { region: 0, state: 'free', address: at(304), offset: 19, size: 224, position: 3, rover: false },
    ]);
  });

  it('is read page by page', () => {
    const all = page('blocks').items;
    const pages = [0, 2, 4, 6].map((offset) => page('blocks', offset, 2));
    expect(pages.map(({ total, offset }) => [total, offset])).toEqual([
      [6, 0],
      [6, 2],
      [6, 4],
      [6, 6],
    ]);
    expect(pages.flatMap(({ items }) => items)).toEqual(all);
  });

  it('is one region without pools', () => {
    expect(page('regions')).toMatchObject({
      total: 1,
      items: [{ region: 0, base: `0x${heap.model.address(0, 0).toString(16)}`, bytes: 512, freeBytes: 416 }],
    });
    expect(page('regions', 1).items).toEqual([]);
    expect(page('pools')).toMatchObject({ total: 0, items: [] });
    expect(page('summary')).toMatchObject({ mapped: 512, total: 0, items: [] });
  });

  it('has no other region, and none before it is mapped', () => {
    expect(page('blocks', 0, 100, 1)).toMatchObject({ total: 0, items: [] });
    expect(page('blocks', 0, 100, 0).total).toBe(6);
    heap = new HandHeap('first-fit');
    expect(page('regions')).toMatchObject({ mapped: 0, total: 0, items: [] });
  });
});

describe('a block in parts', () => {
  it('has no pool, and the bytes that it occupies with its header', () => {
    heap.realloc(0, 100);
    const { total, items } = page('blocks');
    expect(total).toBe(5);
    const moved = items.find((item) => 'requested' in item && item.requested === 100);
    expect(moved).toMatchObject({ offset: 9, size: 128 });
    expect(heap.model.locate(0, 9)).toEqual({ pool: -1, index: -1, bytes: 128 });
    expect(heap.model.locate(-1, 0)).toEqual({ pool: -1, index: -1, bytes: 0 });
  });
});
