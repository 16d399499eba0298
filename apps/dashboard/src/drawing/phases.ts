/** The phases that a program named, above its curve: a line where each begins, and its name where there is room. */
import type { Surface } from './canvas.js';
import { curveBox } from './memory-curve.js';

export interface NamedMoment {
  readonly seq: number;
  readonly name: string;
}

/** Pixels above the curve that the names take. */
export const PHASE_ROOM = 18;
const MOST = 400;

/** @param end the last event of the axis, which begins with the first */
export function drawPhases(
  { context, width, height, colours }: Surface,
  phases: readonly NamedMoment[],
  end: number,
): void {
  const { left, width: wide } = curveBox(width, height, false);
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  let free = -Infinity;
  for (const { seq, name } of phases.slice(0, MOST)) {
    const x = Math.round(left + (seq / Math.max(1, end)) * wide);
    context.fillStyle = colours.line2;
    context.fillRect(x, 0, 1, height - 6);
    const needed = context.measureText(name).width + 12;
    if (x < free || x + needed > width) continue;
    context.fillStyle = colours.ink2;
    context.fillText(name, x + 6, 11);
    free = x + needed;
  }
}
