/** Advice on traces that specs write: replayed in the pool, measured and judged as the service does it. */
import { resolveConfig, type AllocatorConfig } from '@heapcast/allocators';
import { ReplayPool, type StoredChunk } from '@heapcast/replay';
import { packChunk, type Site, TraceBuilder, type TraceChunk } from '@heapcast/trace';
import { type Advice, advise, adviceFacts, type AdviceFacts, groupSites } from '../src/index.js';

/** A trace that a spec writes. */
export interface WrittenTrace {
  readonly chunks: readonly TraceChunk[];
  readonly events: number;
  readonly sites: readonly Site[];
}

/** Calls `write` with a builder; `sites` are the trace's, 1-based. */
export function writeTrace(sites: readonly Site[], write: (builder: TraceBuilder) => void): WrittenTrace {
  const chunks: TraceChunk[] = [];
  const builder = new TraceBuilder((chunk) => chunks.push(chunk));
  for (const site of sites) builder.addSite(site);
  write(builder);
  const { events } = builder.finish();
  return { chunks, events, sites };
}

const breathe = async (): Promise<void> => {};

export class AdviceLab {
  readonly #stored = new Map<string, readonly StoredChunk[]>();
  readonly #pool = new ReplayPool({
    threads: 1,
    read: async (key, event) => this.#stored.get(key)?.findLast(({ first }) => first <= event) ?? null,
  });

  async advise(trace: WrittenTrace, allocator: AllocatorConfig = { model: 'pymalloc' }): Promise<Advice[]> {
    return advise(await this.facts(trace, allocator));
  }

  async facts({ chunks, events, sites }: WrittenTrace, allocator: AllocatorConfig): Promise<AdviceFacts> {
    const answered = resolveConfig(allocator);
    if ('problems' in answered) throw new Error(JSON.stringify(answered.problems));
    const config = answered.resolved;
    const key = `run:${this.#stored.size}`;
    let first = 0;
    const stored: StoredChunk[] = [];
    for (const chunk of chunks) {
      stored.push({ first, packed: packChunk(chunk) });
      first += chunk.length;
    }
    this.#stored.set(key, stored);
    const pool = this.#pool;
    await pool.open(key, { config, environment: { arenaMisalignment: new Uint8Array(0) }, events, keepHead: false });
    const summary = await pool.execute(key);
    const flows = await pool.inspect(key, events, { kind: 'flows', churnWithin: 50 });
    const { quietFrom } = flows;
    const facts = adviceFacts({
      config,
      summary,
      lines: await groupSites(sites, 'line', breathe),
      paths: await groupSites(sites, 'path', breathe),
      flows,
      late: await pool.inspect(key, quietFrom, { kind: 'live', countAlike: true }),
      peak: await pool.inspect(key, summary.peaks.requestedBytes.at, { kind: 'live', countAlike: true }),
      growth: await pool.inspect(key, events, { kind: 'growth', samples: 16, sampledTo: quietFrom }),
      pins: await pool.inspect(key, quietFrom, {
        kind: 'pins',
        below: 0.25,
        full: 0.3,
        regions: 100,
        blocks: 0,
        sites: 20,
      }),
    });
    await pool.close(key);
    return facts;
  }

  close(): Promise<void> {
    return this.#pool.shutdown();
  }
}
