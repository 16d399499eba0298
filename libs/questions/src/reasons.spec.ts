/** Questions that need no heap: leaks of real programs, sizes, bills; and how answers are graded. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { resolveConfig } from '@heapcast/allocators';
import type { ProgramChoice, ProgramCommand } from '@heapcast/contracts';
import { Program } from '@heapcast/program';
import { generateGuests, giveParty } from '@heapcast/scenarios';
import { expressionSize } from '@heapcast/sizeof';
import { generateQuestion } from './generation.js';
import { canonicalAnswer, isRight } from './grading.js';
import type { Moment } from './moment.js';

function momentOf(program: Program | null, profile = 'cpython-3.11'): Moment {
  const answered = resolveConfig({ model: 'pymalloc', profile });
  if ('problems' in answered) throw new Error('no such profile');
  return {
    config: answered.resolved,
    at: 0,
    events: 0,
    inspect: () => Promise.reject(new Error('nothing of a heap is needed')),
    ...(program ? { program: { state: async () => program.state(), leaks: async () => program.leaks() } } : {}),
  };
}

function play(choice: ProgramChoice, ...commands: readonly ProgramCommand[]): Moment {
  const program = new Program(choice);
  for (const command of commands) program.apply(command);
  return momentOf(program);
}

const node = (to: string): ProgramCommand => ({ op: 'new', to, type: 'Node', fields: ['next'] });
const refer = (to: string, ref: string): ProgramCommand => ({ op: 'assign', to, value: { ref } });

describe('is this leaked?', () => {
  it('is still reachable through the path that the explanation tells', async () => {
    const moment = play({ ownership: 'manual' }, node('a'), node('b'), refer('a.next', 'b'), {
      op: 'unset',
      place: 'b',
    });
    const { right, explanation } = await generateQuestion('leaked', moment, { object: 2 });
    expect(right).toBe('reachable');
    expect(explanation).toMatch(/^A variable leads to it: .*: a → Node#1 → next → Node#2\.$/);
  });

  it('is definitely lost when the last pointer goes, and takes others with it indirectly', async () => {
    const moment = play(
      { ownership: 'manual' },
      node('a'),
      node('b'),
      refer('a.next', 'b'),
      { op: 'unset', place: 'b' },
      { op: 'unset', place: 'a' },
    );
    const definite = await generateQuestion('leaked', moment, { object: 1 });
    expect(definite.right).toBe('definite');
    expect(definite.explanation).toContain('Nothing refers to it any more.');
    const indirect = await generateQuestion('leaked', moment, { object: 2 });
    expect(indirect.right).toBe('indirect');
    expect(indirect.explanation).toContain('Node#1 refers to it (next), and is lost itself');
  });

  it('agrees with the leak report about every object', async () => {
    const program = new Program({ ownership: 'refcount' });
    for (const command of [
      node('a'),
      node('b'),
      refer('a.next', 'b'),
      refer('b.next', 'a'),
      node('c'),
      { op: 'unset', place: 'a' },
      { op: 'unset', place: 'b' },
    ] as const) {
      program.apply(command);
    }
    for (const record of program.leaks().records.items) {
      for (const object of record.objects.first) {
        expect((await generateQuestion('leaked', momentOf(program), { object })).right).toBe(record.kind);
      }
    }
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const asked = await Promise.all(seeds.map((seed) => generateQuestion('leaked', momentOf(program), { seed })));
    expect(new Set(asked.map(({ right }) => right)).size).toBeGreaterThan(1);
  });
});

describe('what does sys.getsizeof say?', () => {
  it.each([
    ['cpython-2.7', '2.7', 'linux-64'],
    ['cpython-3.11', '3.11', 'linux-64'],
    ['cpython-3.14-32bit', '3.14', '32-bit'],
  ])('knows the Python of %s', async (profile, version, dataModel) => {
    for (const expression of ['[]', '{}', '"abc"', '[1, 2, 3]', '2**30']) {
      const { shallow } = expressionSize(expression, { version, dataModel });
      const question = await generateQuestion('sizeof', momentOf(null, profile), { expression });
      expect(question.choices.find(({ id }) => id === question.right)?.text).toBe(`${shallow} bytes`);
      expect(question.choices.length).toBeGreaterThan(2);
      expect(question.prompt).toContain(`CPython ${version} `);
    }
  });

  it('explains the size as a sum that is the size', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const { right, explanation } = await generateQuestion('sizeof', momentOf(null), { seed, asNumber: true });
      const [sum] = explanation.split(' What it refers to');
      const parts = [...sum.matchAll(/(\d+) \(/g)].map(([, bytes]) => Number(bytes));
      if (parts.length > 1) expect(parts.reduce((total, bytes) => total + bytes, 0)).toBe(Number(right));
      else expect(explanation).toContain(`${right} bytes`);
    }
  });

  it('asks which Python where the profile is older than the layouts that are known', async () => {
    await expect(generateQuestion('sizeof', momentOf(null, 'cpython-2.3'))).rejects.toMatchObject({
      option: 'version',
    });
    expect(await generateQuestion('sizeof', momentOf(null, 'cpython-2.3'), { version: '2.7' })).toBeDefined();
  });
});

describe("what will the party's bill be?", () => {
  it('is the bill of the party model', async () => {
    const strategies = ['everything-at-once', 'as-needed', 'give-back', 'keep-one'] as const;
    for (const strategy of strategies) {
      for (const seed of [1, 2, 3]) {
        const question = await generateQuestion('party-bill', momentOf(null), {
          party: { strategy, seed },
          asNumber: true,
        });
        const terms = {
          toysPerCollection: 6,
          collectionsPerOrder: 2,
          pricePerHour: 10,
          estimatedToys: 0,
          billing: 'started',
          vendorOrders: null,
        } as const;
        const { bill } = giveParty(terms, generateGuests({ seed, groups: 4, hours: 6 }), strategy);
        expect(Number(question.right)).toBeCloseTo(bill.total, 2);
        expect(question.choices).toEqual([]);
      }
    }
  });
});

describe('grading', () => {
  const choices = [{ id: 'a' }, { id: 'b' }];

  it('takes ids of choices and nothing else, and numbers where there are none', () => {
    expect(canonicalAnswer({ choices }, ' b ')).toBe('b');
    expect(canonicalAnswer({ choices }, 'c')).toBeNull();
    for (const [given, kept] of [
      ['42', '42'],
      ['42.50', '42.5'],
      ['42,5', '42.5'],
      ['-0', '0'],
      ['007', '7'],
    ]) {
      expect(canonicalAnswer({ choices: [] }, given)).toBe(kept);
    }
    for (const given of ['', 'NaN', '1e9', '0x10', '1 2', '٣', '1'.repeat(30), 'Infinity']) {
      expect(canonicalAnswer({ choices: [] }, given)).toBeNull();
    }
  });

  it('is right for exactly one choice, and for the number to the cent', () => {
    expect([isRight({ choices, right: 'a' }, 'a'), isRight({ choices, right: 'a' }, 'b')]).toEqual([true, false]);
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (cents) => {
        const right = String(cents / 100);
        expect(isRight({ choices: [], right }, right)).toBe(true);
        expect(isRight({ choices: [], right }, String((cents + 1) / 100))).toBe(false);
      }),
    );
  });
});
