/**
 * Turns the recorder's records, which name blocks by address, into the columns of the protocol, which name them by number.
 *
 * Blocks from before the program: freeing one is not told; resizing one makes it the program's, and is told as a `malloc` of
 * the new size.
 */
import type { Outbox } from '../outbox.js';
import { FRAME_RECORD } from './frames-source.js';
import type { FrameColumns } from './frames.js';
import type { LiveBlocks } from './live-blocks.js';
import { LINE_RECORD, RECORD_BYTES } from './recorder-source.js';

const WORDS = RECORD_BYTES / 4;
const OP = 0x0f;
const DOMAIN = 0xf0;
const MALLOC = 1;
const REALLOC = 3;
const FREE = 4;
const NANOSECONDS = 1000;

export class RequestColumns {
  #events = 0;
  #lines = 0;
  readonly #time: Float64Array;
  readonly #size: Uint32Array;
  readonly #id: Uint32Array;
  readonly #site: Uint32Array;
  readonly #op: Uint8Array;
  readonly #lineEvent: Uint32Array;
  readonly #lineSite: Uint32Array;

  constructor(
    private readonly outbox: Outbox,
    private readonly blocks: LiveBlocks,
    /** Most records that are given at once. */
    records: number,
    /** Most lines that are told. */
    private readonly mostLines: number,
    /** Takes the records of frames. */
    private readonly frames: FrameColumns | null = null,
  ) {
    this.#time = new Float64Array(records);
    this.#size = new Uint32Array(records);
    this.#id = new Uint32Array(records);
    this.#site = new Uint32Array(records);
    this.#op = new Uint8Array(records);
    this.#lineEvent = new Uint32Array(records);
    this.#lineSite = new Uint32Array(records);
  }

  /** Requests told. */
  get events(): number {
    return this.#events;
  }

  /** Room for more lines. */
  get wantsLines(): boolean {
    return this.#lines < this.mostLines;
  }

  /** Tells `words` (whole records), but no more than `mostEvents` requests in all. False: there were more. */
  tell(words: Uint32Array, mostEvents: number): boolean {
    let count = 0;
    let lines = 0;
    let whole = true;
    for (let at = 0; at < words.length; at += WORDS) {
      const code = words[at];
      if (code === LINE_RECORD) {
        // With frames, a line is told by its frames.
        if (this.#lines + lines < this.mostLines) {
          this.#lineEvent[lines] = this.#events + count;
          this.#lineSite[lines++] = words[at + 4];
        }
        continue;
      }
      if (code >= FRAME_RECORD) {
        if (this.frames?.full) {
          this.#tell(count, lines);
          count = lines = 0;
        }
        this.frames?.take(words, at, this.#events + count);
        continue;
      }
      let op = code & OP;
      const size = words[at + 1];
      const address = words[at + 2];
      if (this.#events + count >= mostEvents) {
        whole = false;
        break;
      }
      let id: number;
      if (op === FREE) {
        id = this.blocks.remove(address);
        if (id === 0) continue;
      } else if (op === REALLOC) {
        id = this.blocks.move(words[at + 3], address, size);
        if (id === 0) {
          op = MALLOC;
          id = this.blocks.place(address, size);
        }
      } else {
        id = this.blocks.place(address, size);
      }
      this.#op[count] = op | (code & DOMAIN);
      this.#size[count] = size;
      this.#id[count] = id;
      this.#site[count] = words[at + 4];
      this.#time[count++] = words[at + 5] * NANOSECONDS;
    }
    this.#tell(count, lines);
    return whole;
  }

  #tell(count: number, lines: number): void {
    const first = this.#events;
    this.#events += count;
    this.#lines += lines;
    if (count > 0) {
      this.outbox.chunk(first, count, [
        this.#time.subarray(0, count),
        this.#size.subarray(0, count),
        this.#id.subarray(0, count),
        this.#site.subarray(0, count),
        this.#op.subarray(0, count),
      ]);
    }
    if (lines > 0 && this.frames === null) {
      this.outbox.lines(lines, [this.#lineEvent.subarray(0, lines), this.#lineSite.subarray(0, lines)]);
    }
    this.frames?.tell();
  }
}
