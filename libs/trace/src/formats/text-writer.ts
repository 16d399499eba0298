/** Bytes of a text that is written a million times: words that are bytes already, and digits put down one by one. */
const ZERO = 48;
const encoder = new TextEncoder();

export function ascii(text: string): Uint8Array {
  return encoder.encode(text);
}

export class TextWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A word made by `ascii`. */
  word(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    const target = this.#bytes;
    let at = this.#length;
    // Words are a few bytes long: a loop is faster than `set`.
    for (let index = 0; index < bytes.length; index++) target[at++] = bytes[index];
    this.#length = at;
  }

  /** A whole number from 0 to 2^53 - 1, in decimal. */
  number(value: number): void {
    if (this.#length + 16 > this.#bytes.length) this.#grow(16);
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    this.#length += digits;
    let at = this.#length;
    let rest = value;
    while (rest > 0x7fff_ffff) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[--at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    let small = rest | 0;
    for (const first = this.#length - digits; at > first; small = (small / 10) | 0)
      this.#bytes[--at] = ZERO + (small % 10);
  }

  /** Any text, as a JSON string. */
  json(value: unknown): void {
    const bytes = encoder.encode(JSON.stringify(value));
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written since the last call, as bytes of their own. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
