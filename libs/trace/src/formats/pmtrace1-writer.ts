/**
 * Writes PMTRACE1. Its columns stand one after another, so the chunks are asked for once per column (and once before, to
 * count the frees that the header tells); nothing is kept of them.
 *
 * A trace that was read from a recording comes out byte for byte as it went in.
 */
import { Op, OP_MASK, type TraceHeader } from '../columns.js';
import type { ChunkSource } from './format.js';
import { numberedOps, RefWalk } from './numbered-requests.js';
import { HEADER_BYTES, MAGIC } from './pmtrace1-layout.js';

const VERSION = /^cpython-(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Major, minor, micro as the header's bytes, or null where `recordedOn` is something else. */
function versionBytes(recordedOn: string): [number, number, number] | null {
  const match = VERSION.exec(recordedOn);
  if (!match) return null;
  const [major, minor, micro] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isOwn = recordedOn === `cpython-${major}.${minor}.${micro}` && major + minor + micro > 0;
  return isOwn && Math.max(major, minor, micro) <= 255 ? [major, minor, micro] : null;
}

export function pmtrace1Losses(header: TraceHeader): string[] {
  const losses: string[] = [];
  if (header.hasSites || header.sites.length > 0)
    losses.push('Call sites are left out: PMTRACE1 has no place for them.');
  if (header.hasTimes) losses.push('Times are left out: PMTRACE1 has no place for them.');
  if (header.hasNames) losses.push('Names of blocks and labels of marks are left out: PMTRACE1 knows numbers only.');
  const { recordedOn } = header.origin;
  if (recordedOn !== '' && !versionBytes(recordedOn)) {
    losses.push(`The origin "${recordedOn}" is left out: PMTRACE1 holds only cpython-MAJOR.MINOR.MICRO.`);
  }
  return losses;
}

export async function* writePmtrace1(header: TraceHeader, chunks: ChunkSource): AsyncIterable<Uint8Array> {
  let frees = 0;
  for await (const chunk of chunks()) {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.op[at] & OP_MASK;
      if (code === Op.free || code === Op.staleFree) frees++;
    }
  }
  yield headerBytes(header, frees);
  for await (const chunk of chunks()) yield asBytes(chunk.size);
  const walk = new RefWalk();
  for await (const chunk of chunks()) yield asBytes(walk.refs(chunk));
  for await (const chunk of chunks()) yield numberedOps(chunk);
  yield header.origin.arenaMisalignment;
}

function headerBytes(header: TraceHeader, frees: number): Uint8Array {
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = header.origin;
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes.set(versionBytes(recordedOn) ?? [0, 0, 0], 8);
  view.setUint32(12, header.events, true);
  view.setUint32(16, header.blocks, true);
  view.setUint32(20, arenaMisalignment.length, true);
  view.setUint32(28, arenaSize, true);
  view.setUint32(32, poolSize, true);
  view.setUint32(44, frees, true);
  return bytes;
}

function asBytes(column: Uint32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
