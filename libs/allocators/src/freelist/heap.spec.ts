import { describe, expect, it } from '@jest/globals';
import { HandHeap } from './hand-heap.js';

/** Holes of 64, 48, 128 and 48 bytes (headers of 16 included) with live blocks between, then the rest of the heap. */
function holes(profile: string, options = {}): { heap: HandHeap; at: number[] } {
  const heap = new HandHeap(profile, options);
  const at = [48, 32, 112, 32].map((size, slot) => {
    const place = heap.malloc(slot, size);
    heap.malloc(slot + 10, 16);
    return Number(place);
  });
  for (const slot of [0, 1, 2, 3]) heap.free(slot);
  return { heap, at };
}

function threeFreed(coalesce: string, order = 'address'): HandHeap {
  const heap = new HandHeap('first-fit', { coalesce, order, growthStep: 256 });
  for (let slot = 0; slot < 4; slot++) heap.malloc(slot, 48);
  for (const slot of [1, 0, 2]) heap.free(slot);
  return heap;
}

describe('fits', () => {
  it('first fit takes the first that is large enough', () => {
    const { heap, at } = holes('first-fit');
    expect(heap.malloc(0, 32)).toBe(at[0]);
    expect(heap.malloc(1, 100)).toBe(at[2]);
  });

  it('best fit takes the smallest that is large enough, the first of equals', () => {
    const { heap, at } = holes('best-fit');
    expect(heap.malloc(0, 20)).toBe(at[1]);
    expect(heap.malloc(1, 20)).toBe(at[3]);
    expect(heap.malloc(2, 20)).toBe(at[0]);
  });

  it('best fit among equals in a LIFO list takes the one freed last', () => {
    const { heap, at } = holes('best-fit', { order: 'lifo' });
    expect(heap.malloc(0, 20)).toBe(at[3]);
    expect(heap.malloc(1, 20)).toBe(at[1]);
  });

  it('worst fit takes the largest', () => {
    const { heap, at } = holes('worst-fit');
    expect(heap.malloc(0, 20)).toBeGreaterThan(at[3]);
  });

  it('next fit goes on where it stopped', () => {
    const { heap, at } = holes('next-fit');
    // The last search ended in the rest of the heap; behind its end is the first hole again.
    expect(heap.malloc(0, 32)).toBeGreaterThan(at[3]);
    const [, rest] = heap.freeList[heap.freeList.length - 1];
    expect(heap.malloc(1, rest - 16)).toBeGreaterThan(at[3]);
    expect(heap.malloc(2, 32)).toBe(at[0]);
  });

  it('a LIFO list starts with what was freed last', () => {
    const { heap, at } = holes('explicit-lifo');
    expect(heap.malloc(0, 20)).toBe(at[3]);
    expect(heap.malloc(1, 20)).toBe(at[2]);
  });
});

describe('splitting', () => {
  it('hands a remainder out with the block when it is smaller than split', () => {
    const heap = new HandHeap('first-fit', { split: 64 });
    heap.malloc(0, 112);
    heap.malloc(1, 16);
    heap.free(0);
    heap.malloc(0, 64);
    expect(heap.freeList).toHaveLength(1);
    heap.free(0);
    heap.malloc(0, 48);
    expect(heap.freeList.map(([, size]) => size)).toContain(64);
  });

  it('never happens when split is null', () => {
    const heap = new HandHeap('never-split');
    heap.malloc(0, 1);
    expect(heap.freeList).toEqual([]);
    heap.malloc(1, 1);
    expect(heap.mapped).toBe(2 * 65_536);
  });

  it('leaves the remainder where the block was in a LIFO list', () => {
    const heap = new HandHeap('explicit-lifo');
    for (let slot = 0; slot < 4; slot++) heap.malloc(slot, 112);
    heap.free(0);
    heap.free(2);
    const before = heap.freeList;
    expect(before).toHaveLength(3);
    heap.malloc(5, 16);
    expect(heap.freeList.map(([at]) => at)).toEqual([before[0][0] + 32, before[1][0], before[2][0]]);
  });
});

describe('coalescing', () => {
  it('immediate: at every free', () => {
    expect(threeFreed('immediate').freeList).toEqual([[16, 192]]);
  });

  it('deferred: when a request finds no fit, before the heap grows', () => {
    const heap = threeFreed('deferred');
    expect(heap.freeList).toEqual([
      [16, 64],
      [80, 64],
      [144, 64],
    ]);
    expect(heap.malloc(9, 48)).toBe(16);
    expect(heap.malloc(8, 100)).toBe(80);
    expect(heap.mapped).toBe(256);
    expect(heap.statistics()).toMatchObject({ passes: 2, merges: 1 });
  });

  it('deferred: the highest run comes first in a LIFO list', () => {
    const heap = new HandHeap('deferred', { growthStep: 512 });
    for (let slot = 0; slot < 8; slot++) heap.malloc(slot, 48);
    for (const slot of [6, 5, 1, 3, 0]) heap.free(slot);
    heap.malloc(9, 1000);
    const sizes = new Map(heap.freeList);
    expect([...sizes.keys()].slice(0, 3)).toEqual([16 + 5 * 64, 16, 16 + 3 * 64]);
    expect(sizes.get(16)).toBe(128);
  });

  it('none: never, so the heap grows beside free space enough', () => {
    const heap = threeFreed('none');
    heap.malloc(8, 100);
    expect(heap.mapped).toBe(512);
    expect(heap.statistics()).toMatchObject({ merges: 0 });
  });
});

describe('realloc', () => {
  it('stays when it fits, and frees what it no longer needs', () => {
    const heap = new HandHeap('first-fit');
    heap.malloc(0, 112);
    heap.malloc(1, 16);
    expect(heap.realloc(0, 100)).toBe('inPlace 16');
    expect(heap.realloc(0, 16)).toBe('inPlace 16');
    expect(heap.freeList[0]).toEqual([48, 96]);
  });

  it('grows into the free block behind it', () => {
    const heap = new HandHeap('first-fit', { growthStep: 256 });
    heap.malloc(0, 16);
    expect(heap.realloc(0, 100)).toBe('inPlace 16');
    expect(heap.freeList).toEqual([[144, 128]]);
    expect(heap.realloc(0, 240)).toBe('inPlace 16');
    expect(heap.freeList).toEqual([]);
  });

  it('moves when the block behind it is live, places first and frees then', () => {
    const heap = new HandHeap('first-fit');
    heap.malloc(0, 16);
    heap.malloc(1, 16);
    expect(heap.realloc(0, 17)).toBe('moved 80');
    expect(heap.freeList[0]).toEqual([16, 32]);
  });

  it('moves when blocks never merge', () => {
    const heap = new HandHeap('no-coalescing');
    heap.malloc(0, 16);
    expect(heap.realloc(0, 17)).toBe('moved 48');
  });

  it('keeps the old block when there is no memory for the new one', () => {
    const heap = new HandHeap('small-device');
    heap.malloc(0, 100);
    heap.malloc(1, 100);
    expect(heap.realloc(0, 70_000)).toBe('outOfMemory 0');
    expect(heap.free(0)).toBe(8);
  });

  it('of a refused malloc is a malloc', () => {
    const heap = new HandHeap('small-device');
    expect(heap.malloc(0, 70_000)).toBe('outOfMemory 0');
    expect(heap.realloc(0, 100)).toBe(8);
    expect(heap.malloc(1, 70_000)).toBe('outOfMemory 0');
    expect(heap.free(1)).toBe('freed 0');
  });
});

describe('the end of the heap', () => {
  it('is given back when it is free and long enough', () => {
    const heap = new HandHeap('first-fit', { growthStep: 4096, trim: 4096 });
    heap.malloc(0, 100);
    heap.malloc(1, 8000);
    expect(heap.mapped).toBe(4096 + 8016);
    heap.mappings();
    heap.free(0);
    expect(heap.mapped).toBe(4096 + 8016);
    heap.free(1);
    expect(heap.mapped).toBe(0);
    expect(heap.mappings()).toEqual([['unmap', 4096 + 8016]]);
  });

  it('stays mapped below a live block: one block at the top pins all below', () => {
    const heap = new HandHeap('give-back');
    for (let slot = 0; slot < 100; slot++) heap.malloc(slot, 10_000);
    const peak = heap.mapped;
    for (let slot = 0; slot < 99; slot++) heap.free(slot);
    expect(heap.mapped).toBeGreaterThan(peak - 131_072);
    heap.free(99);
    expect(heap.mapped).toBe(0);
  });

  it('takes the bytes that align the first payload with it', () => {
    const heap = new HandHeap('first-fit', { headerSize: 8, trim: 1, growthStep: 256 });
    expect(heap.malloc(0, 24)).toBe(16);
    expect(heap.mapped).toBe(8 + 256);
    heap.free(0);
    expect(heap.mapped).toBe(0);
  });
});

describe('sizes that no machine has', () => {
  it('are refused when they exceed the longest heap', () => {
    const heap = new HandHeap('osteps-style', { mappedLimit: null });
    expect(heap.malloc(0, 2 ** 32 - 1)).toBe('outOfMemory 0');
    expect(heap.malloc(1, 2 ** 31 - 2 ** 16)).toBe(0);
    expect(heap.malloc(2, 1)).toBe('outOfMemory 0');
  });

  it('are served when they fit: seven blocks of 4 GiB, not eight', () => {
    const heap = new HandHeap('first-fit');
    const places = Array.from({ length: 7 }, (_, slot) => heap.malloc(slot, 2 ** 32 - 1));
    expect(places[6]).toBe(6 * (2 ** 32 + 16) + 16);
    expect(heap.malloc(7, 2 ** 32 - 1)).toBe('outOfMemory 0');
  });
});
