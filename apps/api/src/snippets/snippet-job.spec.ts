/** One snippet on its way, told by a child that is made up: what is stored, in which order, and what it ends as. */
import { describe, expect, it } from '@jest/globals';
import type { SnippetMessage, SnippetRequest, SnippetRunner } from '@heapcast/sandbox';
import { Op, type TraceChunk } from '@heapcast/trace';
import { ProblemException } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import { SnippetJob } from './snippet-job.js';

const LIMITS = { timeMs: 1000, memoryBytes: 1 << 20, events: 1e6, lines: 1e6, outputBytes: 10, sourceBytes: 100 };
const REQUEST: SnippetRequest = {
  language: 'python',
  file: 's.py',
  source: '',
  args: [],
  record: 'requests',
  limits: LIMITS,
};
const finished = (outcome: 'finished' | 'killed' | 'timeLimit', detail = ''): SnippetMessage => ({
  kind: 'finished',
  outcome,
  detail,
  ms: 5,
  events: 0,
  blocks: 0,
  outputBytes: 0,
  exitStatus: null,
});
const started: SnippetMessage = { kind: 'started', translations: [], remarks: ['32-bit'] };

function chunk(firstEvent: number, blocks: readonly number[], op: number = Op.malloc): SnippetMessage {
  const column = Uint32Array.from(blocks);
  const { length } = blocks;
  const time = new Float64Array(length);
  return {
    kind: 'chunk',
    firstEvent,
    length,
    time,
    size: column,
    id: column,
    site: column,
    op: new Uint8Array(length).fill(op),
  };
}
const site = (first: number): SnippetMessage => ({
  kind: 'sites',
  first,
  sites: [{ function: 'f', file: 's.py', line: first, parent: 0 }],
});

/** Runs what a child says; `append` stands for the session. */
async function play(
  messages: readonly SnippetMessage[],
  wish: Partial<SnippetRequest> = {},
  append: (part: TraceChunk) => void = () => undefined,
) {
  const stored: { readonly ops: number[]; readonly sites: unknown }[] = [];
  let starts = 0;
  const runner = {
    async *run() {
      yield* messages;
    },
  } as unknown as SnippetRunner;
  const session = {
    async append(part: TraceChunk, { sites }: { sites?: unknown }) {
      append(part);
      stored.push({ ops: [...part.op], sites });
    },
  } as unknown as LiveSession;
  const job = new SnippetJob({ ...REQUEST, ...wish }, runner, async () => starts++);
  return { job, end: await job.run(session), stored, starts: () => starts };
}

describe('requests', () => {
  it('are stored as they come, each with the sites that are new', async () => {
    const { end, stored, starts } = await play([
      started,
      site(1),
      chunk(0, [1]),
      site(2),
      site(3),
      chunk(1, [2, 3]),
      finished('finished'),
    ]);
    expect(stored.map(({ ops }) => ops.length)).toEqual([1, 2]);
    expect(stored.map(({ sites }) => sites)).toMatchObject([
      { first: 1, sites: [{ line: 1 }] },
      { first: 2, sites: [{ line: 2 }, { line: 3 }] },
    ]);
    expect(end).toMatchObject({
      outcome: 'finished',
      result: { counts: { events: 3, lines: 0 }, remarks: ['32-bit'] },
    });
    expect(starts()).toBe(1);
  });

  it('wait for the lines and frames that lie among them', async () => {
    const lines = (...events: readonly number[]): SnippetMessage => ({
      kind: 'lines',
      length: events.length,
      event: Uint32Array.from(events),
      site: new Uint32Array(events.length),
    });
    const { stored, end } = await play(
      [started, chunk(0, [1, 2]), lines(1), chunk(2, [3]), lines(2, 3), finished('finished')],
      { record: 'lines' },
    );
    expect(stored.map(({ ops }) => ops)).toEqual([
      [Op.malloc, Op.mark, Op.malloc],
      [Op.mark, Op.malloc, Op.mark],
    ]);
    expect(end.result.counts).toMatchObject({ events: 3, lines: 3 });
  });

  it('of a large chunk are stored in pieces', async () => {
    const blocks = Array.from({ length: 40_000 }, (_, i) => i + 1);
    const { stored } = await play([started, chunk(0, blocks), finished('finished')]);
    expect(stored.map(({ ops }) => ops.length)).toEqual([16_384, 16_384, 7232]);
  });

  it('that no program can have made end it as killed', async () => {
    const { end } = await play([started, chunk(0, [5]), finished('finished')]);
    expect(end).toMatchObject({
      outcome: 'killed',
      result: { detail: 'Its process said what cannot be: block 5 after block 0.' },
    });
  });
});

describe('an end', () => {
  it('is what the child says, and killed when it says nothing', async () => {
    expect((await play([started, finished('timeLimit', 'too long')])).end).toMatchObject({
      outcome: 'timeLimit',
      result: { detail: 'too long', ms: 5 },
    });
    expect((await play([started])).end).toMatchObject({
      outcome: 'killed',
      result: { detail: 'It ended without a word.' },
    });
  });

  it.each([
    ['limit-reached', 'eventLimit'],
    ['session-finished', 'killed'],
    ['not-found', 'killed'],
  ] as const)('of a session that refuses with %s is told', async (problem, outcome) => {
    const refuse = () => {
      throw new ProblemException(problem, 'no more');
    };
    const { end } = await play([started, chunk(0, [1]), finished('finished')], {}, refuse);
    expect(end.outcome).toBe(outcome === 'killed' ? 'cancelled' : outcome);
  });

  it('by somebody counts, the first of them, and only where the child did not end by itself', async () => {
    const ending = async (last: SnippetMessage) => {
      const runner = {
        async *run(_: SnippetRequest, signal: AbortSignal) {
          yield started;
          job.end('cancelled', 'enough');
          job.end('interrupted', 'too late');
          expect(signal.aborted).toBe(true);
          yield last;
        },
      } as unknown as SnippetRunner;
      const job = new SnippetJob(REQUEST, runner, async () => undefined);
      const { outcome, result } = await job.run({ append: async () => undefined } as unknown as LiveSession);
      return [outcome, result.detail];
    };
    expect(await ending(finished('killed', 'told to stop'))).toEqual(['cancelled', 'enough']);
    expect(await ending(finished('finished'))).toEqual(['finished', '']);
  });
});

it('keeps as much output as it may, and counts all of it', async () => {
  const output = (stream: 'stdout' | 'stderr', text: string): SnippetMessage => ({ kind: 'output', stream, text });
  const { end } = await play([
    started,
    output('stdout', 'abc'),
    output('stdout', 'def'),
    output('stderr', 'ghijklmno'),
    finished('finished'),
  ]);
  expect(end.result.output).toEqual([
    { stream: 'stdout', text: 'abcdef' },
    { stream: 'stderr', text: 'ghij' },
  ]);
  expect(end.result.counts.outputBytes).toBe(15);
});
