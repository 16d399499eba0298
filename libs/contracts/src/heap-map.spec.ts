import { describe, expect, it } from '@jest/globals';
import { decodeHeapMap, encodeHeapMap, type HeapMap } from './heap-map.js';
import { decodeMapTints, encodeMapTints, type MapTints, NOTHING_LIVE } from './map-tints.js';

const MAP: HeapMap = {
  at: 2 ** 40 + 1,
  cellBytes: 16_384,
  base: Float64Array.of(0x4000_0000_0000, 0x4000_0010_4000),
  region: Uint32Array.of(0, 7),
  slot: Uint32Array.of(0, 1),
  lead: Uint32Array.of(0, 4096),
  firstCell: Uint32Array.of(0, 2, 3),
  blockBytes: Uint16Array.of(32, 0, 512),
  capacity: Uint16Array.of(510, 0, 31),
  used: Uint16Array.of(500, 0, 1),
  touched: Uint16Array.of(510, 0, 2),
  releasedRegion: Uint32Array.of(3),
  releasedSlot: Uint32Array.of(2),
  releasedBase: Float64Array.of(0x4000_0010_0000),
  statesOf: 7,
  states: Uint8Array.of(2, 1, 0),
  totals: {
    events: 9,
    liveBlocks: 501,
    requestedBytes: 16_000,
    allocatedBytes: 16_512,
    mappedBytes: 2_097_152,
    rawBlocks: 0,
    rawBytes: 0,
  },
  ledger: { mapped: 2_097_152, entries: { requested: 16_000 } },
};

describe('a heap map', () => {
  it('comes back as it was, with and without blocks', () => {
    expect(decodeHeapMap(encodeHeapMap(MAP).buffer)).toEqual(MAP);
    const none = { ...MAP, statesOf: null, states: new Uint8Array(0) };
    expect(decodeHeapMap(encodeHeapMap(none).buffer)).toEqual(none);
  });

  it('of an empty heap is a map too', () => {
    const empty = new Uint16Array(0);
    const map: HeapMap = {
      ...MAP,
      base: new Float64Array(0),
      region: new Uint32Array(0),
      slot: new Uint32Array(0),
      lead: new Uint32Array(0),
      firstCell: Uint32Array.of(0),
      releasedRegion: new Uint32Array(0),
      releasedSlot: new Uint32Array(0),
      releasedBase: new Float64Array(0),
      blockBytes: empty,
      capacity: empty,
      used: empty,
      touched: empty,
      statesOf: null,
      states: new Uint8Array(0),
    };
    expect(decodeHeapMap(encodeHeapMap(map).buffer)).toEqual(map);
  });

  it('that is cut short, or something else, is refused', () => {
    const bytes = encodeHeapMap(MAP);
    expect(() => decodeHeapMap(bytes.buffer.slice(0, -1))).toThrow(/has \d+ bytes, not \d+/);
    expect(() => decodeHeapMap(bytes.buffer.slice(0, 20))).toThrow('a heap map has no 20 bytes');
    expect(() => decodeHeapMap(new ArrayBuffer(64))).toThrow('does not start with HCM3');
  });
});

describe('tints of a map', () => {
  const tints: MapTints = {
    at: 2 ** 33,
    by: 'site',
    cells: Uint32Array.of(1, NOTHING_LIVE, 7),
    blocks: Uint32Array.of(1, 0, 7, NOTHING_LIVE),
    sites: [{ file: 'audit.py', line: 19, function: 'log', blocks: 73 }],
  };

  it('come back as they were', () => {
    expect(decodeMapTints(encodeMapTints(tints).buffer)).toEqual(tints);
    const age: MapTints = { ...tints, by: 'age', blocks: new Uint32Array(0), sites: [] };
    expect(decodeMapTints(encodeMapTints(age).buffer)).toEqual(age);
  });

  it('that are cut short are refused', () => {
    const bytes = encodeMapTints(tints);
    expect(() => decodeMapTints(bytes.slice(0, 40).buffer)).toThrow('bytes, not 40');
    expect(() => decodeMapTints(new Uint8Array(32).buffer)).toThrow('does not start with HCT1');
  });
});
