/** Moments of traces that specs hold in memory, looked at through a real pool with its worker threads. */
import type { ResolvedConfig } from '@heapcast/allocators';
import { type InspectQuery, type InspectReply, ReplayPool, type StoredChunk } from '@heapcast/replay';
import { packChunk, type TraceChunk } from '@heapcast/trace';
import type { Moment } from '../src/moment.js';

export interface StoredTrace {
  readonly config: ResolvedConfig;
  readonly chunks: readonly TraceChunk[];
  readonly arenaMisalignment?: Uint8Array;
}

interface Kept {
  readonly stored: readonly StoredChunk[];
  readonly events: number;
}

export class MomentRoom {
  readonly #traces = new Map<string, Kept>();
  readonly #pool = new ReplayPool({ threads: 1, read: async (key, event) => this.#read(key, event) });
  #keys = 0;

  /** Answers moments of a trace. */
  async open({ config, chunks, arenaMisalignment = new Uint8Array(0) }: StoredTrace): Promise<(at: number) => Moment> {
    const key = `run:${++this.#keys}`;
    let events = 0;
    const stored = chunks.map((chunk) => {
      const first = events;
      events += chunk.length;
      return { first, packed: packChunk(chunk) };
    });
    this.#traces.set(key, { stored, events });
    await this.#pool.open(key, { config, environment: { arenaMisalignment }, events, keepHead: false });
    const inspect = <Q extends InspectQuery>(at: number, query: Q): Promise<InspectReply<Q>> =>
      this.#pool.inspect(key, at, query);
    return (at) => ({ config, at, events, inspect });
  }

  close(): Promise<void> {
    return this.#pool.shutdown();
  }

  #read(key: string, event: number): readonly StoredChunk[] {
    const { stored } = this.#traces.get(key) ?? { stored: [] };
    const index = stored.findLastIndex(({ first }) => first <= event);
    return index < 0 ? [] : stored.slice(index, index + 1);
  }
}
