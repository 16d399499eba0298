import { describe, expect, it } from '@jest/globals';
import { blend, Raster } from './raster.js';

describe('a raster', () => {
  it('cuts off what lies outside, on every side', () => {
    const raster = new Raster(4, 3);
    raster.clear(1);
    raster.fill(-5, -5, 2, 2, 2);
    raster.fill(3, 2, 99, 99, 3);
    expect([...raster.pixels]).toEqual([2, 2, 1, 1, 2, 2, 1, 1, 1, 1, 1, 3]);
    raster.fill(2, 2, 2, 99, 9);
    raster.fill(9, 9, 12, 12, 9);
    expect(raster.pixels.includes(9)).toBe(false);
  });

  it('rounds a rectangle by its corners', () => {
    const raster = new Raster(3, 3);
    raster.fill(0, 0, 3, 3, 7);
    raster.round(0, 0, 3, 3, 0);
    expect([...raster.pixels]).toEqual([0, 7, 0, 7, 7, 7, 0, 7, 0]);
  });
});

describe('a dashed line', () => {
  it('goes along the inner edge, and leaves the middle', () => {
    const raster = new Raster(6, 4);
    raster.dash(0, 0, 6, 4, 7, 2);
    const rows = Array.from({ length: 4 }, (_, y) => raster.pixels.slice(6 * y, 6 * y + 6).join(''));
    expect(rows).toEqual(['770077', '700007', '000000', '770077']);
  });
});

describe('blending', () => {
  it('goes from the ground to the ink, each channel by itself', () => {
    const ink = 0xff_30_80_f0;
    const ground = 0xff_10_20_40;
    expect(blend(ink, ground, 0)).toBe(ground);
    expect(blend(ink, ground, 1)).toBe(ink);
    const half = blend(ink, ground, 0.5);
    expect([half & 0xff, (half >> 8) & 0xff, (half >> 16) & 0xff]).toEqual([0x98, 0x50, 0x20]);
  });
});
