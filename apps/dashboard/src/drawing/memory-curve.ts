/** Memory over the events of a run: requested, allocated above it, held up to what is mapped; or only what differs from another run. */
import type { Palette } from '../shell/theme.js';
import type { WindowCurve } from '../service/subject.js';
import { bytes, count } from '../words/amounts.js';
import type { Surface } from './canvas.js';

/** Pixels left of the curve, for the amounts. */
export const AXIS_LEFT = 64;
const BELOW = 6;
const ABOVE = 8;
/** Below the curve, where the events are written there. */
const EVENTS_BELOW = 24;
const RIGHT_OF_EVENTS = 12;
const MOST_LINES = 4;
const PIXELS_PER_EVENT_NUMBER = 130;

export interface CurveScale {
  /** The first event of the axis; without it 0. */
  readonly from?: number;
  /** Are the events written below? */
  readonly hasEvents?: boolean;
  /** The last event of the axis. */
  readonly end: number;
  /** Lowest and highest amount. */
  readonly least: number;
  readonly most: number;
}

/** Where the curve lies, in CSS pixels. */
export interface CurveBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Plot {
  readonly x: (event: number) => number;
  readonly y: (amount: number) => number;
  readonly box: CurveBox;
  readonly bottom: number;
}

/** @param from the first event of the axis */
export function eventAtPixel(x: number, width: number, end: number, from = 0): number {
  return from + ((x - AXIS_LEFT) / Math.max(1, width - AXIS_LEFT)) * (end - from);
}

export function curveBox(width: number, height: number, hasEvents: boolean): CurveBox {
  const right = hasEvents ? RIGHT_OF_EVENTS : 0;
  return {
    left: AXIS_LEFT,
    top: ABOVE,
    width: Math.max(1, width - AXIS_LEFT - right),
    height: Math.max(1, height - ABOVE - (hasEvents ? EVENTS_BELOW : BELOW)),
  };
}

function plotOf({ width, height }: Surface, { from = 0, end, least, most, hasEvents = false }: CurveScale): Plot {
  const box = curveBox(width, height, hasEvents);
  const bottom = box.top + box.height;
  return {
    x: (event) => box.left + ((event - from) / Math.max(1, end - from)) * box.width,
    y: (amount) => bottom - ((amount - least) / Math.max(1, most - least)) * box.height,
    box,
    bottom,
  };
}

/** A round amount between two lines: a power of two of bytes. */
export function lineStep(span: number): number {
  let step = 1;
  while (span / step > MOST_LINES) step *= 2;
  return step;
}

function drawLines({ context, colours }: Surface, { least, most }: CurveScale, { y, box }: Plot, words = bytes): void {
  const step = lineStep(most - least);
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let amount = Math.ceil(least / step) * step; amount <= most; amount += step) {
    context.fillStyle = amount === 0 ? colours.line2 : colours.line;
    context.fillRect(box.left, Math.round(y(amount)), box.width, 1);
    context.fillStyle = colours.ink3;
    const sign = amount < 0 ? '−' : '';
    context.fillText(
      amount === 0 ? '0' : `${sign}${words(Math.abs(amount)).replace('.0 ', ' ')}`,
      AXIS_LEFT - 8,
      y(amount),
    );
  }
}

/** 1, 2 or 5 times a power of ten, so that so many numbers fit. */
function eventStep(span: number, numbers: number): number {
  const rough = span / Math.max(1, numbers);
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  return [1, 2, 5, 10].map((times) => times * ten).find((step) => step >= rough) ?? 10 * ten;
}

function drawEvents({ context, colours }: Surface, { from = 0, end }: CurveScale, { x, box, bottom }: Plot): void {
  const step = eventStep(end - from, box.width / PIXELS_PER_EVENT_NUMBER);
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillStyle = colours.ink3;
  for (let event = Math.ceil(from / step) * step; event <= end; event += step) {
    context.fillText(count(event), x(event), bottom + 7);
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
  // A window may begin or end within a bucket.
  context.save();
  context.beginPath();
  context.rect(plot.box.left, 0, plot.box.width, surface.height);
  context.clip();
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
  context.restore();
  if (scale.hasEvents) drawEvents(surface, scale, plot);
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
  // A window may begin or end within a bucket.
  context.save();
  context.beginPath();
  context.rect(plot.box.left, 0, plot.box.width, surface.height);
  context.clip();
  for (const isMore of [true, false]) {
    const change = curve.mappedMax.map((mapped, bucket) => {
      const difference = mapped - (base.mappedMax[bucket] ?? 0);
      return isMore ? Math.max(0, difference) : Math.min(0, difference);
    });
    area(context, plot, curve.edges, change, true);
    context.fillStyle = isMore ? colours.hold : colours.use;
    context.fill();
  }
  context.restore();
  drawCursor(surface, plot, at);
}

/** What is yet to come lies behind a veil. */
function drawCursor({ context, width, colours }: Surface, { x, bottom, box }: Plot, at: number): void {
  // Before a window that is looked at, all of it is yet to come; behind it, nothing.
  const left = Math.max(box.left, Math.round(x(at)));
  context.globalAlpha = 0.66;
  context.fillStyle = colours.surface;
  context.fillRect(left, 0, Math.max(0, width - left), bottom);
  context.globalAlpha = 1;
  if (x(at) < box.left - 1 || x(at) > box.left + box.width + 1) return;
  context.fillStyle = colours.ink;
  context.fillRect(left - 0.75, 0, 1.5, bottom);
}
