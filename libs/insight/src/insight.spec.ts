import { describe, expect, it } from '@jest/globals';
import type { Ledger, Totals } from '@heapcast/allocators';
import type { Curve } from '@heapcast/replay';
import * as fc from 'fast-check';
import { downsample } from './curve-sampling.js';
import { describeEvent, type DescribedEvent } from './event-sentence.js';
import { fragmentation } from './fragmentation.js';
import { ledgerHolds } from './ledger.js';
import { bytesInWords, perCent } from './quantities.js';
import { describeState } from './state-sentence.js';

const MIB = 1 << 20;
const ledger: Ledger = {
  mapped: 2 * MIB,
  entries: {
    requested: 943_718,
    rounding: 100_000,
    poolHeaders: 6_144,
    poolTails: 2_048,
    freeBlocks: 100_000,
    freePools: 2 * MIB - 943_718 - 100_000 - 6_144 - 2_048 - 100_000,
    arenaAlignment: 0,
  },
};
const totals: Totals = {
  events: 20,
  liveBlocks: 14_020,
  requestedBytes: 943_718,
  allocatedBytes: 1_043_718,
  mappedBytes: 2 * MIB,
  rawBlocks: 0,
  rawBytes: 0,
};
const event: DescribedEvent = {
  op: 'malloc',
  size: 24,
  outcome: 'placed',
  number: 7,
  region: 1,
  pool: 0,
  index: 3,
  blockBytes: 32,
};

const curveOf = (mappedMax: number[]): Curve => ({
  eventsPerBucket: 10,
  requestedMin: mappedMax,
  requestedMax: mappedMax,
  allocatedMin: mappedMax,
  allocatedMax: mappedMax,
  mappedMin: mappedMax,
  mappedMax,
  liveBlocksMax: mappedMax,
  rawBytesMax: mappedMax,
});

describe('a ledger', () => {
  it('holds when its headings sum to the mapped bytes', () => {
    expect(ledgerHolds(ledger)).toBe(true);
    expect(ledgerHolds({ mapped: 0, entries: {} })).toBe(true);
  });

  it('does not hold when a byte is missing, counted twice, negative or broken', () => {
    expect(ledgerHolds({ ...ledger, mapped: ledger.mapped + 1 })).toBe(false);
    expect(ledgerHolds({ ...ledger, mapped: ledger.mapped - 1 })).toBe(false);
    expect(ledgerHolds({ mapped: 0, entries: { requested: 1, rounding: -1 } })).toBe(false);
    expect(ledgerHolds({ mapped: 1, entries: { requested: 0.5, rounding: 0.5 } })).toBe(false);
  });
});

describe('fragmentation', () => {
  it('puts every mapped byte under one of four shares', () => {
    const { requestedBytes, internalBytes, externalBytes, overheadBytes, ...shares } = fragmentation(ledger);
    expect(requestedBytes + internalBytes + externalBytes + overheadBytes).toBe(ledger.mapped);
    expect({ internalBytes, overheadBytes }).toEqual({ internalBytes: 100_000, overheadBytes: 8_192 });
    expect(shares.utilisation + shares.internal + shares.external + shares.overhead).toBeCloseTo(1, 12);
  });

  it('is zero where nothing is mapped', () => {
    expect(fragmentation({ mapped: 0, entries: { requested: 0 } })).toMatchObject({ utilisation: 0, external: 0 });
  });

  it('counts a heading it does not know as overhead', () => {
    expect(fragmentation({ mapped: 10, entries: { requested: 4, magic: 6 } }).overhead).toBe(0.6);
  });
});

describe('a curve in fewer points', () => {
  it('keeps the highest and the lowest value, in no more points than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (values, points) => {
          const fewer = downsample(curveOf(values), points);
          expect(fewer.mappedMax.length).toBeLessThanOrEqual(points);
          expect(fewer.mappedMax.length).toBe(fewer.requestedMin.length);
          expect(Math.max(...fewer.mappedMax)).toBe(Math.max(...values));
          expect(Math.min(...fewer.requestedMin)).toBe(Math.min(...values));
          expect(fewer.eventsPerBucket * fewer.mappedMax.length).toBeGreaterThanOrEqual(10 * values.length);
        },
      ),
    );
  });

  it('joins neighbours', () => {
    expect(downsample(curveOf([1, 5, 2, 9, 4]), 3)).toMatchObject({
      eventsPerBucket: 20,
      mappedMax: [5, 9, 4],
      mappedMin: [1, 2, 4],
    });
  });

  it('refuses no points at all', () => {
    expect(() => downsample(curveOf([1]), 0)).toThrow(RangeError);
  });
});

describe('sentences', () => {
  it('say what a state holds and where most of the rest is', () => {
    expect(describeState({ totals, ledger, regions: { mapped: 2, noun: 'arena' } })).toBe(
      '2.0 MiB mapped in 2 arenas, 921.6 KiB requested in 14,020 blocks; 45 % is held in free pools.',
    );
  });

  it('say when nothing is mapped, and what the system allocator holds', () => {
    const raw = { ...totals, rawBlocks: 1, rawBytes: 600 };
    expect(describeState({ totals: raw, ledger: { mapped: 0, entries: {} } })).toBe(
      'Nothing is mapped. Beside it the system allocator serves 600 bytes in 1 block.',
    );
  });

  it('say where a block went and which arena it took', () => {
    expect(describeEvent({ ...event, name: 'a', mappings: [{ kind: 'map', bytes: MIB }] })).toBe(
      'malloc of 24 bytes for block 7 "a": block 3 of pool 0 in arena 1, 32 bytes; an arena of 1.0 MiB was mapped.',
    );
  });

  it('name every outcome', () => {
    const nowhere = { region: -1, pool: -1, index: -1, blockBytes: 0 };
    expect(describeEvent({ ...event, op: 'free', outcome: 'freed' })).toBe(
      'free of block 7: block 3 of pool 0 in arena 1 is free again.',
    );
    expect(describeEvent({ ...event, ...nowhere, op: 'staleFree', outcome: 'doubleFree' })).toBe(
      'free of block 7: a double free: the block is freed already; nothing changed.',
    );
    expect(describeEvent({ ...event, ...nowhere, op: 'free', number: 0, outcome: 'none' })).toBe(
      'free of NULL: nothing to do.',
    );
    expect(
      describeEvent({ ...event, pool: -1, region: 0, regionNoun: 'heap', op: 'realloc', size: 1, outcome: 'moved' }),
    ).toBe('realloc of block 7 to 1 byte: moved to a block in heap 0, 32 bytes.');
    expect(describeEvent({ ...event, ...nowhere, op: 'mark', number: 0, size: 3, name: 'here', outcome: 'none' })).toBe(
      'mark 3 "here": nothing to do.',
    );
  });
});

describe('quantities', () => {
  it('are said in binary units', () => {
    expect([0, 1, 1023, 1024, 1536, MIB - 1, 3 * MIB, 5e12].map(bytesInWords)).toEqual([
      '0 bytes',
      '1 byte',
      '1,023 bytes',
      '1.0 KiB',
      '1.5 KiB',
      '1.0 MiB',
      '3.0 MiB',
      '4.5 TiB',
    ]);
  });

  it('never round what is there to nothing', () => {
    expect([0, 0.001, 0.43, 0.999, 1].map(perCent)).toEqual(['0 %', 'under 1 %', '43 %', 'over 99 %', '100 %']);
  });
});
