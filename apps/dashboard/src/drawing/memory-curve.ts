/** Memory over the events of a run: requested, allocated above it, held up to what is mapped; or only what differs from another run. */
import type { Palette } from '../shell/theme.js';
import type { WindowCurve } from '../service/subject.js';
import { bytes } from '../words/amounts.js';
import type { Surface } from './canvas.js';

/** Pixels left of the curve, for the amounts; and below it, for the events. */
export const AXIS_LEFT = 64;
const BELOW = 6;
const ABOVE = 8;
const MOST_LINES = 4;

export interface CurveScale {
  /** The last event of the axis. */
  readonly end: number;
  /** Lowest and highest amount. */
  readonly least: number;
  readonly most: number;
}

interface Plot {
  readonly x: (event: number) => number;
  readonly y: (amount: number) => number;
  readonly bottom: number;
}

export function eventAtPixel(x: number, width: number, end: number): number {
  return ((x - AXIS_LEFT) / Math.max(1, width - AXIS_LEFT)) * end;
}

function plotOf({ width, height }: Surface, { end, least, most }: CurveScale): Plot {
  const bottom = height - BELOW;
  return {
    x: (event) => AXIS_LEFT + (event / Math.max(1, end)) * (width - AXIS_LEFT),
    y: (amount) => bottom - ((amount - least) / Math.max(1, most - least)) * (bottom - ABOVE),
    bottom,
  };
}

/** A round amount between two lines: a power of two of bytes. */
export function lineStep(span: number): number {
  let step = 1;
  while (span / step > MOST_LINES) step *= 2;
  return step;
}

function drawLines(
  { context, width, colours }: Surface,
  { least, most }: CurveScale,
  { y }: Plot,
  words = bytes,
): void {
  const step = lineStep(most - least);
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let amount = Math.ceil(least / step) * step; amount <= most; amount += step) {
    context.fillStyle = amount === 0 ? colours.line2 : colours.line;
    context.fillRect(AXIS_LEFT, Math.round(y(amount)), width - AXIS_LEFT, 1);
    context.fillStyle = colours.ink3;
    const sign = amount < 0 ? '−' : '';
    context.fillText(
      amount === 0 ? '0' : `${sign}${words(Math.abs(amount)).replace('.0 ', ' ')}`,
      AXIS_LEFT - 8,
      y(amount),
    );
  }
}

/** The area under `heights`, one per bucket; `isStepped` holds a height until the next. */
function area(
  context: CanvasRenderingContext2D,
  plot: Plot,
  edges: readonly number[],
  heights: readonly number[],
  isStepped: boolean,
) {
  context.beginPath();
  context.moveTo(plot.x(edges[0] ?? 0), plot.y(0));
  let last = plot.y(heights[0] ?? 0);
  heights.forEach((height, bucket) => {
    const y = plot.y(height);
    if (isStepped) context.lineTo(plot.x(edges[bucket] ?? 0), y);
    else if (bucket === 0) context.lineTo(plot.x(edges[0] ?? 0), last);
    last = y;
    context.lineTo(plot.x(edges[bucket + 1] ?? 0), y);
  });
  context.lineTo(plot.x(edges.at(-1) ?? 0), plot.y(0));
  context.closePath();
}

/** Orange lines on a pale ground: held, and not in use. */
export function hatching(context: CanvasRenderingContext2D, colours: Palette): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const pen = tile.getContext('2d');
  if (!pen) return colours.hold3;
  pen.fillStyle = colours.hold3;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = colours.hold2;
  pen.beginPath();
  pen.moveTo(-1, 4);
  pen.lineTo(4, -1);
  pen.moveTo(2, 7);
  pen.lineTo(7, 2);
  pen.stroke();
  return context.createPattern(tile, 'repeat') ?? colours.hold3;
}

export function drawMemoryCurve(
  surface: Surface,
  curve: WindowCurve,
  scale: CurveScale,
  at: number | null,
  words = bytes,
): void {
  const { context, colours } = surface;
  const plot = plotOf(surface, scale);
  drawLines(surface, scale, plot, words);
  area(context, plot, curve.edges, curve.mappedMax, true);
  context.fillStyle = hatching(context, colours);
  context.fill();
  context.strokeStyle = colours.hold;
  context.lineWidth = 1.5;
  context.stroke();
  area(context, plot, curve.edges, curve.allocatedMax, false);
  context.fillStyle = colours.round;
  context.fill();
  area(context, plot, curve.edges, curve.requestedMax, false);
  context.fillStyle = colours.use;
  context.fill();
  if (at !== null) drawCursor(surface, plot, at);
}

/** Mapped bytes less those of another run, above and below nothing. Both have the same buckets. */
export function drawDifference(
  surface: Surface,
  curve: WindowCurve,
  base: WindowCurve,
  scale: CurveScale,
  at: number,
): void {
  const { context, colours } = surface;
  const plot = plotOf(surface, scale);
  drawLines(surface, scale, plot);
  for (const isMore of [true, false]) {
    const change = curve.mappedMax.map((mapped, bucket) => {
      const difference = mapped - (base.mappedMax[bucket] ?? 0);
      return isMore ? Math.max(0, difference) : Math.min(0, difference);
    });
    area(context, plot, curve.edges, change, true);
    context.fillStyle = isMore ? colours.hold : colours.use;
    context.fill();
  }
  drawCursor(surface, plot, at);
}

/** What is yet to come lies behind a veil. */
function drawCursor({ context, width, colours }: Surface, { x, bottom }: Plot, at: number): void {
  const left = Math.round(x(at));
  context.globalAlpha = 0.66;
  context.fillStyle = colours.surface;
  context.fillRect(left, 0, width - left, bottom);
  context.globalAlpha = 1;
  context.fillStyle = colours.ink;
  context.fillRect(left - 0.75, 0, 1.5, bottom);
}
