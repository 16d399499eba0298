/**
 * Two canvases over each other: rectangles below, made in a raster, and above them what canvases do well: letters, rings. They are
 * drawn once per frame at most, and only when something that was read has changed. What was drawn before stays: who draws takes it
 * off, all or in part, and only what was touched is put up.
 */
import type { ComponentProps } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { palette, type Palette } from '../shell/theme.js';
import { type Inks, inks } from './inks.js';
import { Raster } from './raster.js';
import { fitted, redrawn } from './redrawn.js';

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

/** Takes off all that was drawn. */
export function wipe({ raster, pen, width, height, inks: { bg } }: Frame): void {
  raster.clear(bg);
  pen.clearRect(0, 0, width, height);
}

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
    let raster = new Raster(1, 1);
    let image = new ImageData(1, 1);
    return redrawn(element, (extent, now) => {
      const { width, height, ratio } = extent;
      fitted(above, extent);
      if (fitted(below, extent) || raster.width !== below.width) {
        raster = new Raster(below.width, below.height);
        image = new ImageData(new Uint8ClampedArray(raster.pixels.buffer), below.width, below.height);
      }
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const colours = palette.value;
      const isMoving = latest.current({ raster, pen, width, height, ratio, colours, inks: inks.value, now });
      const { x0, y0, x1, y1 } = raster.takeTouched();
      if (x1 > x0 && y1 > y0) ground.putImageData(image, 0, 0, x0, y0, x1 - x0, y1 - y0);
      return isMoving;
    });
  }, []);
  return (
    <div ref={place} {...rest}>
      <canvas aria-hidden="true" />
      <canvas aria-hidden="true" />
    </div>
  );
}
