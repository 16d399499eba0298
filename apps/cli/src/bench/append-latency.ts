/** What the worker adds to a live request: one request to a session in another thread and back, nothing journalled. */
import { Op, type TraceChunk } from '@heapcast/trace';
import { ReplayPool } from '@heapcast/replay';
import type { Benchmark } from './figure.js';
import { configOf } from './model-speed.js';
import { percentile, secondsOf } from './statistics.js';

export const appendLatency: Benchmark = {
  name: 'append',
  title: 'one request to a worker and back',
  async run({ quick, tell }) {
    tell('append');
    const pool = new ReplayPool({ read: async () => null, threads: 2 });
    try {
      const keys = Array.from({ length: 50 }, (_, i) => `session:${i}`);
      const config = configOf('cpython-3.13');
      const environment = { arenaMisalignment: new Uint8Array(0) };
      for (const key of keys) await pool.open(key, { config, environment, events: 0, keepHead: true });
      const next = keys.map(() => 0);
      const one = async (i: number): Promise<void> => {
        const at = next[i]++;
        await pool.append(keys[i], at, at % 2 === 0 ? MALLOC : FREE);
      };
      const rounds = quick ? 500 : 5000;
      const alone: number[] = [];
      for (let i = 0; i < rounds; i++) alone.push(1e6 * (await secondsOf(() => one(0))));
      const together: number[] = [];
      for (let i = 0; i < rounds / 5; i++)
        together.push(1e6 * (await secondsOf(() => Promise.all(keys.map((_, k) => one(k))))));
      return [
        { name: 'append one session p50', value: percentile(alone, 0.5), unit: 'us' },
        { name: 'append one session p99', value: percentile(alone, 0.99), unit: 'us' },
        {
          name: 'append 50 sessions at once p50',
          value: percentile(together, 0.5),
          unit: 'us',
          note: 'all 50 answered',
        },
        { name: 'append 50 sessions at once p99', value: percentile(together, 0.99), unit: 'us' },
      ];
    } finally {
      await pool.shutdown();
    }
  },
};

function single(op: number, size: number): TraceChunk {
  return {
    length: 1,
    op: Uint8Array.of(op),
    size: Uint32Array.of(size),
    slot: Int32Array.of(0),
    site: null,
    time: null,
    names: null,
  };
}

const MALLOC = single(Op.malloc, 100);
const FREE = single(Op.free, 0);
