/** What a worker answers, without a thread around it. */
import { describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig, type AllocatorModel } from '@heapcast/allocators';
import { formatByName } from '@heapcast/trace';
import { setImmediate as breathe } from 'node:timers/promises';
import { sampleTrace } from '../test/sample-trace.js';
import { joinItems } from './appends.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { ReplayWorker } from './replay-worker.js';

const answered = resolveConfig({ model: 'pymalloc' });
if ('problems' in answered) throw new Error('no default');
const config = answered.resolved;
const environment = { arenaMisalignment: new Uint8Array(0) };

/** A model that throws when it has served so many requests. */
function breaking(model: AllocatorModel, after: number): AllocatorModel {
  return new Proxy(model, {
    get(target, name) {
      if (name === 'apply' && target.totals().events >= after) throw new TypeError('the model is broken');
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function workerWith(create: typeof createModel): { say: (...messages: ToWorker[]) => Promise<FromWorker[]> } {
  const heard: FromWorker[] = [];
  const worker = new ReplayWorker(
    (messages) => heard.push(...messages),
    {
      checkpointBytes: 1 << 20,
      checkpointShare: 1 << 20,
      checkpointTally: new Int32Array(1),
      index: 0,
      chunkCacheBytes: 1 << 20,
      cursors: 2,
    },
    { createModel: create, findFormat: formatByName, breathe: () => breathe() },
  );
  return {
    say: async (...messages) => {
      worker.receive(messages);
      for (let turn = 0; turn < 10; turn++) await breathe();
      return heard.splice(0);
    },
  };
}

function open(call: number, handle: number): ToWorker {
  return { type: 'open', call, handle, key: `session:${handle}`, config, environment, events: 0, keepHead: true };
}

describe('a replay worker', () => {
  it('gives up a timeline whose model breaks, and no other', async () => {
    let made = 0;
    const { say } = workerWith((...args) => {
      const model = createModel(...args);
      return ++made === 1 ? breaking(model, 5) : model;
    });
    await say(open(1, 1), open(2, 2));
    const trace = sampleTrace({ events: 10, seed: 1 });
    const items = joinItems([
      { call: 3, handle: 1, first: 0, chunk: trace },
      { call: 4, handle: 2, first: 0, chunk: trace },
    ]);
    const heard = await say({ type: 'append', items });
    expect(heard).toContainEqual({
      type: 'failed',
      call: 3,
      lost: true,
      error: expect.objectContaining({ kind: 'other', message: 'the model is broken' }),
    });
    expect(heard).toContainEqual(
      expect.objectContaining({ type: 'applied', items: expect.objectContaining({ calls: [0, 4] }) }),
    );

    const stats = { kind: 'stats' } as const;
    const after = await say(
      { type: 'inspect', call: 5, handle: 1, at: 'head', query: stats },
      { type: 'inspect', call: 6, handle: 2, at: 'head', query: stats },
    );
    expect(after).toContainEqual(
      expect.objectContaining({ type: 'failed', call: 5, error: expect.objectContaining({ code: 'not-open' }) }),
    );
    expect(after).toContainEqual(
      expect.objectContaining({ type: 'done', call: 6, value: expect.objectContaining({ at: 10 }) }),
    );
  });

  it('says why a model cannot be made', async () => {
    const { say } = workerWith(() => {
      throw new Error('no such model');
    });
    expect(await say(open(1, 1))).toContainEqual({
      type: 'failed',
      call: 1,
      lost: false,
      error: expect.objectContaining({ message: 'no such model' }),
    });
  });

  it('answers appends of one turn in one message', async () => {
    const { say } = workerWith(createModel);
    await say(...Array.from({ length: 20 }, (_, i) => open(i + 1, i + 1)));
    const trace = sampleTrace({ events: 3, seed: 2 });
    const heard = await say({
      type: 'append',
      items: joinItems(
        Array.from({ length: 20 }, (_, i) => ({ call: 100 + i, handle: i + 1, first: 0, chunk: trace })),
      ),
    });
    expect(heard.map(({ type }) => type)).toEqual(['applied']);
  });
});
