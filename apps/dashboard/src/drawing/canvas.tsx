/** A canvas that is as large as its place, sharp up to twice the pixels, and drawn once per frame at most. */
import { effect } from '@preact/signals';
import type { ComponentProps } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { palette, type Palette } from '../shell/theme.js';

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: Palette;
}

interface CanvasProps extends Omit<ComponentProps<'canvas'>, 'ref'> {
  /** Drawn again whenever a signal that it reads changes. */
  readonly draw: (surface: Surface) => void;
}

const MOST_PIXEL_RATIO = 2;

export function Canvas({ draw, ...rest }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    let frame = 0;
    let stop: (() => void) | undefined;
    const paint = (): void => {
      frame = 0;
      stop?.();
      // The effect runs once to draw and learn what is read; when that changes, the next frame draws again.
      let drawn = false;
      stop = effect(() => {
        const colours = palette.value;
        if (drawn) return schedule();
        drawn = true;
        const { clientWidth: width, clientHeight: height } = element;
        const ratio = Math.min(devicePixelRatio, MOST_PIXEL_RATIO);
        if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
          element.width = Math.round(width * ratio);
          element.height = Math.round(height * ratio);
        }
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        latest.current({ context, width, height, colours });
      });
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const watcher = new ResizeObserver(schedule);
    watcher.observe(element);
    schedule();
    return () => {
      watcher.disconnect();
      cancelAnimationFrame(frame);
      stop?.();
    };
  }, []);
  return <canvas ref={canvas} {...rest} />;
}
