/**
 * Memory over the recording: requested, allocated above it, and held up to what is mapped. The curve is drawn when it changes; what
 * moves with time (cursor, veil, phases, range) are elements over it, so that playing draws nothing anew.
 */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Canvas, type Surface } from '../../drawing/canvas.js';
import { type CurveBox, curveBox, drawMemoryCurve } from '../../drawing/memory-curve.js';
import { slid } from '../../time/stretch.js';
import { bytes } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import type { Indexing } from './indexing.js';
import { RatesStrip } from './rates-strip.js';
import { Overlay } from './timeline-overlay.js';

const HEADROOM = 1.08;
/** Of the height, while the rate of requests stands above the curve. */
const HEADROOM_OF_RATES = 1.45;

interface TimelineProps {
  readonly view: HeapView;
  readonly indexing: Indexing;
}

export function Timeline({ view, indexing }: TimelineProps) {
  const place = useRef<HTMLDivElement>(null);
  /** Where the curve lies in the element, in CSS pixels. */
  const box = useMemo(() => signal<CurveBox | null>(null), []);
  /** Where a range began, while it is being drawn. */
  const rangeFrom = useRef<number | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return slide(event.deltaX || event.deltaY);
      view.span.zoom(Math.exp(event.deltaY * 0.002), eventAt(event.clientX));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
    };
  }, [view]);

  const draw = (surface: Surface): void => {
    const found = curveBox(surface.width, surface.height, true);
    const was = box.peek();
    if (was?.width !== found.width || was.height !== found.height) box.value = found;
    const curve = view.span.curve.value ?? indexing.curve.value;
    void view.span.window.value;
    const headroom = view.span.rates.value ? HEADROOM_OF_RATES : HEADROOM;
    if (!curve) return;
    const { from, to } = view.span.seen;
    const most = Math.max(1, ...curve.mappedMax) * headroom;
    drawMemoryCurve(surface, curve, { from, end: Math.max(from + 1, to), least: 0, most, hasEvents: true }, null);
  };
  const eventAt = (clientX: number): number => {
    const found = box.peek();
    const element = place.current;
    if (!found || !element) return 0;
    const { from, to } = view.span.seen;
    const share = (clientX - element.getBoundingClientRect().left - found.left) / Math.max(1, found.width);
    // The right edge of what grows is its end, however far the curve is drawn.
    if (share >= 1 && view.span.isWhole) return view.end.value;
    return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
  };
  const slide = (pixels: number): void => {
    const { window } = view.span;
    if (!window.value) return;
    const { from, to } = window.value;
    view.span.look(slid({ from, to }, (pixels / 600) * (to - from), view.end.value));
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
        aria-valuemax={view.toldEnd.value}
        aria-valuenow={view.settledAt.value}
        aria-valuetext={spokenTime(view)}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onDblClick={() => view.span.look(null)}
      >
        <Canvas draw={draw} />
      </div>
      <RatesStrip view={view} box={box} />
      <Overlay view={view} box={box} />
    </div>
  );
}

/** Event, phase, mapped bytes. */
function spokenTime({ settledAt, toldEnd: end, told: map, span }: HeapView): string {
  const at = settledAt.value;
  const phase = span.phases.value.findLast(({ seq }) => seq <= at);
  const mapped = map.value ? `, ${bytes(map.value.totals.mappedBytes)} mapped` : '';
  return `Event ${at} of ${end.value}${phase ? `, ${phase.name}` : ''}${mapped}`;
}
