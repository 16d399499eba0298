/**
 * A run of ten million requests in the pool: how fast it is replayed and summed up from packed chunks, and how long a
 * look anywhere takes: right after the replay, anywhere, and as the first one after a restart.
 */
import { packChunk } from '@heapcast/trace';
import { ReplayPool, type StoredChunk } from '@heapcast/replay';
import { richestRecordings, repeated, rolled, type BenchTrace } from './bench-traces.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { configOf } from './model-speed.js';
import { percentile, secondsOf } from './statistics.js';

const SEEK_TARGET = 50;

export const replaySpeed: Benchmark = {
  name: 'replay',
  title: 'execute and seek in a run of 10 M requests',
  async run({ quick, tell }) {
    const events = quick ? 1_000_000 : 10_000_000;
    const traces = [...richestRecordings(1).map((trace) => repeated(trace, events)), rolled(events, 228_000)];
    const figures: Figure[] = [];
    for (const trace of traces) {
      tell(`replay: ${trace.name}`);
      figures.push(...(await measure(trace, quick ? 40 : 200)));
    }
    return figures;
  },
};

async function measure(trace: BenchTrace, seeks: number): Promise<Figure[]> {
  const { name, header } = trace;
  const stored: StoredChunk[] = [];
  let first = 0;
  for (const chunk of trace.chunks) {
    stored.push({ first, packed: packChunk(chunk) });
    first += chunk.length;
  }
  const read = async (_key: string, event: number): Promise<StoredChunk | null> =>
    stored[stored.findLastIndex((chunk) => chunk.first <= event)] ?? null;
  const open = { config: configOf('cpython-3.13'), environment: header.origin, events: header.events, keepHead: false };
  const pool = new ReplayPool({ read, threads: 1 });
  try {
    await pool.open('run:warm', open);
    await pool.execute('run:warm');
    const executing: number[] = [];
    for (const key of ['run:1', 'run:2', 'run:3']) {
      await pool.open(key, open);
      executing.push(header.events / 1e6 / (await secondsOf(() => pool.execute(key))));
      await pool.close(key);
    }
    await pool.close('run:warm');
    await pool.open('run:seek', open);
    await pool.execute('run:seek');
    const positions = anywhere(seeks, header.events);
    const firstLook = await look(pool, 'run:seek', positions[0]);
    const times: number[] = [];
    for (const at of positions) times.push(await look(pool, 'run:seek', at));
    const { checkpointBytes } = await pool.memory();

    const fresh = new ReplayPool({ read, threads: 1 });
    await fresh.open('run:cold', open);
    const cold = await look(fresh, 'run:cold', header.events - 1);
    await fresh.shutdown();
    const note = `${header.events} events, stats asked`;
    return [
      {
        name: `execute ${name}`,
        value: percentile(executing, 0.5),
        unit: 'M events/s',
        note: 'packed chunks to summary, one worker',
      },
      { name: `seek p50 ${name}`, value: percentile(times, 0.5), unit: 'ms', note },
      { name: `seek p95 ${name}`, value: percentile(times, 0.95), unit: 'ms', target: atMost(SEEK_TARGET), note },
      {
        name: `seek max ${name}`,
        value: Math.max(...times),
        unit: 'ms',
        note: `${(checkpointBytes / 2 ** 20).toFixed(0)} MiB of checkpoints`,
      },
      { name: `first seek after execute ${name}`, value: firstLook, unit: 'ms', target: atMost(SEEK_TARGET) },
      {
        name: `first seek after a restart ${name}`,
        value: cold,
        unit: 'ms',
        note: 'to the last event, no checkpoints',
      },
    ];
  } finally {
    await pool.shutdown();
  }
}

/** Positions all over the run, in no order. */
function anywhere(count: number, events: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i * 0.618_033_988_75 + 0.37) % 1) * events));
}

/** Milliseconds until the statistics at a position are there. */
async function look(pool: ReplayPool, key: string, at: number): Promise<number> {
  return 1000 * (await secondsOf(() => pool.inspect(key, at, { kind: 'stats' })));
}
