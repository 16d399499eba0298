/** One arena: its pools, and in each pool its blocks at their true number. */
import type { HeapMap } from '@heapcast/contracts';
import type { Surface } from './canvas.js';
import { classColour } from './class-colours.js';
import { hasLostCell } from './overview.js';
import { gridFor } from './tiles.js';

export interface LensLook {
  readonly map: HeapMap;
  /** Ordinal of the arena; its blocks are drawn when the map tells them. */
  readonly arena: number;
  readonly pool: number | null;
  readonly colouring: 'use' | 'size';
}

const LIVE = 2;
const UNTOUCHED = 0;
/** Pixels around a pool's blocks, and for the line that stands for its header. */
const INSET = 2;
const HEADER = 4;

interface LensGrid {
  readonly edge: number;
  readonly cell: number;
  readonly side: number;
  readonly lost: number;
  readonly first: number;
  readonly cells: number;
}

function gridOf({ map, arena }: LensLook, width: number, height: number): LensGrid | null {
  const place = map.region.indexOf(arena);
  if (place < 0) return null;
  const first = map.firstCell[place] ?? 0;
  const cells = (map.firstCell[place + 1] ?? 0) - first;
  const lost = hasLostCell(map, place) ? 1 : 0;
  const edge = Math.max(1, Math.ceil(Math.sqrt(cells + lost)));
  const cell = Math.min(width, height) / edge;
  return { edge, cell, side: cell - (cell > 40 ? 5 : cell > 8 ? 2 : 0), lost, first, cells };
}

/** The pool, and the block in it, at a point. */
export function blockAt(look: LensLook, width: number, height: number, x: number, y: number) {
  const grid = gridOf(look, width, height);
  if (!grid) return null;
  const { edge, cell, side, lost, first, cells } = grid;
  const column = Math.floor(x / cell);
  const row = Math.floor(y / cell);
  const pool = row * edge + column - lost;
  if (column < 0 || column >= edge || pool < 0 || pool >= cells) return null;
  const capacity = look.map.capacity[first + pool] ?? 0;
  if (capacity === 0 || (look.map.blockBytes[first + pool] ?? 0) === 0) return { pool, block: null };
  const blocks = gridFor(capacity, side - 2 * INSET, side - INSET - HEADER);
  const across = Math.floor((x - column * cell - INSET) / blocks.width);
  const down = Math.floor((y - row * cell - HEADER) / blocks.height);
  const block = down * blocks.columns + across;
  const isBlock = across >= 0 && across < blocks.columns && down >= 0 && block < capacity;
  return { pool, block: isBlock ? block : null };
}

export function drawLens({ context, width, height, colours }: Surface, look: LensLook): void {
  const grid = gridOf(look, width, height);
  if (!grid) return;
  const { map, colouring } = look;
  const { edge, cell, side, lost, first, cells } = grid;
  const states = map.statesOf === look.arena ? map.states : null;
  if (lost) hatch(context, colours.over2, 0, 0, side);
  let at = 0;
  for (let pool = 0; pool < cells; pool++) {
    const index = first + pool;
    const capacity = map.capacity[index] ?? 0;
    const used = map.used[index] ?? 0;
    const size = map.blockBytes[index] ?? 0;
    const x = ((pool + lost) % edge) * cell;
    const y = Math.floor((pool + lost) / edge) * cell;
    const from = at;
    if (size > 0) at += capacity;
    if (used === 0) {
      context.fillStyle = colouring === 'use' ? colours.hold3 : colours.cell;
      rounded(context, x, y, side);
    } else if (size === 0 || !states) {
      const filled = Math.max(1, (side * used) / capacity);
      context.fillStyle = colours.hold;
      context.fillRect(x, y, side, Math.max(0, side - filled - 1));
      context.fillStyle = colours.use;
      context.fillRect(x, y + side - filled, side, filled);
    } else {
      const live = colouring === 'use' ? colours.use : classColour(size, colours.theme);
      const free = colouring === 'use' ? colours.hold : colours.cell2;
      context.fillStyle = colours.map;
      rounded(context, x, y, side);
      context.fillStyle = colours.over;
      context.fillRect(x + INSET, y + INSET, side - 2 * INSET, 1.5);
      const blocks = gridFor(capacity, side - 2 * INSET, side - INSET - HEADER);
      const gap = blocks.width > 3 ? 0.7 : 0.25;
      for (const isLive of [false, true]) {
        context.fillStyle = isLive ? live : free;
        for (let block = 0; block < capacity; block++) {
          const state = states[from + block];
          if ((state === LIVE) !== isLive || (state === UNTOUCHED && colouring === 'size')) continue;
          context.fillRect(
            x + INSET + (block % blocks.columns) * blocks.width,
            y + HEADER + Math.floor(block / blocks.columns) * blocks.height,
            Math.max(0.9, blocks.width - gap),
            Math.max(0.9, blocks.height - gap),
          );
        }
      }
    }
    if (pool !== look.pool) continue;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect(x - 1, y - 1, side + 2, side + 2, 4);
    context.stroke();
  }
}

function rounded(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
  context.beginPath();
  context.roundRect(x, y, side, side, 3);
  context.fill();
}

function hatch(context: CanvasRenderingContext2D, colour: string, x: number, y: number, side: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, side, side);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -side; offset < side; offset += 5) {
    context.moveTo(x + offset, y + side);
    context.lineTo(x + offset + side, y);
  }
  context.stroke();
  context.restore();
}
