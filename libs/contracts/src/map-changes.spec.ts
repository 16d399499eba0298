import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeHeapMap, encodeHeapMap, type HeapMap } from './heap-map.js';
import { applyMapChanges, encodeMapChanges } from './map-changes.js';

/** Regions by ordinal, each a list of cells: bytes per block, capacity, used, touched. */
type Regions = ReadonlyMap<number, readonly (readonly [number, number, number, number])[]>;

function mapOf(at: number, regions: Regions, statesOf: number | null, states: readonly number[]): HeapMap {
  const ordinals = [...regions.keys()];
  const cells = [...regions.values()].flat();
  let first = 0;
  return {
    at,
    cellBytes: 4096,
    base: Float64Array.from(ordinals, (ordinal) => 0x7f00_0000_0000 + ordinal * 2 ** 20),
    region: Uint32Array.from(ordinals),
    slot: Uint32Array.from(ordinals, (_, place) => place),
    lead: Uint32Array.from(ordinals, (ordinal) => (ordinal % 3) * 16),
    releasedBase: Float64Array.from(ordinals.slice(0, at % 3), (ordinal) => ordinal * 2 ** 30),
    releasedRegion: Uint32Array.from(ordinals.slice(0, at % 3)),
    releasedSlot: Uint32Array.from(ordinals.slice(0, at % 3), (ordinal) => ordinal + at),
    firstCell: Uint32Array.from([0, ...[...regions.values()].map((of) => (first += of.length))]),
    blockBytes: Uint16Array.from(cells, ([size]) => size),
    capacity: Uint16Array.from(cells, ([, capacity]) => capacity),
    used: Uint16Array.from(cells, ([, , used]) => used),
    touched: Uint16Array.from(cells, ([, , , touched]) => touched),
    statesOf,
    states: Uint8Array.from(statesOf === null ? [] : states),
    totals: {
      events: at,
      liveBlocks: cells.length,
      requestedBytes: 7 * at,
      allocatedBytes: 8 * at,
      mappedBytes: 2 ** 20 * ordinals.length,
      rawBlocks: 0,
      rawBytes: 0,
    },
    ledger: { mapped: 2 ** 20 * ordinals.length, entries: { requested: 7 * at, rounding: at } },
  };
}

const anyCell = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3));
/** Few ordinals and few values, so that much stays as it was, and much comes back. */
const anyMap = fc
  .record({
    regions: fc.uniqueArray(fc.tuple(fc.nat(5), fc.array(anyCell, { maxLength: 6 })), {
      selector: ([ordinal]) => ordinal,
      maxLength: 5,
    }),
    statesOf: fc.option(fc.nat(2)),
    states: fc.array(fc.nat(2), { maxLength: 60 }),
  })
  .map(
    ({ regions, statesOf, states }) =>
      (at: number) =>
        mapOf(at, new Map(regions.sort(([a], [b]) => a - b)), statesOf, states),
  );
/** The same heap with one cell or block another: what most pictures are. */
const anyTouch = fc.record({ cell: fc.nat(30), block: fc.nat(60), value: fc.nat(2) });

function touched(map: HeapMap, { cell, block, value }: { cell: number; block: number; value: number }): HeapMap {
  const [used, states] = [map.used.slice(), map.states.slice()];
  if (cell < used.length) used[cell] = value;
  if (block < states.length) states[block] = value;
  return { ...map, at: map.at + 1, used, states };
}

const copied = (map: HeapMap): HeapMap => decodeHeapMap(encodeHeapMap(map).buffer);

describe('changes of a map', () => {
  it('lead from any picture to any other', () => {
    fc.assert(
      fc.property(anyMap, anyMap, (before, after) => {
        const [first, then] = [before(3), after(9)];
        expect(applyMapChanges(copied(first), encodeMapChanges(first, then).buffer).map).toEqual(then);
      }),
      { numRuns: 500 },
    );
  });

  it('one after the other lead to the last picture, and name the cells that are others', () => {
    fc.assert(
      fc.property(anyMap, fc.array(fc.oneof(anyMap, anyTouch), { maxLength: 8 }), (begin, steps) => {
        let now = begin(1);
        let shown = copied(now);
        for (const step of steps) {
          const next = typeof step === 'function' ? step(now.at + 1) : touched(now, step);
          const { map, cells } = applyMapChanges(shown, encodeMapChanges(now, next).buffer);
          if (typeof step !== 'function') {
            const others = [...next.used.keys()].filter((cell) => next.used[cell] !== now.used[cell]);
            expect([...(cells ?? [])]).toEqual(others);
          }
          [now, shown] = [next, map];
          expect(shown).toEqual(now);
        }
      }),
    );
  });

  it('are small where little changed, however large the heap', () => {
    const region = Array.from({ length: 64 }, () => [32, 127, 100, 127] as const);
    const large = mapOf(1, new Map(Array.from({ length: 500 }, (_, ordinal) => [ordinal, region])), 4, []);
    const changes = encodeMapChanges(large, touched(large, { cell: 9, block: 0, value: 3 }));
    expect(encodeHeapMap(large).length).toBeGreaterThan(250_000);
    expect(changes.length).toBeLessThan(250);
  });

  it('of another picture, cut short, or no changes at all are refused', () => {
    const map = mapOf(4, new Map([[0, [[32, 127, 1, 1]]]]), 0, [2, 0, 0]);
    const bytes = encodeMapChanges(map, touched(map, { cell: 0, block: 1, value: 2 }));
    expect(() => applyMapChanges({ ...map, at: 3 }, bytes.buffer)).toThrow('follow on event 4, the map shows 3');
    expect(() => applyMapChanges(map, bytes.buffer.slice(0, -1))).toThrow(/have \d+ bytes, not \d+/);
    expect(() => applyMapChanges(map, bytes.buffer.slice(0, 20))).toThrow('have no 20 bytes');
    expect(() => applyMapChanges(map, encodeHeapMap(map).buffer)).toThrow('does not start with HCD1');
  });
});
