/**
 * NDJSON: one JSON object a line (docs/formats/ndjson.md). The scanner takes the lines that tools write by the million;
 * every other line goes through `JSON.parse`.
 */
import type { TraceHeader } from '../columns.js';
import { withLimits, type TraceLimits } from '../limits.js';
import { TraceBuilder, type ChunkSink } from '../trace-builder.js';
import type { TraceReader } from './format.js';
import { LineBuffer, PIECE_BYTES } from './line-buffer.js';
import { lineKind, parseLine, readHeaderLine, readRequest, readSiteLine } from './ndjson-line.js';
import { RequestLine } from './ndjson-request.js';
import { NdjsonScanner } from './ndjson-scanner.js';

const NEWLINE = Uint8Array.of(10);
const BLANK = /^\s*$/;

export class NdjsonReader implements TraceReader {
  readonly #limits: TraceLimits;
  readonly #builder: TraceBuilder;
  readonly #input = new LineBuffer();
  readonly #line = new RequestLine();
  readonly #scanner = new NdjsonScanner(this.#line);
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** Lines with something on them so far. */
  #said = 0;
  #promisedEvents = -1;
  #atEnd = false;

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
    this.#atEnd = true;
    if (this.#input.unread > 0) {
      this.#input.append(NEWLINE);
      this.#readLines();
    }
    const builder = this.#builder;
    if (this.#said === 0) throw builder.fault('truncated', 'the input is empty; send at least one line');
    if (this.#promisedEvents >= 0 && this.#promisedEvents !== builder.events) {
      const code = builder.events < this.#promisedEvents ? 'truncated' : 'count-mismatch';
      throw builder.fault(
        code,
        `the header promises ${this.#promisedEvents} events and there are ${builder.events}; send the whole trace`,
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
      const next = this.#scanner.scan(input);
      if (next > 0) {
        this.#line.addTo(builder);
        this.#said++;
        input.start = next;
      } else {
        const end = input.lineEnd();
        if ((end < 0 ? input.end : end) - input.start > this.#limits.maxLineBytes) {
          throw builder.fault(
            'limit-exceeded',
            `the line is longer than ${this.#limits.maxLineBytes} bytes; write one request a line`,
          );
        }
        if (end < 0) return;
        this.#readAnyLine(input.bytes.subarray(input.start, end));
        input.start = end + 1;
      }
      builder.line++;
    }
  }

  #readAnyLine(bytes: Uint8Array): void {
    const builder = this.#builder;
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      throw builder.fault('malformed', 'the line is not UTF-8; write NDJSON in UTF-8, uncompressed or gzip');
    }
    if (BLANK.test(text)) return;
    const object = parseLine(text, builder);
    if (object === null) {
      if (this.#atEnd) throw builder.fault('truncated', 'the last line is not whole JSON; send the trace to its end');
      throw builder.fault('malformed', 'the line is not JSON; every line is one JSON object');
    }
    const kind = lineKind(object);
    if (kind === 'header') {
      if (this.#said > 0) throw builder.fault('bad-field', 'the header stands on the first line or not at all');
      this.#promisedEvents = readHeaderLine(object, builder);
    } else if (kind === 'site') {
      readSiteLine(object, builder);
    } else {
      readRequest(object, this.#line, builder);
      this.#line.addTo(builder);
    }
    this.#said++;
  }
}
