/** The whole heap: a tile per arena, a cell per pool, filled from below as far as it is in use. */
import type { HeapMap } from '@heapcast/contracts';
import { share } from '../words/amounts.js';
import type { Surface } from './canvas.js';
import { classColour } from './class-colours.js';
import { layOut, placeOf, type TileLayout } from './tiles.js';

export interface OverviewLook {
  readonly map: HeapMap;
  readonly chosen: number | null;
  readonly colouring: 'use' | 'size';
}

/** Below so many pixels a cell has one colour, in five steps. */
const FILLED_FROM = 4;

/** @param tiles more than the arenas that are mapped, where places of others stay */
export function overviewLayout(
  map: HeapMap,
  width: number,
  height: number,
  tiles: number = map.region.length,
): TileLayout {
  let most = 1;
  for (let place = 0; place < map.region.length; place++) most = Math.max(most, cellsOf(map, place));
  return layOut(tiles, most, width, height);
}

function cellsOf(map: HeapMap, place: number): number {
  return (map.firstCell[place + 1] ?? 0) - (map.firstCell[place] ?? 0) + (hasLostCell(map, place) ? 1 : 0);
}

/** An arena that is not pool-aligned loses one pool: it is drawn, as a sliver. */
export function hasLostCell(map: HeapMap, place: number): boolean {
  return (map.lead[place] ?? 0) > 0;
}

/** Bytes in use over bytes of the region's cells. */
export function liveShare(map: HeapMap, place: number): { readonly live: number; readonly bytes: number } {
  let live = 0;
  const first = map.firstCell[place] ?? 0;
  const end = map.firstCell[place + 1] ?? 0;
  for (let cell = first; cell < end; cell++) {
    const size = map.blockBytes[cell] ?? 0;
    const used = map.used[cell] ?? 0;
    live += size > 0 ? used * size : (used / Math.max(1, map.capacity[cell] ?? 1)) * map.cellBytes;
  }
  return { live, bytes: (end - first) * map.cellBytes };
}

export function drawOverview({ context, width, height, colours }: Surface, look: OverviewLook): void {
  const { map, chosen, colouring } = look;
  const layout = overviewLayout(map, width, height);
  const { cell, edge, tile, labels } = layout;
  const gap = cell >= 5 ? 1 : 0;
  const side = cell - gap;
  // One pass per colour: changing the fill is what costs.
  const fills = new Map<string, number[]>();
  const put = (colour: string, x: number, y: number, w: number, h: number): void => {
    const list = fills.get(colour);
    if (list) list.push(x, y, w, h);
    else fills.set(colour, [x, y, w, h]);
  };
  for (let place = 0; place < map.region.length; place++) {
    const [left, top] = placeOf(layout, place);
    if (map.region[place] === chosen) ring(context, colours.surface, colours.ink, left, top, tile, labels);
    const lost = hasLostCell(map, place) ? 1 : 0;
    if (lost) put(colours.over2, left, top + side * 0.75, side, side * 0.25);
    const first = map.firstCell[place] ?? 0;
    const end = map.firstCell[place + 1] ?? 0;
    for (let index = first; index < end; index++) {
      const nth = index - first + lost;
      const x = left + (nth % edge) * cell;
      const y = top + Math.floor(nth / edge) * cell;
      const used = map.used[index] ?? 0;
      if (used === 0) {
        if (colouring === 'use') put(colours.hold3, x, y, side, side);
        else put(colours.cell2, x + side * 0.36, y + side * 0.36, side * 0.28, side * 0.28);
        continue;
      }
      const full = used / (map.capacity[index] ?? 1);
      const live = colouring === 'use' ? colours.use : classColour(map.blockBytes[index] ?? 0, colours.theme);
      const held = colouring === 'use' ? colours.hold : colours.cell;
      if (cell < FILLED_FROM) {
        const step = Math.max(1, Math.ceil(full * 4)) / 4;
        put(step === 1 ? live : `color-mix(in oklab, ${live} ${25 + 75 * step}%, ${held})`, x, y, cell, cell);
        continue;
      }
      const filled = full === 1 ? side : Math.min(side - 1, Math.max(1.5, side * full));
      if (filled < side) put(held, x, y, side, side - filled - 1);
      put(live, x, y + side - filled, side, filled);
    }
  }
  for (const [colour, list] of fills) {
    context.fillStyle = colour;
    for (let at = 0; at < list.length; at += 4) {
      context.fillRect(list[at] ?? 0, list[at + 1] ?? 0, list[at + 2] ?? 0, list[at + 3] ?? 0);
    }
  }
  if (labels) drawLabels(context, look, layout, colours);
}

function ring(
  context: CanvasRenderingContext2D,
  fill: string,
  line: string,
  left: number,
  top: number,
  tile: number,
  labels: boolean,
): void {
  const above = labels ? 19 : 4;
  context.fillStyle = fill;
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(left - 5, top - above, tile + 9, tile + above + 4, 6);
  context.fill();
  context.stroke();
}

function drawLabels(
  context: CanvasRenderingContext2D,
  { map, chosen }: OverviewLook,
  layout: TileLayout,
  colours: Surface['colours'],
): void {
  context.font = '500 11px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  for (let place = 0; place < map.region.length; place++) {
    const [left, top] = placeOf(layout, place);
    const { live, bytes } = liveShare(map, place);
    context.textAlign = 'left';
    context.fillStyle = map.region[place] === chosen ? colours.ink : colours.ink2;
    context.fillText(`A${map.region[place]}`, left, top - 6);
    if (layout.tile < 46) continue;
    context.textAlign = 'right';
    context.fillStyle = live < 0.2 * bytes ? colours.alert : colours.ink3;
    context.fillText(share(live, bytes), left + layout.tile - 1, top - 6);
  }
}
