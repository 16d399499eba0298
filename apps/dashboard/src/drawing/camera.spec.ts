import { describe, expect, it } from '@jest/globals';
import { between, fitting, moved, WHOLE, zoomedAt } from './camera.js';

describe('a camera', () => {
  it('keeps the point under the pointer where it is', () => {
    const one = zoomedAt(WHOLE, 4, 100, 50, 500, 400);
    // What was at (100, 50) still is.
    expect([100 * one.scale + one.x, 50 * one.scale + one.y]).toEqual([100, 50]);
    expect(zoomedAt(one, 0.01, 100, 50, 500, 400)).toEqual(WHOLE);
  });

  it('does not leave the picture', () => {
    const near = moved(zoomedAt(WHOLE, 2, 0, 0, 500, 400), 900, -9000, 500, 400);
    expect(near).toEqual({ scale: 2, x: 0, y: -400 });
  });

  it('goes from the whole to a box and arrives', () => {
    const box = fitting({ x: 100, y: 100, width: 10, height: 10 }, 500, 400);
    expect(10 * box.scale).toBeCloseTo(0.94 * 400);
    expect(between(WHOLE, box, 1)).toEqual(box);
    const halfway = between(WHOLE, box, 0.4);
    expect(halfway.scale).toBeGreaterThan(1);
    expect(halfway.scale).toBeLessThan(box.scale);
  });
});
