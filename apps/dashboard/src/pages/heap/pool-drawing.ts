/** Over the blocks of a pool that is looked at from near: in which order the free ones will be handed out. */
import type { HeapMap } from '@heapcast/contracts';
import { type ArenaSpot, boxOf } from '../../drawing/arena.js';
import type { Frame } from '../../drawing/raster-canvas.js';
import type { PoolState } from './pool-detail.js';

/** Pixels from which on a block may have a number, and the sizes of its letters. */
const NUMBERED = 8;
const LETTERS = [8, 13] as const;
/** Arrows that are drawn of a chain: more are not followed by any eye. */
const MOST_ARROWS = 12;
const ARROWHEAD = 3.5;

export interface PoolPlace {
  readonly map: HeapMap;
  /** Of its arena in the map. */
  readonly place: number;
  readonly spot: ArenaSpot;
  readonly pool: number;
}

/** 1, 2, 3 … on the free blocks; the first one has an outline. */
export function drawTurns({ pen, colours }: Frame, near: PoolPlace, { next }: PoolState, isByUse: boolean): void {
  const { map, place, spot, pool } = near;
  const first = boxOf(map, place, spot, pool, 0);
  if (first.width < NUMBERED || first.height < NUMBERED) return;
  const size = Math.round(Math.max(LETTERS[0], Math.min(LETTERS[1], 0.5 * first.height)));
  pen.font = `550 ${size}px "Inter Variable", system-ui, sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  // Orange is light in both themes; the grey of the other colourings is not.
  pen.fillStyle = isByUse && colours.theme === 'dark' ? colours.bg : colours.ink;
  const room = first.width - 3;
  for (const [turn, block] of next.entries()) {
    const text = String(turn + 1);
    if (pen.measureText(text).width > room) break;
    const { x, y, width, height } = boxOf(map, place, spot, pool, block);
    pen.fillText(text, x + width / 2 - 1, y + height / 2);
  }
  const [block] = next;
  if (block === undefined) return;
  const { x, y, width, height } = boxOf(map, place, spot, pool, block);
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.roundRect(x - 1.5, y - 1.5, width + 1, height + 1, 3);
  pen.stroke();
}

/** From each freed block to the one freed before it: from the one under the pointer on, or from the first. */
export function drawChain({ pen, colours }: Frame, near: PoolPlace, state: PoolState, under: number | null): void {
  const { map, place, spot, pool } = near;
  const chain = state.next.slice(0, state.freed);
  const from = under === null ? 0 : Math.max(0, chain.indexOf(under));
  // Below the numbers.
  const foot = (block: number): readonly [number, number] => {
    const { x, y, width, height } = boxOf(map, place, spot, pool, block);
    return [x + width / 2 - 1, y + 0.86 * height];
  };
  const points = chain.slice(from, from + MOST_ARROWS + 1).map(foot);
  // A line of the ground below each arrow keeps it apart from what it crosses.
  for (const [line, width] of [
    [colours.map, 4],
    [colours.ink, 1.5],
  ] as const) {
    pen.strokeStyle = line;
    pen.fillStyle = line;
    pen.lineWidth = width;
    for (const [nth, to] of points.entries()) {
      const start = points[nth - 1];
      if (start) drawArrow(pen, start, to);
    }
  }
}

function drawArrow(
  pen: CanvasRenderingContext2D,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): void {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 1) return;
  // Bent to one side, so that there and back are two lines.
  const bend = Math.min(12, length * 0.12);
  const [cx, cy] = [(x0 + x1) / 2 - ((y1 - y0) / length) * bend, (y0 + y1) / 2 + ((x1 - x0) / length) * bend];
  const angle = Math.atan2(y1 - cy, x1 - cx);
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.quadraticCurveTo(cx, cy, x1, y1);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x1, y1);
  for (const side of [-0.5, 0.5]) {
    pen.lineTo(x1 - 2 * ARROWHEAD * Math.cos(angle + side), y1 - 2 * ARROWHEAD * Math.sin(angle + side));
  }
  pen.closePath();
  pen.fill();
}
