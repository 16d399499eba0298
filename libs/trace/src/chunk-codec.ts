/**
 * Chunks as they are stored: about 0.7 bytes per request for a real program, 11 bytes for a chunk of one request.
 *
 *     u8 version, u8 flags, varint requests, [varint body bytes, when compressed], body, u32 CRC-32 of all before
 *
 * The body is streams of varints one after another, which compress better apart than mixed: the requests
 * (packed-requests.ts), then sites, times and names where the flags say so (packed-annotations.ts). From a kibibyte on
 * it is brotli, quality 1.
 */
import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import type { TraceChunk } from './columns.js';
import { TraceFormatError } from './format-error.js';
import { readNames, readSites, readTimes, writeNames, writeSites, writeTimes } from './packed-annotations.js';
import { damaged } from './packed-faults.js';
import { readRequests, writeRequests } from './packed-requests.js';
import { MAX_LABEL_BYTES } from './text-rules.js';
import { VarintReader, VarintWriter } from './varint.js';

const VERSION = 1;
const COMPRESSED = 1;
const SITES = 2;
const TIMES = 4;
const NAMES = 8;
const KNOWN_FLAGS = COMPRESSED | SITES | TIMES | NAMES;

const CRC_BYTES = 4;
/** Bodies below this stay as they are: brotli would not earn its keep. */
const COMPRESS_FROM = 1024;
/** Requests in one packed chunk, and bytes that one request may add to a body, label included: what a reader makes room for. */
const MOST_REQUESTS = 1 << 22;
const MOST_BYTES_PER_REQUEST = MAX_LABEL_BYTES + 64;

const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 },
};

/**
 * What packing needs and does not give away: most chunks of a live session are one request long, and making these anew
 * each time would cost more than the packing. Packing is synchronous, so one set per thread is enough.
 */
const scratch = { packed: new VarintWriter(), body: new VarintWriter() };

/** The stored form of a chunk of any length. Throws `RangeError` for columns that are not canonical. */
export function packChunk(chunk: TraceChunk): Uint8Array {
  const { packed, body } = scratch;
  body.clear();
  writeRequests(chunk, body);
  if (chunk.site) writeSites(chunk.site, chunk.length, body);
  if (chunk.time) writeTimes(chunk.time, chunk.length, body);
  if (chunk.names) writeNames(chunk.names, body);

  const compressed = body.length >= COMPRESS_FROM;
  packed.clear();
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

  const chunk: TraceChunk = {
    length,
    ...readRequests(length, body),
    site: (flags & SITES) !== 0 ? readSites(length, body) : null,
    time: (flags & TIMES) !== 0 ? readTimes(length, body) : null,
    names: (flags & NAMES) !== 0 ? readNames(length, body) : null,
  };
  if (body.failed || body.rest !== 0) throw damaged('its streams do not fit its tags');
  return chunk;
}

function decompress(stored: Uint8Array, bodyBytes: number): Uint8Array {
  let body: Uint8Array;
  try {
    body = brotliDecompressSync(stored, {
      maxOutputLength: Math.max(bodyBytes, 1),
      chunkSize: Math.min(Math.max(bodyBytes, 64), 1 << 20),
    });
  } catch {
    throw damaged('it does not decompress');
  }
  if (body.length !== bodyBytes) throw damaged('it does not decompress to its length');
  return body;
}
