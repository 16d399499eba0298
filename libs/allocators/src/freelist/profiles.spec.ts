import { describe, expect, it } from '@jest/globals';
import { HandHeap } from './hand-heap.js';

const exercise = (heap: HandHeap) => [
  heap.malloc(0, 3),
  heap.free(0),
  heap.malloc(0, 5),
  heap.free(0),
  heap.malloc(0, 8),
  heap.free(0),
  heap.malloc(0, 8),
  heap.free(0),
  heap.malloc(0, 2),
  heap.malloc(1, 7),
];

describe('the free-space exercise of "Operating Systems: Three Easy Pieces" (seed 0, answers as its simulator prints them)', () => {
  it('best fit', () => {
    const heap = new HandHeap('osteps-style');
    expect(exercise(heap)).toEqual([0, 0, 3, 3, 8, 8, 8, 8, 0, 8]);
    expect(heap.freeList).toEqual([
      [2, 1],
      [3, 5],
      [15, 1],
      [16, 84],
    ]);
  });

  it('first fit: the same here', () => {
    expect(exercise(new HandHeap('osteps-style', { fit: 'first' }))).toEqual([0, 0, 3, 3, 8, 8, 8, 8, 0, 8]);
  });

  it('worst fit', () => {
    const heap = new HandHeap('osteps-style', { fit: 'worst' });
    expect(exercise(heap)).toEqual([0, 0, 3, 3, 8, 8, 16, 16, 24, 26]);
    expect(heap.freeList).toEqual([
      [0, 3],
      [3, 5],
      [8, 8],
      [16, 8],
      [33, 67],
    ]);
    // 2 + 3 + 4 + 5 + 5 elements searched; the first request finds an empty list and grows the heap.
    expect(heap.statistics()).toMatchObject({ searches: { count: 6, examined: 19 } });
  });

  it('best fit with coalescing', () => {
    const heap = new HandHeap('osteps-style', { coalesce: 'immediate' });
    expect(exercise(heap)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(heap.freeList).toEqual([[9, 91]]);
  });

  it('never has more than its 100 bytes', () => {
    const heap = new HandHeap('osteps-style');
    expect(heap.malloc(0, 101)).toBe('outOfMemory 0');
    expect(heap.malloc(1, 100)).toBe(0);
    expect(heap.malloc(2, 1)).toBe('outOfMemory 0');
    expect(heap.malloc(3, 0)).toBe('outOfMemory 0');
  });
});

describe('the allocator of Kernighan and Ritchie', () => {
  /** NALLOC headers of 16 bytes. */
  const STEP = 16_384;

  it('asks for at least 1024 units and hands out the tail end', () => {
    const heap = new HandHeap('kr');
    expect(heap.malloc(0, 1)).toBe(STEP - 16);
    expect(heap.malloc(1, 16)).toBe(STEP - 16 - 32);
    expect(heap.malloc(2, 17)).toBe(STEP - 16 - 32 - 48);
    expect(heap.mappings()).toEqual([['map', STEP]]);
    expect(heap.freeList).toEqual([[16, STEP - 96 - 16]]);
  });

  it('asks for just what a large request needs, with one header', () => {
    const heap = new HandHeap('kr');
    expect(heap.malloc(0, 20_000)).toBe(16);
    expect(heap.mapped).toBe(20_016);
    expect(heap.freeList).toEqual([]);
  });

  it('gives malloc(0) a header and nothing else', () => {
    const heap = new HandHeap('kr');
    // The payload would begin where the block ends: at the end of the heap.
    expect(heap.malloc(0, 0)).toBe(STEP);
    expect(heap.malloc(1, 0)).toBe(STEP - 16);
  });

  it('searches on from the block freed last', () => {
    const heap = new HandHeap('kr');
    for (let slot = 0; slot < 4; slot++) heap.malloc(slot, 100);
    const [third] = [heap.free(2)];
    heap.free(0);
    // Both holes and the rest of the heap fit; block 0 was freed last.
    expect(heap.malloc(4, 100)).not.toBe(third);
    expect(heap.freeList).toHaveLength(2);
    expect(heap.malloc(5, 16)).toBe(16 + (heap.freeList[0][1] - 16) + 16);
  });

  it('searches on behind a block that was merged into its lower neighbour', () => {
    const heap = new HandHeap('kr');
    for (let slot = 0; slot < 6; slot++) heap.malloc(slot, 100);
    const high = heap.free(0);
    heap.malloc(0, 100);
    heap.free(3);
    heap.free(0);
    heap.free(2);
    // 2 lies above 3 and was merged into it: the search starts at 0, which is above the two.
    expect(heap.malloc(6, 100)).toBe(high);
  });

  it('merges with both neighbours', () => {
    const heap = new HandHeap('kr');
    for (let slot = 0; slot < 3; slot++) heap.malloc(slot, 100);
    heap.free(0);
    heap.free(2);
    expect(heap.freeList).toHaveLength(2);
    heap.free(1);
    expect(heap.freeList).toEqual([[16, STEP]]);
  });
});
