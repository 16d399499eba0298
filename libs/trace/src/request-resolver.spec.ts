import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concatChunks } from './chunk.js';
import { packChunk } from './chunk-codec.js';
import type { ClientRequest } from './client-request.js';
import { NO_SLOT, Op } from './columns.js';
import { TraceFormatError } from './format-error.js';
import { RequestResolver } from './request-resolver.js';

/** Requests of a careless program: few names and numbers, so that they collide, dangle and repeat. */
const anyRequest: fc.Arbitrary<ClientRequest> = fc
  .record({
    kind: fc.nat(9),
    size: fc.nat(5000),
    name: fc.constantFrom('a', 'b', 'c', 'ä𝄞'),
    number: fc.nat(12),
    site: fc.nat(2),
    time: fc.nat(3),
  })
  .map(({ kind, size, name, number, site, time }): ClientRequest => {
    const extra = { ...(site > 0 ? { site } : {}), ...(time > 0 ? { time } : {}) };
    const table: ClientRequest[] = [
      { op: 'malloc', size, ...extra },
      { op: 'malloc', size, id: name, ...extra },
      { op: 'calloc', size, count: 3, id: name },
      { op: 'realloc', size, id: name, ...extra },
      { op: 'realloc', size, id: number },
      { op: 'realloc', size, id: null, as: name },
      { op: 'free', id: name, ...extra },
      { op: 'free', id: number },
      { op: 'free', id: null },
      { op: 'mark', size, label: name },
    ];
    return table[kind];
  });
const anyRequests = fc.array(anyRequest, { maxLength: 150 });

function resolved(requests: readonly ClientRequest[]): { op: number[]; slot: number[]; numbers: number[] } {
  const { chunk, numbers } = new RequestResolver().resolve(requests);
  return { op: [...chunk.op], slot: [...chunk.slot], numbers: [...numbers] };
}

describe('RequestResolver', () => {
  it('takes a string for a variable: a new block rebinds it, the earlier one lives on under its number', () => {
    const resolver = new RequestResolver();
    const { chunk, numbers, rebound } = resolver.resolve([
      { op: 'malloc', size: 64, id: 'a' },
      { op: 'malloc', size: 32, id: 'a' },
      { op: 'free', id: 'a' },
      { op: 'free', id: 1 },
    ]);
    expect([...numbers]).toEqual([1, 2, 2, 1]);
    expect([...chunk.slot]).toEqual([0, 1, 1, 0]);
    expect(rebound).toEqual(new Map([[1, 1]]));
    expect(chunk.names).toEqual(
      new Map([
        [0, 'a'],
        [1, 'a'],
      ]),
    );
    expect(resolver.liveBlocks).toBe(0);
  });

  it('makes a free or realloc of a freed block a stale one that names it', () => {
    const { op, slot, numbers } = resolved([
      { op: 'malloc', size: 64, id: 'a' },
      { op: 'free', id: 'a' },
      { op: 'free', id: 'a' },
      { op: 'free', id: 1 },
      { op: 'realloc', id: 'a', size: 8 },
    ]);
    expect(op).toEqual([Op.malloc, Op.free, Op.staleFree, Op.staleFree, Op.staleRealloc]);
    expect(slot.slice(2)).toEqual([1, 1, 1]);
    expect(numbers).toEqual([1, 1, 1, 1, 1]);
  });

  it('makes a free or realloc of what never was a block a stale one of nothing', () => {
    const { op, slot, numbers } = resolved([
      { op: 'free', id: 'nobody' },
      { op: 'free', id: 7 },
      { op: 'free', id: 0 },
      { op: 'realloc', id: 'nobody', size: 8 },
    ]);
    expect(op).toEqual([Op.staleFree, Op.staleFree, Op.staleFree, Op.staleRealloc]);
    expect(slot).toEqual([0, 0, 0, 0]);
    expect(numbers).toEqual([0, 0, 0, 0]);
  });

  it('takes null for NULL', () => {
    const { op, slot, numbers } = resolved([
      { op: 'free', id: null },
      { op: 'realloc', id: null, size: 8, as: 'p' },
      { op: 'free', id: 'p' },
    ]);
    expect(op).toEqual([Op.free, Op.reallocNull, Op.free]);
    expect(slot).toEqual([NO_SLOT, 0, 0]);
    expect(numbers).toEqual([0, 1, 1]);
  });

  it('multiplies what calloc asks for, and counts a mark by its size', () => {
    const { chunk } = new RequestResolver().resolve([
      { op: 'calloc', count: 10, size: 12 },
      { op: 'calloc', size: 12 },
      { op: 'mark', size: 500, label: 'here' },
      { op: 'mark' },
    ]);
    expect([...chunk.size]).toEqual([120, 12, 500, 0]);
    expect(chunk.names).toEqual(new Map([[2, 'here']]));
  });

  it('forgets the name that died first, beyond 65,536 dead names', () => {
    const resolver = new RequestResolver();
    const names = Array.from({ length: 65_537 }, (_, index) => `n${index}`);
    resolver.resolve(
      names.flatMap(
        (id) =>
          [
            { op: 'malloc', size: 8, id },
            { op: 'free', id },
          ] as ClientRequest[],
      ),
    );
    const { numbers } = resolver.resolve([
      { op: 'free', id: 'n0' },
      { op: 'free', id: 'n1' },
    ]);
    expect([...numbers]).toEqual([0, 2]);
  });

  it('resolves the same however the requests are batched', () => {
    fc.assert(
      fc.property(anyRequests, fc.array(fc.nat(150)), (requests, cuts) => {
        const whole = new RequestResolver();
        const all = whole.resolve(requests);
        const parts = new RequestResolver();
        const edges = [0, ...cuts.sort((a, b) => a - b), requests.length];
        const answers = edges.slice(1).map((edge, index) => parts.resolve(requests.slice(edges[index], edge)));
        expect(concatChunks(answers.map(({ chunk }) => chunk))).toEqual(concatChunks([all.chunk]));
        expect(answers.flatMap(({ numbers }) => [...numbers])).toEqual([...all.numbers]);
        expect(parts.save()).toEqual(whole.save());
      }),
    );
  });

  it('is rebuilt by adopting what was resolved, and by restoring what was saved', () => {
    fc.assert(
      fc.property(anyRequests, anyRequests, (before, after) => {
        const first = new RequestResolver();
        const adopted = new RequestResolver();
        adopted.adopt(first.resolve(before).chunk);
        const restored = RequestResolver.restore(first.save());
        expect(adopted.save()).toEqual(first.save());
        expect(restored.save()).toEqual(first.save());
        const answer = first.resolve(after);
        expect(adopted.resolve(after)).toEqual(answer);
        expect(restored.resolve(after)).toEqual(answer);
      }),
    );
  });

  it('makes canonical chunks, which pack', () => {
    fc.assert(
      fc.property(anyRequests, (requests) => {
        expect(() => packChunk(new RequestResolver().resolve(requests).chunk)).not.toThrow();
      }),
    );
  });

  it('keeps nothing of freed blocks without a name', () => {
    const resolver = new RequestResolver();
    for (let round = 0; round < 500; round++) {
      const { numbers } = resolver.resolve(Array.from({ length: 20 }, () => ({ op: 'malloc', size: 8 }) as const));
      resolver.resolve([...numbers].map((id) => ({ op: 'free', id }) as const));
    }
    const { live, dead, blocks, slots } = resolver.save();
    expect({ live, dead, blocks, highWater: slots.highWater }).toEqual({
      live: [],
      dead: [],
      blocks: 10_000,
      highWater: 20,
    });
  });

  it('refuses a batch with anything that is not a request, and changes nothing', () => {
    const good: ClientRequest = { op: 'malloc', size: 8, id: 'a' };
    const bad: unknown[] = [
      { op: 'mallocate', size: 8 },
      { op: 'malloc' },
      { op: 'malloc', size: -1 },
      { op: 'malloc', size: 1.5 },
      { op: 'malloc', size: 2 ** 32 },
      { op: 'malloc', size: 8, id: 3 },
      { op: 'malloc', size: 8, id: '' },
      { op: 'malloc', size: 8, id: 'x'.repeat(256) },
      { op: 'calloc', size: 2 ** 20, count: 2 ** 20 },
      { op: 'realloc', size: 8 },
      { op: 'realloc', id: 'a' },
      { op: 'free' },
      { op: 'free', id: -1 },
      { op: 'free', id: 0.5 },
      { op: 'mark', label: 'a\0b' },
      { op: 'malloc', size: 8, site: -1 },
      { op: 'malloc', size: 8, time: 0.5 },
    ];
    for (const request of bad) {
      const resolver = new RequestResolver();
      let error: unknown;
      try {
        resolver.resolve([good, request as ClientRequest]);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(TraceFormatError);
      expect((error as TraceFormatError).where).toEqual({ event: 1 });
      expect(resolver.save()).toEqual(new RequestResolver().save());
    }
  });

  it('refuses to adopt requests that do not follow on its own', () => {
    const other = new RequestResolver();
    other.resolve([{ op: 'malloc', size: 8 }]);
    const { chunk } = other.resolve([
      { op: 'malloc', size: 8 },
      { op: 'free', id: 1 },
    ]);
    expect(() => new RequestResolver().adopt(chunk)).toThrow(TraceFormatError);
    const { chunk: free } = other.resolve([{ op: 'free', id: 2 }]);
    expect(() => new RequestResolver().adopt(free)).toThrow(TraceFormatError);
  });
});
