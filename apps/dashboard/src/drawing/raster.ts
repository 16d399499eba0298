/**
 * A picture made of rectangles, pixel by pixel in one buffer. Thirty-two thousand pools are thirty-two thousand calls on a canvas,
 * and those take longer than a frame where no graphics card helps; here they are some memory writes, and one call puts the whole
 * picture up. All coordinates are device pixels; what lies outside is cut off.
 */

/** Red in the lowest byte, as `ImageData` wants it. */
export type Ink = number;

export class Raster {
  readonly pixels: Uint32Array<ArrayBuffer>;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
  }

  clear(ink: Ink): void {
    this.pixels.fill(ink);
  }

  /** From the left edge `x0` (inclusive) to `x1` (exclusive), whole pixels. */
  fill(x0: number, y0: number, x1: number, y1: number, ink: Ink): void {
    const { width, pixels } = this;
    const left = x0 < 0 ? 0 : x0;
    const right = x1 > width ? width : x1;
    const bottom = y1 > this.height ? this.height : y1;
    for (let y = y0 < 0 ? 0 : y0; y < bottom; y++) {
      const row = y * width;
      for (let x = row + left; x < row + right; x++) pixels[x] = ink;
    }
  }

  /** Diagonal lines, `step` pixels apart. */
  hatch(x0: number, y0: number, x1: number, y1: number, ink: Ink, step: number): void {
    const { width, height, pixels } = this;
    for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
      for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) {
        if ((x + y) % step === 0) pixels[y * width + x] = ink;
      }
    }
  }

  /** Takes the corners off a filled rectangle. */
  round(x0: number, y0: number, x1: number, y1: number, ground: Ink): void {
    this.fill(x0, y0, x0 + 1, y0 + 1, ground);
    this.fill(x1 - 1, y0, x1, y0 + 1, ground);
    this.fill(x0, y1 - 1, x0 + 1, y1, ground);
    this.fill(x1 - 1, y1 - 1, x1, y1, ground);
  }
}

/** `share` (0 … 1) of one ink in another. */
export function blend(ink: Ink, ground: Ink, share: number): Ink {
  const part = Math.round(256 * share);
  const rest = 256 - part;
  const even = (((ink & 0xff00ff) * part + (ground & 0xff00ff) * rest) >>> 8) & 0xff00ff;
  const odd = (((ink >>> 8) & 0xff) * part + ((ground >>> 8) & 0xff) * rest) & 0xff00;
  return (0xff000000 | even | odd) >>> 0;
}
