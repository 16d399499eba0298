import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LEAK_KINDS, NO_LEADER } from './leak-check.js';
import { Memcheck } from './memcheck.js';

/** What memcheck says of each block now, by the name under which it was allocated. */
function verdicts(memcheck: Memcheck, names: ReadonlyMap<number, string>): Record<string, string> {
  const { id, kind, leader, indirectBytes } = memcheck.checkLeaks();
  return Object.fromEntries(
    Array.from(id, (block, entry) => {
      const through = leader[entry] === NO_LEADER ? '' : ` by ${names.get(id[leader[entry]])}`;
      const indirect = indirectBytes[entry] > 0 ? ` +${indirectBytes[entry]}` : '';
      return [names.get(block) ?? '?', `${LEAK_KINDS[kind[entry]]}${through}${indirect}`];
    }),
  );
}

/** Blocks in allocation order, one variable each that starts out holding its block. */
class Story {
  readonly memcheck = new Memcheck();
  private readonly names = new Map<number, string>();
  private command = 0;

  constructor(...blocks: readonly (string | readonly [name: string, bytes: number])[]) {
    for (const block of blocks) {
      const [name, bytes] = typeof block === 'string' ? [block, 16] : block;
      this.names.set(++this.command, name);
      this.memcheck.step(this.command, this.command);
      this.memcheck.declareLocal(name);
      this.memcheck.allocate(name, bytes, 'malloc');
    }
  }

  /** block -> target, from its first word on. */
  link(block: string, ...targets: readonly string[]): this {
    targets.forEach((target, word) => this.memcheck.store(block, word * 8, target));
    return this;
  }

  /** The variables forget their blocks. */
  lose(...names: readonly string[]): this {
    for (const name of names) this.memcheck.setNull(name);
    return this;
  }

  get verdicts(): Record<string, string> {
    return verdicts(this.memcheck, this.names);
  }
}

describe('reachable blocks', () => {
  it('a variable holds what its value points to, and what hangs on it', () => {
    expect(new Story('a', 'b').link('a', 'b').lose('b').verdicts).toEqual({ a: 'reachable', b: 'reachable' });
  });

  it('globals and the variables of all standing functions are roots; those of a returned one are not', () => {
    const story = new Story('a');
    const { memcheck } = story;
    memcheck.declareGlobal('g');
    memcheck.copy('g', 'a');
    story.lose('a');
    memcheck.call('F');
    memcheck.declareLocal('inner');
    memcheck.copy('inner', 'g');
    memcheck.setNull('g');
    memcheck.call('G');
    expect(story.verdicts).toEqual({ a: 'reachable' });
    memcheck.return();
    memcheck.return();
    expect(story.verdicts).toEqual({ a: 'definite' });
  });

  it('only words at offsets 0, 8, 16 … are looked at, as far as a whole one fits', () => {
    const [aligned, cut, unaligned] = [
      [16, 8],
      [15, 8],
      [16, 4],
    ].map(([bytes, offset]) => {
      const story = new Story(['a', bytes], 'b');
      story.memcheck.store('a', offset, 'b');
      return story.lose('b').verdicts['b'];
    });
    expect([aligned, cut, unaligned]).toEqual(['reachable', 'definite', 'definite']);
  });

  it('a word with a byte that is not initialised is no pointer', () => {
    const story = new Story('a', 'b').link('a', 'b').lose('b');
    story.memcheck.write('a', 4, 1);
    expect(story.verdicts).toEqual({ a: 'reachable', b: 'definite' });

    const partly = new Story(['a', 12], 'b');
    partly.memcheck.store('a', 8, 'b');
    partly.memcheck.step(3, 3);
    partly.memcheck.reallocate('a', 'a', 16);
    expect(partly.lose('b').verdicts['b']).toBe('definite');
  });

  it('a pointer hits from the start of a block to its last byte; a block of size 0 counts as one byte', () => {
    expect([hitAt(16, 0), hitAt(16, 15), hitAt(16, 16), hitAt(16, -1)]).toEqual([
      'reachable',
      'possible',
      'definite',
      'definite',
    ]);
    expect([hitAt(0, 0), hitAt(0, 1)]).toEqual(['reachable', 'definite']);
  });

  it('freed blocks hold nothing', () => {
    const story = new Story('a', 'b').link('a', 'b').lose('b');
    story.memcheck.free('a', 'free');
    expect(story.verdicts).toEqual({ b: 'definite' });
  });
});

describe('possible losses', () => {
  it('a chain with an interior pointer anywhere makes all behind it possible', () => {
    const story = new Story('a', 'b', 'c').link('b', 'c').lose('c');
    story.memcheck.store('a', 0, 'b', 1);
    expect(story.lose('b').verdicts).toEqual({ a: 'reachable', b: 'possible', c: 'possible' });
  });

  it('another chain of start pointers raises it, and what hangs on it, whichever is met first', () => {
    for (const [inner, outer] of [
      ['p', 'q'],
      ['q', 'p'],
    ]) {
      const story = new Story('p', 'q', 'b', 'c').link('b', 'c').lose('c');
      story.memcheck.store(inner, 0, 'b', 8);
      story.memcheck.store(outer, 0, 'b');
      expect(story.lose('b').verdicts).toMatchObject({ b: 'reachable', c: 'reachable' });
    }
  });

  it('a start pointer from a possible block makes no more than possible', () => {
    const story = new Story('a', 'b').link('a', 'b').lose('b');
    story.memcheck.copy('a', 'a', 3);
    expect(story.verdicts).toEqual({ a: 'possible', b: 'possible' });
  });
});

describe('lost blocks', () => {
  it('the owner is definite, what it owns is indirect by it', () => {
    const story = new Story('a', ['b', 24], ['c', 40]).link('a', 'b').link('b', 'c').lose('a', 'b', 'c');
    expect(story.verdicts).toEqual({ a: 'definite +64', b: 'indirect by a', c: 'indirect by a' });
  });

  it('an earlier leader is claimed with all its followers by a later owner', () => {
    const story = new Story('child', 'grandchild', 'owner').link('owner', 'child').link('child', 'grandchild');
    expect(story.lose('child', 'grandchild', 'owner').verdicts).toEqual({
      child: 'indirect by owner',
      grandchild: 'indirect by owner',
      owner: 'definite +32',
    });
  });

  it('of a cycle the block with the lowest address is the definite one', () => {
    const story = new Story('a', 'b', 'c').link('a', 'c').link('c', 'b').link('b', 'a');
    expect(story.lose('a', 'b', 'c').verdicts).toEqual({ a: 'definite +32', b: 'indirect by a', c: 'indirect by a' });
  });

  it('a block never claims itself', () => {
    expect(new Story('a').link('a', 'a').lose('a').verdicts).toEqual({ a: 'definite' });
  });

  it('a block with two lost owners goes to the lower', () => {
    const story = new Story('first', 'second', 'shared').link('first', 'shared').link('second', 'shared');
    expect(story.lose('first', 'second', 'shared').verdicts).toEqual({
      first: 'definite +16',
      second: 'definite',
      shared: 'indirect by first',
    });
  });

  it('a late owner of the middle of a claimed cycle stays definite, and so does the cycle’s leader', () => {
    const story = new Story('a', 'b', 'late').link('a', 'b').link('b', 'a').link('late', 'b');
    expect(story.lose('a', 'b', 'late').verdicts).toEqual({ a: 'definite +16', b: 'indirect by a', late: 'definite' });
  });

  it('a late owner of a cycle’s leader claims the whole cycle', () => {
    const story = new Story('a', 'b', 'late').link('a', 'b').link('b', 'a').link('late', 'a');
    expect(story.lose('a', 'b', 'late').verdicts).toEqual({
      a: 'indirect by late',
      b: 'indirect by late',
      late: 'definite +32',
    });
  });

  it('interior and start pointers are not told apart', () => {
    const story = new Story('a', 'b');
    story.memcheck.store('a', 0, 'b', 5);
    expect(story.lose('a', 'b').verdicts).toEqual({ a: 'definite +16', b: 'indirect by a' });
  });
});

describe('any graph of blocks', () => {
  const COUNT = 12;
  const names = Array.from({ length: COUNT }, (_, index) => `v${index}`);
  const edge = fc.record({ from: fc.nat(COUNT - 1), word: fc.nat(3), to: fc.nat(COUNT - 1), inside: fc.boolean() });
  const graph = fc.record({ edges: fc.array(edge, { maxLength: 30 }), roots: fc.subarray(names, { maxLength: 3 }) });

  const build = ({
    edges,
    roots,
  }: {
    edges: { from: number; word: number; to: number; inside: boolean }[];
    roots: string[];
  }): Story => {
    const story = new Story(...names.map((name) => [name, 32] as const));
    for (const { from, word, to, inside } of edges) {
      story.memcheck.store(names[from], word * 8, names[to], inside ? 1 : 0);
    }
    return story.lose(...names.filter((name) => !roots.includes(name)));
  };

  it('is told by simple reachability: from roots by starts, from roots at all, or lost', () => {
    fc.assert(
      fc.property(graph, (drawn) => {
        const slots = new Map<string, { to: string; inside: boolean }>();
        for (const { from, word, to, inside } of drawn.edges) slots.set(`${from}.${word}`, { to: names[to], inside });
        const reach = (roots: readonly string[], counts: (inside: boolean) => boolean): Set<string> => {
          const reached = new Set(roots);
          for (const name of reached) {
            for (const [slot, { to, inside }] of slots) {
              if (slot.startsWith(`${names.indexOf(name)}.`) && counts(inside)) reached.add(to);
            }
          }
          return reached;
        };
        const byStarts = reach(drawn.roots, (inside) => !inside);
        const atAll = reach(drawn.roots, () => true);
        for (const [name, verdict] of Object.entries(build(drawn).verdicts)) {
          const lost = verdict.startsWith('definite') || verdict.startsWith('indirect');
          expect(lost ? 'lost' : verdict).toBe(
            byStarts.has(name) ? 'reachable' : atAll.has(name) ? 'possible' : 'lost',
          );
        }
      }),
    );
  });

  it('puts every lost block under a definite one that reaches it, and counts its bytes there once', () => {
    fc.assert(
      fc.property(graph, (drawn) => {
        const { kind, leader, size, indirectBytes } = build(drawn).memcheck.checkLeaks();
        const owed = new Float64Array(kind.length);
        leader.forEach((of, entry) => {
          expect(LEAK_KINDS[kind[entry]] === 'indirect').toBe(of !== NO_LEADER);
          if (of === NO_LEADER) return;
          expect(LEAK_KINDS[kind[of]]).toBe('definite');
          owed[of] += size[entry];
        });
        expect(Array.from(indirectBytes)).toEqual(Array.from(owed));
      }),
    );
  });

  it('checking changes nothing', () => {
    fc.assert(
      fc.property(graph, (drawn) => {
        const { memcheck } = build(drawn);
        const before = memcheck.save();
        expect(memcheck.checkLeaks()).toEqual(memcheck.checkLeaks());
        expect(memcheck.save()).toEqual(before);
      }),
    );
  });

  it('of 100,000 blocks in one chain is one leader and what hangs on it', () => {
    const memcheck = new Memcheck();
    memcheck.declareGlobal('head');
    memcheck.declareLocal('block');
    for (let id = 1; id <= 100_000; id++) {
      memcheck.step(id, 1);
      memcheck.allocate('block', 64, 'malloc');
      memcheck.store('block', 0, 'head');
      memcheck.copy('head', 'block');
    }
    memcheck.setNull('head');
    memcheck.setNull('block');
    const { kind } = memcheck.checkLeaks();
    expect(kind.filter((of) => LEAK_KINDS[of] === 'indirect')).toHaveLength(99_999);
  });
});

/** The verdict on the only block when all that is left is a pointer `delta` bytes from its start. */
function hitAt(bytes: number, delta: number): string {
  const story = new Story(['a', bytes]);
  story.memcheck.copy('a', 'a', delta);
  return story.verdicts['a'];
}
