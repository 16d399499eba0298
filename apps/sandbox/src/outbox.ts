/**
 * The way out of the child: messages are framed and written to file descriptor 3, blocking, so that a service that reads
 * slowly slows the program down and nothing piles up here.
 *
 * What it needs of Node is taken when the module loads: a sealed realm has no `process` and no `fs`.
 */
import { writeSync } from 'node:fs';
import type {
  ChildMessage,
  ChunkMessage,
  ExceptionMessage,
  FinishedMessage,
  LinesMessage,
  LocalsMessage,
  OutputMessage,
} from './protocol.js';

const CHANNEL = 3;
const exit = process.exit.bind(process);
const now = performance.now.bind(performance);

type Plain = Exclude<ChildMessage, ChunkMessage | LinesMessage | LocalsMessage>;
type Columns = readonly (Float64Array | Uint32Array | Uint8Array)[];

export class Outbox {
  #started = 0;
  #outputBytes = 0;

  say(message: Plain): void {
    if (message.kind === 'started') this.#started = now();
    this.#write(message, []);
  }

  /** Columns are given in the order of `MESSAGE_COLUMNS`. */
  chunk(firstEvent: number, length: number, columns: Columns): void {
    this.#write({ kind: 'chunk', firstEvent, length }, columns);
  }

  lines(length: number, columns: Columns): void {
    this.#write({ kind: 'lines', length }, columns);
  }

  locals(length: number, changes: number, columns: Columns): void {
    this.#write({ kind: 'locals', length, changes }, columns);
  }

  /** Output that the program made. The cap is the runtime's to keep: it knows how to stop the program. */
  output(stream: OutputMessage['stream'], text: string, bytes: number): void {
    this.#outputBytes += bytes;
    this.#write({ kind: 'output', stream, text }, []);
  }

  exception(exception: Omit<ExceptionMessage, 'kind'>): void {
    this.#write({ kind: 'exception', ...exception }, []);
  }

  get outputBytes(): number {
    return this.#outputBytes;
  }

  /** Milliseconds since `started` was said; 0 before. */
  get elapsed(): number {
    return this.#started === 0 ? 0 : now() - this.#started;
  }

  /** The last word: the process ends here, whatever the program still wants. */
  finish(ending: Omit<FinishedMessage, 'kind' | 'ms' | 'outputBytes'>): never {
    const ms = Math.round(this.elapsed * 1000) / 1000;
    this.#write({ kind: 'finished', ...ending, ms, outputBytes: this.#outputBytes }, []);
    return exit(0);
  }

  #write(header: object, columns: Columns): void {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const size = columns.reduce((sum, column) => sum + column.byteLength, 4 + text.length);
    const bytes = new Uint8Array(4 + size);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, size, true);
    view.setUint32(4, text.length, true);
    bytes.set(text, 8);
    let at = 8 + text.length;
    for (const column of columns) {
      bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
      at += column.byteLength;
    }
    for (let sent = 0; sent < bytes.length;) sent += writeSync(CHANNEL, bytes, sent);
  }
}
