/**
 * Two canvases over each other: rectangles below, made in a raster, and above them what canvases do well: letters, rings. They are
 * drawn once per frame at most, and only when something that was read has changed.
 */
import { effect } from '@preact/signals';
import type { ComponentProps } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { palette, type Palette } from '../shell/theme.js';
import { type Inks, inks } from './inks.js';
import { Raster } from './raster.js';

export interface Frame {
  readonly raster: Raster;
  readonly pen: CanvasRenderingContext2D;
  /** CSS pixels, and device pixels in each. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly colours: Palette;
  readonly inks: Inks;
  /** Milliseconds, for what moves. */
  readonly now: number;
}

interface RasterCanvasProps extends Omit<ComponentProps<'div'>, 'ref'> {
  /** Drawn again when a signal that it reads changes, and in the next frame when it says true. */
  readonly draw: (frame: Frame) => boolean;
}

const MOST_PIXEL_RATIO = 2;

export function RasterCanvas({ draw, ...rest }: RasterCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const [below, above] = place.current?.querySelectorAll('canvas') ?? [];
    const element = place.current;
    const ground = below?.getContext('2d');
    const pen = above?.getContext('2d');
    if (!element || !below || !above || !ground || !pen) return undefined;
    let frame = 0;
    let stop: (() => void) | undefined;
    let raster = new Raster(1, 1);
    let image = new ImageData(1, 1);
    const paint = (now: number): void => {
      frame = 0;
      stop?.();
      // The effect runs once to draw and learn what is read; when that changes, the next frame draws again.
      let drawn = false;
      stop = effect(() => {
        const colours = palette.value;
        const found = inks.value;
        if (drawn) return schedule();
        drawn = true;
        const { clientWidth: width, clientHeight: height } = element;
        const ratio = Math.min(devicePixelRatio, MOST_PIXEL_RATIO);
        const wide = Math.max(1, Math.round(width * ratio));
        const high = Math.max(1, Math.round(height * ratio));
        if (raster.width !== wide || raster.height !== high) {
          for (const canvas of [below, above]) {
            canvas.width = wide;
            canvas.height = high;
          }
          raster = new Raster(wide, high);
          image = new ImageData(new Uint8ClampedArray(raster.pixels.buffer), wide, high);
        }
        raster.clear(found.bg);
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        pen.clearRect(0, 0, width, height);
        if (latest.current({ raster, pen, width, height, ratio, colours, inks: found, now })) schedule();
        ground.putImageData(image, 0, 0);
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
  return (
    <div ref={place} {...rest}>
      <canvas aria-hidden="true" />
      <canvas aria-hidden="true" />
    </div>
  );
}
