import { describe, expect, it } from '@jest/globals';
import { createModel, NO_REGION, Outcome, resolveConfig, type ResolvedConfig } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';
import * as fc from 'fast-check';
import { setImmediate as breathe } from 'node:timers/promises';
import { readFrom, sampleTrace, storeTrace } from '../test/sample-trace.js';
import { makePlaceColumns } from './placements.js';
import { BlockTypes } from './block-types.js';
import { CheckpointBudget } from './checkpoints.js';
import { ChunkCache } from './chunk-cache.js';
import { bucketOf, EVENT_BUCKETS } from './life-buckets.js';
import { Measurements } from './measurement.js';
import {
  type BesideReply,
  type FlowColumns,
  type FlowsReply,
  type GrowthReply,
  type LifetimesReply,
  type LiveReply,
  type MeasureQuery,
  type PinsReply,
  type StoryReply,
  type WindowReply,
} from './measures.js';
import { PlacementScratch } from './placements.js';
import { Playhead } from './playhead.js';
import { Timeline } from './timeline.js';

const environment = { arenaMisalignment: new Uint8Array([0, 1, 2]) };
const PINS = { kind: 'pins', below: 1, full: 0, regions: 1000, blocks: 10_000, sites: 1000 } as const;

function configOf(model: string, profile?: string, options = {}): ResolvedConfig {
  const answered = resolveConfig({ model, profile, options });
  if ('problems' in answered) throw new Error(JSON.stringify(answered.problems));
  return answered.resolved;
}

const small = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };
const configs = [
  ...['cpython-2.3', 'cpython-2.7', 'cpython-3.9', 'cpython-3.13'].map((profile) =>
    configOf('pymalloc', profile, small),
  ),
  configOf('pymalloc', 'cpython-3.8', { ...small, mappedLimit: 30_000 }),
  configOf('freelist', 'first-fit', { growthStep: 1024, mappedLimit: 60_000 }),
];
const programs = fc.record({
  seed: fc.nat(),
  events: fc.integer({ min: 1, max: 1200 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Requests with sites, times, and names that tell types. */
function traceOf(seed: number, events: number): TraceChunk {
  const trace = sampleTrace({ events, seed, live: 90, named: true, sited: true });
  const names = new Map(
    [...(trace.names ?? [])].map(([index, name], i) => [
      index,
      name.startsWith('mark') ? name : `${['dict', 'list', 'a#b'][i % 3]}#${i}`,
    ]),
  );
  return { ...trace, names, time: Float64Array.from({ length: events }, (_, i) => 10 * i + (i % 7)) };
}

function timelineOf(config: ResolvedConfig, trace: TraceChunk, applied?: (requests: number) => void): Timeline {
  const stored = storeTrace(trace, [137, 400]);
  return new Timeline(
    'run:1',
    { config, environment, events: trace.length, keepHead: false },
    {
      read: async (_key, event) => readFrom(stored, event, 1),
      createModel: (resolved, of) => {
        const model = createModel(resolved, of);
        if (!applied) return model;
        const apply = model.apply.bind(model);
        model.apply = (chunk, from, to, out) => {
          applied(to - from);
          apply(chunk, from, to, out);
        };
        return model;
      },
      checkpoints: CheckpointBudget.alone(1 << 20, 300),
      chunks: new ChunkCache(1 << 16),
      scratch: new PlacementScratch(),
      breathe: () => breathe(),
    },
  );
}

async function ask<R>(timeline: Timeline, at: number, query: MeasureQuery): Promise<R> {
  return (await new Measurements().measure(timeline, at, query)) as R;
}

interface Book {
  site: number;
  type: string;
  size: number;
  birth: number;
  region: number;
  moves: number;
}

/** A naive account of the same program, one request at a time. */
class Books {
  readonly live = new Map<number, Book>();
  readonly dead: (Book & { death: number })[] = [];
  readonly playhead: Playhead;
  quietFrom = 0;
  /** By site: blocks and bytes that came and went. */
  readonly flows = new Map<
    number,
    Record<'blocks' | 'bytes' | 'freedBlocks' | 'freedBytes' | 'refused' | 'moves', number>
  >();
  readonly peaks = new Map<number, { bytes: number; at: number }>();

  constructor(config: ResolvedConfig, trace: TraceChunk, to: number, after?: (playhead: Playhead) => void) {
    this.playhead = new Playhead(createModel(config, environment));
    const out = makePlaceColumns(trace.length);
    const owned = new Map<number, number>();
    const types = new Map<number, string>();
    for (let i = 0; i < to; i++) {
      this.playhead.advance(trace, i, i + 1, out);
      const code = trace.op[i] & OP_MASK;
      const slot = trace.slot[i];
      const outcome = out.outcome[i];
      const site = trace.site?.[i] ?? 0;
      const known = this.live.get(slot);
      if ([Op.malloc, Op.calloc, Op.reallocNull, Op.foreign].some((op) => op === code)) {
        owned.set(slot, site);
        types.set(slot, trace.names?.get(i)?.replace(/#\d+$/, '') ?? '');
      }
      if (code === Op.free && known) {
        this.dead.push({ ...known, death: i });
        this.live.delete(slot);
        this.flow(known.site).freedBlocks++;
        this.flow(known.site).freedBytes += known.size;
      }
      if (outcome === Outcome.outOfMemory)
        this.flow(code === Op.realloc && site === 0 ? (owned.get(slot) ?? 0) : site).refused++;
      if (outcome === Outcome.inPlace && known) {
        this.flow(known.site)[trace.size[i] > known.size ? 'bytes' : 'freedBytes'] += Math.abs(
          trace.size[i] - known.size,
        );
        known.size = trace.size[i];
      }
      if (outcome === Outcome.placed || outcome === Outcome.raw || outcome === Outcome.moved) {
        const owner = code === Op.realloc && site === 0 ? (owned.get(slot) ?? 0) : site;
        if (known) {
          this.flow(known.site).freedBlocks++;
          this.flow(known.site).freedBytes += known.size;
          this.flow(owner).moves++;
        }
        this.quietFrom = i + 1;
        owned.set(slot, owner);
        this.flow(owner).blocks++;
        this.flow(owner).bytes += trace.size[i];
        const place = { site: owner, size: trace.size[i], region: out.region[i] };
        this.live.set(slot, { birth: i, moves: 0, type: types.get(slot) ?? '', ...known, ...place });
      }
      const held = new Map<number, number>();
      for (const { region, size } of this.live.values()) held.set(region, (held.get(region) ?? 0) + size);
      for (const [region, bytes] of held)
        if (bytes > (this.peaks.get(region)?.bytes ?? 0)) this.peaks.set(region, { bytes, at: i + 1 });
      after?.(this.playhead);
    }
  }

  flow(site: number) {
    const flow = this.flows.get(site) ?? { blocks: 0, bytes: 0, freedBlocks: 0, freedBytes: 0, refused: 0, moves: 0 };
    this.flows.set(site, flow);
    return flow;
  }
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe.each(configs)('measured on $model $profile', (config) => {
  it('live memory by site and by type sums to the totals of the replay at every position', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ seed, events, share }) => {
        const trace = traceOf(seed, events);
        const timeline = timelineOf(config, trace);
        for (const at of [0, Math.round(share * events), events]) {
          const { totals, sites, byType, types } = await ask<LiveReply>(timeline, at, {
            kind: 'live',
            countAlike: false,
          });
          const { live, playhead } = new Books(config, trace, at);
          expect(totals).toEqual(playhead.model.totals());
          for (const columns of [sites, byType]) {
            expect(sum(columns.blocks)).toBe(totals.liveBlocks + totals.rawBlocks);
            expect(sum(columns.bytes)).toBe(totals.requestedBytes + totals.rawBytes);
            expect(sum(columns.occupied)).toBe(totals.allocatedBytes + totals.rawBytes);
            expect(sum(columns.raw)).toBe(totals.rawBytes);
          }
          for (let site = 0; site < 10; site++) {
            expect(sites.bytes[site] ?? 0).toBe(
              sum([...live.values()].filter((b) => b.site === site).map((b) => b.size)),
            );
          }
          types.forEach((type, index) =>
            expect(byType.blocks[index]).toBe([...live.values()].filter((block) => block.type === type).length),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it('what came less what went is what is live, and both are as a naive account has them', async () => {
    await fc.assert(
      fc.asyncProperty(programs, fc.integer({ min: 0, max: 300 }), async ({ seed, events, share }, churnWithin) => {
        const trace = traceOf(seed, events);
        const timeline = timelineOf(config, trace);
        const at = Math.round(share * events);
        const { sites, byType, types, quietFrom } = await ask<FlowsReply>(timeline, at, { kind: 'flows', churnWithin });
        const live = await ask<LiveReply>(timeline, at, { kind: 'live', countAlike: false });
        const books = new Books(config, trace, at);
        expect(quietFrom).toBe(books.quietFrom);
        const has = (columns: FlowColumns, name: keyof FlowColumns, row: number): number => columns[name][row] ?? 0;
        for (let site = 0; site < 10; site++) {
          const { blocks, bytes, freedBlocks, freedBytes, refused, moves } = books.flow(site);
          expect([has(sites, 'blocks', site), has(sites, 'bytes', site)]).toEqual([blocks, bytes]);
          expect([has(sites, 'freedBlocks', site), has(sites, 'freedBytes', site)]).toEqual([freedBlocks, freedBytes]);
          expect([has(sites, 'refused', site), has(sites, 'moves', site)]).toEqual([refused, moves]);
          expect(bytes - freedBytes).toBe(live.sites.bytes[site] ?? 0);
          expect(blocks - freedBlocks).toBe(live.sites.blocks[site] ?? 0);
          const dead = books.dead.filter((block) => block.site === site);
          const churn = dead.filter(({ birth, death }) => death - birth <= churnWithin);
          expect([has(sites, 'churnBlocks', site), has(sites, 'churnBytes', site)]).toEqual([
            churn.length,
            sum(churn.map(({ size }) => size)),
          ]);
          expect(has(sites, 'churnObjectBytes', site)).toBe(sum(churn.map(({ size }) => (size > 32 ? size : 0))));
          expect([has(sites, 'lives', site), has(sites, 'lifeEvents', site)]).toEqual([
            dead.length,
            sum(dead.map(({ birth, death }) => death - birth)),
          ]);
          const clock = (i: number) => 10 * i + (i % 7);
          expect(has(sites, 'lifeNanoseconds', site)).toBe(
            sum(dead.map(({ birth, death }) => clock(death) - clock(birth))),
          );
        }
        for (const name of ['blocks', 'bytes', 'freedBytes', 'churnBytes', 'lives'] as const) {
          expect(sum(byType[name])).toBe(sum(sites[name]));
        }
        expect(new Set(types.slice(1)).size).toBe(types.length - 1);
      }),
      { numRuns: 25 },
    );
  });

  it('counts every ended life once in a histogram by powers of two, and those that go on', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ seed, events, share }) => {
        const trace = traceOf(seed, events);
        const at = Math.round(share * events);
        const groups = Uint32Array.from([2, 1, 1, 2, 0, 1]);
        const reply = await ask<LifetimesReply>(timelineOf(config, trace), at, {
          kind: 'lifetimes',
          groups,
          groupCount: 3,
        });
        const { dead, live } = new Books(config, trace, at);
        const expected = new Float64Array(3 * EVENT_BUCKETS);
        for (const { site, birth, death } of dead) {
          expected[(groups[site] ?? 0) * EVENT_BUCKETS + Math.floor(Math.log2(death - birth)) + 1]++;
        }
        expect([...reply.byEvents]).toEqual([...expected]);
        expect(sum(reply.byTime ?? [])).toBe(dead.length);
        expect(sum(reply.alive)).toBe(live.size);
        expect(sum(reply.sumEvents)).toBe(sum(dead.map(({ birth, death }) => death - birth)));
      }),
      { numRuns: 15 },
    );
  });

  it('says of every region how full it was and is, and what really comes back when its blocks are freed', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ seed, events, share }) => {
        const trace = traceOf(seed, events);
        const timeline = timelineOf(config, trace);
        const at = Math.round(share * events);
        const pins = await ask<PinsReply>(timeline, at, PINS);
        const books = new Books(config, trace, at);
        expect(pins.totals).toEqual(books.playhead.model.totals());
        const slots = new Map([...books.live.keys()].map((slot) => [books.playhead.owners.number(slot), slot]));
        // What comes back may depend on the order: CPython keeps the last arena that has room.
        const listed: number[] = [];
        for (const { region, blocks, peak, comesBack, requestedBytes, liveBlocks } of pins.regions) {
          const inside = [...books.live].filter(([, block]) => block.region === region);
          expect(liveBlocks).toBe(inside.length);
          expect(requestedBytes).toBe(sum(inside.map(([, { size }]) => size)));
          expect(peak).toEqual(books.peaks.get(region));
          const lowestFirst = blocks.map(({ number }) => slots.get(number)!);
          expect(new Set(lowestFirst)).toEqual(new Set(inside.map(([slot]) => slot)));
          expect(comesBack).toMatchObject({ blocks: inside.length, bytes: mappedLess(config, trace, at, lowestFirst) });
          listed.push(...lowestFirst);
        }
        const inRegions = [...books.live.values()].filter(({ region }) => region !== NO_REGION).length;
        expect(listed.length).toBe(inRegions);
        expect(pins.together).toMatchObject({ blocks: inRegions, bytes: mappedLess(config, trace, at, listed) });
        expect(pins.mapped).toBeGreaterThanOrEqual(pins.regions.length);
        expect(sum(pins.sites.map(({ blocks }) => blocks))).toBe(inRegions);
        // The ranking's numbers are those of freeing its sites' blocks in its order, a site's own as they are listed.
        let before = 0;
        let freed: number[] = [];
        for (const { site, comesBack } of pins.sites) {
          freed = [...freed, ...listed.filter((slot) => books.live.get(slot)?.site === site)];
          const now = mappedLess(config, trace, at, freed);
          expect(comesBack.bytes).toBe(now - before);
          before = now;
        }
      }),
      { numRuns: 12 },
    );
  });

  it('finds the same pins again from what it noted on the way, wherever it is asked and in whatever order', async () => {
    const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(programs, positions, async ({ seed, events }, shares) => {
        const trace = traceOf(seed, 2 * events);
        const timeline = timelineOf(config, trace);
        for (const at of shares.map((share) => Math.round(share * trace.length))) {
          expect(await ask(timeline, at, PINS)).toEqual(await ask(timelineOf(config, trace), at, PINS));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('draws the curve of any window exactly, by stretches and by replay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          events: fc.integer({ min: 1, max: 6000 }),
          buckets: fc.integer({ min: 1, max: 40 }),
        }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
        async ({ seed, events, buckets }, shares) => {
          const trace = sampleTrace({ events, seed, live: 200 });
          const timeline = timelineOf(config, trace);
          const [from, to] = shares.map((share) => Math.round(share * events)).sort((a, b) => a - b);
          const playhead = new Playhead(createModel(config, environment));
          const history = [playhead.model.totals()];
          const out = makePlaceColumns(events);
          for (let i = 0; i < to; i++) {
            playhead.advance(trace, i, i + 1, out);
            history.push(playhead.model.totals());
          }
          const measurements = new Measurements();
          for (const count of [buckets, Math.max(1, Math.floor((to - from) / 1500)), buckets]) {
            const reply = (await measurements.measure(timeline, to, {
              kind: 'window',
              from,
              buckets: count,
            })) as WindowReply;
            const { edges, extremes } = reply;
            expect([edges[0], edges.at(-1)]).toEqual([from, to]);
            expect(edges.length - 1).toBe(extremes.length);
            expect(extremes.length).toBeLessThanOrEqual(count + 2);
            extremes.forEach((found, i) => {
              const span = history.slice(edges[i], edges[i + 1] + 1);
              const of = (name: 'requestedBytes' | 'allocatedBytes' | 'mappedBytes') =>
                span.map((totals) => totals[name]);
              expect(found).toEqual({
                requestedMin: Math.min(...of('requestedBytes')),
                requestedMax: Math.max(...of('requestedBytes')),
                allocatedMin: Math.min(...of('allocatedBytes')),
                allocatedMax: Math.max(...of('allocatedBytes')),
                mappedMin: Math.min(...of('mappedBytes')),
                mappedMax: Math.max(...of('mappedBytes')),
                liveBlocksMax: Math.max(...span.map(({ liveBlocks }) => liveBlocks)),
                rawBytesMax: Math.max(...span.map(({ rawBytes }) => rawBytes)),
              });
            });
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('tells the whole story of any block, from wherever checkpoints lie', async () => {
    await fc.assert(
      fc.asyncProperty(programs, async ({ seed, events, share }) => {
        const trace = traceOf(seed, events);
        const timeline = timelineOf(config, trace);
        await timeline.cursorAt(events);
        const told: Record<number, number[]> = {};
        const numbers = new Map<number, number>();
        let blocks = 0;
        for (let i = 0; i < events; i++) {
          const code = trace.op[i] & OP_MASK;
          const slot = trace.slot[i];
          if (code === Op.mark || slot < 0) continue;
          if (code === Op.staleFree || code === Op.staleRealloc) {
            if (slot > 0) told[slot].push(i);
            continue;
          }
          if (code !== Op.free && code !== Op.realloc) numbers.set(slot, ++blocks);
          (told[numbers.get(slot)!] ??= []).push(i);
        }
        for (const number of [1, Math.max(1, Math.round(share * blocks)), blocks]) {
          if (blocks === 0) continue;
          const story = await ask<StoryReply>(timeline, events, { kind: 'story', number });
          expect([story.numbers, story.total]).toEqual([blocks, told[number].length]);
          expect(story.steps.map(({ event }) => event)).toEqual(told[number]);
          expect(story.steps[0]).toMatchObject({
            requested: trace.size[told[number][0]],
            site: trace.site![told[number][0]],
          });
          expect(story.name).toBe(trace.names!.get(told[number][0]) ?? null);
        }
        expect(await ask<StoryReply>(timeline, events, { kind: 'story', number: blocks + 1 })).toMatchObject({
          total: 0,
          numbers: blocks,
        });
      }),
      { numRuns: 15 },
    );
  });
});

describe.each(configs)('beside a block of $model $profile', (config) => {
  it('lie the nearest live blocks of its region, and itself while it lives', async () => {
    await fc.assert(
      fc.asyncProperty(programs, fc.integer({ min: 1, max: 5 }), async ({ seed, events, share }, count) => {
        const trace = traceOf(seed, events);
        const at = Math.round(share * events);
        const model = createModel(config, environment);
        model.apply(trace, 0, at, makePlaceColumns(events));
        const spots: [number, number][] = [];
        model.visitBlocks((_slot, _size, region, offset) => spots.push([region, offset]));
        const [region, offset] = spots.find(([where]) => where >= 0) ?? [0, 0];
        const query = { kind: 'beside', region, offset, count } as const;
        const { blocks } = await ask<BesideReply>(timelineOf(config, trace), at, query);
        const offsets = spots.filter(([where]) => where === region).map(([, where]) => where);
        offsets.sort((a, b) => a - b);
        const here = offsets.findIndex((where) => where >= offset);
        const expected = here < 0 ? [] : offsets.slice(Math.max(0, here - count), here + count + 1);
        expect(blocks.map(({ address }) => address)).toEqual(expected.map((where) => model.address(region, where)));
      }),
      { numRuns: 10 },
    );
  });
});

/** How many bytes fewer are mapped when these slots are freed after `at` requests: served by a fresh model. */
function mappedLess(config: ResolvedConfig, trace: TraceChunk, at: number, slots: readonly number[]): number {
  const model = createModel(config, environment);
  model.apply(trace, 0, at, makePlaceColumns(trace.length));
  const before = model.totals().mappedBytes;
  for (const slot of slots) {
    model.apply(
      { op: Uint8Array.of(Op.free), size: Uint32Array.of(0), slot: Int32Array.of(slot) },
      0,
      1,
      makePlaceColumns(1),
    );
  }
  return before - model.totals().mappedBytes;
}

/** Requests written one by one: [op, slot, size, site]. */
function written(rows: readonly (readonly [number, number, number, number])[]): TraceChunk {
  return {
    length: rows.length,
    op: Uint8Array.from(rows, ([op]) => op),
    slot: Int32Array.from(rows, ([, slot]) => slot),
    size: Uint32Array.from(rows, ([, , size]) => size),
    site: Uint32Array.from(rows, ([, , , site]) => site),
    time: null,
    names: null,
  };
}

describe('growth', () => {
  const growth = (trace: TraceChunk): Promise<GrowthReply> =>
    ask(timelineOf(configOf('pymalloc'), trace), trace.length, {
      kind: 'growth',
      samples: 4,
      sampledTo: trace.length,
    });

  it('samples the live bytes of every site', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [Op.malloc, i, 10, 1 + (i % 2)] as const);
    const { live, positions } = await growth(written(rows));
    expect(positions).toEqual([25, 50, 75, 100]);
    expect([...live]).toEqual([0, 0, 0, 0, 130, 250, 380, 500, 120, 250, 370, 500]);
  });

  it('sees what is gathered and then dropped at once, but not what goes as it came', async () => {
    const gather = Array.from({ length: 200 }, (_, i) => [Op.malloc, i, 10, 1] as const);
    const drop = gather.map(([, slot]) => [Op.free, slot, 0, 1] as const);
    const { heaps, heapBlocks, heapBytes, heapAt, heapGoneAt } = await growth(
      written([...gather, ...drop, ...gather, ...drop]),
    );
    expect([heaps[1], heapBlocks[1], heapBytes[1], heapAt[1], heapGoneAt[1]]).toEqual([2, 200, 2000, 200, 380]);
    const churn = gather.flatMap(([, slot]) => [[Op.malloc, slot, 10, 1] as const, [Op.free, slot, 0, 1] as const]);
    expect((await growth(written(churn))).heaps[1]).toBe(0);
  });

  it('knows which block realloc moved most, and how often a line took its turn', async () => {
    const rows = [
      [Op.malloc, 0, 40, 1],
      ...Array.from({ length: 10 }, (_, i) => [Op.realloc, 0, 100 * (i + 1), 2] as const),
      ...Array.from({ length: 90 }, (_, i) => [Op.malloc, i + 1, 8, 3 + (i < 80 ? 0 : i % 2)] as const),
    ] as const;
    const { mostMoves, mostMovedBytes, turns } = await growth(written(rows));
    expect([mostMoves[2], mostMovedBytes[2]]).toEqual([10, 1000]);
    expect([...turns]).toEqual([0, 1, 0, 5, 5]);
  });
});

describe('a measurement', () => {
  it('is refused beyond the last event, and when its timeline was closed', async () => {
    const timeline = timelineOf(configOf('pymalloc'), traceOf(1, 50));
    await expect(ask(timeline, 51, { kind: 'flows', churnWithin: 1 })).rejects.toMatchObject({ code: 'out-of-range' });
    await expect(ask(timeline, 10, { kind: 'window', from: 11, buckets: 1 })).rejects.toMatchObject({
      code: 'out-of-range',
    });
    timeline.close();
    await expect(ask(timeline, 50, { kind: 'flows', churnWithin: 1 })).rejects.toMatchObject({ code: 'not-open' });
  });

  it('of pins goes its whole way once: the next one costs the way from the nearest mark', async () => {
    let applied = 0;
    const timeline = timelineOf(configOf('pymalloc'), traceOf(1, 6000), (requests) => (applied += requests));
    const none = { ...PINS, regions: 0, sites: 0 };
    await ask(timeline, 6000, none);
    expect(applied).toBe(6000);
    for (const at of [5999, 3000, 700]) {
      applied = 0;
      await ask(timeline, at, none);
      // 300 to the next checkpoint that is due, up to 400 to the end of its chunk.
      expect(applied).toBeLessThanOrEqual(700);
    }
  });

  it('counts live blocks that are alike', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [Op.malloc, i, i < 90 ? 56 : 57 + i, 1] as const);
    const { alike } = await ask<LiveReply>(timelineOf(configOf('pymalloc'), written(rows)), 100, {
      kind: 'live',
      countAlike: true,
    });
    expect(alike[0]).toEqual({ site: 1, requested: 56, occupied: 64, count: 90, type: '' });
  });
});

describe('buckets by powers of two', () => {
  it('hold 0 alone, then as many as all before', () => {
    expect([0, 1, 2, 3, 4, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1].map(bucketOf)).toEqual([
      0, 1, 2, 2, 3, 31, 32, 33, 53,
    ]);
  });
});

describe('types of blocks', () => {
  it('are told by the part before the number, and bounded', () => {
    const types = new BlockTypes();
    expect(['dict#1', 'dict#22', 'a#b#3', 'x', '#1', 'x#', 'x#1a', undefined].map((name) => types.of(name))).toEqual([
      1, 1, 2, 0, 0, 0, 0, 0,
    ]);
    for (let i = 0; i < 10_000; i++) types.of(`t${i}#1`);
    expect(types.names.length).toBe(4098);
    expect(types.names[types.of('never-seen#1')]).toBe('(other types)');
  });
});
