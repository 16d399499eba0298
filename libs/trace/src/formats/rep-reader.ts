/**
 * CS:APP `.rep`: the malloc lab's traces (docs/formats/rep.md). Four numbers (suggested heap size, ids, requests, weight), then
 * a line each: `a id size`, `r id size`, `f id`. `f -1` is free(NULL).
 *
 * The header's requests must be there; its ids bound the ids in use (the lab's driver makes a table of that length, and
 * an entry that is never used does no harm). Heap size and weight are the lab's own and mean nothing here.
 */
import { MAX_SIZE, Op, type TraceHeader } from '../columns.js';
import { withLimits, type TraceLimits } from '../limits.js';
import { TraceBuilder, type ChunkSink } from '../trace-builder.js';
import type { TraceReader } from './format.js';
import { LineBuffer, PIECE_BYTES } from './line-buffer.js';

const NEWLINE = 10;
const TAB = 9;
const RETURN = 13;
const SPACE = 32;
const MINUS = 45;
const ZERO = 48;
const LETTER_A = 97;
const LETTER_F = 102;
const LETTER_R = 114;

const HEADER_NAMES = ['suggested heap size', 'number of ids', 'number of requests', 'weight'];
const LINE_FEED = Uint8Array.of(NEWLINE);
/** No number in this format is larger; what is, stays larger. */
const LARGE = 2 ** 48;

export class RepReader implements TraceReader {
  readonly #limits: TraceLimits;
  readonly #builder: TraceBuilder;
  readonly #input = new LineBuffer();
  readonly #header: number[] = [];
  /** While a line is read: the position in it, and its end. */
  #at = 0;
  #end = 0;

  constructor(sink: ChunkSink, limits: Partial<TraceLimits> = {}) {
    this.#limits = withLimits(limits);
    this.#builder = new TraceBuilder(sink, this.#limits);
    this.#builder.line = 1;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#input.append(bytes.subarray(at, at + PIECE_BYTES));
      this.#readLines();
    }
  }

  end(): TraceHeader {
    if (this.#input.unread > 0) {
      this.#input.append(LINE_FEED);
      this.#readLines();
    }
    const builder = this.#builder;
    if (this.#header.length < HEADER_NAMES.length) {
      throw builder.fault(
        'truncated',
        `the input ends before the ${HEADER_NAMES[this.#header.length]}; a .rep begins with four numbers`,
      );
    }
    if (builder.events < this.#header[2]) {
      throw builder.fault(
        'truncated',
        `the header promises ${this.#header[2]} requests and there are ${builder.events}; send the whole trace`,
      );
    }
    return builder.finish();
  }

  abort(): void {
    this.#input.start = this.#input.end;
  }

  #readLines(): void {
    const input = this.#input;
    const builder = this.#builder;
    while (input.start < input.end) {
      const { bytes } = input;
      const end = input.lineEnd();
      if ((end < 0 ? input.end : end) - input.start > this.#limits.maxLineBytes) {
        throw builder.fault('limit-exceeded', `the line is longer than ${this.#limits.maxLineBytes} bytes`);
      }
      if (end < 0) return;
      this.#at = input.start;
      this.#end = end;
      this.#skipSpaces(bytes);
      if (this.#at < end) {
        if (this.#header.length < HEADER_NAMES.length) this.#readHeaderLine(bytes);
        else this.#readRequest(bytes);
      }
      input.start = end + 1;
      builder.line++;
    }
  }

  #readHeaderLine(bytes: Uint8Array): void {
    const what = HEADER_NAMES[this.#header.length];
    const value = this.#number(bytes, what);
    this.#endOfLine(bytes);
    if (this.#header.length === 2 && value > this.#limits.maxEvents) {
      throw this.#builder.fault('limit-exceeded', `${value} requests; at most ${this.#limits.maxEvents} are taken`);
    }
    this.#header.push(value);
  }

  #readRequest(bytes: Uint8Array): void {
    const builder = this.#builder;
    if (builder.events >= this.#header[2]) {
      throw builder.fault(
        'count-mismatch',
        `the header promises ${this.#header[2]} requests and here is another; correct line 3 or send the right body`,
      );
    }
    const letter = bytes[this.#at++];
    switch (letter) {
      case LETTER_A: {
        const id = this.#id(bytes);
        builder.place(Op.malloc, this.#size(bytes), id);
        break;
      }
      case LETTER_R: {
        const id = this.#id(bytes);
        builder.realloc(this.#size(bytes), id);
        break;
      }
      case LETTER_F:
        this.#free(bytes);
        break;
      default:
        throw builder.fault('malformed', 'a request begins with a, r or f: "a id size", "r id size" or "f id"');
    }
    this.#endOfLine(bytes);
  }

  #free(bytes: Uint8Array): void {
    this.#skipSpaces(bytes);
    if (bytes[this.#at] !== MINUS) {
      this.#builder.free(this.#id(bytes));
      return;
    }
    this.#at++;
    if (this.#number(bytes, 'id') !== 1)
      throw this.#builder.fault('bad-field', 'the only negative id is -1, for free(NULL)');
    this.#builder.freeNull();
  }

  #id(bytes: Uint8Array): number {
    const id = this.#number(bytes, 'id');
    if (id >= this.#header[1]) {
      throw this.#builder.fault(
        'count-mismatch',
        `id ${id} is not below the ${this.#header[1]} ids that line 2 promises`,
      );
    }
    return id;
  }

  #size(bytes: Uint8Array): number {
    const size = this.#number(bytes, 'size');
    if (size > MAX_SIZE) throw this.#builder.fault('bad-field', `the size is more than ${MAX_SIZE} bytes`);
    return size;
  }

  /** The next number of the line, which must end at a space or at the end. */
  #number(bytes: Uint8Array, what: string): number {
    this.#skipSpaces(bytes);
    const from = this.#at;
    let value = 0;
    for (let digit = bytes[this.#at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++this.#at] - ZERO) {
      if (value < LARGE) value = value * 10 + digit;
    }
    const next = bytes[this.#at];
    if (this.#at === from || (next !== SPACE && next !== NEWLINE && next !== RETURN && next !== TAB)) {
      throw this.#builder.fault('bad-field', `the ${what} is not a whole number`);
    }
    return value;
  }

  #endOfLine(bytes: Uint8Array): void {
    this.#skipSpaces(bytes);
    if (this.#at < this.#end) throw this.#builder.fault('malformed', 'there is more on the line than belongs there');
  }

  #skipSpaces(bytes: Uint8Array): void {
    for (
      let byte = bytes[this.#at];
      this.#at < this.#end && (byte === SPACE || byte === TAB || byte === RETURN);
      byte = bytes[this.#at]
    ) {
      this.#at++;
    }
  }
}
