import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Op, OP_MASK } from '@heapcast/trace';
import { NO_REGION } from '../contract.js';
import { program, type Program, programs, type Row, sizes } from '../model-properties-programs.js';
import { claimEqual, placements } from '../model-properties-witness.js';
import { FreelistModel } from './freelist-model.js';
import { FreelistReference } from './freelist-reference.js';
import type { FreelistOptions } from './options.js';
import { presets, textbook } from './profiles.js';

const ANONYMOUS = { number: (slot: number) => slot, placedAt: () => 0, site: () => 0, name: () => undefined };

/** Serves a program to the model and to the reference, and compares all that can be seen after every request. */
function expectAsTheReference(options: FreelistOptions, { length, ...requests }: Program): void {
  const model = new FreelistModel(options);
  const reference = new FreelistReference(options);
  const out = placements(length);
  const base = model.address(0, 0);
  for (let i = 0; i < length; i++) {
    model.apply(requests, i, i + 1, out);
    const answer = reference.serve(requests.op[i] & OP_MASK, requests.size[i], requests.slot[i]);
    const offset = out.region[i] === NO_REGION ? null : out.offset[i];
    const { bytes } = model.locate(out.region[i], out.offset[i]);
    const mapped = model.totals().mappedBytes;
    claimEqual(
      { outcome: out.outcome[i], offset, bytes, mapped },
      { ...answer, mapped: reference.mapped },
      `request ${i}`,
    );
  }
  const { items } = model.heap({ detail: 'blocks', limit: 10_000, offset: 0 }, ANONYMOUS);
  const shown = items
    .filter((item) => 'state' in item)
    .map(({ state, offset, size, position = 0, rover = false }) => [state, offset, size, position, rover]);
  const expected = reference.blocks.map((block) => [
    block.free ? 'free' : 'live',
    reference.offsetOf(block),
    block.units * options.alignment,
    reference.list.indexOf(block) + 1,
    reference.rover === block,
  ]);
  expect(shown).toEqual(expected);
  const { freeList, searches } = model.statistics();
  const rover = reference.rover && base + reference.offsetOf(reference.rover) * options.alignment;
  expect(freeList.rover).toBe(rover && `0x${rover.toString(16)}`);
  expect(searches).toMatchObject({ count: reference.searches, examined: reference.examined });
}

const combinations = (['first', 'next', 'best', 'worst'] as const).flatMap((fit) =>
  (['address', 'lifo'] as const).flatMap((order) =>
    (['immediate', 'deferred', 'none'] as const).map((coalesce) => ({ fit, order, coalesce })),
  ),
);

/** Everything beside fit, order and coalescing, drawn so that it makes sense together. */
const details: fc.Arbitrary<Partial<FreelistOptions>> = fc
  .record({
    split: fc.constantFrom(null, 1, 8, 32, 64, 200),
    take: fc.constantFrom('low' as const, 'high' as const),
    follows: fc.boolean(),
    headerSize: fc.constantFrom(0, 1, 4, 8, 16, 24),
    alignment: fc.constantFrom(1, 4, 8, 16, 64),
    growth: fc.constantFrom(1, 4, 16, 64, 1024),
    trim: fc.constantFrom(null, null, 1, 256, 4096),
    limit: fc.constantFrom(null, null, 0, 1000, 8192),
  })
  .map(({ split, follows, growth, limit, ...rest }) => {
    const growthStep = growth * rest.alignment;
    return {
      ...rest,
      split: split === null ? null : Math.max(split, rest.headerSize, 1),
      rover: follows ? ('follows' as const) : ('stays' as const),
      growthStep,
      mappedLimit: limit === null ? null : growthStep + rest.alignment + limit,
    };
  });

/** Sizes of which many are equal, so that ties must be broken. */
const equals = fc.constantFrom(16, 16, 16, 32, 48, 64, 64, 200, 1000);

describe('the model places every block where the plain list places it', () => {
  it.each(combinations)('$fit fit, $order order, $coalesce coalescing', (combination) => {
    fc.assert(
      fc.property(details, programs(150), (chosen, program) => {
        const rover = combination.fit === 'next' ? chosen.rover : null;
        expectAsTheReference({ ...textbook, ...chosen, ...combination, rover: rover ?? null }, program);
      }),
      { numRuns: 100 },
    );
  });

  it.each(combinations)('$fit fit, $order order, $coalesce coalescing: long programs', (combination) => {
    const rover = combination.fit === 'next' ? 'stays' : null;
    fc.assert(
      fc.property(fc.oneof(programs(2000, sizes, 1500), programs(2000, equals, 1500)), (served) =>
        expectAsTheReference({ ...textbook, growthStep: 1024, split: 16, ...combination, rover }, served),
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it.each(presets.map(({ name, options }) => ({ name, options })))('profile $name', ({ options }) => {
    fc.assert(
      fc.property(programs(200), (served) => expectAsTheReference(options, served)),
      { numRuns: 40 },
    );
  });
});

describe('a saved state', () => {
  it('is as large as the blocks that were there at once, however long the program ran', () => {
    const model = new FreelistModel(textbook);
    const rounds = (count: number) =>
      program(Array.from({ length: count }, () => [100, 2000, 300]).flatMap((sizes) => roundOf(sizes)));
    const serve = (served: Program) => model.apply(served, 0, served.length, placements(served.length));
    serve(rounds(1));
    const { byteLength } = model.save();
    serve(rounds(1000));
    expect(model.save().byteLength).toBe(byteLength);
    expect(byteLength).toBeLessThan(3000);
  });

  it('of another model is refused', () => {
    const model = new FreelistModel(textbook);
    expect(() => model.restore({ byteLength: 8, data: { kind: 'pymalloc' } })).toThrow(
      'not a state of a freelist model',
    );
  });
});

/** Allocates and frees again, in another order. */
function roundOf(sizes: readonly number[]): Row[] {
  const mallocs = sizes.map((size, slot): Row => [Op.malloc, size, slot]);
  return [...mallocs, [Op.free, 0, 1], [Op.free, 0, 0], [Op.free, 0, 2]];
}
