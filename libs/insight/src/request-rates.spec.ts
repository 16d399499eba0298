import { describe, expect, it } from '@jest/globals';
import { Op } from '@heapcast/trace';
import fc from 'fast-check';
import { requestRates } from './request-rates.js';

const ops = fc.array(fc.constantFrom(Op.malloc, Op.calloc, Op.reallocNull, Op.free, Op.realloc, Op.mark, Op.staleFree));

describe('rates of requests', () => {
  it('count every request of the window in one stretch', () => {
    fc.assert(
      fc.property(ops, fc.nat(1000), fc.integer({ min: 1, max: 50 }), (op, from, stretches) => {
        const { edges, asked, freed } = requestRates({ op, time: null }, from, stretches);
        const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
        expect([edges[0], edges.at(-1)]).toEqual([from, from + op.length]);
        expect([asked.length, freed.length]).toEqual([edges.length - 1, edges.length - 1]);
        expect(sum(freed)).toBe(op.filter((one) => one === Op.free).length);
        expect(sum(asked)).toBe(
          op.filter((one) => [Op.malloc, Op.calloc, Op.reallocNull].some((a) => a === one)).length,
        );
      }),
    );
  });

  it('say how long each stretch took, as far as it was recorded', () => {
    const op = [Op.malloc, Op.malloc, Op.free, Op.malloc];
    expect(requestRates({ op, time: [100, 0, 400, 1000] }, 10, 2)).toEqual({
      edges: [10, 12, 14],
      asked: [2, 1],
      freed: [0, 1],
      nanoseconds: [300, 600],
    });
    expect(requestRates({ op, time: [0, 0, 0, 0] }, 10, 2).nanoseconds).toBeNull();
    // A clock of another processor may be behind; time does not go back for that.
    expect(requestRates({ op, time: [500, 900, 700, 1100] }, 0, 4).nanoseconds).toEqual([400, 0, 200, 0]);
  });
});
