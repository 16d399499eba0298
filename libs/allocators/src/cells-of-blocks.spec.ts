import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cellsOfBlocks } from './cells-of-blocks.js';

const PAGE = 4096;
const UNIT = 16;
const REGION = 3;

/** Blocks one after the other, with gaps: gap and size of each in units. */
const heaps = fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 1500 })), { maxLength: 30 });

describe('cells of a model without pools', () => {
  it('are as full as a count of every unit says, wherever blocks begin and end', () => {
    fc.assert(
      fc.property(heaps, (heap) => {
        let top = 0;
        const blocks = heap.map(([gap, units]) => {
          const offset = top + gap;
          top = offset + units;
          return { offset, units };
        });
        const pages = Math.ceil((top * UNIT) / PAGE) + 1;
        const counted = Array.from({ length: pages }, () => 0);
        for (const { offset, units } of blocks) {
          for (let unit = offset; unit < offset + units; unit++) counted[Math.floor((unit * UNIT) / PAGE)]++;
        }
        const cells = cellsOfBlocks([{ region: REGION, base: 0, bytes: pages * PAGE }], UNIT, (visitor) => {
          for (const { offset, units } of blocks) visitor(0, 1, REGION, offset, units * UNIT);
        });
        expect([...cells.used]).toEqual(counted);
        expect(new Set(cells.capacity)).toEqual(new Set([PAGE / UNIT]));
      }),
      { numRuns: 200 },
    );
  });

  it('grow where the heap is too large for pages, and show a block however small', () => {
    const bytes = 2 ** 32;
    const { cellBytes, used, capacity } = cellsOfBlocks([{ region: 0, base: 0, bytes }], UNIT, (visitor) => {
      visitor(0, 1, 0, 0, UNIT);
      visitor(1, 1, 0, bytes / 2 / UNIT, bytes / 2);
    });
    expect([cellBytes, used.length]).toEqual([65_536, 65_536]);
    expect([used[0], used[1], used[32_767], used[32_768], used[65_535]]).toEqual([1, 0, 0, capacity[0], capacity[0]]);
  });
});
