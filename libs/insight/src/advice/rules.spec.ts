import { afterAll, describe, expect, it } from '@jest/globals';
import type { AllocatorConfig } from '@heapcast/allocators';
import { Op, type Site, type TraceBuilder } from '@heapcast/trace';
import { AdviceLab, writeTrace } from '../../test/advice-lab.js';
import { PRACTICES } from './advice.js';
import { rules } from './rules.js';

const SITES: readonly Site[] = [
  { function: '<module>', file: 'shop.py', line: 40, parent: 0 },
  { function: 'load', file: 'shop.py', line: 12, parent: 1 },
  { function: 'total', file: 'shop.py', line: 20, parent: 1 },
  { function: '<module>', file: 'tools.py', line: 1, parent: 1 },
  { function: '<module>', file: 'text.py', line: 7, parent: 4 },
  { function: '<module>', file: 'dates.py', line: 7, parent: 4 },
];
const [MAIN, LOAD, TOTAL, TOOLS, TEXT, DATES] = [1, 2, 3, 4, 5, 6];

const lab = new AdviceLab();
afterAll(() => lab.close());

/** Writes requests of one program after the other; blocks are numbered as they come. */
class Script {
  #last = 0;

  constructor(private readonly builder: TraceBuilder) {}

  ask(size: number, site: number): number {
    const id = ++this.#last;
    this.builder.place(Op.malloc, size, id);
    this.builder.site(site);
    return id;
  }

  gather(number: number, size: number, site: number): number[] {
    return Array.from({ length: number }, () => this.ask(size, site));
  }

  resize(id: number, size: number, site: number): void {
    this.builder.realloc(size, id);
    this.builder.site(site);
  }

  free(...ids: number[]): void {
    for (const id of ids) this.builder.free(id);
  }
}

interface Pair {
  readonly rule: string;
  readonly line: number | null;
  readonly before: (script: Script) => void;
  readonly after: (script: Script) => void;
  readonly allocator?: AllocatorConfig;
}

const pairs: readonly Pair[] = [
  {
    rule: 'temporaries',
    line: 20,
    before: (script) => {
      for (let i = 0; i < 2000; i++) script.free(script.ask(64, TOTAL));
    },
    // Plain numbers are made by every computation.
    after: (script) => {
      for (let i = 0; i < 2000; i++) script.free(script.ask(28, TOTAL));
    },
  },
  {
    rule: 'gathered-then-dropped',
    line: 12,
    before: (script) => script.free(...script.gather(2000, 56, LOAD)),
    after: (script) => {
      for (let i = 0; i < 2000; i++) script.free(script.ask(56, LOAD));
    },
  },
  {
    rule: 'lone-peak',
    line: 12,
    before: (script) => {
      script.free(...script.gather(3000, 100, LOAD));
      for (let i = 0; i < 20_000; i++) script.free(script.ask(28, TOTAL));
    },
    after: (script) => {
      for (let part = 0; part < 30; part++) script.free(...script.gather(100, 100, LOAD));
      for (let i = 0; i < 20_000; i++) script.free(script.ask(28, TOTAL));
    },
  },
  {
    rule: 'much-imported',
    line: 40,
    before: (script) => {
      for (const site of [TOOLS, TEXT, DATES]) script.gather(300, 150, site);
      script.gather(10, 100, LOAD);
    },
    after: (script) => {
      script.gather(300, 150, TEXT);
      script.gather(10, 100, LOAD);
    },
  },
  {
    rule: 'large-module',
    line: 40,
    before: (script) => void script.gather(1000, 150, TOOLS),
    after: (script) => void script.gather(100, 150, TOOLS),
  },
  {
    rule: 'retained-growth',
    line: 12,
    before: (script) => {
      for (let i = 0; i < 1000; i++) {
        script.ask(100, LOAD);
        script.free(script.ask(60, TOTAL));
      }
    },
    after: (script) => {
      const kept: number[] = [];
      for (let i = 0; i < 1000; i++) {
        kept.push(script.ask(100, LOAD));
        if (kept.length > 16) script.free(...kept.splice(0, 1));
        script.free(script.ask(60, TOTAL));
      }
    },
  },
  {
    rule: 'pinned-arenas',
    line: 20,
    before: (script) => {
      const short: number[] = [];
      for (let i = 0; i < 40_000; i++) {
        short.push(script.ask(100, LOAD));
        if (i % 2000 === 0) script.ask(100, TOTAL);
      }
      script.free(...short);
      script.ask(100, MAIN);
    },
    // What lives long comes first.
    after: (script) => {
      script.gather(20, 100, TOTAL);
      script.free(...script.gather(40_000, 100, LOAD));
      script.ask(100, MAIN);
    },
  },
  {
    rule: 'outgrown',
    line: 12,
    before: (script) => {
      for (let i = 0; i < 200; i++) script.resize(script.ask(400, LOAD), 600, LOAD);
    },
    after: (script) => void script.gather(200, 600, LOAD),
  },
  {
    rule: 'growing-by-moves',
    line: 12,
    before: (script) => {
      const text = script.ask(100, LOAD);
      for (let size = 200; size < 40_000; size += 100) script.resize(text, size, LOAD);
    },
    after: (script) => {
      const text = script.ask(100, LOAD);
      for (let size = 200; size < 40_000; size *= 2) script.resize(text, size, LOAD);
    },
  },
  {
    rule: 'many-alike',
    line: 12,
    before: (script) => void script.gather(5000, 56, LOAD),
    after: (script) => void script.gather(5, 56_000, LOAD),
  },
  {
    rule: 'rounding',
    line: 12,
    before: (script) => void script.gather(3000, 33, LOAD),
    after: (script) => void script.gather(3000, 32, LOAD),
  },
  {
    rule: 'copies',
    line: 12,
    before: (script) => {
      for (let i = 0; i < 50; i++) {
        script.ask(232, LOAD);
        script.gather(20, 73, LOAD);
      }
    },
    // Records of three: every one holds something else.
    after: (script) => {
      for (let i = 0; i < 350; i++) {
        script.ask(232, LOAD);
        script.gather(2, 73, LOAD);
      }
    },
  },
  {
    rule: 'memory-limit',
    line: null,
    before: (script) => void script.gather(5000, 300, LOAD),
    after: (script) => void script.gather(1000, 300, LOAD),
    allocator: { model: 'pymalloc', profile: 'cpython-3.9', options: { mappedLimit: 1_048_576 } },
  },
];

/** Blocks of many sizes that lose nothing to rounding: none of them is much of anything. */
function various(script: Script): void {
  for (let size = 208; size < 400; size += 16) script.gather(400, size, MAIN);
}

function churn(script: Script, times: number): void {
  for (let i = 0; i < times; i++) script.free(script.ask(28, TOTAL));
}

interface Silence {
  readonly rule: string;
  /** All else that the rule looks for is there. */
  readonly when: string;
  readonly write: (script: Script) => void;
  readonly allocator?: AllocatorConfig;
}

const silences: readonly Silence[] = [
  {
    rule: 'temporaries',
    when: 'they are few among all blocks',
    write: (script) => {
      script.gather(10_000, 100, MAIN);
      for (let i = 0; i < 600; i++) script.free(script.ask(64, TOTAL));
    },
  },
  {
    rule: 'temporaries',
    when: 'most of what the line makes stays',
    write: (script) => {
      for (let i = 0; i < 600; i++) script.free(script.ask(64, TOTAL));
      script.gather(1400, 64, TOTAL);
    },
  },
  {
    rule: 'gathered-then-dropped',
    when: 'it is little beside the peak',
    write: (script) => {
      various(script);
      script.free(...script.gather(400, 56, LOAD));
      script.ask(28, MAIN);
    },
  },
  {
    rule: 'gathered-then-dropped',
    when: 'it is little at all',
    write: (script) => {
      script.free(...script.gather(200, 56, LOAD));
      script.ask(28, MAIN);
    },
  },
  {
    rule: 'lone-peak',
    when: 'the peak lasts',
    write: (script) => {
      churn(script, 12_000);
      const held = script.gather(3000, 100, LOAD);
      churn(script, 8000);
      script.free(...held);
    },
  },
  {
    rule: 'lone-peak',
    when: 'the run needs half as much otherwise',
    write: (script) => {
      script.gather(1500, 100, LOAD);
      churn(script, 10_000);
      script.free(...script.gather(1500, 100, LOAD));
      churn(script, 10_000);
    },
  },
  {
    rule: 'retained-growth',
    when: 'it hardly grows any more after half of the run',
    write: (script) => {
      for (let i = 0; i < 1000; i++) {
        script.ask(100, LOAD);
        churn(script, 1);
      }
      for (let i = 0; i < 1500; i++) {
        if (i % 50 === 0) script.ask(100, LOAD);
        churn(script, 1);
      }
    },
  },
  {
    rule: 'retained-growth',
    when: 'it grows at two moments only',
    write: (script) => {
      script.gather(500, 100, LOAD);
      churn(script, 4000);
      script.gather(500, 100, LOAD);
      churn(script, 1000);
    },
  },
  {
    rule: 'retained-growth',
    when: 'a third of it is freed',
    write: (script) => {
      for (let i = 0; i < 1000; i++) {
        const block = script.ask(100, LOAD);
        churn(script, 1);
        if (i % 3 === 0) script.free(block);
      }
    },
  },
  {
    rule: 'retained-growth',
    when: 'it is little of what is alive',
    write: (script) => {
      various(script);
      for (let i = 0; i < 3000; i++) {
        script.ask(16, LOAD);
        churn(script, 2);
      }
    },
  },
  {
    rule: 'many-alike',
    when: 'they are not small',
    write: (script) => void script.gather(1000, 600, LOAD),
    // Of an allocator that has a place of its own for these, too.
    allocator: { model: 'freelist' },
  },
  {
    rule: 'many-alike',
    when: 'they are little of the memory',
    write: (script) => {
      various(script);
      script.gather(600, 64, LOAD);
    },
  },
  {
    rule: 'rounding',
    when: 'little of each block is lost',
    write: (script) => void script.gather(3000, 60, LOAD),
  },
  {
    rule: 'rounding',
    when: 'little of the memory is lost',
    write: (script) => {
      various(script);
      script.gather(300, 33, LOAD);
    },
  },
  {
    rule: 'copies',
    when: 'one kind is not as often there as the other, or a multiple of that',
    write: (script) => {
      script.gather(50, 232, LOAD);
      script.gather(1020, 73, LOAD);
    },
  },
  {
    rule: 'growing-by-moves',
    when: 'a block grows by a half each time',
    write: (script) => {
      const text = script.ask(100, LOAD);
      for (let size = 150; size < 400_000; size = Math.floor(size * 1.5)) script.resize(text, size, LOAD);
    },
  },
  {
    rule: 'growing-by-moves',
    when: 'it moves a few times only',
    write: (script) => {
      const text = script.ask(100, LOAD);
      for (let size = 1000; size <= 12_000; size += 1000) script.resize(text, size, LOAD);
    },
  },
  {
    rule: 'outgrown',
    when: 'few blocks do',
    write: (script) => {
      for (let i = 0; i < 50; i++) script.resize(script.ask(400, LOAD), 600, LOAD);
    },
  },
  {
    rule: 'outgrown',
    when: 'few of all blocks do',
    write: (script) => {
      for (let i = 0; i < 150; i++) script.resize(script.ask(400, LOAD), 600, LOAD);
      churn(script, 20_000);
    },
  },
  {
    rule: 'memory-limit',
    when: 'a quarter of what is mapped is room that is left',
    write: (script) => void script.gather(2600, 304, LOAD),
    allocator: { model: 'pymalloc', profile: 'cpython-3.9', options: { mappedLimit: 1_048_576 } },
  },
  {
    rule: 'pinned-arenas',
    when: 'one of many is pinned',
    write: (script) => {
      const all = script.gather(30_000, 112, LOAD);
      script.free(...all.slice(2400, 6600).filter((_, i) => i % 500 !== 0));
      script.ask(500, MAIN);
    },
    allocator: { model: 'pymalloc', profile: 'cpython-3.9' },
  },
  {
    rule: 'much-imported',
    when: 'it is two modules',
    write: (script) => {
      for (const site of [TOOLS, TEXT]) script.gather(300, 150, site);
    },
  },
  {
    rule: 'much-imported',
    when: 'most of the memory belongs to the program itself',
    write: (script) => {
      for (const site of [TOOLS, TEXT, DATES]) script.gather(300, 150, site);
      script.gather(1500, 150, LOAD);
    },
  },
  {
    rule: 'large-module',
    when: 'most of the memory belongs to the program itself',
    write: (script) => {
      script.gather(1000, 150, TOOLS);
      script.gather(1500, 150, LOAD);
    },
  },
];

describe('the rules of advice', () => {
  it('each have a pair here, a practice of the talk, and a name of their own', () => {
    expect(pairs.map(({ rule }) => rule).sort()).toEqual(rules.map(({ name }) => name).sort());
    for (const { practice } of rules) expect(PRACTICES[practice]).toBeDefined();
    // Every practice of the talk has a rule that tells of it.
    expect(new Set(rules.map(({ practice }) => practice))).toEqual(new Set(Object.keys(PRACTICES)));
  });

  it.each(pairs)('$rule fires before, at the right line, and is silent after', async ({ rule, line, ...pair }) => {
    const write = (content: Pair['before']) => writeTrace(SITES, (builder) => content(new Script(builder)));
    const before = await lab.advise(write(pair.before), pair.allocator);
    const found = before.filter((advice) => advice.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    const [{ evidence, confidence, sentence }] = found;
    expect(evidence[0].place?.line ?? null).toBe(line);
    for (const advice of before) {
      for (const { numbers, at } of advice.evidence) {
        expect(Object.keys(numbers).length).toBeGreaterThan(1);
        for (const number of Object.values(numbers)) expect(Number.isFinite(number)).toBe(true);
        expect(at).toBeGreaterThan(0);
      }
    }
    expect(confidence.reason).toMatch(/\.$/);
    expect(sentence).toMatch(/\.$/);
    const after = await lab.advise(write(pair.after), pair.allocator);
    expect(after.filter((advice) => advice.rule === rule)).toEqual([]);
  });

  it.each(silences)('$rule is silent where $when', async ({ rule, write, allocator }) => {
    const trace = writeTrace(SITES, (builder) => write(new Script(builder)));
    expect((await lab.advise(trace, allocator)).filter((advice) => advice.rule === rule)).toEqual([]);
  });

  it('say nothing about nothing, nor about a program that does little', async () => {
    expect(await lab.advise(writeTrace([], () => {}))).toEqual([]);
    const little = writeTrace(SITES, (builder) => {
      const script = new Script(builder);
      script.free(...script.gather(20, 100, LOAD));
    });
    expect(await lab.advise(little)).toEqual([]);
  });

  it('name no line where none is known', async () => {
    const bare = writeTrace([], (builder) => {
      for (let i = 0; i < 5000; i++) builder.place(Op.malloc, 300, i);
    });
    const allocator = { model: 'pymalloc', profile: 'cpython-3.9', options: { mappedLimit: 1_048_576 } };
    const [advice, ...rest] = await lab.advise(bare, allocator);
    expect(rest).toEqual([]);
    expect(advice).toMatchObject({ rule: 'memory-limit', evidence: [{ place: null }], confidence: { level: 'high' } });
  });

  it('takes a load of a module for no leak, and a loop of a module for one', async () => {
    const load = writeTrace(SITES, (builder) => void new Script(builder).gather(2000, 100, MAIN));
    expect((await lab.advise(load)).map(({ rule }) => rule)).not.toContain('retained-growth');
    const loop = writeTrace(SITES, (builder) => {
      const script = new Script(builder);
      for (let i = 0; i < 1000; i++) {
        script.ask(100, MAIN);
        script.free(script.ask(60, TOTAL));
      }
    });
    expect((await lab.advise(loop)).map(({ rule }) => rule)).toContain('retained-growth');
  });
});
