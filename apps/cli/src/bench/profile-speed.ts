/**
 * Measurements of a run of ten million requests with call sites: how long each takes in its worker, and how long the
 * main thread takes at most to group the largest site table that is allowed and to sum a profile up.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { groupSites, measured, profileBySite } from '@heapcast/insight';
import { type InspectQuery, ReplayPool, type StoredChunk } from '@heapcast/replay';
import { packChunk, type Site, type TraceChunk } from '@heapcast/trace';
import { rolled, type BenchTrace } from './bench-traces.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { configOf } from './model-speed.js';
import { secondsOf } from './statistics.js';

const LINES = 2000;
/** TRACE_SITES_LIMIT, as it is unless somebody raises it. */
const MOST_SITES = 1 << 18;
/** "Not more than a few seconds". */
const SECONDS = 5;

export const profileSpeed: Benchmark = {
  name: 'profile',
  title: 'profiles, pins, stories and curves of a run of 10 M requests with sites',
  async run({ quick, tell }) {
    const trace = withSites(rolled(quick ? 1_000_000 : 10_000_000, 228_000));
    const figures = [...(await measureRun(trace, tell)), ...(await measureGrouping())];
    return figures;
  },
};

/** Gives every request a line: larger sizes come from other lines. */
function withSites(trace: BenchTrace): BenchTrace {
  const chunks = trace.chunks.map((chunk): TraceChunk => {
    const site = Uint32Array.from({ length: chunk.length }, (_, i) => 1 + ((chunk.size[i] * 31 + (i % 7)) % LINES));
    return { ...chunk, site };
  });
  return { ...trace, chunks };
}

async function measureRun({ chunks, header }: BenchTrace, tell: (line: string) => void): Promise<Figure[]> {
  const stored: StoredChunk[] = [];
  let first = 0;
  for (const chunk of chunks) {
    stored.push({ first, packed: packChunk(chunk) });
    first += chunk.length;
  }
  const { events } = header;
  const pool = new ReplayPool({
    threads: 1,
    read: async (_key, event) => stored.findLast((chunk) => chunk.first <= event) ?? null,
  });
  const queries: readonly (readonly [name: string, at: number, query: InspectQuery])[] = [
    ['live in the middle', events / 2, { kind: 'live', countAlike: false }],
    ['live at the end', events, { kind: 'live', countAlike: false }],
    ['total and churn', events, { kind: 'flows', churnWithin: 50 }],
    ['growth for advice', events, { kind: 'growth', samples: 16, sampledTo: events }],
    ['lifetimes', events, { kind: 'lifetimes', groups: new Uint32Array(LINES + 1), groupCount: 1 }],
    ['pins', events, { kind: 'pins', below: 0.9, full: 0, regions: 20, blocks: 50, sites: 20 }],
    ['story of a block', events, { kind: 'story', number: Math.floor(header.blocks / 2) }],
    ['first window', events, { kind: 'window', from: 0, buckets: 400 }],
    ['next wide window', Math.floor(events * 0.9), { kind: 'window', from: Math.floor(events / 7), buckets: 400 }],
    ['next narrow window', events / 2 + 100_000, { kind: 'window', from: events / 2, buckets: 400 }],
  ];
  try {
    const config = configOf('cpython-3.13');
    await pool.open('run:1', { config, environment: header.origin, events, keepHead: false });
    await pool.execute('run:1');
    const figures: Figure[] = [];
    for (const [name, at, query] of queries) {
      tell(`profile: ${name}`);
      const seconds = await secondsOf(() => pool.inspect('run:1', at, query));
      figures.push({ name: `profile ${name}`, value: seconds, unit: 's', target: atMost(SECONDS) });
    }
    return figures;
  } finally {
    await pool.shutdown();
  }
}

async function measureGrouping(): Promise<Figure[]> {
  const sites = Array.from({ length: MOST_SITES }, (_, i): Site => {
    return { function: `f${i % 5000}`, file: `m${i % 300}.py`, line: i % 9000, parent: Math.floor(i / 2) };
  });
  let longest = 0;
  let began = performance.now();
  const groups = await groupSites(sites, 'path', async () => {
    longest = Math.max(longest, performance.now() - began);
    await breathe();
    began = performance.now();
  });
  const column = new Float64Array(MOST_SITES + 1).fill(8);
  const columns = { blocks: column, bytes: column, occupied: column, raw: column };
  const summing = 1000 * (await secondsOf(async () => profileBySite(measured('live', columns), groups, 100)));
  const note = `${MOST_SITES} sites, each a path of its own`;
  return [
    { name: 'profile grouping, longest turn', value: longest, unit: 'ms', note },
    { name: 'profile summing up, one turn', value: summing, unit: 'ms', note },
  ];
}
