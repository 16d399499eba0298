/** Reading and writing whole traces, as tests do it. */
import type { TraceChunk, TraceHeader } from '../src/columns.js';
import { TraceHasher } from '../src/content-id.js';
import type { TraceFormat } from '../src/formats/format.js';
import type { TraceLimits } from '../src/limits.js';
import type { Trace } from './arbitrary-trace.js';

/** Reads bytes that arrive in pieces of `pieceBytes`. */
export function readTrace(
  format: TraceFormat,
  bytes: Uint8Array | string,
  options: { pieceBytes?: number; limits?: Partial<TraceLimits> } = {},
): Trace {
  const input = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const { pieceBytes = 1 << 20, limits } = options;
  const chunks: TraceChunk[] = [];
  const reader = format.reader((chunk) => chunks.push(chunk), limits);
  for (let at = 0; at < input.length; at += pieceBytes) reader.push(input.subarray(at, at + pieceBytes));
  return { header: reader.end(), chunks };
}

export async function writeTrace(format: TraceFormat, trace: Trace): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const source = async function* (): AsyncIterable<TraceChunk> {
    yield* trace.chunks;
  };
  for await (const piece of format.writer(trace.header, source)) pieces.push(piece);
  return Buffer.concat(pieces);
}

export function contentId(trace: { header: TraceHeader; chunks: readonly TraceChunk[] }): string {
  const hasher = new TraceHasher();
  for (const chunk of trace.chunks) hasher.add(chunk);
  return hasher.digest(trace.header);
}
