/**
 * The contract of a trace format: one reader, one writer, and a word on what it cannot carry. Readers are synchronous
 * and streaming; they keep a chunk and the live blocks in memory, whatever the length of the trace. Compression is the
 * caller's.
 */
import type { TraceChunk, TraceHeader } from '../columns.js';
import type { TraceLimits } from '../limits.js';
import type { ChunkSink } from '../trace-builder.js';

/** Reads one trace. After a `TraceFormatError` the reader is done with. */
export interface TraceReader {
  /** Takes the next bytes, any number of them; the reader keeps no reference to them. Throws `TraceFormatError`. */
  push(bytes: Uint8Array): void;
  /** The input has ended. Hands over the last chunk. Throws `TraceFormatError` if the trace has not ended too. */
  end(): TraceHeader;
  /** Gives up and removes what the reader may have spooled. Harmless after `end` or an error. */
  abort(): void;
}

/** Gives the chunks of a trace from its start; a writer may ask more than once. */
export type ChunkSource = () => AsyncIterable<TraceChunk>;

export type FormatName = 'ndjson' | 'columns' | 'pmtrace1' | 'rep';

export interface TraceFormat {
  readonly name: FormatName;
  /** One line for a list to choose from. */
  readonly title: string;
  /** Lower case, without parameters; the first is the one to answer with. */
  readonly contentTypes: readonly [string, ...string[]];
  /** Of a file name, without a dot. */
  readonly extension: string;
  /** Reads this format into canonical chunks. */
  reader(sink: ChunkSink, limits?: Partial<TraceLimits>): TraceReader;
  /** Bytes of the trace in this format, in pieces of at most about a mebibyte. */
  writer(header: TraceHeader, chunks: ChunkSource): AsyncIterable<Uint8Array>;
  /** What this format cannot carry of this trace: a sentence each, none if nothing is lost. */
  losses(header: TraceHeader): string[];
}
