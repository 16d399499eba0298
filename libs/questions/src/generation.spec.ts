/** Questions about any moment of any trace, held against a model that is asked by itself: no pool, no replay. */
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createModel, resolveConfig, type AllocatorConfig, type AllocatorModel } from '@heapcast/allocators';
import { type TraceChunk } from '@heapcast/trace';
import { sampleTrace } from '../../replay/test/sample-trace.js';
import { MomentRoom } from '../test/recorded-moment.js';
import { generateQuestion } from './generation.js';
import { NotAskable, type Question } from './question.js';

const room = new MomentRoom();
afterAll(() => room.close());

/** Small arenas, so that a short trace maps and unmaps many of them. */
const SMALL = { arenaSize: 16_384, poolSize: 1024, smallThreshold: 256 };
const CONFIGS: readonly AllocatorConfig[] = [
  { model: 'pymalloc', profile: 'cpython-2.3', options: SMALL },
  { model: 'pymalloc', profile: 'cpython-2.7', options: SMALL },
  { model: 'pymalloc', profile: 'cpython-3.9', options: SMALL },
  { model: 'pymalloc', profile: 'cpython-3.13', options: SMALL },
  { model: 'pymalloc', profile: 'cpython-3.14-32bit', options: SMALL },
  { model: 'freelist' },
];

const anyMoment = fc.record({
  config: fc.constantFrom(...CONFIGS),
  seed: fc.nat(1000),
  events: fc.constantFrom(40, 300, 900),
  position: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** The model after `at` requests, and what it did with the next one. */
function independent(config: AllocatorConfig, trace: TraceChunk, at: number) {
  const answered = resolveConfig(config);
  if ('problems' in answered) throw new Error(answered.problems[0].message);
  const model = createModel(answered.resolved, { arenaMisalignment: new Uint8Array(0) });
  const out = () => ({
    outcome: new Uint8Array(trace.length + 1),
    region: new Int32Array(trace.length + 1),
    offset: new Int32Array(trace.length + 1),
  });
  model.apply(trace, 0, at, out());
  model.takeMappings();
  const step = (requests: TraceChunk, index: number) => {
    const placed = out();
    model.apply(requests, index, index + 1, placed);
    const region = placed.region[index];
    const address = region < 0 ? 0 : model.address(region, placed.offset[index]);
    return { region, address, mappings: model.takeMappings() };
  };
  return { resolved: answered.resolved, model, step };
}

function liveAddresses(model: AllocatorModel): Set<string> {
  const live = new Set<string>();
  model.visitBlocks((_slot, _requested, region, offset) => {
    if (region >= 0) live.add(`0x${model.address(region, offset).toString(16)}`);
  });
  return live;
}

/** A question, or why there is none. */
function asked(work: Promise<Question>): Promise<Question | NotAskable> {
  return work.catch((error: unknown) => {
    if (error instanceof NotAskable) return error;
    throw error;
  });
}

function chosen({ choices, right }: Question) {
  return choices.find(({ id }) => id === right);
}

describe('any moment of any trace', () => {
  it('names the block that the model hands out, among other free blocks, and says when nothing is handed out', async () => {
    let questions = 0;
    await fc.assert(
      fc.asyncProperty(anyMoment, async ({ config, seed, events, position }) => {
        const trace = sampleTrace({ events, seed, live: 120, largest: 200 });
        const at = Math.floor(position * events);
        const { resolved, model, step } = independent(config, trace, at);
        const moment = (await room.open({ config: resolved, chunks: [trace] }))(at);
        const question = await asked(generateQuestion('next-block', moment));
        if (question instanceof NotAskable) {
          if (question.nextEvent === null || question.nextEvent === events) return;
          const there = await asked(generateQuestion('next-block', { ...moment, at: question.nextEvent }));
          expect(there).not.toBeInstanceOf(NotAskable);
          return;
        }
        questions++;
        const live = liveAddresses(model);
        for (const { block } of question.choices) if (block) expect(live.has(block.address)).toBe(false);
        expect(new Set(question.choices.map(({ text }) => text)).size).toBe(question.choices.length);
        if (resolved.model !== 'pymalloc') return;
        // Marks ask nothing: the request that the question is about comes after them.
        let next = at;
        while (next < events && (trace.op[next] & 15) === 7) next++;
        if (next === events) return;
        const { address } = step(trace, next);
        expect(chosen(question)?.block?.address).toBe(`0x${address.toString(16)}`);
      }),
      { numRuns: 60 },
    );
    expect(questions).toBeGreaterThan(10);
  });

  it('says of a free whether an arena goes back, as the model then does', async () => {
    const answers = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyMoment, async ({ config, seed, events, position }) => {
        if (config.model !== 'pymalloc') return;
        const trace = sampleTrace({ events, seed, live: 40, largest: 200 });
        const at = Math.floor(position * events);
        const { resolved, step } = independent(config, trace, at);
        const moment = (await room.open({ config: resolved, chunks: [trace] }))(at);
        const first = await asked(generateQuestion('arena-returned', moment));
        const where = first instanceof NotAskable ? first.nextEvent : at;
        if (where === null || where === events) return;
        const question = await generateQuestion('arena-returned', { ...moment, at: where });
        let unmapped = 0;
        for (let event = at; event <= where; event++) {
          unmapped = step(trace, event).mappings.filter(({ kind }) => kind === 'unmap').length;
        }
        let event = where;
        while ((trace.op[event] & 15) === 7) {
          event++;
          unmapped = step(trace, event).mappings.filter(({ kind }) => kind === 'unmap').length;
        }
        expect(question.right === 'yes').toBe(unmapped > 0);
        if (resolved.options.release === 'never') expect(question.right).not.toBe('yes');
        answers.add(question.right);
      }),
      { numRuns: 60 },
    );
    expect([...answers].sort()).toEqual(expect.arrayContaining(['pool']));
  });

  it('supposes a request where nothing comes any more, and is right about it', async () => {
    await fc.assert(
      fc.asyncProperty(anyMoment, fc.integer({ min: 1, max: 200 }), async ({ config, seed, events }, size) => {
        if (config.model !== 'pymalloc') return;
        const trace = sampleTrace({ events, seed, live: 60, largest: 200 });
        const { resolved, step } = independent(config, trace, events);
        const moment = (await room.open({ config: resolved, chunks: [trace] }))(events);
        const unasked = await generateQuestion('next-block', moment);
        expect(unasked.prompt).toMatch(/^Suppose /);
        const question = await generateQuestion('next-block', moment, { size });
        const slot = trace.slot.reduce((most, each) => Math.max(most, each), 0) + 1;
        const supposed = {
          ...trace,
          length: events + 1,
          op: Uint8Array.of(...trace.op, 1),
          size: Uint32Array.of(...trace.size, size),
          slot: Int32Array.of(...trace.slot, slot),
        };
        const { address } = step(supposed, events);
        expect(chosen(question)?.block?.address).toBe(`0x${address.toString(16)}`);
      }),
      { numRuns: 25 },
    );
  });

  it('supposes that a size is used up and names the arena that gives the next pool', async () => {
    const trace = sampleTrace({ events: 900, seed: 5, live: 120, largest: 200 });
    for (const config of CONFIGS) {
      if (config.model !== 'pymalloc') continue;
      const { resolved, step } = independent(config, trace, 900);
      const moment = (await room.open({ config: resolved, chunks: [trace] }))(900);
      const question = await generateQuestion('next-arena', moment, { size: 96 });
      const before = new Set((await moment.inspect(900, { kind: 'picture' })).cells.region);
      // Blocks of that size until one lies in a pool that had none: found by asking the model alone.
      const { cells } = await moment.inspect(900, { kind: 'picture' });
      let region = -1;
      for (let slot = 5000; region < 0; slot++) {
        const one = { ...trace, op: Uint8Array.of(1), size: Uint32Array.of(96), slot: Int32Array.of(slot) };
        const placed = step(one, 0);
        const index = cells.region.indexOf(placed.region);
        if (index < 0) region = placed.region;
        else {
          const cell =
            cells.firstCell[index] + Math.floor((placed.address - cells.base[index] - cells.lead[index]) / 1024);
          if (cells.used[cell] === 0) region = placed.region;
        }
      }
      const expected = before.has(region) ? `arena ${region}` : 'a new arena, mapped for it';
      expect([config.profile, chosen(question)?.text]).toEqual([config.profile, expected]);
    }
  });

  it('is the same for the same seed, and another for another', async () => {
    const trace = sampleTrace({ events: 300, seed: 8, live: 60, largest: 200 });
    const { resolved } = independent(CONFIGS[3], trace, 0);
    const moment = (await room.open({ config: resolved, chunks: [trace] }))(300);
    for (const kind of ['next-block', 'arena-returned', 'next-arena', 'sizeof', 'party-bill'] as const) {
      const ask = (seed: number) => generateQuestion(kind, moment, { seed });
      expect(await ask(7)).toEqual(await ask(7));
      const prompts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => JSON.stringify(await ask(seed))));
      expect(new Set(prompts).size).toBeGreaterThan(1);
    }
  });

  it('leaves the moment as it was: a supposed request never happened', async () => {
    const trace = sampleTrace({ events: 300, seed: 9, live: 60, largest: 200 });
    const { resolved } = independent(CONFIGS[2], trace, 0);
    const moment = (await room.open({ config: resolved, chunks: [trace] }))(300);
    const before = await moment.inspect(300, { kind: 'stats' });
    await generateQuestion('next-block', moment, { size: 48 });
    await generateQuestion('arena-returned', moment);
    await generateQuestion('next-arena', moment);
    expect(await moment.inspect(300, { kind: 'stats' })).toEqual(before);
  });
});

describe('an empty heap', () => {
  it('still leaves something to choose', async () => {
    const trace = sampleTrace({ events: 60, seed: 3, live: 30, largest: 100 });
    for (const config of CONFIGS) {
      const { resolved } = independent(config, trace, 0);
      const moment = (await room.open({ config: resolved, chunks: [trace] }))(0);
      for (const kind of ['next-block', 'next-arena'] as const) {
        const question = await asked(generateQuestion(kind, moment, { size: 48 }));
        if (question instanceof NotAskable) expect(config.model).toBe('freelist');
        else expect([config, question.choices.length >= 2]).toEqual([config, true]);
      }
    }
  });
});

describe('what cannot be asked', () => {
  const trace = sampleTrace({ events: 60, seed: 3, live: 30, largest: 100 });

  it('is said, with the option that is to blame', async () => {
    const { resolved } = independent(CONFIGS[3], trace, 0);
    const moment = (await room.open({ config: resolved, chunks: [trace] }))(60);
    for (const [kind, options, option] of [
      ['next-block', { size: 5000 }, 'size'],
      ['next-block', { size: 0 }, 'size'],
      ['next-arena', { size: 5000 }, 'size'],
      ['arena-returned', { block: 999_999 }, 'block'],
      ['sizeof', { expression: '[1,' }, 'expression'],
      ['sizeof', { version: '1.5' }, 'version'],
      ['party-bill', { party: { strategy: 'steal' } }, 'party'],
    ] as const) {
      const refused = await asked(generateQuestion(kind, moment, options));
      expect(refused).toMatchObject({ option });
    }
  });

  it('has no program to leak, and no arenas in a free list', async () => {
    const { resolved } = independent({ model: 'freelist' }, trace, 0);
    const moment = (await room.open({ config: resolved, chunks: [trace] }))(10);
    for (const kind of ['leaked', 'arena-returned', 'next-arena'] as const) {
      expect(await asked(generateQuestion(kind, moment))).toMatchObject({ nextEvent: null });
    }
  });
});
