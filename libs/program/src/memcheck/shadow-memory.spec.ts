import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ALL_BYTES, ShadowMemory, Word } from './shadow-memory.js';

const wordOf = (address: number, defined = ALL_BYTES): Word => {
  const word = new Word();
  word.setAddress(address);
  word.defined = defined;
  return word;
};

describe('a word', () => {
  it('adds like a processor, below zero and across its halves', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (address, delta) => {
        const word = wordOf(address);
        word.add(delta);
        const sum = BigInt.asUintN(64, BigInt(address) + BigInt(delta));
        expect((BigInt(word.high) << 32n) + BigInt(word.low)).toBe(sum);
      }),
    );
  });

  it('is uninitialised, after a sum, from its lowest uninitialised byte upwards', () => {
    const after = [0xff, 0xfb, 0x0f, 0xfe, 0].map((defined) => {
      const word = wordOf(1, defined);
      word.add(1);
      return word.defined;
    });
    expect(after).toEqual([0xff, 0x03, 0x0f, 0, 0]);
  });
});

describe('memory', () => {
  it('gives back eight bytes as they were stored, with what was known of them, wherever they lie', () => {
    fc.assert(
      fc.property(fc.nat(9000), fc.nat(2 ** 45), fc.nat(255), (at, value, defined) => {
        const memory = new ShadowMemory();
        memory.store(at, wordOf(value, defined));
        const loaded = new Word();
        memory.load(at, loaded);
        expect([loaded.address, loaded.defined, loaded.written]).toEqual([value, defined, ALL_BYTES]);
      }),
    );
  });

  it('holds unwritten zeros where nothing was stored', () => {
    const memory = new ShadowMemory();
    memory.fill(4, 2, 0x5a);
    const loaded = new Word();
    memory.load(0, loaded);
    expect([loaded.address, loaded.written, loaded.defined]).toEqual([0x5a5a * 2 ** 32, 0x30, 0x30]);
    memory.load(8192, loaded);
    expect([loaded.address, loaded.written, loaded.defined]).toEqual([0, 0, 0]);
  });

  it('copies exactly so many bytes, across pages', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(40), (words, length) => {
        const memory = new ShadowMemory();
        const from = words * 8;
        for (let word = 0; word < 6; word++) memory.store(from + word * 8, wordOf(0x1010101010 + word));
        memory.copy(from, 40_000, length);
        const visited: number[] = [];
        memory.visitPointers(40_000, 48, 0, (address) => visited.push(address));
        expect(visited).toEqual(Array.from({ length: Math.floor(length / 8) }, (_, word) => 0x1010101010 + word));
      }),
    );
  });

  it('visits the pointers of a huge block by the pages that exist', () => {
    const memory = new ShadowMemory();
    memory.store(2 ** 31, wordOf(123));
    memory.store(2 ** 20, wordOf(45));
    const visited: number[] = [];
    memory.visitPointers(4096, 2 ** 40, 0, (address) => visited.push(address));
    expect(visited).toEqual([45, 123]);
  });
});
