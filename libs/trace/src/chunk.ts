/**
 * Cutting and joining chunks. A column that says nothing (no site, no time anywhere in it) is `null`; a map of names
 * that is empty is `null`.
 */
import type { TraceChunk } from './columns.js';

export const EMPTY_CHUNK: TraceChunk = {
  length: 0,
  op: new Uint8Array(0),
  size: new Uint32Array(0),
  slot: new Int32Array(0),
  site: null,
  time: null,
  names: null,
};

/** Requests `from` (inclusive) to `to` (exclusive), in columns of their own. Positions are clamped to the chunk. */
export function sliceChunk(chunk: TraceChunk, from: number, to: number): TraceChunk {
  const first = Math.min(Math.max(from, 0), chunk.length);
  const last = Math.min(Math.max(to, first), chunk.length);
  const site = chunk.site?.slice(first, last) ?? null;
  const time = chunk.time?.slice(first, last) ?? null;
  return {
    length: last - first,
    op: chunk.op.slice(first, last),
    size: chunk.size.slice(first, last),
    slot: chunk.slot.slice(first, last),
    site: site?.some(isNotZero) ? site : null,
    time: time?.some(isNotZero) ? time : null,
    names: sliceNames(chunk.names, first, last),
  };
}

/** One chunk that holds the requests of all, in order. */
export function concatChunks(chunks: readonly TraceChunk[]): TraceChunk {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const op = new Uint8Array(length);
  const size = new Uint32Array(length);
  const slot = new Int32Array(length);
  const site = chunks.some((chunk) => chunk.site) ? new Uint32Array(length) : null;
  const time = chunks.some((chunk) => chunk.time) ? new Float64Array(length) : null;
  const names = new Map<number, string>();
  let at = 0;
  for (const chunk of chunks) {
    op.set(chunk.op.subarray(0, chunk.length), at);
    size.set(chunk.size.subarray(0, chunk.length), at);
    slot.set(chunk.slot.subarray(0, chunk.length), at);
    if (chunk.site) site?.set(chunk.site.subarray(0, chunk.length), at);
    if (chunk.time) time?.set(chunk.time.subarray(0, chunk.length), at);
    if (chunk.names) for (const [index, name] of chunk.names) names.set(at + index, name);
    at += chunk.length;
  }
  return { length, op, size, slot, site, time, names: names.size > 0 ? names : null };
}

function isNotZero(value: number): boolean {
  return value !== 0;
}

function sliceNames(names: TraceChunk['names'], first: number, last: number): TraceChunk['names'] {
  if (!names) return null;
  const part = new Map<number, string>();
  for (const [index, name] of names) if (index >= first && index < last) part.set(index - first, name);
  return part.size > 0 ? part : null;
}
