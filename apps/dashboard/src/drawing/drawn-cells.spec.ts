import { describe, expect, it } from '@jest/globals';
import type { HeapMap } from '@heapcast/contracts';
import { DrawnCells } from './drawn-cells.js';

/** Three arenas of two pools. */
function mapOf(used: readonly number[], statesOf: number | null = null, states: readonly number[] = []): HeapMap {
  const none = { liveBlocks: 0, requestedBytes: 0, allocatedBytes: 0, mappedBytes: 0, rawBlocks: 0, rawBytes: 0 };
  return {
    at: 1,
    cellBytes: 4096,
    base: Float64Array.of(0, 1, 2),
    region: Uint32Array.of(4, 5, 6),
    slot: Uint32Array.of(0, 1, 2),
    lead: Uint32Array.of(0, 0, 0),
    releasedBase: new Float64Array(0),
    releasedRegion: new Uint32Array(0),
    releasedSlot: new Uint32Array(0),
    firstCell: Uint32Array.of(0, 2, 4, 6),
    blockBytes: new Uint16Array(6).fill(32),
    capacity: new Uint16Array(6).fill(126),
    used: Uint16Array.from(used),
    touched: new Uint16Array(6),
    statesOf,
    states: Uint8Array.from(states),
    totals: { events: 1, ...none },
    ledger: { mapped: 0, entries: {} },
  };
}

describe('what was drawn', () => {
  it('is all that there is at first, then nothing, then the arenas in which something changed', () => {
    const drawn = new DrawnCells();
    const map = mapOf([1, 1, 1, 1, 1, 1]);
    expect(drawn.update(map)).toBeNull();
    expect(drawn.update(map)).toEqual([]);
    // In place, as maps that are watched change.
    map.used[3] = 9;
    expect(drawn.update(map)).toEqual([1]);
    expect(drawn.update(mapOf([2, 1, 1, 9, 1, 7]))).toEqual([0, 2]);
    expect(drawn.update(mapOf([2, 1, 1, 9, 1, 7]))).toEqual([]);
  });

  it('counts blocks of the arena that tells them, also when another does', () => {
    const drawn = new DrawnCells();
    const used = [1, 1, 1, 1, 1, 1];
    drawn.update(mapOf(used, 5, [2, 1]));
    expect(drawn.update(mapOf(used, 5, [2, 1]))).toEqual([]);
    expect(drawn.update(mapOf(used, 5, [1, 2]))).toEqual([1]);
    expect(drawn.update(mapOf(used, 6, [2, 2]))).toEqual([1, 2]);
    expect(drawn.update(mapOf(used))).toEqual([2]);
  });

  it('is another heap when arenas come or go', () => {
    const drawn = new DrawnCells();
    const map = mapOf([1, 1, 1, 1, 1, 1]);
    drawn.update(map);
    expect(drawn.update({ ...map, region: Uint32Array.of(4, 5, 7) })).toBeNull();
  });
});
