/**
 * One thread of engines as the main thread sees it. When the thread ends, or has not answered a ping for too long while
 * somebody waits for it, all that it owes is refused; whoever holds programs opens them again elsewhere.
 */
import { Worker } from 'node:worker_threads';
import { type BirpcReturn, createBirpc } from 'birpc';
import { EngineError } from './engine-error.js';
import { NOT_OPEN, type EngineFunctions, type EngineThreadSettings } from './protocol.js';

export interface LinkOptions {
  readonly file: URL;
  readonly settings: EngineThreadSettings;
  readonly maxHeapMiB: number;
  /** Milliseconds without an answer to a ping after which the thread counts as stuck. */
  readonly patience: number;
  onEnd(link: EngineLink): void;
}

export class EngineLink {
  /** Programs that it carries. */
  keys = 0;
  /** Did it ever answer? One that could not start will not do better a second time. */
  wasReady = false;
  readonly #worker: Worker;
  readonly #rpc: BirpcReturn<EngineFunctions, object>;
  readonly #options: LinkOptions;
  #calls = 0;
  #watch: NodeJS.Timeout | undefined;
  #ended: EngineError | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#worker = new Worker(options.file, {
      workerData: options.settings,
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMiB },
      name: 'engine',
    });
    this.#rpc = createBirpc<EngineFunctions, object>(
      {},
      {
        post: (message) => this.#worker.postMessage(message, []),
        on: (take) => this.#worker.on('message', take),
        off: (take) => this.#worker.off('message', take),
        // Long work is no reason to give up: a thread that is alive answers pings in between.
        timeout: -1,
      },
    );
    let cause: unknown;
    this.#worker.on('error', (error) => (cause = error));
    this.#worker.on('exit', (code) => this.#end(cause instanceof Error ? cause.message : `exit code ${code}`, cause));
    this.#worker.unref();
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** @throws EngineError */
  async call<Name extends keyof EngineFunctions>(
    name: Name,
    ...args: Parameters<EngineFunctions[Name]>
  ): Promise<Awaited<ReturnType<EngineFunctions[Name]>>> {
    if (this.#ended) throw this.#ended;
    this.#calls += 1;
    this.#watch ??= this.#watchOver();
    try {
      const answer = await this.#rpc.$call(name, ...args);
      this.wasReady = true;
      return answer;
    } catch (error) {
      throw this.#ended ?? faultOf(error);
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) {
        clearTimeout(this.#watch);
        this.#watch = undefined;
      }
    }
  }

  /** Ends the thread as if it had broken down. */
  async crash(): Promise<void> {
    await this.#worker.terminate();
  }

  async stop(): Promise<void> {
    this.#ended ??= new EngineError('closed', 'the engines are closed');
    this.#rpc.$close(this.#ended);
    clearTimeout(this.#watch);
    await this.#worker.terminate();
  }

  /** Sends a ping as long as somebody waits; ends the thread when it does not answer. */
  #watchOver(): NodeJS.Timeout {
    const asked = performance.now();
    let answered = false;
    this.#rpc.$call('ping').then(
      () => (answered = true),
      () => undefined,
    );
    const look = (): NodeJS.Timeout =>
      setTimeout(() => {
        if (answered) this.#watch = this.#watchOver();
        else if (performance.now() - asked > this.#options.patience) void this.#giveUp();
        else this.#watch = look();
      }, this.#options.patience / 10).unref();
    return look();
  }

  async #giveUp(): Promise<void> {
    this.#end(`it did not answer for ${this.#options.patience} ms`, undefined);
    await this.#worker.terminate();
  }

  #end(why: string, cause: unknown): void {
    if (this.#ended) return;
    this.#ended = new EngineError('engine-lost', `a thread of engines ended (${why})`, undefined, { cause });
    clearTimeout(this.#watch);
    this.#rpc.$close(this.#ended);
    this.#options.onEnd(this);
  }
}

/** An error that crossed from the thread has lost its class. */
function faultOf(error: unknown): unknown {
  if (error instanceof Error && error.message.endsWith(NOT_OPEN)) {
    return new EngineError('not-open', error.message);
  }
  return error;
}
