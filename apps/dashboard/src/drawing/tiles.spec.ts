import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gridFor, layOut, placeOf, tileAt } from './tiles.js';

const maps = fc.record({
  tiles: fc.integer({ min: 1, max: 600 }),
  cells: fc.constantFrom(1, 63, 64, 256),
  width: fc.integer({ min: 200, max: 1600 }),
  height: fc.integer({ min: 150, max: 1000 }),
});

describe('the tiles of a heap map', () => {
  it('are found where they are drawn', () => {
    fc.assert(
      fc.property(maps, ({ tiles, cells, width, height }) => {
        const layout = layOut(tiles, cells, width, height);
        for (let index = 0; index < tiles; index++) {
          const [x, y] = placeOf(layout, index);
          expect(tileAt(layout, tiles, x + layout.tile / 2, y + layout.tile / 2)).toBe(index);
        }
      }),
    );
  });

  it('all lie inside of the map, when there is room at all', () => {
    fc.assert(
      fc.property(maps, ({ tiles, cells, width, height }) => {
        const layout = layOut(tiles, cells, width, height);
        fc.pre(layout.cell > 0.5);
        const [x, y] = placeOf(layout, Math.min(tiles, layout.columns) - 1);
        const [, bottom] = placeOf(layout, tiles - 1);
        expect(x + layout.tile).toBeLessThanOrEqual(width + 0.01);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(bottom + layout.tile).toBeLessThanOrEqual(height + 0.01);
      }),
    );
  });

  it('have labels as long as a cell has three pixels', () => {
    expect(layOut(26, 64, 550, 450).labels).toBe(true);
    expect(layOut(500, 64, 550, 450).labels).toBe(false);
  });
});

describe('the blocks of a pool', () => {
  it('all have a place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1100 }), (count) => {
        const { columns, rows } = gridFor(count, 60, 40);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect(columns * (rows - 1)).toBeLessThan(count);
      }),
    );
  });
});
