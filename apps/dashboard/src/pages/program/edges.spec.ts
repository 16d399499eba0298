import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { edgePath } from './edges.js';

const coordinate = fc.integer({ min: 0, max: 2000 });
const box = fc.record({
  x: coordinate,
  y: coordinate,
  width: fc.integer({ min: 60, max: 320 }),
  height: fc.integer({ min: 40, max: 400 }),
});
const numbers = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe('an arrow', () => {
  it('goes from the middle of its dot to the border of its object, wherever the two are', () => {
    fc.assert(
      fc.property(coordinate, coordinate, box, fc.integer({ min: 1, max: 9 }), (x, y, to, count) => {
        for (let nth = 0; nth < count; nth++) {
          const points = numbers(edgePath({ x, y, width: 9, height: 9 }, to, nth, count));
          expect(points.slice(0, 2)).toEqual([x + 4.5, y + 4.5]);
          const [endX = 0, endY = 0] = points.slice(-2);
          expect(endX).toBeGreaterThanOrEqual(to.x - 4);
          expect(endX).toBeLessThanOrEqual(to.x + to.width + 4);
          expect(endY).toBeGreaterThanOrEqual(to.y - 4);
          expect(endY).toBeLessThanOrEqual(to.y + to.height + 4);
        }
      }),
    );
  });

  it('has its own head when several go to one object: 16 pixels apart where there is room', () => {
    const to = { x: 300, y: 0, width: 200, height: 100 };
    const ends = [0, 1, 2].map((nth) => numbers(edgePath({ x: 0, y: 0, width: 9, height: 9 }, to, nth, 3)).at(-1));
    expect(ends).toEqual([34, 50, 66]);
  });
});
