/**
 * The main thread's side of all simulation: worker threads, each with the timelines of its keys. A key (`run:ID`,
 * `session:ID`, `trace:ID`) is pinned to one worker while it is open, so its state never travels.
 */
import { availableParallelism } from 'node:os';
import type { TraceChunk } from '@heapcast/trace';
import { download } from './downloads.js';
import type { IngestSession } from './ingest-session.js';
import type { Applied, InspectQuery, InspectReply } from './inspection.js';
import type { SharedTally } from './checkpoints.js';
import type { WorkerMemory, WorkerSettings } from './protocol.js';
import { ReplayError } from './replay-error.js';
import type { RunSummary } from './run-summary.js';
import type {
  ExecuteOptions,
  ExportOptions,
  IngestOptions,
  Opened,
  OpenOptions,
  PoolMemory,
  ReplayPoolOptions,
} from './pool-options.js';
import { Upload } from './uploads.js';
import { WorkerLink } from './worker-link.js';

/** Timelines of a worker that keep the state where somebody looked last. */
const CURSORS = 16;

interface Pinned {
  readonly handle: number;
  readonly link: WorkerLink;
  readonly opened: Promise<Opened>;
}

const MIB = 1 << 20;

export class ReplayPool {
  readonly #options: ReplayPoolOptions;
  readonly #threads: number;
  readonly #links: WorkerLink[] = [];
  readonly #pinned = new Map<string, Pinned>();
  readonly #keys = new Map<number, string>();
  readonly #tally: SharedTally;
  #handles = 0;
  #shutdown: Promise<void> | null = null;

  constructor(options: ReplayPoolOptions) {
    this.#options = options;
    this.#threads = Math.max(1, options.threads ?? availableParallelism());
    this.#tally = new Int32Array(new SharedArrayBuffer(4 * this.#threads));
    for (let i = 0; i < this.#threads; i++) this.#links.push(this.#start(i));
  }

  /** Opens `key`; on a key that is already open (or opening) it changes nothing. @throws ReplayError, or what `read` threw */
  open(key: string, options: OpenOptions): Promise<Opened> {
    const known = this.#pinned.get(key);
    if (known) return known.opened;
    const { config, environment, events, keepHead } = options;
    const link = this.#leastBusy();
    const handle = ++this.#handles;
    const { reply } = link.call<Opened>(
      (call) => ({ type: 'open', call, handle, key, config, environment, events, keepHead }),
      handle,
    );
    this.#pinned.set(key, { handle, link, opened: reply });
    this.#keys.set(handle, key);
    link.keys++;
    reply.catch(() => this.#unpin(handle));
    return reply;
  }

  /** Frees everything that is kept for `key`. Its pending calls are finished first. Closing what is not open is fine. */
  async close(key: string): Promise<void> {
    const pinned = this.#pinned.get(key);
    if (!pinned) return;
    this.#unpin(pinned.handle);
    await pinned.link.call<void>((call) => ({ type: 'close', call, handle: pinned.handle })).reply;
  }

  /** Is `key` open (or opening)? False again when its worker was lost. */
  has(key: string): boolean {
    return this.#pinned.has(key);
  }

  /**
   * Applies the next requests of a live session; `first` is the index of the first of them and must be the number of
   * events so far. Calls for one key are served in order. Does not journal: do that before.
   * @throws ReplayError `not-open`, `worker-lost`, `out-of-step`
   */
  async append(key: string, first: number, chunk: TraceChunk): Promise<Applied> {
    const { link, handle } = this.#find(key);
    return link.append(handle, first, chunk);
  }

  /** Replays all events of a run. Leaves checkpoints behind, so that inspections after it are fast. */
  async execute(key: string, options: ExecuteOptions = {}): Promise<RunSummary> {
    const { curvePoints = 1000, onProgress, signal } = options;
    const { link, handle } = this.#find(key);
    mayBegin(key, signal);
    link.jobs++;
    try {
      return await link.cancellable<RunSummary>(
        (call) => ({ type: 'execute', call, handle, curvePoints }),
        handle,
        signal,
        { onProgress },
      );
    } finally {
      link.jobs--;
    }
  }

  /**
   * The state after the first `at` requests, or at the head of a live session.
   * @param signal stops what is measured by a replay; other looks are short
   * @throws ReplayError `not-open`, `out-of-range`, `aborted`
   */
  async inspect<Q extends InspectQuery>(
    key: string,
    at: number | 'head',
    query: Q,
    signal?: AbortSignal,
  ): Promise<InspectReply<Q>> {
    const { link, handle } = this.#find(key);
    mayBegin(key, signal);
    return link.cancellable<InspectReply<Q>>((call) => ({ type: 'inspect', call, handle, at, query }), handle, signal);
  }

  /** Starts to parse an upload in a worker. */
  ingest({ format, limits = {} }: IngestOptions): IngestSession {
    const link = this.#leastBusy();
    link.jobs++;
    const packer = this.#links.length > 1 ? this.#leastBusy() : null;
    return new Upload(link, { format, limits, packer: packer === link ? null : packer }, () => link.jobs--);
  }

  /** Writes a stored trace in a format, in a worker; at most a few hundred KiB ahead of its consumer. */
  async *exportTrace(options: ExportOptions): AsyncGenerator<Uint8Array> {
    const link = this.#leastBusy();
    link.jobs++;
    try {
      yield* download(link, options);
    } finally {
      link.jobs--;
    }
  }

  /** Resolves when every worker has answered: cheap enough for a health check. @throws ReplayError `worker-lost` */
  async ping(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.call<null>((call) => ({ type: 'ping', call })).reply));
  }

  /** Costs a look at every open timeline: not for every request. */
  async memory(): Promise<PoolMemory> {
    const reports = await Promise.all(
      this.#links.map((link) => link.call<WorkerMemory>((call) => ({ type: 'memory', call })).reply),
    );
    const keys = new Map<string, number>();
    for (const [handle, bytes] of reports.flatMap(({ handles }) => handles)) {
      const key = this.#keys.get(handle);
      if (key !== undefined) keys.set(key, bytes);
    }
    return {
      keys,
      checkpointBytes: reports.reduce((sum, report) => sum + report.checkpointBytes, 0),
      chunkCacheBytes: reports.reduce((sum, report) => sum + report.chunkCacheBytes, 0),
    };
  }

  /** Ends all workers. Pending calls reject with ReplayError `pool-closed`. */
  shutdown(): Promise<void> {
    this.#shutdown ??= (async () => {
      const closed = new ReplayError('pool-closed', 'the replay pool is closed');
      this.#pinned.clear();
      this.#keys.clear();
      await Promise.all(this.#links.map((link) => link.stop(closed)));
    })();
    return this.#shutdown;
  }

  #start(index: number): WorkerLink {
    this.#tally[index] = 0;
    const { checkpointBytes = 256 * MIB, chunkCacheBytes = 128 * MIB, maxHeapMiB, read } = this.#options;
    const settings: WorkerSettings = {
      checkpointBytes,
      checkpointShare: checkpointBytes / this.#threads,
      checkpointTally: this.#tally,
      index,
      chunkCacheBytes: chunkCacheBytes / this.#threads,
      cursors: CURSORS,
    };
    return new WorkerLink(
      workerFile(),
      settings,
      maxHeapMiB === undefined ? {} : { maxOldGenerationSizeMb: maxHeapMiB },
      {
        read,
        helper: (link) => this.#idle(link),
        onTimelineLost: (handle) => this.#unpin(handle),
        onPressure: (link) => {
          for (const other of this.#links) if (other !== link) other.tell({ type: 'thin' });
        },
        onEnd: (link) => this.#replace(link),
      },
    );
  }

  /** A worker beside `link` that carries no long call. */
  #idle(link: WorkerLink): WorkerLink | null {
    return this.#links.find((other) => other !== link && other.jobs === 0 && !other.ended) ?? null;
  }

  /** Forgets what a worker held that has ended, and starts another in its place. */
  #replace(link: WorkerLink): void {
    for (const { handle, link: holder } of this.#pinned.values()) if (holder === link) this.#unpin(handle);
    if (this.#shutdown || !link.wasReady) return;
    const index = this.#links.indexOf(link);
    this.#links[index] = this.#start(index);
  }

  #unpin(handle: number): void {
    const key = this.#keys.get(handle);
    if (key === undefined) return;
    const pinned = this.#pinned.get(key);
    this.#keys.delete(handle);
    if (pinned?.handle !== handle) return;
    this.#pinned.delete(key);
    pinned.link.keys--;
  }

  #find(key: string): Pinned {
    const pinned = this.#pinned.get(key);
    if (pinned) return pinned;
    if (this.#shutdown) throw new ReplayError('pool-closed', 'the replay pool is closed');
    throw new ReplayError('not-open', `${key} is not open; open it first`);
  }

  #leastBusy(): WorkerLink {
    if (this.#shutdown) throw new ReplayError('pool-closed', 'the replay pool is closed');
    let least: WorkerLink | undefined;
    for (const [i, link] of this.#links.entries()) {
      // A thread that could not even start is tried again only now that somebody needs it.
      const live = link.ended ? (this.#links[i] = this.#start(i)) : link;
      if (!least || live.jobs < least.jobs || (live.jobs === least.jobs && live.keys < least.keys)) least = live;
    }
    if (!least) throw new ReplayError('internal', 'the pool has no workers');
    return least;
  }
}

function mayBegin(key: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ReplayError('aborted', `the work on ${key} was cancelled before it began`);
}

/** The built worker. Sources that are run directly, as specs are, use the one that `npm run build` made, too. */
function workerFile(): URL {
  const here = new URL(import.meta.url);
  if (!here.pathname.endsWith('.ts')) return new URL('./worker.js', here);
  return new URL('../../../dist/libs/replay/src/worker.js', here);
}
