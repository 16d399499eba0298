/** Memory over the whole recording, with the cursor: requested, allocated above it, and held up to what is mapped. */
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { palette, type Palette } from '../../shell/theme.js';
import type { WindowCurve } from '../../service/subject.js';
import { bytes, count } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';

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

function plotOptions(width: number, height: number, view: HeapView, colours: Palette): uPlot.Options {
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const axis = { stroke: colours.ink3, font, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] } },
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
    hooks: {
      draw: [
        (plot) => {
          const { ctx, bbox } = plot;
          const x = Math.round(plot.valToPos(view.at.value, 'x', true));
          ctx.save();
          // What is yet to come lies behind a veil.
          ctx.globalAlpha = 0.66;
          ctx.fillStyle = colours.surface;
          ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
          ctx.globalAlpha = 1;
          ctx.fillStyle = colours.ink;
          ctx.fillRect(x - devicePixelRatio / 2, bbox.top - 4, devicePixelRatio * 1.5, bbox.height + 8);
          ctx.restore();
        },
      ],
    },
  };
}

export function Timeline({ view }: { readonly view: HeapView }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let shape = '';
    const stop = effect(() => {
      const colours = palette.value;
      const curve = view.curve.value;
      const at = view.at.value;
      if (!curve || element.clientWidth === 0) return;
      const wanted = `${colours.theme} ${element.clientWidth} ${element.clientHeight} ${curve.edges.at(-1)} ${curve.edges.length}`;
      if (wanted === shape) {
        plot.current?.redraw(false);
        return;
      }
      shape = wanted;
      plot.current?.destroy();
      plot.current = new uPlot(
        plotOptions(element.clientWidth, element.clientHeight, view, colours),
        columnsOf(curve),
        element,
      );
      void at;
    });
    const watcher = new ResizeObserver(() => {
      if (!plot.current || element.clientWidth === 0) return;
      plot.current.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    watcher.observe(element);
    return () => {
      stop();
      watcher.disconnect();
      plot.current?.destroy();
    };
  }, [view]);

  const scrub = (event: PointerEvent): void => {
    const chart = plot.current;
    if (!chart) return;
    const { left } = chart.over.getBoundingClientRect();
    view.pause();
    view.seek(chart.posToVal(event.clientX - left, 'x'));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    scrub(event);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons === 1) scrub(event);
  };
  const { at, end, map } = view;
  return (
    <div
      ref={place}
      class="timeline"
      role="slider"
      tabIndex={0}
      aria-label="Event"
      aria-valuemin={0}
      aria-valuemax={end.value}
      aria-valuenow={at.value}
      aria-valuetext={`Event ${at.value} of ${end.value}${map.value ? `, ${bytes(map.value.totals.mappedBytes)} mapped` : ''}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
    />
  );
}
