import { describe, expect, it } from '@jest/globals';
import { createModel, resolveConfig } from '@heapcast/allocators';
import { CHUNK_EVENTS, Op, OP_MASK, type TraceChunk } from '@heapcast/trace';
import * as fc from 'fast-check';
import { setImmediate as breathe } from 'node:timers/promises';
import { readFrom, sampleTrace, storeTrace } from '../test/sample-trace.js';
import { answer, type AnyReply } from './answers.js';
import { CheckpointBudget } from './checkpoints.js';
import { ChunkCache } from './chunk-cache.js';
import type { EventFilter } from './event-filter.js';
import { searchEvents } from './event-search.js';
import type { EventsReply } from './inspection.js';
import { findMarks } from './marks.js';
import { PlacementScratch } from './placements.js';
import { Timeline } from './timeline.js';

const environment = { arenaMisalignment: new Uint8Array([0, 1, 2]) };
const ANYTHING: EventFilter = {
  ops: 0,
  outcomes: 0,
  minSize: null,
  maxSize: null,
  blockBytes: null,
  address: null,
  block: null,
  region: null,
  pool: null,
  index: null,
  name: null,
  sites: null,
  text: null,
  leaked: false,
};
const TAKES: readonly number[] = [Op.malloc, Op.calloc, Op.reallocNull, Op.foreign];

function timelineOf(trace: TraceChunk): Timeline {
  const options = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };
  const answered = resolveConfig({ model: 'pymalloc', profile: 'cpython-3.13', options });
  if ('problems' in answered) throw new Error(JSON.stringify(answered.problems));
  const stored = storeTrace(trace, [137, 400]);
  return new Timeline(
    'run:1',
    { config: answered.resolved, environment, events: trace.length, keepHead: false },
    {
      read: async (_key, event) => readFrom(stored, event, 1),
      createModel,
      checkpoints: CheckpointBudget.alone(1 << 20, 300),
      chunks: new ChunkCache(1 << 16),
      scratch: new PlacementScratch(),
      breathe: () => breathe(),
    },
  );
}

function isListing(reply: AnyReply): reply is EventsReply {
  return 'requests' in reply;
}

async function listing(timeline: Timeline, trace: TraceChunk): Promise<EventsReply> {
  const reply = await answer(timeline, 0, { kind: 'events', limit: CHUNK_EVENTS });
  if (!isListing(reply)) throw new Error('no listing');
  expect(reply.requests.length).toBe(trace.length);
  return reply;
}

/** Every request by itself, told naively from the whole listing. */
function naive(all: EventsReply, trace: TraceChunk, filter: EventFilter): number[] {
  const freed = new Set<number>();
  for (let i = 0; i < trace.length; i++) {
    if ((trace.op[i] & OP_MASK) === Op.free && all.numbers[i] > 0) freed.add(all.numbers[i]);
  }
  return Array.from({ length: trace.length }, (_, i) => i).filter((i) => {
    const code = trace.op[i] & OP_MASK;
    const asks = TAKES.includes(code) || code === Op.realloc || code === Op.staleRealloc;
    const name = all.names.get(i);
    const site = trace.site?.[i] ?? 0;
    const region = all.placements.region[i];
    const holds = (part: string): boolean => name?.toLowerCase().includes(part) === true;
    if (filter.ops !== 0 && (filter.ops & (1 << code)) === 0) return false;
    if (filter.outcomes !== 0 && (filter.outcomes & (1 << all.placements.outcome[i])) === 0) return false;
    if (filter.minSize !== null && !(asks && trace.size[i] >= filter.minSize)) return false;
    if (filter.maxSize !== null && !(asks && trace.size[i] <= filter.maxSize)) return false;
    if (filter.region !== null && region !== filter.region) return false;
    if (filter.blockBytes !== null && !(region >= 0 && all.blockBytes[i] === filter.blockBytes)) return false;
    if (filter.block !== null && all.numbers[i] !== filter.block) return false;
    if (filter.name !== null && (code === Op.mark || !holds(filter.name))) return false;
    if (filter.sites && filter.sites[site] !== 1) return false;
    if (filter.text && filter.text.sites[site] !== 1 && !holds(filter.text.part)) return false;
    if (filter.leaked) {
      if (!TAKES.includes(code) || code === Op.foreign || freed.has(all.numbers[i])) return false;
    }
    return true;
  });
}

const filters: fc.Arbitrary<EventFilter> = fc
  .oneof(
    fc.constant({}),
    fc.record({ ops: fc.constantFrom(1 << Op.mark, 1 << Op.free, (1 << Op.malloc) | (1 << Op.realloc)) }),
    fc.record({ minSize: fc.nat(300), maxSize: fc.integer({ min: 300, max: 900 }) }),
    fc.record({ region: fc.nat(6) }),
    fc.record({ blockBytes: fc.constantFrom(16, 64, 128, 256) }),
    fc.record({ block: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ name: fc.constantFrom('block 1', '7', 'mark') }),
    fc.record({ sites: fc.constant(Uint8Array.of(0, 1, 0, 0, 1)) }),
    fc.record({ text: fc.constant({ part: 'mark', sites: Uint8Array.of(0, 0, 0, 1) }) }),
    fc.record({ leaked: fc.constant(true) }),
    fc.record({ leaked: fc.constant(true), minSize: fc.constant(200) }),
  )
  .map((some) => ({ ...ANYTHING, ...some }));

describe('a search', () => {
  it('finds the events that a look at every event finds, page after page, on and back', async () => {
    const cases = fc.record({
      seed: fc.nat(),
      events: fc.integer({ min: 1, max: 700 }),
      filter: filters,
      limit: fc.integer({ min: 20, max: 200 }),
      scan: fc.integer({ min: 150, max: 2000 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, events, filter, limit, scan }) => {
        const trace = sampleTrace({ events, seed, live: 60, named: true, sited: true });
        const timeline = timelineOf(trace);
        const all = await listing(timeline, trace);
        const expected = naive(all, trace, filter);
        const query = { kind: 'search', limit, scan, filter } as const;
        const found: number[] = [];
        for (let from: number | null = 0; from !== null;) {
          const reply = await searchEvents(timeline, events, { ...query, from, back: false });
          expect(reply.scanned).toBeLessThanOrEqual(scan);
          expect(reply.events.length).toBeLessThanOrEqual(limit);
          for (const [k, i] of reply.events.entries()) {
            expect(reply.numbers[k]).toBe(all.numbers[i]);
            expect(reply.names.get(k)).toBe(all.names.get(i));
            expect(reply.placements.outcome[k]).toBe(all.placements.outcome[i]);
            expect([reply.pools[k], reply.indexes[k]]).toEqual([all.pools[i], all.indexes[i]]);
          }
          found.push(...reply.events);
          from = reply.next;
        }
        expect(found).toEqual(expected);
        const back: number[] = [];
        for (let from: number | null = events; from !== null;) {
          const reply = await searchEvents(timeline, events, { ...query, from, back: true });
          back.unshift(...reply.events);
          from = reply.next;
        }
        expect(back).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('finds a block by any address in it', async () => {
    const trace = sampleTrace({ events: 600, seed: 3, live: 60 });
    const timeline = timelineOf(trace);
    const all = await listing(timeline, trace);
    const placed = all.placements.region.findIndex((region, i) => region >= 0 && all.blockBytes[i] > 32);
    const address = all.addresses[placed] + 17;
    const filter = { ...ANYTHING, address };
    const reply = await searchEvents(timeline, 600, {
      kind: 'search',
      from: 0,
      back: false,
      limit: 1,
      scan: 600,
      filter,
    });
    expect(reply.events[0]).toBe(placed);
  });
});

describe('marks', () => {
  it('are told with their numbers and labels, but not those that are the events of a program', async () => {
    const trace = sampleTrace({ events: 900, seed: 5, live: 60, named: true });
    const names = new Map(trace.names);
    const marks = Array.from(trace.op, (op, i) => ((op & OP_MASK) === Op.mark ? i : -1)).filter((i) => i >= 0);
    names.set(marks[2], '{"kind":"call"}');
    const expected = marks.filter((i) => i !== marks[2] && i >= 100 && i < 800);
    const reply = await findMarks(timelineOf({ ...trace, names }), 800, { kind: 'marks', from: 100, limit: 4 });
    expect(reply.total).toBe(expected.length);
    expect(reply.marks).toEqual(expected.slice(0, 4).map((i) => ({ event: i, number: i, label: `mark ${i}` })));
  });
});
