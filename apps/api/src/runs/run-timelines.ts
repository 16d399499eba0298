/** Runs that are open in the replay's workers, for looking into: the ones unused longest are closed. */
import { type RunRecord, TraceStore } from '@heapcast/database';
import { type InspectQuery, type InspectReply, ReplayError, ReplayPool } from '@heapcast/replay';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Configuration } from '../configuration/configuration.js';
import { notFound } from '../problems/index.js';
import { StoredEvents } from '../replay/stored-events.js';

interface OpenRun {
  readonly traceKey: number;
  readonly ready: Promise<void>;
}

@Injectable()
export class RunTimelines implements OnModuleInit {
  readonly #open: LRUCache<string, OpenRun>;

  constructor(
    private readonly pool: ReplayPool,
    private readonly traces: TraceStore,
    private readonly events: StoredEvents,
    { openRunsLimit }: Configuration,
  ) {
    this.#open = new LRUCache({
      max: openRunsLimit,
      // What was asked before it is closed is still answered.
      dispose: (_run, id) => void this.pool.close(keyOf(id)).catch(() => undefined),
    });
  }

  onModuleInit(): void {
    this.events.serve('run', async (id, fromEvent) => {
      const run = this.#open.peek(id);
      return run ? this.traces.read(run.traceKey, fromEvent) : null;
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns the run's key in the pool */
  async open(run: RunRecord): Promise<string> {
    const key = keyOf(run.id);
    let entry = this.#open.get(run.id);
    if (!entry || !this.pool.has(key)) {
      entry = { traceKey: run.trace.key, ready: this.#openInPool(key, run) };
      this.#open.set(run.id, entry, { noDisposeOnSet: true });
    }
    try {
      await entry.ready;
    } catch (error) {
      if (this.#open.peek(run.id) === entry) this.#open.delete(run.id);
      throw error;
    }
    return key;
  }

  close(runId: string): void {
    this.#open.delete(runId);
  }

  /** Asks about a moment. A run that was closed meanwhile, or lost with its worker, is opened once more. */
  async inspect<Q extends InspectQuery>(
    run: RunRecord,
    at: number,
    query: Q,
    signal?: AbortSignal,
  ): Promise<InspectReply<Q>> {
    const key = await this.open(run);
    try {
      return await this.pool.inspect(key, at, query, signal);
    } catch (error) {
      if (!(error instanceof ReplayError) || (error.code !== 'not-open' && error.code !== 'worker-lost')) throw error;
      return this.pool.inspect(await this.open(run), at, query, signal);
    }
  }

  async #openInPool(key: string, run: RunRecord): Promise<void> {
    const header = await this.traces.header(run.trace.key);
    if (!header) throw notFound('trace', run.trace.id);
    await this.pool.open(key, {
      config: run.config,
      environment: { arenaMisalignment: header.origin.arenaMisalignment },
      events: header.events,
      keepHead: false,
    });
  }
}

function keyOf(runId: string): string {
  return `run:${runId}`;
}
