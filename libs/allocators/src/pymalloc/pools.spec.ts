import { beforeEach, describe, expect, it } from '@jest/globals';
import { RequestsByHand } from './requests-by-hand.js';

/** 256 KiB arenas, 4 KiB pools: seven blocks of 512 bytes in a pool, 63 of 64. */
let heap: RequestsByHand;
beforeEach(() => {
  heap = new RequestsByHand('cpython-3.8');
});

describe('size classes', () => {
  it.each([
    [1, 16],
    [16, 16],
    [17, 32],
    [511, 512],
    [512, 512],
  ])('serves %i bytes with a block of %i', (asked, size) => {
    heap.malloc('a', asked);
    expect(heap.pool(0, 0).size).toBe(size);
    expect(heap.model.totals()).toMatchObject({ requestedBytes: asked, allocatedBytes: size });
  });

  it.each([0, 513, 0xffff_ffff])('leaves %i bytes to the system allocator', (asked) => {
    expect(heap.malloc('a', asked)).toBe('raw');
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 0, mappedBytes: 0, rawBlocks: 1, rawBytes: asked });
    heap.free('a');
    expect(heap.model.totals()).toMatchObject({ rawBlocks: 0, rawBytes: 0 });
  });

  it('goes by 8 bytes up to 256 in 2.3', () => {
    const old = new RequestsByHand('cpython-2.3');
    old.malloc('a', 9);
    old.malloc('b', 256);
    expect([old.pool(0, 0).size, old.pool(0, 1).size]).toEqual([16, 256]);
    expect(old.malloc('c', 257)).toBe('raw');
  });

  it('serves calloc and realloc of NULL as malloc', () => {
    expect(heap.malloc('a', 64)).toEqual([0, 0, 0]);
    expect(heap.calloc('b', 64)).toEqual([0, 0, 1]);
    expect(heap.reallocNull('c', 64)).toEqual([0, 0, 2]);
    expect(heap.outcome).toBe('placed');
  });
});

describe('blocks of a pool', () => {
  it('are handed out from the untouched tail in order while none is freed', () => {
    expect(heap.mallocMany('a', 3, 512)).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 2],
    ]);
    expect(heap.pool(0, 0)).toMatchObject({ capacity: 7, used: 3, freed: 0, untouched: 4, next: [3, 4, 5, 6] });
  });

  it('are reused last freed first, before the untouched tail', () => {
    heap.mallocMany('a', 4, 512);
    for (const name of ['a1', 'a3', 'a0']) heap.free(name);
    expect(heap.pool(0, 0)).toMatchObject({ used: 1, freed: 3, untouched: 3, next: [0, 3, 1, 4, 5, 6] });
    expect(heap.mallocMany('b', 4, 512).map((place) => place[2])).toEqual([0, 3, 1, 4]);
  });

  it('are told live, freed or untouched, with their owners', () => {
    heap.mallocMany('a', 3, 500);
    heap.free('a1');
    expect(heap.blocks(0, 0).map(({ index, state, name, requested }) => [index, state, name, requested])).toEqual([
      [0, 'live', 'a0', 500],
      [1, 'freed', undefined, undefined],
      [2, 'live', 'a2', 500],
      ...[3, 4, 5, 6].map((index) => [index, 'untouched', undefined, undefined]),
    ]);
  });
});

describe('pools of a class', () => {
  it('are filled before another pool is taken', () => {
    expect(heap.mallocMany('a', 8, 512).at(6)).toEqual([0, 0, 6]);
    expect(heap.pool(0, 0).state).toBe('full');
    expect(heap.pool(0, 1)).toMatchObject({ state: 'used', used: 1 });
  });

  it('go to the front when they were full and a block is freed', () => {
    heap.mallocMany('a', 15, 512);
    heap.free('a2');
    heap.free('a9');
    // Pool 2 has a block in use and was at the front; pool 0 came before it, pool 1 before that.
    expect(heap.malloc('b', 512)).toEqual([0, 1, 2]);
    expect(heap.malloc('c', 512)).toEqual([0, 0, 2]);
    expect(heap.malloc('d', 512)).toEqual([0, 2, 1]);
  });

  it('keep their place when they were not full and a block is freed', () => {
    heap.mallocMany('a', 9, 512);
    heap.free('a0');
    heap.free('a7');
    expect(heap.malloc('b', 512)).toEqual([0, 0, 0]);
    expect(heap.malloc('c', 512)).toEqual([0, 1, 0]);
  });

  it('leave the middle of their list when they become empty', () => {
    heap.mallocMany('a', 21, 512);
    for (const name of ['a0', 'a7', 'a14']) heap.free(name);
    for (let i = 8; i < 14; i++) heap.free(`a${i}`);
    expect(heap.pool(0, 1).state).toBe('free');
    expect(heap.malloc('b', 512)).toEqual([0, 2, 0]);
    expect(heap.malloc('c', 512)).toEqual([0, 0, 0]);
    expect(heap.malloc('d', 512)).toEqual([0, 1, 6]);
  });
});

describe('an emptied pool', () => {
  it('is taken before one never used, the one emptied last first', () => {
    heap.malloc('keep', 16);
    heap.malloc('a', 32);
    heap.malloc('b', 48);
    heap.free('a');
    heap.free('b');
    expect(heap.malloc('c', 64)).toEqual([0, 2, 0]);
    expect(heap.malloc('d', 80)).toEqual([0, 1, 0]);
    expect(heap.malloc('e', 96)).toEqual([0, 3, 0]);
  });

  it('keeps its stack of freed blocks and its untouched tail when the same class takes it again', () => {
    heap.malloc('keep', 16);
    heap.mallocMany('a', 4, 512);
    for (const name of ['a2', 'a0', 'a3', 'a1']) heap.free(name);
    expect(heap.pool(0, 1)).toMatchObject({ state: 'free', class: 31, used: 0, freed: 4, untouched: 3 });
    expect(heap.mallocMany('b', 5, 512).map((place) => place[2])).toEqual([1, 3, 0, 2, 4]);
  });

  it('is wiped when another class takes it, even if the first takes it once more', () => {
    heap.malloc('keep', 16);
    heap.mallocMany('a', 4, 512);
    for (const name of ['a2', 'a0', 'a3', 'a1']) heap.free(name);
    expect(heap.malloc('b', 496)).toEqual([0, 1, 0]);
    heap.free('b');
    expect(heap.malloc('c', 512)).toEqual([0, 1, 0]);
    expect(heap.malloc('d', 512)).toEqual([0, 1, 1]);
  });

  it('is never the same again after its arena was unmapped', () => {
    heap.mallocMany('a', 3, 512);
    for (const name of ['a0', 'a1', 'a2']) heap.free(name);
    expect(heap.mallocMany('b', 2, 512)).toEqual([
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });
});

describe('realloc', () => {
  it('stays in place while it fits and more than three quarters are used', () => {
    heap.malloc('a', 512);
    expect(heap.realloc('a', 385)).toEqual([0, 0, 0]);
    expect(heap.outcome).toBe('inPlace');
    expect(heap.realloc('a', 512)).toEqual([0, 0, 0]);
    expect(heap.model.totals()).toMatchObject({ requestedBytes: 512, allocatedBytes: 512, liveBlocks: 1 });
  });

  it('moves at three quarters', () => {
    heap.malloc('a', 512);
    expect(heap.realloc('a', 384)).toEqual([0, 1, 0]);
    expect(heap.outcome).toBe('moved');
    expect(heap.model.totals()).toMatchObject({ requestedBytes: 384, allocatedBytes: 384, liveBlocks: 1 });
  });

  it('judges by the block, not by what was asked for before', () => {
    heap.malloc('a', 64);
    heap.realloc('a', 49);
    expect(heap.realloc('a', 64)).toEqual([0, 0, 0]);
    expect(heap.outcome).toBe('inPlace');
  });

  it('places the new block before it frees the old one', () => {
    // With 512 bytes freed first, its pool would be empty and be taken for the new block.
    heap.malloc('keep', 16);
    heap.malloc('a', 512);
    expect(heap.realloc('a', 100)).toEqual([0, 2, 0]);
    expect(heap.malloc('b', 200)).toEqual([0, 1, 0]);
  });

  it('goes to the system allocator when it grows beyond the threshold, and stays there', () => {
    heap.malloc('a', 512);
    expect(heap.realloc('a', 513)).toBe('raw');
    expect(heap.realloc('a', 16)).toBe('raw');
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 0, requestedBytes: 0, rawBlocks: 1, rawBytes: 16 });
  });

  it('to 0 bytes ends at the system allocator', () => {
    heap.malloc('a', 16);
    expect(heap.realloc('a', 0)).toBe('raw');
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 0, rawBlocks: 1, rawBytes: 0 });
  });

  it('in 2.3 takes over a system block that becomes small', () => {
    const old = new RequestsByHand('cpython-2.3');
    old.malloc('a', 1000);
    expect(old.realloc('a', 100)).toEqual([0, 0, 0]);
    expect(old.outcome).toBe('moved');
    old.malloc('b', 1000);
    expect(old.realloc('b', 0)).toEqual([0, 1, 0]);
    expect(old.model.totals()).toMatchObject({ liveBlocks: 2, requestedBytes: 100, rawBlocks: 0, rawBytes: 0 });
    old.malloc('c', 1000);
    expect(old.realloc('c', 257)).toBe('raw');
  });

  it('makes a block from elsewhere one of the system allocator', () => {
    heap.foreign('a');
    expect(heap.model.totals()).toMatchObject({ rawBlocks: 0, rawBytes: 0 });
    expect(heap.realloc('a', 100)).toBe('raw');
    expect(heap.model.totals()).toMatchObject({ rawBlocks: 1, rawBytes: 100 });
    expect(heap.free('a')).toBe('freed');
  });
});
