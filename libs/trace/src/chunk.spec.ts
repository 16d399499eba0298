import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anyTrace, EVERYTHING } from '../test/arbitrary-trace.js';
import { concatChunks, EMPTY_CHUNK, sliceChunk } from './chunk.js';

describe('chunks', () => {
  it('are the same after being cut anywhere and joined again', () => {
    fc.assert(
      fc.property(anyTrace(EVERYTHING), fc.array(fc.nat(120)), ({ chunks }, cuts) => {
        const whole = concatChunks(chunks);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const parts = edges.slice(1).map((edge, index) => sliceChunk(whole, edges[index], edge));
        expect(concatChunks(parts)).toEqual(whole);
      }),
    );
  });

  it('lose columns and names that say nothing in the part', () => {
    const chunk = {
      length: 2,
      op: Uint8Array.of(1, 1),
      size: Uint32Array.of(8, 8),
      slot: Int32Array.of(0, 1),
      site: Uint32Array.of(0, 1),
      time: Float64Array.of(5, 0),
      names: new Map([[1, 'a']]),
    };
    expect(sliceChunk(chunk, 0, 1)).toMatchObject({ length: 1, site: null, names: null, time: Float64Array.of(5) });
    expect(sliceChunk(chunk, 1, 2)).toMatchObject({ length: 1, time: null, names: new Map([[0, 'a']]) });
  });

  it('clamp positions beyond their ends', () => {
    expect(sliceChunk(EMPTY_CHUNK, 3, 9)).toEqual(EMPTY_CHUNK);
    expect(concatChunks([])).toEqual(EMPTY_CHUNK);
  });
});
