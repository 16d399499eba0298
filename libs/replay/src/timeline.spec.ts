import { describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig, type ResolvedConfig } from '@heapcast/allocators';
import { CHUNK_EVENTS, sliceChunk, type TraceChunk } from '@heapcast/trace';
import * as fc from 'fast-check';
import { setImmediate as breathe } from 'node:timers/promises';
import { readFrom, sampleTrace, storeTrace } from '../test/sample-trace.js';
import { answer, answerAtHead } from './answers.js';
import { makePlaceColumns } from './placements.js';
import { CheckpointBudget } from './checkpoints.js';
import { ChunkCache } from './chunk-cache.js';
import type { EventsReply, HeapReply, StatsReply } from './inspection.js';
import { PlacementScratch } from './placements.js';
import { Playhead } from './playhead.js';
import type { StoredChunk } from './stored-chunk.js';
import { Timeline, type TimelineRoom } from './timeline.js';

const environment = { arenaMisalignment: new Uint8Array([0, 1, 2]) };
const models = ['pymalloc', 'freelist'].map((model) => {
  const answered = resolveConfig({ model });
  if ('problems' in answered) throw new Error(`no default for ${model}`);
  return answered.resolved;
});

interface RoomOptions {
  readonly stored: readonly StoredChunk[];
  readonly together?: number;
  readonly checkpointBytes?: number;
  readonly spacing?: number;
  readonly cacheBytes?: number;
}

function roomFor({ stored, together, checkpointBytes = 1 << 20, spacing = 300, cacheBytes = 1 << 16 }: RoomOptions) {
  const reads: number[] = [];
  const room: TimelineRoom = {
    read: async (_key, event) => {
      reads.push(event);
      return readFrom(stored, event, together);
    },
    createModel,
    checkpoints: CheckpointBudget.alone(checkpointBytes, spacing),
    chunks: new ChunkCache(cacheBytes),
    scratch: new PlacementScratch(),
    breathe: () => breathe(),
  };
  return { room, reads };
}

function run(config: ResolvedConfig, events: number, room: TimelineRoom, keepHead = false): Timeline {
  return new Timeline('run:1', { config, environment, events, keepHead }, room);
}

/** The state after the first `at` requests, told whole, by a model that was told them all at once. */
function straight(config: ResolvedConfig, trace: TraceChunk, at: number): string {
  const playhead = new Playhead(createModel(config, environment));
  playhead.advance(trace, 0, at, makePlaceColumns(at));
  return whole(playhead);
}

function whole({ model, owners, position }: Playhead): string {
  return JSON.stringify({
    position,
    blocks: owners.blocks,
    totals: model.totals(),
    ledger: model.ledger(),
    statistics: model.statistics(),
    heap: model.heap({ detail: 'blocks', limit: 1_000_000, offset: 0 }, owners),
    text: model.debugMallocStats(),
  });
}

describe.each(models)('a timeline on $model', (config) => {
  it('stands where straight replay stands, wherever it seeks, whatever the budget and the cut of the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          events: fc.integer({ min: 1, max: 2500 }),
          lengths: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }),
          together: fc.integer({ min: 1, max: 6 }),
          checkpointBytes: fc.constantFrom(0, 30_000, 150_000, 1 << 24),
          cacheBytes: fc.constantFrom(0, 2_000, 1 << 20),
          positions: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
        }),
        async ({ seed, events, lengths, together, positions, ...budgets }) => {
          const trace = sampleTrace({ events, seed, live: 60, named: seed % 2 === 0, sited: seed % 3 === 0 });
          const { room } = roomFor({ stored: storeTrace(trace, lengths), together, ...budgets });
          const timeline = run(config, events, room, seed % 5 > 0);
          for (const share of positions) {
            const at = Math.round(share * events);
            expect(whole(await timeline.cursorAt(at))).toBe(straight(config, trace, at));
            expect(room.checkpoints.used).toBeLessThanOrEqual(budgets.checkpointBytes);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('makes nothing of how a live session is cut into appends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
        async (seed, cuts) => {
          const events = cuts.reduce((sum, length) => sum + length, 0);
          const trace = sampleTrace({ events, seed, live: 60, named: true, sited: true });
          const { room } = roomFor({ stored: [] });
          const timeline = run(config, 0, room, true);
          await timeline.wake();
          const out = makePlaceColumns(events);
          const labels = new Map<number, string>();
          let first = 0;
          for (const length of cuts) {
            const part = sliceChunk(trace, first, first + length);
            const columns = makePlaceColumns(length);
            const names = new Map<number, string>();
            timeline.append(first, part, 0, length, columns, names);
            out.outcome.set(columns.outcome, first);
            out.addresses.set(columns.addresses, first);
            out.numbers.set(columns.numbers, first);
            for (const [index, name] of names) labels.set(first + index, name);
            first += length;
          }
          const atOnce = run(config, 0, roomFor({ stored: [] }).room, true);
          await atOnce.wake();
          const columns = makePlaceColumns(events);
          const names = new Map<number, string>();
          atOnce.append(0, trace, 0, events, columns, names);
          expect(whole(timeline.head!)).toBe(whole(atOnce.head!));
          expect([out.outcome, out.addresses, out.numbers, labels]).toEqual([
            columns.outcome,
            columns.addresses,
            columns.numbers,
            names,
          ]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('undoes so that it was never done', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 0, max: 600 }),
        (seed, kept, undone) => {
          const trace = sampleTrace({ events: 1200, seed, live: 50, named: true });
          const out = makePlaceColumns(1200);
          const once = new Playhead(createModel(config, environment));
          once.advance(trace, 0, kept, out);
          const saved = once.save();
          once.advance(trace, kept, kept + undone, out);
          once.restore(saved);
          expect(whole(once)).toBe(straight(config, trace, kept));
          once.advance(trace, kept, 1200, out);
          expect(whole(once)).toBe(straight(config, trace, 1200));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells the same of a request live and listed later', async () => {
    const trace = sampleTrace({ events: 3000, seed: 11, live: 80, named: true, sited: true });
    const stored = storeTrace(trace, [700, 13, 1]);
    const { room } = roomFor({ stored });
    const live = run(config, 0, room, true);
    await live.wake();
    const columns = makePlaceColumns(3000);
    const names = new Map<number, string>();
    live.append(0, trace, 0, 3000, columns, names);
    const mappings = live.head!.takeMappings();

    const later = (await answer(run(config, 3000, room), 0, { kind: 'events', limit: 5000 })) as EventsReply;
    expect({ ...later.placements, ...later }).toMatchObject({ ...columns, first: 0, names, mappings });
    expect(later.requests.slot).toEqual(trace.slot);
    expect(later.requests.site).toEqual(trace.site);

    const part = (await answer(run(config, 3000, room), 1000, { kind: 'events', limit: 50 })) as EventsReply;
    expect(part.addresses).toEqual(columns.addresses.slice(1000, 1050));
    expect([...part.names]).toEqual(
      [...names].filter(([index]) => index >= 1000 && index < 1050).map(([index, name]) => [index - 1000, name]),
    );
  });
});

const [pymalloc] = models;

describe('a timeline', () => {
  it('does not read or replay again what its cursor has behind it', async () => {
    const trace = sampleTrace({ events: 4000, seed: 3 });
    const { room, reads } = roomFor({ stored: storeTrace(trace, [1000]), spacing: 1 << 20 });
    const timeline = run(pymalloc, 4000, room, true);
    await timeline.seek(2500);
    reads.length = 0;
    expect((await timeline.seek(2999)).position).toBe(2999);
    expect(reads).toEqual([]);
    await timeline.seek(3001);
    expect(reads).toEqual([3000]);
  });

  it('answers at the head without waiting for a seek that is under way', async () => {
    const trace = sampleTrace({ events: 5000, seed: 4 });
    const { room } = roomFor({ stored: storeTrace(trace, [500]) });
    const timeline = run(pymalloc, 5000, room, true);
    await timeline.wake();
    const looking = timeline.inTurn(() => answer(timeline, 2500, { kind: 'stats' }));
    expect(timeline.idle).toBe(false);
    expect((answerAtHead(timeline, 'head', { kind: 'stats' }) as StatsReply).at).toBe(5000);
    expect(((await looking) as StatsReply).at).toBe(2500);
  });

  it('lets other timelines of its thread go on while it replays a long way', async () => {
    const trace = sampleTrace({ events: 8 * CHUNK_EVENTS, seed: 5 });
    const { room } = roomFor({ stored: storeTrace(trace, [CHUNK_EVENTS]), spacing: CHUNK_EVENTS });
    const order: string[] = [];
    const long = run(pymalloc, trace.length, room);
    const short = run(pymalloc, trace.length, room);
    await Promise.all([
      long.seek(trace.length).then(() => order.push('long')),
      short.seek(1000).then(() => order.push('short')),
    ]);
    expect(order).toEqual(['short', 'long']);
  });

  it('replays a way only once for all who ask for it at the same time', async () => {
    const trace = sampleTrace({ events: 4 * CHUNK_EVENTS, seed: 6 });
    const { room, reads } = roomFor({
      stored: storeTrace(trace, [CHUNK_EVENTS]),
      spacing: CHUNK_EVENTS,
      checkpointBytes: 1 << 26,
    });
    const timeline = run(pymalloc, trace.length, room);
    const ask = (at: number): Promise<unknown> => timeline.inTurn(() => answer(timeline, at, { kind: 'stats' }));
    await Promise.all([ask(trace.length), ask(trace.length), ask(trace.length - 1)]);
    expect(reads.filter((event) => event < CHUNK_EVENTS)).toEqual([0]);
  });

  it('refuses positions that are not there', async () => {
    const timeline = run(pymalloc, 10, roomFor({ stored: [] }).room);
    for (const at of [-1, 11, 0.5, NaN]) {
      await expect(timeline.seek(at)).rejects.toMatchObject({ code: 'out-of-range' });
    }
  });

  it('says so when the source ends early or leaves a gap, and works on when it is mended', async () => {
    const trace = sampleTrace({ events: 1000, seed: 7 });
    const stored = storeTrace(trace, [100]);
    const holed = stored.filter(({ first }) => first !== 500);
    const { room } = roomFor({ stored: holed });
    const timeline = run(pymalloc, 1000, room, true);
    await expect(timeline.cursorAt(501)).rejects.toMatchObject({ code: 'source-ended' });
    expect((await timeline.cursorAt(450)).position).toBe(450);
    holed.splice(5, 0, stored[5]);
    expect(whole(await timeline.cursorAt(900))).toBe(straight(pymalloc, trace, 900));
  });

  it('passes on what the reader threw', async () => {
    const { room } = roomFor({ stored: [] });
    const failing = { ...room, read: () => Promise.reject(new Error('the database is away')) };
    await expect(run(pymalloc, 10, failing).seek(5)).rejects.toThrow('the database is away');
  });

  it('takes the next requests only', async () => {
    const trace = sampleTrace({ events: 10, seed: 8 });
    const timeline = run(pymalloc, 0, roomFor({ stored: [] }).room, true);
    await timeline.wake();
    const out = makePlaceColumns(10);
    timeline.append(0, trace, 0, 4, out, new Map());
    expect(() => timeline.append(5, trace, 5, 10, out, new Map())).toThrow('has 4 events');
    timeline.append(4, trace, 4, 10, out, new Map());
    expect(timeline.events).toBe(10);
  });

  it('shows the heap of blocks with their numbers and names', async () => {
    const trace = sampleTrace({ events: 2000, seed: 9, named: true });
    const timeline = run(pymalloc, 2000, roomFor({ stored: storeTrace(trace, [2000]) }).room, true);
    const reply = (await answer(timeline, 1500, { kind: 'heap', detail: 'blocks', limit: 20, offset: 0 })) as HeapReply;
    expect(reply.at).toBe(1500);
    expect(JSON.stringify(reply.heap)).toMatch(/block \d+/);
  });
});
