/** The replay of one session in its worker: opened when it is wanted, and again when it was lost. */
import type { ResolvedConfig } from '@heapcast/allocators';
import { type Applied, type InspectQuery, type InspectReply, ReplayError, type ReplayPool } from '@heapcast/replay';
import type { TraceChunk } from '@heapcast/trace';

/** What there is of a session now. */
export interface StoredExtent {
  /** Stored events that the replay is to hold. */
  readonly events: number;
  /** Finished sessions are only looked into: they need no state after the last request. */
  readonly live: boolean;
}

const NO_MISALIGNMENT = { arenaMisalignment: new Uint8Array(0) };
const LOST: ReadonlySet<string> = new Set(['not-open', 'worker-lost']);

export class SessionTimeline {
  readonly #key: string;
  #opening: Promise<unknown> | null = null;

  constructor(
    private readonly pool: ReplayPool,
    sessionId: string,
    private readonly config: ResolvedConfig,
    private readonly extent: () => StoredExtent,
  ) {
    this.#key = `session:${sessionId}`;
  }

  get isOpen(): boolean {
    return this.#opening !== null;
  }

  async open(): Promise<void> {
    if (this.#opening && !this.pool.has(this.#key)) this.#opening = null;
    this.#opening ??= this.#open();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { events, live } = this.extent();
    await this.pool.open(this.#key, { config: this.config, environment: NO_MISALIGNMENT, events, keepHead: live });
  }

  /** Frees the worker's memory. What is under way is finished first. */
  async close(): Promise<void> {
    if (!this.#opening) return;
    this.#opening = null;
    await this.pool.close(this.#key);
  }

  /** Applies requests that are journalled. @throws ReplayError when the worker is lost or holds something else */
  append(first: number, chunk: TraceChunk): Promise<Applied> {
    return this.pool.append(this.#key, first, chunk);
  }

  /** The state after the first `at` requests. */
  async inspect<Q extends InspectQuery>(at: number, query: Q): Promise<InspectReply<Q>> {
    await this.open();
    try {
      return await this.pool.inspect(this.#key, at, query);
    } catch (error) {
      if (!(error instanceof ReplayError) || !LOST.has(error.code)) throw error;
    }
    this.#opening = null;
    await this.open();
    return this.pool.inspect(this.#key, at, query);
  }
}
