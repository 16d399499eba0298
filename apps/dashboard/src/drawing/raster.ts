/**
 * A picture made of rectangles, pixel by pixel in one buffer. Thirty-two thousand pools are thirty-two thousand calls on a canvas,
 * and those take longer than a frame where no graphics card helps; here they are some memory writes, and one call puts the whole
 * picture up. All coordinates are device pixels; what lies outside is cut off.
 */

/** Red in the lowest byte, as `ImageData` wants it. */
export type Ink = number;

/** From `x0`, `y0` (inclusive) to `x1`, `y1` (exclusive). */
export interface PixelBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export class Raster {
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** What was written since it was last asked. */
  #x0 = Infinity;
  #y0 = Infinity;
  #x1 = 0;
  #y1 = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
  }

  clear(ink: Ink): void {
    this.pixels.fill(ink);
    this.#touch(0, 0, this.width, this.height);
  }

  /** The box of all that was written since the last time; empty = nothing. */
  takeTouched(): PixelBox {
    const box = { x0: this.#x0, y0: this.#y0, x1: this.#x1, y1: this.#y1 };
    this.#x0 = this.#y0 = Infinity;
    this.#x1 = this.#y1 = 0;
    return box;
  }

  /** From the left edge `x0` (inclusive) to `x1` (exclusive), whole pixels. */
  fill(x0: number, y0: number, x1: number, y1: number, ink: Ink): void {
    const { width, pixels } = this;
    const left = x0 < 0 ? 0 : x0;
    const right = x1 > width ? width : x1;
    const bottom = y1 > this.height ? this.height : y1;
    if (left >= right || bottom <= 0 || y0 >= bottom) return;
    this.#touch(left, y0 < 0 ? 0 : y0, right, bottom);
    for (let y = y0 < 0 ? 0 : y0; y < bottom; y++) {
      const row = y * width;
      for (let x = row + left; x < row + right; x++) pixels[x] = ink;
    }
  }

  /** Diagonal lines, `step` pixels apart. */
  hatch(x0: number, y0: number, x1: number, y1: number, ink: Ink, step: number): void {
    const { width, height, pixels } = this;
    this.#touch(Math.max(0, x0), Math.max(0, y0), Math.min(width, x1), Math.min(height, y1));
    for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
      for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) {
        if ((x + y) % step === 0) pixels[y * width + x] = ink;
      }
    }
  }

  /** A line of dashes along the inner edge, each and the gap after it `step` pixels long. */
  dash(x0: number, y0: number, x1: number, y1: number, ink: Ink, step: number): void {
    for (let x = x0; x < x1; x += 2 * step) {
      const end = Math.min(x + step, x1);
      this.fill(x, y0, end, y0 + 1, ink);
      this.fill(x, y1 - 1, end, y1, ink);
    }
    for (let y = y0; y < y1; y += 2 * step) {
      const end = Math.min(y + step, y1);
      this.fill(x0, y, x0 + 1, end, ink);
      this.fill(x1 - 1, y, x1, end, ink);
    }
  }

  /** Takes the corners off a filled rectangle. */
  round(x0: number, y0: number, x1: number, y1: number, ground: Ink): void {
    this.fill(x0, y0, x0 + 1, y0 + 1, ground);
    this.fill(x1 - 1, y0, x1, y0 + 1, ground);
    this.fill(x0, y1 - 1, x0 + 1, y1, ground);
    this.fill(x1 - 1, y1 - 1, x1, y1, ground);
  }

  #touch(x0: number, y0: number, x1: number, y1: number): void {
    if (x0 < this.#x0) this.#x0 = x0;
    if (y0 < this.#y0) this.#y0 = y0;
    if (x1 > this.#x1) this.#x1 = x1;
    if (y1 > this.#y1) this.#y1 = y1;
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
