/** Where arenas were that went back to the operating system: an outline, and the word where it fits. */
import type { HeapMap } from '@heapcast/contracts';
import type { Camera } from '../../drawing/camera.js';
import type { Frame } from '../../drawing/raster-canvas.js';
import { tileCount } from '../../drawing/tile-order.js';
import { placeOf, type TileLayout } from '../../drawing/tiles.js';

/** Pixels from which on dashes are told from a line, and from which on the word fits. */
const DASHED = 14;
const WORDED = 64;

export function drawReleased(
  { pen, colours, width, height }: Frame,
  map: HeapMap,
  layout: TileLayout,
  { scale, x, y }: Camera,
  placeAt: (nth: number) => number,
): void {
  const side = layout.tile * scale;
  const isNamed = (layout.labels ? 20 : layout.gapY) * scale >= 14;
  pen.font = '500 11px "Inter Variable", system-ui, sans-serif';
  pen.fillStyle = colours.ink3;
  pen.strokeStyle = colours.ink3;
  pen.lineWidth = 1;
  pen.setLineDash(side >= DASHED ? [3, 3] : []);
  // One path for all: to stroke each would cost more than to draw the heap.
  pen.beginPath();
  for (let nth = 0; nth < tileCount(map); nth++) {
    const place = placeAt(nth);
    if (place >= 0) continue;
    const [left, top] = placeOf(layout, nth);
    const [px, py] = [left * scale + x, top * scale + y];
    if (px > width || py - 20 > height || px + side < 0 || py + side < 0) continue;
    if (side >= 3) pen.rect(px + 0.5, py + 0.5, side - 1, side - 1);
    if (isNamed) {
      pen.textAlign = 'left';
      pen.textBaseline = 'alphabetic';
      pen.fillText(`A${map.releasedRegion[~place]}`, px, py - 6);
    }
    if (side < WORDED) continue;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText('released', px + side / 2, py + side / 2);
  }
  pen.stroke();
  pen.setLineDash([]);
}
