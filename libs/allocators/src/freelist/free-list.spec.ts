import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { claimEqual } from '../model-properties-witness.js';
import { BlockTable, NIL } from './block-table.js';
import type { Fit, FreeList, Order } from './free-list.js';
import { OrderedList } from './ordered-list.js';
import { SizedList } from './sized-list.js';

/** Blocks start at units 1 … HIGHEST. */
const HIGHEST = 1_000_000;
const MOST_BLOCKS = 4000;

function listOf(fit: Fit, order: Order, blocks: BlockTable): FreeList {
  return fit === 'best' ? new SizedList(blocks, order) : new OrderedList(blocks, order, fit);
}

/** The same list as a plain array. */
class PlainList {
  readonly blocks: number[] = [];
  rover = NIL;
  examined = 0;

  constructor(
    private readonly table: BlockTable,
    private readonly fit: Fit,
    private readonly order: Order,
  ) {}

  insert(block: number): void {
    const { start } = this.table;
    const at = this.order === 'lifo' ? 0 : this.blocks.findIndex((other) => start[other] > start[block]);
    this.blocks.splice(at < 0 ? this.blocks.length : at, 0, block);
  }

  remove(block: number, into?: number): void {
    const at = this.blocks.indexOf(block);
    this.blocks.splice(at, 1);
    if (this.rover === block) this.rover = into ?? this.blocks[at] ?? NIL;
  }

  find(units: number): number {
    const size = this.table.units;
    const enough = (block: number) => size[block] >= units;
    this.examined = this.blocks.length;
    if (this.fit === 'best' || this.fit === 'worst') {
      const better = this.fit === 'best' ? (a: number, b: number) => a < b : (a: number, b: number) => a > b;
      return this.blocks
        .filter(enough)
        .reduce((best, block) => (best === NIL || better(size[block], size[best]) ? block : best), NIL);
    }
    const from = this.rover === NIL ? 0 : this.blocks.indexOf(this.rover);
    const walk = [...this.blocks.slice(from), ...this.blocks.slice(0, from)];
    const found = walk.findIndex(enough);
    if (found >= 0) this.examined = found + 1;
    return walk[found] ?? NIL;
  }
}

/** xorshift: whole programs from one seed, so that thousands of steps stay cheap. */
function dice(seed: number): (sides: number) => number {
  let state = seed | 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

/** Fills the list up to thousands of blocks and empties it again, comparing as it goes. */
function exercise(fit: Fit, order: Order, seed: number, steps: number, largest: number): void {
  const roll = dice(seed);
  const table = new BlockTable();
  let list = listOf(fit, order, table);
  const plain = new PlainList(table, fit, order);
  const taken = new Set<number>();
  const anywhere = (): number => {
    const start = 1 + roll(HIGHEST);
    return taken.has(start) ? anywhere() : start;
  };
  /** Anywhere between the neighbours: where a block gets to when it is split or absorbs what lies below it. */
  const between = (block: number): number => {
    const at = plain.blocks.indexOf(block);
    const from = order === 'address' && at > 0 ? table.start[plain.blocks[at - 1]] + 1 : 1;
    const to = order === 'address' && at < plain.blocks.length - 1 ? table.start[plain.blocks[at + 1]] : HIGHEST;
    return order === 'address' ? from + roll(to - from) : anywhere();
  };
  const size = () => 1 + roll(largest);
  const pick = () => plain.blocks[roll(plain.blocks.length)];
  for (let step = 0; step < steps; step++) {
    const filling = step % (steps / 2) < steps / 4;
    const dieRoll = roll(10);
    if (plain.blocks.length === 0 || (dieRoll < (filling ? 7 : 2) && plain.blocks.length < MOST_BLOCKS)) {
      const block = table.take(anywhere(), size());
      taken.add(table.start[block]);
      list.insert(block);
      plain.insert(block);
    } else if (dieRoll < 8) {
      const block = pick();
      const into = roll(3) === 0 ? pick() : block;
      if (into === block) list.remove(block);
      else list.absorb(block, into);
      plain.remove(block, into === block ? undefined : into);
      taken.delete(table.start[block]);
      table.linkLast(block);
      table.drop(block);
    } else {
      const block = pick();
      taken.delete(table.start[block]);
      list.reshape(block, between(block), size());
      taken.add(table.start[block]);
    }
    const units = 1 + roll(largest + 2);
    const found = list.find(units);
    claimEqual(found, plain.find(units), `the block for ${units} units at step ${step}`);
    claimEqual(list.examined, plain.examined, `the blocks examined at step ${step}`);
    claimEqual(list.length, plain.blocks.length, `the length at step ${step}`);
    if (fit === 'next' && found !== NIL && roll(2) === 0) list.rover = plain.rover = found;
    claimEqual(list.rover, plain.rover, `the rover at step ${step}`);
    if (step % 1000 === 999) {
      claimEqual(list.toArray(), plain.blocks, `the list at step ${step}`);
      const restored = listOf(fit, order, table);
      restored.restore(structuredClone(list.save()));
      list = restored;
    }
  }
}

const cases = (['first', 'next', 'best', 'worst'] as const).flatMap((fit) =>
  (['address', 'lifo'] as const).map((order) => ({ fit, order })),
);

describe.each(cases)('the list for $fit fit in $order order answers as a plain list does', ({ fit, order }) => {
  it('with thousands of blocks of many sizes', () => {
    exercise(fit, order, 20_211, 16_000, 400);
  });

  it('with blocks of few sizes, so that ties must be broken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (seed) => exercise(fit, order, seed, 800, 3)),
      { numRuns: 20 },
    );
  });

  it('with blocks of up to 2^30 units', () => {
    exercise(fit, order, 7, 2000, 2 ** 30);
  });
});

describe('a state of one kind of list', () => {
  it('is refused by the other', () => {
    const table = new BlockTable();
    const ordered = new OrderedList(table, 'address', 'first');
    const sized = new SizedList(table, 'address');
    expect(() => ordered.restore(sized.save())).toThrow('best fit');
    expect(() => sized.restore(ordered.save())).toThrow('best fit');
  });
});
