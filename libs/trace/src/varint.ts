/**
 * Whole numbers in as few bytes as they need: seven bits a byte, lowest first, the top bit set on all but the last.
 * Signed 32-bit numbers go as zigzag (0, -1, 1, -2 … become 0, 1, 2, 3 …).
 */

/** Bytes that the longest 32-bit varint takes. */
const LONGEST_32 = 5;
/** Bytes that any safe integer takes at most. */
const LONGEST_INTEGER = 8;

export class VarintWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
  }

  get length(): number {
    return this.#length;
  }

  /** Begins anew in the same bytes. */
  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** An unsigned 32-bit number. */
  u32(value: number): void {
    if (this.#length + LONGEST_32 > this.#bytes.length) this.#grow(LONGEST_32);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** A signed 32-bit number, as zigzag. */
  i32(value: number): void {
    this.u32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A safe integer of either sign: six bits, the sign (0x40) and 0x80 in the first byte, then seven bits a byte. */
  integer(value: number): void {
    if (this.#length + LONGEST_INTEGER > this.#bytes.length) this.#grow(LONGEST_INTEGER);
    const size = Math.abs(value);
    let rest = Math.floor(size / 0x40);
    this.#bytes[this.#length++] = (size % 0x40) | (value < 0 ? 0x40 : 0) | (rest > 0 ? 0x80 : 0);
    while (rest > 0) {
      const next = Math.floor(rest / 0x80);
      this.#bytes[this.#length++] = (rest % 0x80) | (next > 0 ? 0x80 : 0);
      rest = next;
    }
  }

  raw(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written; a view, good until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/**
 * Reads what `VarintWriter` wrote. Reading past the end or an overlong number sets `failed` and answers 0, so that a
 * loop may check once when it is done.
 */
export class VarintReader {
  failed = false;
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get rest(): number {
    return this.bytes.length - this.#at;
  }

  u32(): number {
    // Most numbers are small: one byte, one comparison (past the end it is undefined, and the comparison false).
    const small = this.bytes[this.#at];
    if (small < 0x80) {
      this.#at++;
      return small;
    }
    return this.#longU32();
  }

  #longU32(): number {
    const bytes = this.bytes;
    const end = bytes.length;
    let at = this.#at;
    let value = 0;
    for (let shift = 0; at < end && shift < 35; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break;
        this.#at = at;
        return value >>> 0;
      }
    }
    this.failed = true;
    this.#at = end;
    return 0;
  }

  i32(): number {
    const zigzag = this.u32() | 0;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  integer(): number {
    const { bytes } = this;
    const first = this.#at < bytes.length ? bytes[this.#at++] : 0x80;
    let value = first & 0x3f;
    let more = first >= 0x80;
    for (
      let count = 1, scale = 0x40;
      more && count < LONGEST_INTEGER && this.#at < bytes.length;
      count++, scale *= 0x80
    ) {
      const byte = bytes[this.#at++];
      value += (byte & 0x7f) * scale;
      more = byte >= 0x80;
    }
    if (more || value > Number.MAX_SAFE_INTEGER) {
      this.failed = true;
      this.#at = bytes.length;
      return 0;
    }
    return (first & 0x40) !== 0 ? -value : value;
  }

  /** The next `count` bytes, as a view. */
  raw(count: number): Uint8Array {
    if (count > this.rest) {
      this.failed = true;
      this.#at = this.bytes.length;
      return this.bytes.subarray(0, 0);
    }
    this.#at += count;
    return this.bytes.subarray(this.#at - count, this.#at);
  }
}
