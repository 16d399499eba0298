/**
 * Where the tiles of a heap map lie: arenas in rows, each a square of cells. All places follow from a few numbers, so what is
 * under the pointer is arithmetic, never a search.
 */
export interface TileLayout {
  readonly columns: number;
  readonly rows: number;
  /** Cells along the edge of a tile. */
  readonly edge: number;
  /** Pixels per cell, and per tile. */
  readonly cell: number;
  readonly tile: number;
  readonly gapX: number;
  readonly gapY: number;
  /** Is there room for a label above each tile? */
  readonly labels: boolean;
}

const MARGIN = 6;
const LABEL = 20;

/** The largest tiles for which all fit; half pixels, so that cells look alike. */
export function layOut(tiles: number, cellsPerTile: number, width: number, height: number): TileLayout {
  const edge = Math.max(1, Math.ceil(Math.sqrt(cellsPerTile)));
  for (const labels of [true, false]) {
    const gapX = labels ? 14 : 3;
    const gapY = labels ? LABEL + 6 : 3;
    let best = { columns: Math.max(1, tiles), cell: 0 };
    for (let columns = 1; columns <= Math.max(1, tiles); columns++) {
      const rows = Math.ceil(Math.max(1, tiles) / columns);
      const room = Math.min(
        (width - 2 * MARGIN - gapX * (columns - 1)) / columns,
        (height - MARGIN - gapY * rows) / rows,
      );
      const cell = Math.floor((2 * room) / edge) / 2;
      if (cell > best.cell) best = { columns, cell };
    }
    if (best.cell < 3 && labels) continue;
    // No arena vanishes, however many there are: the last ones are below the edge of the map, which scrolls.
    const cell = Math.max(0.5, Math.min(best.cell, 24));
    const tile = cell * edge;
    const rows = Math.ceil(Math.max(1, tiles) / best.columns);
    const spare = best.columns > 1 ? (width - 2 * MARGIN - best.columns * tile) / (best.columns - 1) : gapX;
    return {
      columns: best.columns,
      rows,
      edge,
      cell,
      tile,
      gapX: Math.max(gapX, Math.min(60, spare)),
      gapY: labels ? Math.max(gapY, Math.min(48, (height - MARGIN - rows * tile) / rows)) : gapY,
      labels,
    };
  }
  throw new Error('unreachable');
}

/** Top left corner of a tile. */
export function placeOf({ columns, tile, gapX, gapY, labels }: TileLayout, index: number): readonly [number, number] {
  const column = index % columns;
  const row = Math.floor(index / columns);
  return [MARGIN + column * (tile + gapX), row * (tile + gapY) + (labels ? LABEL : MARGIN)];
}

/** The tile at a point, its label included; -1 = none. */
export function tileAt(layout: TileLayout, tiles: number, x: number, y: number): number {
  const { columns, tile, gapX, gapY, labels } = layout;
  const column = Math.floor((x - MARGIN + gapX / 2) / (tile + gapX));
  const row = Math.floor((y - (labels ? 0 : MARGIN)) / (tile + gapY));
  const index = row * columns + column;
  if (column < 0 || column >= columns || row < 0 || index >= tiles) return -1;
  const [left, top] = placeOf(layout, index);
  const isInside = x >= left - 3 && x <= left + tile + 3 && y >= top - (labels ? LABEL : 3) && y <= top + tile + 3;
  return isInside ? index : -1;
}

/** How `count` blocks fill a rectangle best: columns, rows and the size of each. */
export function gridFor(count: number, width: number, height: number) {
  let best = { columns: 1, rows: count, edge: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const edge = Math.min(width / columns, height / rows);
    if (edge > best.edge + 0.001) best = { columns, rows, edge };
  }
  return { ...best, width: width / best.columns, height: height / best.rows };
}
