/**
 * Memory over the recording: requested, allocated above it, and held up to what is mapped. The curve is drawn when it changes; what
 * moves with time (cursor, veil, phases, range) are elements over it, so that playing draws nothing anew.
 */
import { effect, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { palette, type Palette } from '../../shell/theme.js';
import type { WindowCurve } from '../../service/subject.js';
import { bytes, count } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { Overlay, type PlotBox } from './timeline-overlay.js';

type Columns = uPlot.AlignedData;

/** A bucket's highest values stand at its end; the curve starts at the first position. */
function column(highest: readonly number[]): number[] {
  return [highest[0] ?? 0, ...highest];
}

function columnsOf(curve: WindowCurve): Columns {
  return [[...curve.edges], column(curve.mappedMax), column(curve.allocatedMax), column(curve.requestedMax)];
}

function hatched(context: CanvasRenderingContext2D, colours: Palette): CanvasPattern | string {
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

function plotOptions(
  width: number,
  height: number,
  view: HeapView,
  colours: Palette,
  drawn: (plot: uPlot) => void,
): uPlot.Options {
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const axis = { stroke: colours.ink3, font, ticks: { show: false } };
  const { span } = view;
  return {
    width,
    height,
    hooks: { draw: [drawn] },
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [span.seen.from, Math.max(span.seen.from + 1, span.seen.to)] },
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] },
    },
    axes: [
      { ...axis, size: 24, grid: { show: false }, values: (_plot, splits) => splits.map(count) },
      {
        ...axis,
        size: 72,
        grid: { stroke: colours.line, width: 1 },
        values: (_plot, splits) => splits.map(bytes),
        incrs: Array.from({ length: 40 }, (_, power) => 2 ** power),
      },
    ],
    series: [
      {},
      {
        label: 'mapped',
        stroke: colours.hold,
        width: 1.5,
        fill: (plot) => hatched(plot.ctx, colours),
        points: { show: false },
        ...(stepped ? { paths: stepped } : {}),
      },
      { label: 'allocated', fill: colours.round, width: 0, points: { show: false } },
      { label: 'requested', fill: colours.use, width: 0, points: { show: false } },
    ],
  };
}

export function Timeline({ view }: { readonly view: HeapView }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  /** Where the curve lies in the element, in CSS pixels. */
  const box = useMemo(() => signal<PlotBox | null>(null), []);
  /** Where a range began, while it is being drawn. */
  const rangeFrom = useRef<number | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const measure = ({ bbox }: uPlot): void => {
      const [left, top, width, height] = [bbox.left, bbox.top, bbox.width, bbox.height].map(
        (x) => x / devicePixelRatio,
      );
      const was = box.peek();
      if (was && was.left === left && was.top === top && was.width === width && was.height === height) return;
      box.value = { left: left ?? 0, top: top ?? 0, width: width ?? 0, height: height ?? 0 };
    };
    let shape = '';
    const stop = effect(() => {
      const colours = palette.value;
      const curve = view.span.curve.value;
      void view.span.window.value;
      if (!curve || element.clientWidth === 0) return;
      if (plot.current && shape === colours.theme) plot.current.setData(columnsOf(curve));
      else {
        shape = colours.theme;
        plot.current?.destroy();
        plot.current = new uPlot(
          plotOptions(element.clientWidth, element.clientHeight, view, colours, measure),
          columnsOf(curve),
          element,
        );
      }
    });
    const watcher = new ResizeObserver(() => {
      if (!plot.current || element.clientWidth === 0) return;
      plot.current.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    watcher.observe(element);
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return slide(event.deltaX || event.deltaY);
      view.span.zoom(Math.exp(event.deltaY * 0.002), eventAt(event.clientX));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      stop();
      watcher.disconnect();
      element.removeEventListener('wheel', onWheel);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [view]);

  const eventAt = (clientX: number): number => {
    const found = box.peek();
    const element = place.current;
    if (!found || !element) return 0;
    const { from, to } = view.span.seen;
    const share = (clientX - element.getBoundingClientRect().left - found.left) / Math.max(1, found.width);
    return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
  };
  const slide = (pixels: number): void => {
    const { window } = view.span;
    if (!window.value) return;
    const { from, to } = window.value;
    const by = Math.round((pixels / 600) * (to - from));
    const start = Math.max(0, Math.min(view.end.value - (to - from), from + by));
    view.span.look({ from: start, to: start + to - from });
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    view.pause();
    if (event.shiftKey) rangeFrom.current = eventAt(event.clientX);
    else view.seek(eventAt(event.clientX));
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons !== 1) return;
    const at = eventAt(event.clientX);
    const start = rangeFrom.current;
    if (start === null) view.seek(at);
    else view.span.drawn.value = { from: Math.min(start, at), to: Math.max(start, at) };
  };
  const onPointerUp = (): void => {
    rangeFrom.current = null;
    const { drawn } = view.span;
    if (drawn.value && drawn.value.to > drawn.value.from) view.compare(drawn.value);
    drawn.value = null;
  };
  return (
    <div class="timeline-box">
      <div
        ref={place}
        class="timeline"
        role="slider"
        tabIndex={0}
        aria-label="Event"
        aria-valuemin={0}
        aria-valuemax={view.end.value}
        aria-valuenow={view.settledAt.value}
        aria-valuetext={spokenTime(view)}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onDblClick={() => view.span.look(null)}
      />
      <Overlay view={view} box={box} />
    </div>
  );
}

/** Event, phase, mapped bytes. */
function spokenTime({ settledAt, end, map, span }: HeapView): string {
  const at = settledAt.value;
  const phase = span.phases.value.findLast(({ seq }) => seq <= at);
  const mapped = map.value ? `, ${bytes(map.value.totals.mappedBytes)} mapped` : '';
  return `Event ${at} of ${end.value}${phase ? `, ${phase.name}` : ''}${mapped}`;
}
