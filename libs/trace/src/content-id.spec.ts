import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { anyTrace, EVERYTHING } from '../test/arbitrary-trace.js';
import { contentId } from '../test/reading.js';
import { concatChunks, sliceChunk } from './chunk.js';
import { UNKNOWN_ORIGIN, type TraceChunk } from './columns.js';
import { TraceHasher } from './content-id.js';

const HEADER = { origin: UNKNOWN_ORIGIN, sites: [] };

const CHUNK: TraceChunk = {
  length: 3,
  op: Uint8Array.of(1, 1, 4),
  size: Uint32Array.of(64, 32, 0),
  slot: Int32Array.of(0, 1, 0),
  site: null,
  time: null,
  names: null,
};

function sha(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function idOf(...chunks: TraceChunk[]): string {
  const hasher = new TraceHasher();
  for (const chunk of chunks) hasher.add(chunk);
  return hasher.digest(HEADER);
}

describe('the content id', () => {
  it('is what docs/formats/content-id.md says', () => {
    const names = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0xa9]);
    const expected = createHash('sha256')
      .update('heapcast-trace-1\n')
      .update(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]))
      .update(sha(Uint8Array.of(1, 1, 4)))
      .update(sha(Uint8Array.of(64, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0)))
      .update(sha(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)))
      .update(sha(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)))
      .update(Buffer.alloc(32))
      .update(sha(names))
      .update('["cpython-3.11.7",1048576,16384,[0,3]]\n')
      .update('["load","shop.py",12,0]\n')
      .digest('hex');
    const hasher = new TraceHasher();
    hasher.add({ ...CHUNK, site: Uint32Array.of(0, 1, 0), names: new Map([[1, 'é']]) });
    const origin = {
      recordedOn: 'cpython-3.11.7',
      arenaSize: 1_048_576,
      poolSize: 16_384,
      arenaMisalignment: Uint8Array.of(0, 3),
    };
    expect(hasher.digest({ origin, sites: [{ function: 'load', file: 'shop.py', line: 12, parent: 0 }] })).toBe(
      expected,
    );
  });

  it('does not depend on how the trace was cut', () => {
    fc.assert(
      fc.property(anyTrace(EVERYTHING), fc.nat(120), (trace, cut) => {
        const whole = concatChunks(trace.chunks);
        const parts = [sliceChunk(whole, 0, cut), sliceChunk(whole, cut, whole.length)];
        expect(contentId({ header: trace.header, chunks: parts })).toBe(contentId(trace));
      }),
    );
  });

  it('takes a column of zeros for an absent one', () => {
    const zeros = { ...CHUNK, site: new Uint32Array(3), time: new Float64Array(3) };
    const timed = { ...CHUNK, time: Float64Array.of(0, 0, 9) };
    expect(idOf(zeros)).toBe(idOf(CHUNK));
    expect(idOf(CHUNK, timed, CHUNK)).toBe(idOf(zeros, timed, zeros));
  });

  it('differs where anything differs', () => {
    const ids = [
      idOf(CHUNK),
      idOf(CHUNK, CHUNK),
      idOf({ ...CHUNK, op: Uint8Array.of(1, 2, 4) }),
      idOf({ ...CHUNK, op: Uint8Array.of(1, 0x21, 4) }),
      idOf({ ...CHUNK, size: Uint32Array.of(64, 33, 0) }),
      idOf({ ...CHUNK, slot: Int32Array.of(0, 1, 1) }),
      idOf({ ...CHUNK, site: Uint32Array.of(0, 1, 0) }),
      idOf({ ...CHUNK, time: Float64Array.of(0, 1, 0) }),
      idOf({ ...CHUNK, names: new Map([[0, 'a']]) }),
      idOf({ ...CHUNK, names: new Map([[1, 'a']]) }),
      new TraceHasher().digest({ ...HEADER, origin: { ...UNKNOWN_ORIGIN, poolSize: 4096 } }),
      new TraceHasher().digest({ ...HEADER, sites: [{ function: '', file: '', line: 0, parent: 0 }] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('may be asked for on the way', () => {
    const hasher = new TraceHasher();
    hasher.add(CHUNK);
    expect(hasher.digest(HEADER)).toBe(idOf(CHUNK));
    hasher.add({ ...CHUNK, time: Float64Array.of(1, 2, 3) });
    expect(hasher.digest(HEADER)).toBe(idOf(CHUNK, { ...CHUNK, time: Float64Array.of(1, 2, 3) }));
  });
});
