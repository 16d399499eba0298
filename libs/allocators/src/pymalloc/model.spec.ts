import { beforeEach, describe, expect, it } from '@jest/globals';
import { Op } from '@heapcast/trace';
import { findModel } from '../registry.js';
import { RequestsByHand } from './requests-by-hand.js';

const ARENA = 4096;
/** Four pools of three blocks of 256 bytes, and memory for two arenas and 1000 bytes. */
const DEVICE = { arenaSize: ARENA, poolSize: 1024, smallThreshold: 256, mappedLimit: 2 * ARENA + 1000 };

describe('a device with too little memory', () => {
  let heap: RequestsByHand;
  beforeEach(() => {
    heap = new RequestsByHand('cpython-3.8', DEVICE);
  });

  it('refuses the request for which another arena would be mapped, and changes nothing', () => {
    heap.mallocMany('a', 24, 256);
    const before = { ...heap.model.totals(), ledger: heap.model.ledger() };
    expect(heap.malloc('b', 256)).toBe('outOfMemory');
    expect({ ...heap.model.totals(), ledger: heap.model.ledger() }).toEqual({ ...before, events: before.events + 1 });
    heap.free('a5');
    expect(heap.malloc('c', 256)).toEqual([0, 1, 2]);
  });

  it('counts system blocks at the size asked for against the same limit', () => {
    expect(heap.malloc('a', 2 * ARENA + 1000)).toBe('raw');
    expect(heap.malloc('b', 300)).toBe('outOfMemory');
    expect(heap.malloc('c', 16)).toBe('outOfMemory');
    expect(heap.malloc('d', 0)).toBe('raw');
    heap.free('a');
    expect(heap.malloc('e', 16)).toEqual([0, 0, 0]);
    expect(heap.malloc('f', ARENA + 1001)).toBe('outOfMemory');
    expect(heap.malloc('g', ARENA + 1000)).toBe('raw');
  });

  it('treats the NULL of a failed malloc as NULL: free does nothing, realloc acts as malloc', () => {
    heap.malloc('a', 2 * ARENA + 1000);
    expect(heap.malloc('b', 16)).toBe('outOfMemory');
    expect(heap.malloc('c', 16)).toBe('outOfMemory');
    expect(heap.free('b')).toBe('freed');
    expect(heap.realloc('c', 32)).toBe('outOfMemory');
    heap.free('a');
    expect(heap.realloc('c', 32)).toEqual([0, 0, 0]);
    expect(heap.outcome).toBe('placed');
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 1, requestedBytes: 32, rawBlocks: 0, rawBytes: 0 });
  });

  it('keeps the old block of a realloc that fails, small or not', () => {
    heap.mallocMany('a', 24, 256);
    expect(heap.realloc('a0', 1001)).toBe('outOfMemory');
    expect(heap.realloc('a1', 16)).toBe('outOfMemory');
    expect(heap.malloc('b', 600)).toBe('raw');
    expect(heap.realloc('b', 1001)).toBe('outOfMemory');
    expect(heap.model.totals()).toMatchObject({ liveBlocks: 24, requestedBytes: 24 * 256, rawBytes: 600 });
    expect(heap.realloc('b', 1000)).toBe('raw');
    expect(heap.free('a0')).toEqual([0, 0, 0]);
    expect(heap.free('a1')).toEqual([0, 0, 1]);
  });

  it('has memory again when an arena is given back', () => {
    heap.mallocMany('a', 24, 256);
    for (let i = 12; i < 24; i++) heap.free(`a${i}`);
    expect(heap.malloc('b', ARENA)).toBe('raw');
    expect(heap.malloc('c', 16)).toBe('outOfMemory');
  });
});

describe('mistakes of the program', () => {
  it('are outcomes that change nothing', () => {
    const heap = new RequestsByHand('cpython-3.13');
    heap.malloc('a', 100);
    const { events, ...before } = heap.model.totals();
    expect(heap.request(Op.staleFree, 0, 1)).toBe('doubleFree');
    expect(heap.request(Op.staleFree, 0, 0)).toBe('invalidFree');
    expect(heap.request(Op.staleRealloc, 50, 1)).toBe('invalidRealloc');
    expect(heap.request(Op.free)).toBe('none');
    expect(heap.request(Op.mark, 7)).toBe('none');
    expect(heap.model.totals()).toEqual({ ...before, events: events + 5 });
  });
});

describe('statistics', () => {
  it('count arenas as CPython does', () => {
    const heap = new RequestsByHand('cpython-3.8', { ...DEVICE, mappedLimit: null });
    heap.mallocMany('a', 36, 256);
    for (let i = 0; i < 12; i++) heap.free(`a${i}`);
    heap.malloc('b', 16);
    expect(heap.model.statistics()).toMatchObject({
      arenas: { allocatedTotal: 4, reclaimed: 1, highWater: 3, current: 3 },
      pools: { used: 9, unused: 3 },
      classes: [
        { class: 0, size: 16, pools: 1, blocksInUse: 1, availableBlocks: 60 },
        { class: 15, size: 256, pools: 8, blocksInUse: 24, availableBlocks: 0 },
      ],
      arenaMap: null,
    });
  });

  it('account for every mapped byte', () => {
    const heap = new RequestsByHand('cpython-3.13', {}, [1]);
    heap.malloc('a', 100);
    heap.malloc('b', 300);
    heap.malloc('c', 300);
    heap.free('b');
    // Blocks of 112 and 304 bytes: 145 and 53 to a pool.
    expect(heap.model.ledger()).toEqual({
      mapped: 1_048_576,
      entries: {
        requested: 400,
        rounding: 12 + 4,
        poolHeaders: 2 * 48,
        poolTails: (16_336 % 112) + (16_336 % 304),
        freeBlocks: 144 * 112 + 52 * 304,
        freePools: 61 * 16_384,
        arenaAlignment: 16_384,
      },
    });
  });
});

describe('a saved state', () => {
  it('is refused when it is another model’s', () => {
    const heap = new RequestsByHand('cpython-3.13');
    const freelist = findModel('freelist')!;
    const answer = freelist.resolve({ model: 'freelist' });
    if ('problems' in answer) throw new Error('freelist has no default');
    const other = freelist.create(answer.resolved, { arenaMisalignment: new Uint8Array(0) });
    expect(() => heap.model.restore(other.save())).toThrow('not a state of a pymalloc model');
  });

  it('costs little beside the heap, and only for what is used', () => {
    const heap = new RequestsByHand('cpython-3.13');
    const empty = heap.model.save().byteLength;
    heap.mallocMany('a', 5000, 200);
    // A link of two bytes and a row of the block table for each block, a row for each pool.
    const used = heap.model.save().byteLength - empty;
    expect(used).toBeGreaterThan(5000 * 10);
    expect(used).toBeLessThan(5000 * 10 + 128 * 40);
    expect(empty).toBeLessThan(2000);
  });
});
