/**
 * One arena in pixels: its pools in rows, each as full as it is, or with its blocks at their true number. Where everything lies
 * follows from a few numbers, so what is under the pointer is arithmetic, never a search.
 */
import type { HeapMap } from '@heapcast/contracts';
import type { Colours, HeapLook } from './heap-look.js';
import { Part } from './heap-look.js';
import type { Inks } from './inks.js';
import type { Level } from './level.js';
import { blend, type Raster } from './raster.js';
import { gridFor } from './tiles.js';

const LIVE = 2;
const UNTOUCHED = 0;

/** Pools of a region, and its place among them. */
export interface ArenaGrid {
  /** Index of its first cell, and how many there are. */
  readonly first: number;
  readonly cells: number;
  /** 1 = an arena that is not pool-aligned loses one pool. */
  readonly lost: number;
  /** Pools along an edge. */
  readonly edge: number;
}

export function arenaGrid(map: HeapMap, place: number): ArenaGrid {
  const first = map.firstCell[place] ?? 0;
  const cells = (map.firstCell[place + 1] ?? 0) - first;
  const lost = (map.lead[place] ?? 0) > 0 ? 1 : 0;
  return { first, cells, lost, edge: Math.max(1, Math.ceil(Math.sqrt(cells + lost))) };
}

/** Top left corner and size on the screen, in device pixels; all may be broken numbers. */
export interface ArenaSpot {
  readonly x: number;
  readonly y: number;
  /** Per pool. */
  readonly cell: number;
}

export interface Painting {
  readonly raster: Raster;
  readonly look: HeapLook;
  readonly colours: Colours;
  readonly inks: Inks;
}

/** Pixels from which on a free pool is an outline where only `use` tells how much is held. */
const OUTLINED = 20;

/** Gap between two pools. */
export function gapOf(cell: number): number {
  return cell >= 48 ? Math.round(cell * 0.08) : cell >= 12 ? 2 : cell >= 5 ? 1 : 0;
}

export function drawArena(painting: Painting, place: number, spot: ArenaSpot, level: Level): void {
  const { raster, look, inks, colours } = painting;
  const grid = arenaGrid(look.map, place);
  const { first, cells, lost, edge } = grid;
  const { x, y, cell } = spot;
  const all = edge * cell;
  if (x > raster.width || y > raster.height || x + all < 0 || y + all < 0) return;
  if (level === 'arenas') return drawWhole(painting, grid, spot);
  const gap = gapOf(cell);
  const { map } = look;
  const withBlocks = (level === 'blocks' || level === 'numbers') && map.statesOf === map.region[place];
  if (lost) {
    const right = Math.round(x + cell) - gap;
    const bottom = Math.round(y + cell) - gap;
    const ink = colours.seen(inks.over2, Part.lost, -1);
    if (cell < 24) raster.fill(Math.round(x), Math.round(y + cell * 0.75), right, bottom, ink);
    else raster.hatch(Math.round(x), Math.round(y), right, bottom, ink, 6);
  }
  let block = 0;
  for (let pool = 0; pool < cells; pool++) {
    const index = first + pool;
    const nth = pool + lost;
    const left = x + (nth % edge) * cell;
    const top = y + Math.floor(nth / edge) * cell;
    const capacity = map.capacity[index] ?? 0;
    const from = block;
    block += capacity;
    if (left > raster.width || top > raster.height || left + cell < 0 || top + cell < 0) continue;
    drawPool(painting, index, withBlocks && (map.blockBytes[index] ?? 0) > 0 ? from : -1, {
      x0: Math.round(left),
      y0: Math.round(top),
      x1: Math.max(Math.round(left) + 1, Math.round(left + cell) - gap),
      y1: Math.max(Math.round(top) + 1, Math.round(top + cell) - gap),
    });
  }
}

interface Edges {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

function drawPool(painting: Painting, index: number, firstBlock: number, edges: Edges): void {
  const { raster, look, colours, inks } = painting;
  const { map } = look;
  const { x0, y0, x1, y1 } = edges;
  const used = map.used[index] ?? 0;
  const size = map.blockBytes[index] ?? 0;
  const width = x1 - x0;
  if (used === 0) {
    const ink = colours.seen(colours.freePool, Part.freePool, -1);
    if (colours.dots && width > OUTLINED)
      return raster.dash(x0, y0, x1, y1, colours.seen(inks.line2, Part.freePool, -1), 4);
    if (!colours.dots || width < 4) raster.fill(x0, y0, x1, y1, colours.dots ? blend(ink, inks.map, 0.4) : ink);
    else {
      const inset = Math.round(width * 0.36);
      raster.fill(x0 + inset, y0 + inset, x1 - inset, y1 - inset, ink);
    }
    if (width > 20 && !colours.dots) raster.round(x0, y0, x1, y1, inks.bg);
    return;
  }
  if (firstBlock >= 0 && width >= 20) return drawBlocks(painting, index, firstBlock, edges);
  const live = colours.seen(colours.live(index, -1), Part.live, size);
  const held = colours.seen(colours.held, Part.freeBlock, size);
  const full = used / Math.max(1, map.capacity[index] ?? 1);
  if (width < 5) {
    const step = full === 1 ? 1 : Math.max(1, Math.ceil(full * 4)) / 5;
    raster.fill(x0, y0, x1, y1, blend(live, held, step));
    return;
  }
  const height = y1 - y0;
  const filled = full === 1 ? height : Math.min(height - 1, Math.max(1, Math.round(height * full)));
  // Blue and orange never touch: a line of the ground lies between them.
  if (filled < height) {
    raster.fill(x0, y0, x1, y1 - filled - 1, held);
    raster.fill(x0, y1 - filled - 1, x1, y1 - filled, inks.map);
  }
  raster.fill(x0, y1 - filled, x1, y1, live);
}

/** Where the blocks of a pool lie in its rectangle, in device pixels. */
export function blockGrid(capacity: number, width: number) {
  const inset = Math.max(1, Math.round(width * 0.03));
  const header = Math.max(3, Math.round(width * 0.06));
  return { inset, header, ...gridFor(capacity, width - 2 * inset, width - inset - header) };
}

function drawBlocks(painting: Painting, index: number, firstBlock: number, { x0, y0, x1, y1 }: Edges): void {
  const { raster, look, colours, inks } = painting;
  const { map, tints } = look;
  const size = map.blockBytes[index] ?? 0;
  const capacity = map.capacity[index] ?? 0;
  const grid = blockGrid(capacity, x1 - x0);
  raster.fill(x0, y0, x1, y1, inks.map);
  const line = Math.max(1, Math.round(grid.header / 2.5));
  raster.fill(
    x0 + grid.inset,
    y0 + grid.inset,
    x1 - grid.inset,
    y0 + grid.inset + line,
    colours.seen(inks.over, Part.header, size),
  );
  const gap = grid.width >= 12 ? 2 : grid.width >= 3 ? 1 : 0;
  const held = colours.seen(colours.held, Part.freeBlock, size);
  const byBlock = tints !== null && tints.blocks.length > 0;
  for (let block = 0; block < capacity; block++) {
    const state = map.states[firstBlock + block];
    if (state === UNTOUCHED && colours.dots) continue;
    const left = x0 + grid.inset + (block % grid.columns) * grid.width;
    const top = y0 + grid.header + Math.floor(block / grid.columns) * grid.height;
    const ink =
      state === LIVE ? colours.seen(colours.live(index, byBlock ? firstBlock + block : -1), Part.live, size) : held;
    const right = Math.max(Math.round(left) + 1, Math.round(left + grid.width) - gap);
    const bottom = Math.max(Math.round(top) + 1, Math.round(top + grid.height) - gap);
    raster.fill(Math.round(left), Math.round(top), right, bottom, ink);
  }
}

/** So small that only the share in use can be seen. */
function drawWhole({ raster, look, colours }: Painting, { first, cells, edge }: ArenaGrid, spot: ArenaSpot): void {
  let used = 0;
  for (let index = first; index < first + cells; index++) {
    used += (look.map.used[index] ?? 0) / Math.max(1, look.map.capacity[index] ?? 1);
  }
  const { x, y, cell } = spot;
  const side = edge * cell;
  const [x0, y0] = [Math.round(x), Math.round(y)];
  const [x1, y1] = [Math.max(x0 + 1, Math.round(x + side)), Math.max(y0 + 1, Math.round(y + side))];
  const filled = used === 0 ? 0 : Math.max(1, Math.round(((y1 - y0) * used) / Math.max(1, cells)));
  raster.fill(x0, y0, x1, y1 - filled, colours.seen(colours.held, Part.freeBlock, -1));
  raster.fill(x0, y1 - filled, x1, y1, colours.seen(colours.live(first, -1), Part.live, -1));
}

/** The pool, and the block in it, at a point; both are where they are drawn. */
export function poolAt(map: HeapMap, place: number, spot: ArenaSpot, px: number, py: number) {
  const { first, cells, lost, edge } = arenaGrid(map, place);
  const column = Math.floor((px - spot.x) / spot.cell);
  const row = Math.floor((py - spot.y) / spot.cell);
  const pool = row * edge + column - lost;
  if (column < 0 || column >= edge || row < 0 || pool < 0 || pool >= cells) return null;
  const capacity = map.capacity[first + pool] ?? 0;
  const side = spot.cell - gapOf(spot.cell);
  if (capacity === 0 || (map.blockBytes[first + pool] ?? 0) === 0 || side < 20) return { pool, block: null };
  const grid = blockGrid(capacity, side);
  const across = Math.floor((px - spot.x - column * spot.cell - grid.inset) / grid.width);
  const down = Math.floor((py - spot.y - row * spot.cell - grid.header) / grid.height);
  const block = down * grid.columns + across;
  const isBlock = across >= 0 && across < grid.columns && down >= 0 && block < capacity;
  return { pool, block: isBlock ? block : null };
}

/** A pool's rectangle, or that of a block in it. */
export function boxOf(map: HeapMap, place: number, spot: ArenaSpot, pool: number, block: number | null) {
  const { first, lost, edge } = arenaGrid(map, place);
  const nth = pool + lost;
  const side = spot.cell - gapOf(spot.cell);
  const x = spot.x + (nth % edge) * spot.cell;
  const y = spot.y + Math.floor(nth / edge) * spot.cell;
  if (block === null) return { x, y, width: side, height: side };
  const grid = blockGrid(map.capacity[first + pool] ?? 1, side);
  return {
    x: x + grid.inset + (block % grid.columns) * grid.width,
    y: y + grid.header + Math.floor(block / grid.columns) * grid.height,
    width: grid.width,
    height: grid.height,
  };
}
