import { describe, expect, it } from '@jest/globals';
import { createModel, Outcome, resolveConfig, type Totals } from '@heapcast/allocators';
import { CHUNK_EVENTS, Op, OP_MASK } from '@heapcast/trace';
import * as fc from 'fast-check';
import { setImmediate as breathe } from 'node:timers/promises';
import { readFrom, sampleTrace, storeTrace } from '../test/sample-trace.js';
import { CheckpointBudget } from './checkpoints.js';
import { ChunkCache } from './chunk-cache.js';
import { CurveBuilder } from './curve.js';
import { execute } from './execution.js';
import { makePlacements, PlacementScratch } from './placements.js';
import { Timeline } from './timeline.js';

const environment = { arenaMisalignment: new Uint8Array(0) };
const configs = ['pymalloc', 'freelist'].map((model) => {
  const answered = resolveConfig({ model });
  if ('problems' in answered) throw new Error(`no default for ${model}`);
  return answered.resolved;
});
const [pymalloc] = configs;

function timelineOf(trace: ReturnType<typeof sampleTrace>, config = pymalloc): Timeline {
  const stored = storeTrace(trace, [CHUNK_EVENTS]);
  return new Timeline(
    'run:1',
    { config, environment, events: trace.length, keepHead: false },
    {
      read: async (_key, event) => readFrom(stored, event),
      createModel,
      checkpoints: CheckpointBudget.alone(1 << 24, 1000),
      chunks: new ChunkCache(1 << 24),
      scratch: new PlacementScratch(),
      breathe: () => breathe(),
    },
  );
}

const quiet = { curvePoints: 1000, report: () => {}, cancelled: () => false };

type TotalName = Exclude<keyof Totals, 'events'>;

describe('executing a run', () => {
  it.each(configs)('sums up what one request after the other shows, on $model', async (config) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 50 }),
        async (seed, events, curvePoints) => {
          const trace = sampleTrace({ events, seed, live: 60 });
          const summary = await execute(timelineOf(trace, config), { ...quiet, curvePoints });

          const model = createModel(config, environment);
          const out = makePlacements(events);
          const states = [model.totals()];
          const operations: Record<string, number> = {};
          const outcomes: Record<string, number> = {};
          for (let i = 0; i < events; i++) {
            model.apply(trace, i, i + 1, out);
            states.push(model.totals());
            const op = Object.entries(Op).find(([, code]) => code === (trace.op[i] & OP_MASK))![0];
            const outcome = Object.entries(Outcome).find(([, code]) => code === out.outcome[i])![0];
            operations[op] = (operations[op] ?? 0) + 1;
            outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
          }
          const peak = (name: TotalName): object => {
            const value = Math.max(...states.map((totals) => totals[name]));
            return { value, at: states.findIndex((totals) => totals[name] === value) };
          };

          expect(summary.operations).toEqual(operations);
          expect(summary.outcomes).toEqual(outcomes);
          expect(summary.end.totals).toEqual(states[events]);
          expect(summary.peaks).toEqual({
            requestedBytes: peak('requestedBytes'),
            allocatedBytes: peak('allocatedBytes'),
            mappedBytes: peak('mappedBytes'),
            liveBlocks: peak('liveBlocks'),
            rawBytes: peak('rawBytes'),
          });
          expect(summary.peak.totals).toEqual(states[summary.peaks.mappedBytes.at]);

          const { eventsPerBucket: step, ...curve } = summary.curve;
          expect(curve.mappedMax.length).toBeLessThanOrEqual(curvePoints);
          const buckets = Array.from({ length: Math.ceil(events / step) }, (_, i) =>
            states.slice(i * step, Math.min(events, (i + 1) * step) + 1),
          );
          const extreme = (pick: (...values: number[]) => number, name: TotalName): number[] =>
            buckets.map((bucket) => pick(...bucket.map((totals) => totals[name])));
          expect(curve).toEqual({
            requestedMin: extreme(Math.min, 'requestedBytes'),
            requestedMax: extreme(Math.max, 'requestedBytes'),
            allocatedMin: extreme(Math.min, 'allocatedBytes'),
            allocatedMax: extreme(Math.max, 'allocatedBytes'),
            mappedMin: extreme(Math.min, 'mappedBytes'),
            mappedMax: extreme(Math.max, 'mappedBytes'),
            liveBlocksMax: extreme(Math.max, 'liveBlocks'),
            rawBytesMax: extreme(Math.max, 'rawBytes'),
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts regions as they are mapped, held and given back', async () => {
    const timeline = timelineOf(sampleTrace({ events: 30_000, seed: 1, live: 6000 }));
    const { regions, end, peaks } = await execute(timeline, quiet);
    expect(regions.mapped - regions.unmapped).toBe(end.totals.mappedBytes / (1 << 20));
    expect(regions.highWater).toEqual({ value: peaks.mappedBytes.value / (1 << 20), at: peaks.mappedBytes.at });
    expect(regions.highWater.value).toBeGreaterThan(1);
  });

  it('is stopped between chunks when it is cancelled', async () => {
    const timeline = timelineOf(sampleTrace({ events: 3 * CHUNK_EVENTS, seed: 2 }));
    let asked = 0;
    const supervision = { ...quiet, cancelled: () => ++asked > 1 };
    await expect(execute(timeline, supervision)).rejects.toMatchObject({ code: 'aborted' });
    expect(asked).toBe(2);
    expect((await execute(timeline, quiet)).events).toBe(3 * CHUNK_EVENTS);
  });

  it('leaves the timeline ready for a look anywhere', async () => {
    const trace = sampleTrace({ events: 3 * CHUNK_EVENTS, seed: 3 });
    const timeline = timelineOf(trace);
    const { end } = await execute(timeline, quiet);
    expect((await timeline.seek(trace.length)).model.totals()).toEqual(end.totals);
    const model = createModel(pymalloc, environment);
    model.apply(trace, 0, 100_000, makePlacements(100_000));
    expect((await timeline.seek(100_000)).model.totals()).toEqual(model.totals());
  });
});

describe('a curve of unknown length', () => {
  it('joins neighbours when it gets too long, and loses no extreme', () => {
    const points = 8;
    const builder = new CurveBuilder(points, null);
    const values = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);
    for (let at = 0; at < values.length;) {
      const bucket = values.slice(at, at + builder.eventsPerBucket);
      const [least, most] = [Math.min(...bucket), Math.max(...bucket)];
      at += bucket.length;
      builder.add({
        requestedMin: least,
        requestedMax: most,
        allocatedMin: least,
        allocatedMax: most,
        mappedMin: least,
        mappedMax: most,
        liveBlocksMax: most,
        rawBytesMax: most,
      });
    }
    const curve = builder.finish();
    expect(curve.mappedMax.length).toBeLessThanOrEqual(2 * points);
    expect(curve.mappedMax.length).toBe(Math.ceil(values.length / curve.eventsPerBucket));
    curve.mappedMax.forEach((most, i) => {
      const bucket = values.slice(i * curve.eventsPerBucket, (i + 1) * curve.eventsPerBucket);
      expect([most, curve.mappedMin[i]]).toEqual([Math.max(...bucket), Math.min(...bucket)]);
    });
  });
});
