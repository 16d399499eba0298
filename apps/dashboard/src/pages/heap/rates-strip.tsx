/** When the curve is looked at from near: how fast memory was asked for, as small bars above it. */
import type { ReadonlySignal } from '@preact/signals';
import { Canvas, type Surface } from '../../drawing/canvas.js';
import type { CurveBox } from '../../drawing/memory-curve.js';
import type { HeapView } from './heap-view.js';
import { ratesLabel, ratesOf } from './rates.js';

const HEIGHT = 22;

interface RatesStripProps {
  readonly view: HeapView;
  readonly box: ReadonlySignal<CurveBox | null>;
}

export function RatesStrip({ view, box }: RatesStripProps) {
  const found = box.value;
  const rates = view.span.rates.value;
  if (!found || !rates) return null;
  const draw = ({ context, width, height, colours }: Surface): void => {
    const now = view.span.rates.value;
    if (!now) return;
    const { from, to } = view.span.seen;
    const values = ratesOf(now);
    const most = Math.max(Number.MIN_VALUE, ...values);
    context.fillStyle = colours.accent;
    const x = (at: number): number => ((at - from) / Math.max(1, to - from)) * width;
    for (const [stretch, value] of values.entries()) {
      const [left, right] = [x(now.edges[stretch] ?? 0), x(now.edges[stretch + 1] ?? 0)];
      const bar = (height * value) / most;
      context.fillRect(left, height - bar, Math.max(1, right - left - 1), bar);
    }
  };
  return (
    <div
      class="rates"
      role="img"
      aria-label={ratesLabel(rates)}
      style={{ left: `${found.left}px`, top: `${found.top}px`, width: `${found.width}px`, height: `${HEIGHT}px` }}
    >
      <Canvas draw={draw} />
    </div>
  );
}
