/** Writes the columns format: a block per chunk. Its layout is in columns-layout.ts. */
import { sliceChunk } from '../chunk.js';
import type { TraceChunk, TraceHeader } from '../columns.js';
import { BLOCK_NAME_BYTES, END_BYTES, HEADER_BYTES, MAGIC, NAMES, SITES, TIMES, VERSION } from './columns-layout.js';
import type { ChunkSource } from './format.js';
import { originJson, siteJson } from './header-json.js';
import { numberedOps, RefWalk } from './numbered-requests.js';

const encoder = new TextEncoder();
/** Most bytes of an entry beside its text. */
const NAME_HEAD_BYTES = 7;

export async function* writeColumns(header: TraceHeader, chunks: ChunkSource): AsyncIterable<Uint8Array> {
  const flags = (header.hasTimes ? TIMES : 0) | (header.hasSites ? SITES : 0) | (header.hasNames ? NAMES : 0);
  yield headerBytes(header, flags);
  const walk = new RefWalk();
  let events = 0;
  for await (const chunk of chunks()) {
    if (chunk.length === 0) continue;
    const refs = walk.refs(chunk);
    for (const [from, to] of pieces(chunk)) {
      const isWhole = to - from === chunk.length;
      yield blockBytes(isWhole ? chunk : sliceChunk(chunk, from, to), isWhole ? refs : refs.slice(from, to), flags);
    }
    events += chunk.length;
  }
  const end = new Uint8Array(END_BYTES);
  new DataView(end.buffer).setUint32(4, events, true);
  yield end;
}

function headerBytes(header: TraceHeader, flags: number): Uint8Array {
  const json = encoder.encode(JSON.stringify({ origin: originJson(header.origin), sites: header.sites.map(siteJson) }));
  const bytes = new Uint8Array(HEADER_BYTES + json.length);
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode(MAGIC));
  view.setUint16(8, VERSION, true);
  view.setUint16(10, flags, true);
  view.setUint32(12, json.length, true);
  bytes.set(json, HEADER_BYTES);
  return bytes;
}

function blockBytes(chunk: TraceChunk, refs: Uint32Array, flags: number): Uint8Array {
  const { length } = chunk;
  const parts: Uint8Array[] = [asBytes(Uint32Array.of(length)), asBytes(chunk.size), asBytes(refs)];
  if ((flags & TIMES) !== 0) parts.push(asBytes(chunk.time ?? new Float64Array(length)));
  if ((flags & SITES) !== 0) parts.push(asBytes(chunk.site ?? new Uint32Array(length)));
  parts.push(numberedOps(chunk));
  if ((flags & NAMES) !== 0) parts.push(nameBytes(chunk.names ?? new Map()));
  return Buffer.concat(parts);
}

/** Cuts a chunk so that no block has more bytes of names than readers make room for. */
function* pieces({ length, names }: TraceChunk): Generator<readonly [from: number, to: number]> {
  let from = 0;
  let bytes = 0;
  for (const [index, name] of [...(names ?? [])].sort(([a], [b]) => a - b)) {
    const entry = NAME_HEAD_BYTES + Buffer.byteLength(name);
    if (bytes + entry > BLOCK_NAME_BYTES) {
      yield [from, index];
      from = index;
      bytes = 0;
    }
    bytes += entry;
  }
  yield [from, length];
}

/** The names section: its length, then index, length and text of each name. */
function nameBytes(names: ReadonlyMap<number, string>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
    const text = encoder.encode(name);
    parts.push(asBytes(Uint32Array.of(index)), lengthBytes(text.length), text);
  }
  const entries = Buffer.concat(parts);
  return Buffer.concat([asBytes(Uint32Array.of(entries.length)), entries]);
}

function lengthBytes(length: number): Uint8Array {
  return length < 256 ? Uint8Array.of(length) : Uint8Array.of(0, length & 0xff, length >> 8);
}

function asBytes(column: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
