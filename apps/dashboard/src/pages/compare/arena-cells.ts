/** A heap so small that an arena is one cell: filled from below as far as it is in use. Where one was given back, an outline stays. */
import type { HeapMap } from '@heapcast/contracts';
import type { Surface } from '../../drawing/canvas.js';
import { liveShare } from '../../drawing/overview.js';
import { tileCount, tileOrder } from '../../drawing/tile-order.js';

const LARGEST_CELL = 40;

/** The edge of the largest squares of which `cells` fit. */
function cellSize(cells: number, width: number, height: number): number {
  let best = 1;
  for (let columns = 1; columns <= cells; columns++) {
    best = Math.max(best, Math.min(width / columns, height / Math.ceil(cells / columns)));
  }
  return Math.min(best, LARGEST_CELL);
}

export function drawArenaCells({ context, width, height, colours }: Surface, map: HeapMap): void {
  const order = tileOrder(map, false);
  const cells = tileCount(map);
  const size = cellSize(cells, width, height);
  const columns = Math.max(1, Math.floor(width / size));
  const side = size - (size > 12 ? 3 : size > 7 ? 1.5 : 0.5);
  const cornerOf = (cell: number): readonly [number, number] => [
    (cell % columns) * size,
    Math.floor(cell / columns) * size,
  ];
  for (let cell = 0; cell < cells; cell++) {
    const [x, y] = cornerOf(cell);
    const place = order?.[cell] ?? cell;
    if (place < 0) {
      context.strokeStyle = colours.line2;
      context.lineWidth = 1;
      if (side > 4) context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
      continue;
    }
    const { live, bytes } = liveShare(map, place);
    const filled = live === 0 ? 0 : Math.max(1, (side * live) / Math.max(1, bytes));
    context.fillStyle = colours.hold2;
    context.fillRect(x, y, side, Math.max(0, side - filled - (filled > 0 ? 1 : 0)));
    context.fillStyle = colours.use;
    context.fillRect(x, y + side - filled, side, filled);
  }
}
