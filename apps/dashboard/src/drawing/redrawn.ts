/** When a picture is drawn: once per frame at most, and only when its place, or a signal that was read for it, has changed. */
import { effect } from '@preact/signals';

/** Of the place, in CSS pixels, and device pixels in each: sharp, but no sharper than eyes are. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const MOST_PIXEL_RATIO = 2;

function extentOf({ clientWidth: width, clientHeight: height }: HTMLElement): Extent {
  return { width, height, ratio: Math.min(devicePixelRatio, MOST_PIXEL_RATIO) };
}

/**
 * Draws until the function that it returns is called.
 * @param draw answers whether the next frame is to be drawn, too: something moves
 */
export function redrawn(place: HTMLElement, draw: (extent: Extent, now: number) => boolean): () => void {
  let extent = extentOf(place);
  let frame = 0;
  let stop: (() => void) | undefined;
  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const paint = (now: number): void => {
    frame = 0;
    stop?.();
    // The effect runs once to draw and learn what is read; when that changes, the next frame draws again.
    let drawn = false;
    stop = effect(() => {
      if (drawn) return schedule();
      drawn = true;
      return draw(extent, now) ? schedule() : undefined;
    });
  };
  const watcher = new ResizeObserver(() => {
    const now = extentOf(place);
    if (now.width === extent.width && now.height === extent.height && now.ratio === extent.ratio) return;
    extent = now;
    schedule();
  });
  watcher.observe(place);
  schedule();
  return () => {
    watcher.disconnect();
    cancelAnimationFrame(frame);
    stop?.();
  };
}

/** Makes a canvas as large as its place. Is it another size than before? What was on it is gone then. */
export function fitted(canvas: HTMLCanvasElement, { width, height, ratio }: Extent): boolean {
  const wide = Math.max(1, Math.round(width * ratio));
  const high = Math.max(1, Math.round(height * ratio));
  if (canvas.width === wide && canvas.height === high) return false;
  canvas.width = wide;
  canvas.height = high;
  return true;
}
