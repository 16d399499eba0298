import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slid, zoomed } from './stretch.js';

const END = 100_000;
const parts = fc
  .tuple(fc.integer({ min: 0, max: END - 100 }), fc.integer({ min: 100, max: END }))
  .map(([from, width]) => ({ from, to: Math.min(END, from + width) }));

describe('a part of a recording', () => {
  it('stays within it, however one zooms and slides', () => {
    const inside = ({ from, to }: { from: number; to: number }): boolean => 0 <= from && from < to && to <= END;
    fc.assert(
      fc.property(
        parts,
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        fc.integer({ min: -END, max: END }),
        (part, factor, by) => {
          const nearer = zoomed(part, factor, (part.from + part.to) / 2, END);
          if (nearer) expect(inside(nearer)).toBe(true);
          const moved = slid(part, by, END);
          expect([inside(moved), moved.to - moved.from]).toEqual([true, part.to - part.from]);
        },
      ),
    );
  });

  it('keeps the event under the pointer where it is', () => {
    expect(zoomed({ from: 0, to: END }, 0.5, 25_000, END)).toEqual({ from: 12_500, to: 62_500 });
    expect(zoomed({ from: 12_500, to: 62_500 }, 4, 25_000, END)).toBeNull();
  });
});
