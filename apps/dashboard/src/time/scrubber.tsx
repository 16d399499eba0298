/** A canvas along the events: a slider for keys and screen readers, dragged by pointers. */
import type { Surface } from '../drawing/canvas.js';
import { Canvas } from '../drawing/canvas.js';
import type { Clock } from './clock.js';

interface ScrubberProps {
  readonly clock: Clock;
  readonly draw: (surface: Surface) => void;
  /** The event at so many pixels from the left of so many. */
  readonly eventAt: (x: number, width: number) => number;
  readonly label: string;
  readonly valueText: string;
  /** Several stand above each other: one of them is the slider, the others are for pointers alone. */
  readonly isSlider?: boolean;
  readonly onWheel?: (event: WheelEvent) => void;
  readonly onDblClick?: () => void;
}

export function Scrubber({ clock, draw, eventAt, label, valueText, isSlider = true, ...hands }: ScrubberProps) {
  const scrub = (event: PointerEvent): void => {
    if (!(event.currentTarget instanceof Element)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    clock.pause();
    clock.seek(eventAt(event.clientX - left, width));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    scrub(event);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons === 1) scrub(event);
  };
  const slider = {
    role: 'slider',
    tabIndex: 0,
    'aria-label': label,
    'aria-valuemin': 0,
    'aria-valuemax': clock.end.value,
    'aria-valuenow': clock.at.value,
    'aria-valuetext': valueText,
  } as const;
  return (
    <div
      class="scrubber"
      {...hands}
      {...(isSlider ? slider : { 'aria-hidden': true })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
    >
      <Canvas draw={draw} />
    </div>
  );
}
