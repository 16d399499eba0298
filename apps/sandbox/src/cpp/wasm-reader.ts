/** Reads the numbers and texts of a WebAssembly binary and of the DWARF in it, in order. Little-endian, LEB128. */

export class WasmReader {
  readonly #view: DataView;

  /** @param at where to begin, in bytes */
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    readonly end = bytes.length,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    return this.#view.getUint8(this.at++);
  }

  signedByte(): number {
    return this.#view.getInt8(this.at++);
  }

  uint16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2, true);
  }

  uint32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  /** Unsigned LEB128; exact up to 2^53. */
  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** Signed LEB128; exact up to 2^53. */
  signed(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - scale : value;
    }
  }

  /** A LEB128 of any kind, up to 64 bits. */
  skipLeb(): void {
    while (this.byte() >= 0x80);
  }

  /** UTF-8 of a length that is given first. */
  text(): string {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** UTF-8 up to a zero byte. */
  zeroTerminated(): string {
    const from = this.at;
    let to = from;
    while (to < this.end && this.bytes[to] !== 0) to++;
    this.at = to + 1;
    return new TextDecoder().decode(this.bytes.subarray(from, to));
  }

  skip(bytes: number): void {
    this.at += bytes;
  }
}

/** Unsigned LEB128 of a number below 2^32. */
export function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Signed LEB128 of a number from -2^31 to 2^31 - 1. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}
