/**
 * A recording: what a program asked of a real CPython (`NAME.trace.gz`, PMTRACE1), and where CPython put it
 * (`NAME.oracle.gz`, PMORACL1). Both are little-endian and gzip-compressed.
 *
 * PMORACL1: a 64-byte header (magic at 0, u32 number of results at 12, u32 number of arena events at 24), then
 * `u32 result[n]`, one for each malloc, calloc and realloc in order, then for each arena event
 * `u32 event, u32 arena | 0x80000000 if unmapped, u32 slot | misalignment << 24`.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { Pmtrace1Reader, type TraceChunk, type TraceHeader } from '@heapcast/trace';

export interface RecordedTrace {
  readonly header: TraceHeader;
  readonly chunks: readonly TraceChunk[];
}

export interface Oracle {
  /** See `placement-code.ts`. */
  readonly results: Uint32Array;
  /** Three numbers for each arena event. */
  readonly arenaEvents: Uint32Array;
}

const ORACLE_HEADER = 64;
const ARENA_EVENT = 12;

/** @throws TraceFormatError or a zlib error when the file is damaged. */
export async function readTrace(path: string): Promise<RecordedTrace> {
  const chunks: TraceChunk[] = [];
  // An arena that a program maps and loses over and over has an ordinal each time.
  const reader = new Pmtrace1Reader((chunk) => chunks.push(chunk), { maxArenas: 2 ** 26 });
  try {
    for await (const piece of createReadStream(path).compose(createGunzip())) reader.push(piece);
    return { header: reader.end(), chunks };
  } finally {
    reader.abort();
  }
}

/** @throws Error when the file is damaged. */
export async function readOracle(path: string): Promise<Oracle> {
  const bytes = await buffer(createReadStream(path).compose(createGunzip()));
  if (bytes.length < ORACLE_HEADER || bytes.toString('latin1', 0, 8) !== 'PMORACL1') {
    throw new Error('the oracle is not a PMORACL1 file');
  }
  const results = bytes.readUInt32LE(12);
  const arenaEvents = bytes.readUInt32LE(24);
  const promised = ORACLE_HEADER + 4 * results + ARENA_EVENT * arenaEvents;
  if (bytes.length !== promised) {
    throw new Error(`the oracle's header promises ${promised} bytes and the file has ${bytes.length}`);
  }
  const words = (offset: number, count: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, index) => bytes.readUInt32LE(offset + 4 * index));
  return {
    results: words(ORACLE_HEADER, results),
    arenaEvents: words(ORACLE_HEADER + 4 * results, 3 * arenaEvents),
  };
}

/** Texts of `sys._debugmallocstats()` by the number of the mark at which they were printed. */
export async function readDebugMallocStats(path: string): Promise<Map<number, string>> {
  const text = await readFile(path, 'utf8');
  const parts = text.split(/^@@PHASE (\d+)\n/m);
  const texts = new Map<number, string>();
  for (let index = 1; index < parts.length; index += 2) texts.set(Number(parts[index]), parts[index + 1]);
  if (texts.size === 0) throw new Error('the file of debugmallocstats has no "@@PHASE" line');
  return texts;
}
