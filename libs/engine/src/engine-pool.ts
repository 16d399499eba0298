/**
 * Programs in threads: each is pinned to one. The pool knows nothing of journals: whoever opens a program feeds it what
 * is stored, and feeds its cursor when somebody looks back.
 */
import type { ResolvedProgramChoice, ProgramCommand } from '@heapcast/contracts';
import { EngineError } from './engine-error.js';
import { EngineLink } from './engine-link.js';
import type { AppliedCommands, EngineFunctions, Fed, PackedRows, ProgramQuery, ProgramReply } from './protocol.js';

export interface EnginePoolOptions {
  readonly threads: number;
  /** Bytes for checkpoints of all programs together. */
  readonly checkpointBytes: number;
  /** MiB of JavaScript heap of a thread; one that needs more ends, and takes its programs with it. */
  readonly maxHeapMiB?: number;
  /** Milliseconds until a thread that answers nothing counts as stuck. */
  readonly patience?: number;
}

/** Reads the journal from request `from` (0-based) on, about 1 MiB of it; empty = there is no such request. */
export type JournalReader = (from: number) => Promise<readonly PackedRows[]>;

export class EnginePool {
  readonly #links: EngineLink[] = [];
  readonly #pinned = new Map<string, EngineLink>();
  #closed = false;

  constructor(private readonly options: EnginePoolOptions) {}

  /** Programs that are open. */
  get size(): number {
    return this.#pinned.size;
  }

  has(key: string): boolean {
    return this.#pinned.has(key);
  }

  /** Begins a program, or begins it anew. */
  async open(key: string, choice: ResolvedProgramChoice): Promise<void> {
    await this.close(key);
    const link = this.#leastBusy();
    link.keys += 1;
    this.#pinned.set(key, link);
    await link.call('open', key, choice);
  }

  /** Brings a program that was just opened up to what is stored. @throws EngineError `diverged` */
  async load(key: string, read: JournalReader): Promise<Fed> {
    let fed: Fed = { seq: 0, weight: 0 };
    for (;;) {
      const rows = await read(fed.seq);
      if (rows.length === 0) break;
      fed = await this.#call(key, 'feed', key, copies(rows));
      const { diverged } = fed;
      if (diverged) throw new EngineError('diverged', diverged.what, diverged.seq);
    }
    const missing = await this.#call(key, 'settle', key);
    if (missing === 0) return fed;
    throw new EngineError('diverged', `the journal ends ${missing} requests before the engine does`, fed.seq + 1);
  }

  /** @throws EngineError `not-open`, `engine-lost` */
  apply(key: string, commands: readonly ProgramCommand[]): Promise<AppliedCommands> {
    return this.#call(key, 'apply', key, commands);
  }

  /** The program after the last command whose mark is at most `at`. Calls about one program must not overlap. */
  async look<Q extends ProgramQuery>(key: string, at: number, query: Q, read: JournalReader): Promise<ProgramReply<Q>> {
    let before = -1;
    for (;;) {
      const looked = await this.#call(key, 'look', key, at, query);
      // The kind of the query decides.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if ('answer' in looked) return looked.answer as ProgramReply<Q>;
      let from = looked.needs;
      if (from <= before) throw new EngineError('diverged', `the journal has no request ${at}`, at);
      before = from;
      while (from < at) {
        const rows = await read(from);
        if (rows.length === 0) break;
        from = await this.#call(key, 'feedCursor', key, copies(rows), at);
      }
    }
  }

  async close(key: string): Promise<void> {
    const link = this.#pinned.get(key);
    if (!link) return;
    this.#pinned.delete(key);
    link.keys -= 1;
    if (!link.ended) await link.call('close', key);
  }

  /** Resolves when every thread has answered; none is started for it. @throws EngineError */
  async ping(): Promise<void> {
    await Promise.all(this.#links.map(async (link) => link.call('ping')));
  }

  /** Ends every thread as if it had broken down: for those who test what happens then. */
  async crash(): Promise<void> {
    await Promise.all(this.#links.map(async (link) => link.crash()));
  }

  async shutdown(): Promise<void> {
    this.#closed = true;
    this.#pinned.clear();
    await Promise.all(this.#links.map(async (link) => link.stop()));
  }

  async #call<Name extends keyof EngineFunctions>(
    key: string,
    name: Name,
    ...args: Parameters<EngineFunctions[Name]>
  ): Promise<Awaited<ReturnType<EngineFunctions[Name]>>> {
    const link = this.#pinned.get(key);
    if (!link) throw new EngineError(this.#closed ? 'closed' : 'not-open', `${key} is not open`);
    return link.call(name, ...args);
  }

  /** A thread with the fewest programs; threads are started one by one, as they are needed. */
  #leastBusy(): EngineLink {
    if (this.#closed) throw new EngineError('closed', 'the engines are closed');
    let least: EngineLink | undefined;
    for (const link of this.#links) if (!least || link.keys < least.keys) least = link;
    if (least && (least.keys === 0 || this.#links.length >= this.options.threads)) return least;
    const { threads, checkpointBytes, maxHeapMiB = 1024, patience = 20_000 } = this.options;
    const link = new EngineLink({
      file: workerFile(),
      settings: { checkpointBytes: Math.floor(checkpointBytes / threads) },
      maxHeapMiB,
      patience,
      onEnd: (ended) => this.#forget(ended),
    });
    this.#links.push(link);
    return link;
  }

  /** A thread that ended is replaced when somebody needs it. */
  #forget(link: EngineLink): void {
    this.#links.splice(this.#links.indexOf(link), 1);
    for (const [key, holder] of this.#pinned) if (holder === link) this.#pinned.delete(key);
  }
}

/** The reader may keep its bytes, and they are often a window on a larger buffer that would be cloned whole. */
function copies(rows: readonly PackedRows[]): PackedRows[] {
  return rows.map(({ first, packed }) => ({ first, packed: new Uint8Array(packed) }));
}

/** The built worker. Sources that are run directly, as specs are, use the one that `npm run build` made, too. */
function workerFile(): URL {
  const here = new URL(import.meta.url);
  if (!here.pathname.endsWith('.ts')) return new URL('./worker.js', here);
  return new URL('../../../dist/libs/engine/src/worker.js', here);
}
