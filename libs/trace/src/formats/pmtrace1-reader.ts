/**
 * PMTRACE1: what a real CPython asked of its allocator, as recorded for the oracle. A 64-byte header, then whole columns
 * one after another (`u32 size[n]`, `u32 ref[n]`, `u8 op[n]`), then one misalignment byte per arena; little-endian.
 *
 * An event is complete only when its op arrives, after all sizes and refs: those wait in a spool.
 */
import type { TraceHeader } from '../columns.js';
import { TraceFormatError } from '../format-error.js';
import { withLimits, type TraceLimits } from '../limits.js';
import { TraceBuilder, type ChunkSink } from '../trace-builder.js';
import type { TraceReader } from './format.js';
import { addNumbered } from './numbered-requests.js';
import { HEADER_BYTES, MAGIC } from './pmtrace1-layout.js';
import { Spool } from './spool.js';

/** Events whose sizes and refs are read back from the spool at once. */
const WINDOW = 65_536;

export class Pmtrace1Reader implements TraceReader {
  readonly #limits: TraceLimits;
  readonly #builder: TraceBuilder;
  readonly #spool: Spool;
  readonly #header = new Uint8Array(HEADER_BYTES);
  readonly #view = new DataView(this.#header.buffer);
  /** Bytes of the input taken so far. */
  #taken = 0;
  #events = 0;
  #misalignment = new Uint8Array(0);
  readonly #sizes = new Uint32Array(WINDOW);
  readonly #refs = new Uint32Array(WINDOW);
  #windowFirst = 0;
  #windowEnd = 0;

  constructor(sink: ChunkSink, limits: Partial<TraceLimits> = {}) {
    this.#limits = withLimits(limits);
    this.#builder = new TraceBuilder(sink, this.#limits);
    this.#spool = new Spool(this.#limits.spoolBytes);
  }

  push(bytes: Uint8Array): void {
    try {
      let at = 0;
      while (at < bytes.length) at += this.#take(bytes, at);
    } catch (error) {
      this.#spool.close();
      throw error;
    }
  }

  end(): TraceHeader {
    try {
      if (this.#taken < HEADER_BYTES) {
        throw new TraceFormatError(
          'truncated',
          `the input ends within the ${HEADER_BYTES}-byte header; send the whole file`,
          {
            byte: this.#taken,
          },
        );
      }
      const end = this.#bodyEnd();
      if (this.#taken < end) {
        throw new TraceFormatError(
          'truncated',
          `the header promises ${end} bytes for ${this.#events} events and ${this.#misalignment.length} arenas; the input ends early: send the whole file`,
          { byte: this.#taken },
        );
      }
      this.#checkIds();
      const version = [...this.#header.subarray(8, 11)];
      this.#builder.origin = {
        recordedOn: version.some((part) => part !== 0) ? `cpython-${version.join('.')}` : '',
        arenaSize: this.#field(28),
        poolSize: this.#field(32),
        arenaMisalignment: this.#misalignment,
      };
      return this.#builder.finish();
    } finally {
      this.#spool.close();
    }
  }

  abort(): void {
    this.#spool.close();
  }

  /** Takes what belongs to the section that the input has reached; answers how many bytes. */
  #take(bytes: Uint8Array, at: number): number {
    const opsStart = HEADER_BYTES + 8 * this.#events;
    const misalignmentStart = opsStart + this.#events;
    let count: number;
    if (this.#taken < HEADER_BYTES) {
      count = Math.min(HEADER_BYTES - this.#taken, bytes.length - at);
      this.#header.set(bytes.subarray(at, at + count), this.#taken);
      this.#checkMagic(this.#taken + count);
      if (this.#taken + count === HEADER_BYTES) this.#readHeader();
    } else if (this.#taken < opsStart) {
      count = Math.min(opsStart - this.#taken, bytes.length - at);
      this.#spool.append(bytes.subarray(at, at + count));
    } else if (this.#taken < misalignmentStart) {
      count = Math.min(misalignmentStart - this.#taken, bytes.length - at);
      this.#readOps(bytes, at, at + count);
    } else {
      count = Math.min(this.#bodyEnd() - this.#taken, bytes.length - at);
      if (count === 0) {
        throw new TraceFormatError('malformed', 'there are bytes after the end that the header promises', {
          byte: this.#taken,
        });
      }
      this.#misalignment.set(bytes.subarray(at, at + count), this.#taken - misalignmentStart);
    }
    this.#taken += count;
    return count;
  }

  #checkMagic(length: number): void {
    for (let at = 0; at < Math.min(length, MAGIC.length); at++) {
      if (this.#header[at] !== MAGIC.charCodeAt(at)) {
        throw new TraceFormatError('malformed', `this is not a PMTRACE1 file: it does not begin with "${MAGIC}"`, {
          byte: at,
        });
      }
    }
  }

  #readHeader(): void {
    const events = this.#field(12);
    const arenas = this.#field(20);
    if (events > this.#limits.maxEvents) {
      throw new TraceFormatError('limit-exceeded', `${events} events; at most ${this.#limits.maxEvents} are taken`, {
        byte: 12,
      });
    }
    if (arenas > this.#limits.maxArenas) {
      throw new TraceFormatError('limit-exceeded', `${arenas} arenas; at most ${this.#limits.maxArenas} are taken`, {
        byte: 20,
      });
    }
    this.#events = events;
    this.#misalignment = new Uint8Array(arenas);
  }

  #readOps(bytes: Uint8Array, from: number, to: number): void {
    const builder = this.#builder;
    let event = builder.events;
    for (let at = from; at < to; at++, event++) {
      if (event >= this.#windowEnd) this.#readWindow(event);
      const index = event - this.#windowFirst;
      addNumbered(builder, bytes[at], this.#sizes[index], this.#refs[index]);
    }
  }

  #readWindow(first: number): void {
    const count = Math.min(WINDOW, this.#events - first);
    this.#spool.read(4 * first, new Uint8Array(this.#sizes.buffer, 0, 4 * count));
    this.#spool.read(4 * (this.#events + first), new Uint8Array(this.#refs.buffer, 0, 4 * count));
    this.#windowFirst = first;
    this.#windowEnd = first + count;
  }

  #checkIds(): void {
    const promised = this.#field(16);
    if (promised !== this.#builder.blocks) {
      throw new TraceFormatError(
        'count-mismatch',
        `the header promises ${promised} block ids and the events place ${this.#builder.blocks}; the file is damaged`,
        { byte: 16 },
      );
    }
  }

  #field(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #bodyEnd(): number {
    return HEADER_BYTES + 9 * this.#events + this.#misalignment.length;
  }
}
