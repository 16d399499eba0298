import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ABSENT, IdTable } from './id-table.js';

describe('IdTable', () => {
  it('answers as a Map does, whatever is set and removed', () => {
    const id = fc.oneof(
      fc.nat(40),
      fc.maxSafeNat(),
      fc.nat(8).map((n) => n * 2 ** 33),
      fc.nat(8).map((n) => n * 2 ** 20),
    );
    const step = fc.record({ kind: fc.nat(2), id, value: fc.integer({ min: 0, max: 0x7fff_ffff }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new IdTable();
        const map = new Map<number, number>();
        for (const { kind, id: key, value } of steps) {
          if (kind === 0) {
            expect(table.remove(key)).toBe(map.get(key) ?? ABSENT);
            map.delete(key);
          } else {
            table.set(key, value);
            map.set(key, value);
          }
          expect(table.get(key)).toBe(map.get(key) ?? ABSENT);
          expect(table.count).toBe(map.size);
        }
        for (const [key, value] of map) expect(table.get(key)).toBe(value);
      }),
    );
  });

  it('finds every one of many ids after half of them were removed', () => {
    const table = new IdTable();
    for (let id = 0; id < 20_000; id++) table.set(id * 16, id);
    for (let id = 0; id < 20_000; id += 2) table.remove(id * 16);
    const wrong = Array.from({ length: 20_000 }, (_, id) => id).filter(
      (id) => table.get(id * 16) !== (id % 2 === 0 ? ABSENT : id),
    );
    expect(wrong).toEqual([]);
  });
});
