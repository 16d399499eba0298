/**
 * Chunks as they are stored: about 0.7 bytes per request for a real program, 11 bytes for a chunk of one request.
 *
 *     u8 version, u8 flags, varint requests, [varint body bytes, when compressed], body, u32 CRC-32 of all before
 *
 * The body is streams of varints one after another, which compress better apart than mixed: a tag byte per request; the
 * sizes and the slots, each with its length in bytes before it; then sites, times, names where the flags say so. From about a kibibyte on it is brotli (quality 1).
 *
 * Tag: the op byte (op and domain), and 0x80. On a request that takes a slot, 0x80 says that the slot is written; else it
 * is the one that was given back last within the chunk and not taken since, which slots being last-in, first-out makes
 * the rule. On a free, 0x80 says NULL. Slots are written as the distance to the slot named before.
 */
import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import { NO_SLOT, Op, OP_MASK, type RequestColumns, type TraceChunk } from './columns.js';
import { TraceFormatError } from './format-error.js';
import { VarintReader, VarintWriter } from './varint.js';

const VERSION = 1;
const COMPRESSED = 1;
const SITES = 2;
const TIMES = 4;
const NAMES = 8;
const KNOWN_FLAGS = COMPRESSED | SITES | TIMES | NAMES;

const EXPLICIT = 0x80;
const NULL_SLOT = 0x80;
const OP_BYTE = 0x3f;
const CRC_BYTES = 4;
/** Bodies below this stay as they are: brotli would not earn its keep. */
const COMPRESS_FROM = 1024;
/** Requests in one packed chunk, and bytes that one request may add to a body: what a reader makes room for. */
const MOST_REQUESTS = 1 << 22;
const MOST_BYTES_PER_REQUEST = 300;

const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 },
};

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The stored form of a chunk of any length. Throws `RangeError` for columns that are not canonical. */
export function packChunk(chunk: TraceChunk): Uint8Array {
  const body = new VarintWriter(chunk.length * 4 + 64);
  writeRequests(chunk, body);
  if (chunk.site) writeSites(chunk.site, chunk.length, body);
  if (chunk.time) writeTimes(chunk.time, chunk.length, body);
  if (chunk.names) writeNames(chunk.names, body);

  const compressed = body.length >= COMPRESS_FROM;
  const packed = new VarintWriter(compressed ? body.length : body.length + 24);
  packed.byte(VERSION);
  packed.byte(
    (compressed ? COMPRESSED : 0) | (chunk.site ? SITES : 0) | (chunk.time ? TIMES : 0) | (chunk.names ? NAMES : 0),
  );
  packed.u32(chunk.length);
  if (compressed) packed.u32(body.length);
  packed.raw(compressed ? brotliCompressSync(body.view(), BROTLI) : body.view());
  const sum = crc32(packed.view());
  for (let shift = 0; shift < 32; shift += 8) packed.byte((sum >>> shift) & 0xff);
  return packed.view().slice();
}

/** The chunk that `packChunk` packed. Throws `TraceFormatError` for anything else, whatever the bytes. */
export function unpackChunk(packed: Uint8Array): TraceChunk {
  const end = packed.length - CRC_BYTES;
  if (end < 3) throw damaged('it is too short');
  const sum = new DataView(packed.buffer, packed.byteOffset + end, CRC_BYTES).getUint32(0, true);
  const content = packed.subarray(0, end);
  if (crc32(content) !== sum) throw damaged('its checksum differs');
  const header = new VarintReader(content);
  const version = header.raw(1)[0];
  if (version !== VERSION) {
    throw new TraceFormatError(
      'unsupported-version',
      `a stored chunk has version ${version}; this reader knows ${VERSION}`,
    );
  }
  const flags = header.raw(1)[0];
  const length = header.u32();
  if ((flags & ~KNOWN_FLAGS) !== 0 || length > MOST_REQUESTS) throw damaged('its header makes no sense');
  const bodyBytes = (flags & COMPRESSED) !== 0 ? header.u32() : header.rest;
  if (header.failed || bodyBytes > (length + 1) * MOST_BYTES_PER_REQUEST) throw damaged('its header makes no sense');
  const stored = header.raw(header.rest);
  const body = new VarintReader((flags & COMPRESSED) !== 0 ? decompress(stored, bodyBytes) : stored);

  const tags = body.raw(length);
  if (tags.length !== length) throw damaged('it is cut short');
  const op = new Uint8Array(length);
  const size = new Uint32Array(length);
  const slot = new Int32Array(length);
  const sizes = new VarintReader(body.raw(body.u32()));
  const slots = new VarintReader(body.raw(body.u32()));
  readRequests(tags, { op, size, slot }, sizes, slots);
  const chunk: TraceChunk = {
    length,
    op,
    size,
    slot,
    site: (flags & SITES) !== 0 ? readSites(length, body) : null,
    time: (flags & TIMES) !== 0 ? readTimes(length, body) : null,
    names: (flags & NAMES) !== 0 ? readNames(length, body) : null,
  };
  const rest = sizes.rest + slots.rest + body.rest;
  if (sizes.failed || slots.failed || body.failed || rest !== 0) throw damaged('its streams do not fit its tags');
  return chunk;
}

function damaged(why: string): TraceFormatError {
  return new TraceFormatError('malformed', `a stored chunk is damaged: ${why}`);
}

function decompress(stored: Uint8Array, bodyBytes: number): Uint8Array {
  let body: Uint8Array;
  try {
    body = brotliDecompressSync(stored, {
      maxOutputLength: Math.max(bodyBytes, 1),
      chunkSize: Math.max(bodyBytes, 64),
    });
  } catch {
    throw damaged('it does not decompress');
  }
  if (body.length !== bodyBytes) throw damaged('it does not decompress to its length');
  return body;
}

function writeRequests(chunk: TraceChunk, body: VarintWriter): void {
  const { length, op, size, slot } = chunk;
  const sizes = new VarintWriter(length * 2 + 16);
  const slots = new VarintWriter(length * 2 + 16);
  const released = new Int32Array(length);
  let releasedCount = 0;
  let named = 0;
  let placed = -1;
  for (let at = 0; at < length; at++) {
    const opByte = op[at];
    const where = slot[at];
    let tag = opByte;
    if ((opByte & ~OP_BYTE) !== 0) throw notCanonical(at);
    switch (opByte & OP_MASK) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
      case Op.foreign: {
        const expected = releasedCount > 0 ? released[--releasedCount] : -1;
        if (where < 0) throw notCanonical(at);
        if (where !== expected) {
          tag |= EXPLICIT;
          slots.i32(where - placed);
          placed = where;
        }
        named = where;
        break;
      }
      case Op.free:
        if (size[at] !== 0) throw notCanonical(at);
        if (where === NO_SLOT) {
          tag |= NULL_SLOT;
          break;
        }
        if (where < 0) throw notCanonical(at);
        slots.i32(where - named);
        named = where;
        released[releasedCount++] = where;
        break;
      case Op.realloc:
        if (where < 0) throw notCanonical(at);
        slots.i32(where - named);
        named = where;
        break;
      case Op.staleFree:
        if (size[at] !== 0) throw notCanonical(at);
        if (where < 0) throw notCanonical(at);
        slots.u32(where);
        break;
      case Op.staleRealloc:
        if (where < 0) throw notCanonical(at);
        slots.u32(where);
        break;
      case Op.mark:
        if (where !== NO_SLOT) throw notCanonical(at);
        break;
      default:
        throw notCanonical(at);
    }
    body.byte(tag);
    if ((opByte & OP_MASK) !== Op.free && (opByte & OP_MASK) !== Op.staleFree) sizes.u32(size[at]);
  }
  body.u32(sizes.length);
  body.raw(sizes.view());
  body.u32(slots.length);
  body.raw(slots.view());
}

function notCanonical(at: number): RangeError {
  return new RangeError(`request ${at} of the chunk is not canonical: see columns.ts for what a request may hold`);
}

/** Fills the three columns; `damaged` where a stream and the tags do not fit is left to the caller. */
function readRequests(tags: Uint8Array, columns: RequestColumns, sizes: VarintReader, slots: VarintReader): void {
  const { op, size, slot } = columns;
  const released = new Int32Array(tags.length);
  let releasedCount = 0;
  let named = 0;
  let placed = -1;
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at];
    op[at] = tag & OP_BYTE;
    switch (tag & OP_MASK) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
      case Op.foreign:
        size[at] = sizes.u32();
        named = releasedCount > 0 ? released[--releasedCount] : -1;
        if ((tag & EXPLICIT) !== 0) {
          placed = (placed + slots.i32()) | 0;
          named = placed;
        }
        if (named < 0) throw damaged(`request ${at} takes no slot`);
        slot[at] = named;
        break;
      case Op.free:
        if ((tag & NULL_SLOT) !== 0) {
          slot[at] = NO_SLOT;
          break;
        }
        named = (named + slots.i32()) | 0;
        if (named < 0) throw damaged(`request ${at} names no slot`);
        slot[at] = named;
        released[releasedCount++] = named;
        break;
      case Op.realloc:
        size[at] = sizes.u32();
        named = (named + slots.i32()) | 0;
        if (named < 0) throw damaged(`request ${at} names no slot`);
        slot[at] = named;
        break;
      case Op.staleFree:
      case Op.staleRealloc: {
        if ((tag & OP_MASK) === Op.staleRealloc) size[at] = sizes.u32();
        const number = slots.u32() | 0;
        if (number < 0) throw damaged(`request ${at} names no block`);
        slot[at] = number;
        break;
      }
      case Op.mark:
        size[at] = sizes.u32();
        slot[at] = NO_SLOT;
        break;
      default:
        throw damaged(`request ${at} has an unknown op`);
    }
  }
}

function writeSites(site: Uint32Array, length: number, body: VarintWriter): void {
  let before = 0;
  for (let at = 0; at < length; at++) {
    body.i32((site[at] - before) | 0);
    before = site[at];
  }
}

function readSites(length: number, body: VarintReader): Uint32Array {
  const site = new Uint32Array(length);
  let before = 0;
  for (let at = 0; at < length; at++) {
    before = (before + body.i32()) | 0;
    site[at] = before;
  }
  return site;
}

function writeTimes(time: Float64Array, length: number, body: VarintWriter): void {
  let before = 0;
  for (let at = 0; at < length; at++) {
    const now = time[at];
    if (!Number.isSafeInteger(now) || now < 0) throw notCanonical(at);
    body.integer(now - before);
    before = now;
  }
}

function readTimes(length: number, body: VarintReader): Float64Array {
  const time = new Float64Array(length);
  let before = 0;
  for (let at = 0; at < length; at++) {
    before += body.integer();
    if (!Number.isSafeInteger(before) || before < 0) throw damaged(`request ${at} has an impossible time`);
    time[at] = before;
  }
  return time;
}

function writeNames(names: ReadonlyMap<number, string>, body: VarintWriter): void {
  body.u32(names.size);
  let before = -1;
  for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
    const bytes = encoder.encode(name);
    body.u32(index - before - 1);
    body.u32(bytes.length);
    body.raw(bytes);
    before = index;
  }
}

function readNames(length: number, body: VarintReader): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const count = body.u32();
  let index = -1;
  for (let read = 0; read < count && !body.failed; read++) {
    index += body.u32() + 1;
    const bytes = body.raw(body.u32());
    if (index >= length) throw damaged('a name has no request');
    try {
      names.set(index, decoder.decode(bytes));
    } catch {
      throw damaged('a name is not UTF-8');
    }
  }
  return names;
}
