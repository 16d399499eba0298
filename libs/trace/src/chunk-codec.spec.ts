import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { anyTrace, EVERYTHING, longTrace } from '../test/arbitrary-trace.js';
import { concatChunks, EMPTY_CHUNK, sliceChunk } from './chunk.js';
import { packChunk, unpackChunk } from './chunk-codec.js';
import { Op, type TraceChunk } from './columns.js';
import { TraceFormatError } from './format-error.js';

function one(op: number, size: number, slot: number, name?: string): TraceChunk {
  return {
    length: 1,
    op: Uint8Array.of(op),
    size: Uint32Array.of(size),
    slot: Int32Array.of(slot),
    site: null,
    time: null,
    names: name === undefined ? null : new Map([[0, name]]),
  };
}

/** Bytes with a checksum that fits, so that what lies behind the checksum is tried. */
function sealed(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 4);
  bytes.set(content);
  new DataView(bytes.buffer).setUint32(content.length, crc32(content), true);
  return bytes;
}

function expectChunkOrFormatError(bytes: Uint8Array): void {
  try {
    const { length, op, size, slot } = unpackChunk(bytes);
    expect([op.length, size.length, slot.length]).toEqual([length, length, length]);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceFormatError);
  }
}

describe('packChunk and unpackChunk', () => {
  it('give back any chunk, from any position of a trace', () => {
    fc.assert(
      fc.property(anyTrace(EVERYTHING), fc.nat(120), fc.nat(120), ({ chunks }, from, to) => {
        const chunk = sliceChunk(concatChunks(chunks), from, to);
        expect(unpackChunk(packChunk(chunk))).toEqual(chunk);
      }),
      { numRuns: 300 },
    );
  });

  it('give back whole compressed chunks', () => {
    for (const chunk of longTrace(150_000).chunks) {
      const packed = packChunk(chunk);
      expect(packed.length).toBeLessThan(chunk.length * 2.5);
      expect(unpackChunk(packed)).toEqual(chunk);
    }
    expect(unpackChunk(packChunk(EMPTY_CHUNK))).toEqual(EMPTY_CHUNK);
  });

  it('store one request in fewer than 24 bytes', () => {
    const largest = 0x7fff_ffff;
    expect(packChunk(one(Op.malloc | 0x20, 0xffff_ffff, largest)).length).toBeLessThan(24);
    expect(packChunk(one(Op.malloc, 64, 3, 'a')).length).toBeLessThan(24);
    expect(packChunk(one(Op.free, 0, largest)).length).toBeLessThan(24);
    expect(packChunk({ ...one(Op.malloc, 64, 3), time: Float64Array.of(86_400e9) }).length).toBeLessThan(24);
  });

  it('refuse to pack columns that are not canonical', () => {
    expect(() => packChunk(one(Op.malloc, 8, -1))).toThrow(RangeError);
    expect(() => packChunk(one(Op.free, 8, 0))).toThrow(RangeError);
    expect(() => packChunk(one(12, 8, 0))).toThrow(RangeError);
    expect(() => packChunk(one(Op.malloc | 0x40, 8, 0))).toThrow(RangeError);
    expect(() => packChunk({ ...one(Op.malloc, 8, 0), time: Float64Array.of(0.5) })).toThrow(RangeError);
  });

  it('notice every changed byte and every cut', () => {
    const packed = packChunk(sliceChunk(longTrace(3000).chunks[0], 0, 3000));
    for (let at = 0; at < packed.length; at += 7) {
      const changed = packed.slice();
      changed[at] ^= 0x10;
      expect(() => unpackChunk(changed)).toThrow(TraceFormatError);
      expect(() => unpackChunk(packed.subarray(0, at))).toThrow(TraceFormatError);
    }
  });

  it('answer a chunk or a TraceFormatError for any bytes, even with a checksum that fits', () => {
    const header = fc.constantFrom([1, 0], [1, 1], [1, 14], [1, 15]).map((bytes) => Uint8Array.from(bytes));
    const small = fc.uint8Array({ maxLength: 60, max: 12 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), small), header, fc.boolean(), (bytes, start, seal) => {
        const content = Uint8Array.from([...start, ...bytes]);
        expectChunkOrFormatError(seal ? sealed(content) : bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it('answer a chunk or a TraceFormatError for a damaged chunk that was sealed again', () => {
    const packed = packChunk(longTrace(200).chunks[0]);
    const content = packed.slice(0, -4);
    fc.assert(
      fc.property(fc.nat(content.length - 1), fc.nat(255), (at, byte) => {
        const changed = content.slice();
        changed[at] = byte;
        expectChunkOrFormatError(sealed(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('make no room for what the bytes only claim', () => {
    // 4 Mi requests, and a compressed body that claims to be 4 GiB: 14 bytes in all.
    const claims = sealed(Uint8Array.of(1, 0, 0xff, 0xff, 0xff, 0x01));
    expect(() => unpackChunk(claims)).toThrow('cut short');
    const bomb = sealed(Uint8Array.of(1, 1, 4, 0xff, 0xff, 0xff, 0xff, 0x0f, 0));
    expect(() => unpackChunk(bomb)).toThrow('header makes no sense');
  });
});
