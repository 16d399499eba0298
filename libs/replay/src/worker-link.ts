/**
 * One worker thread as the main thread sees it: calls with a reply each, appends that travel together, and the reads
 * that the worker asks for. When the thread ends, whatever it owes is refused.
 */
import { Worker, type ResourceLimits } from 'node:worker_threads';
import type { TraceChunk } from '@heapcast/trace';
import { cutApplied, joinItems, type AppendItem } from './appends.js';
import { putTogether, takeApart, type PlainError } from './crossing-error.js';
import type { Applied } from './inspection.js';
import { buffersOf, Outbox } from './outbox.js';
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.js';
import { ReplayError } from './replay-error.js';
import type { RunProgress } from './run-summary.js';
import type { ChunkReader, DeliveredChunk, StoredChunk } from './stored-chunk.js';

/** Packed bytes from which on unpacking elsewhere pays for the journey. */
const WORTH_HELP = 1 << 14;
/** Errors of reads that a worker may still ask back. */
const KEPT_ERRORS = 256;

/** What may happen to a call before its reply. */
export interface CallListener {
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onMessage?: (message: Extract<FromWorker, { type: 'ingest-took' | 'ingest-chunk' | 'piece' }>) => void;
}

interface Pending extends CallListener {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** The timeline that a broken call takes with it. */
  readonly handle: number;
}

export interface LinkOwner {
  readonly read: ChunkReader;
  /** Another worker that has time, if any. */
  readonly helper: (link: WorkerLink) => WorkerLink | null;
  /** A call broke the timeline. */
  readonly onTimelineLost: (handle: number) => void;
  /** The thread's checkpoints are within its share, but all together are too many. */
  readonly onPressure: (link: WorkerLink) => void;
  /** The thread has ended, and not because it was told to. */
  readonly onEnd: (link: WorkerLink, error: ReplayError) => void;
}

export class WorkerLink {
  /** Keys and long calls that this thread carries: who comes next goes where there are fewest. */
  keys = 0;
  jobs = 0;
  /** Did the thread ever say a word? One that never did will not do better a second time. */
  wasReady = false;
  readonly #worker: Worker;
  readonly #owner: LinkOwner;
  readonly #pending = new Map<number, Pending>();
  readonly #outbox: Outbox<ToWorker>;
  #appends: AppendItem[] = [];
  #calls = 0;
  #ended: ReplayError | null = null;
  #cause: unknown;
  readonly #errors = new Map<number, unknown>();
  #tickets = 0;

  constructor(file: URL, settings: WorkerSettings, limits: ResourceLimits, owner: LinkOwner) {
    this.#owner = owner;
    this.#worker = new Worker(file, { workerData: settings, resourceLimits: limits, name: 'replay' });
    this.#outbox = new Outbox((messages, transfer) => this.#worker.postMessage(messages, transfer));
    this.#outbox.beforeFlush = () => this.#sendAppends();
    this.#worker.on('message', (messages: readonly FromWorker[]) => {
      for (const message of messages) this.#take(message);
    });
    this.#worker.on('error', (error) => (this.#cause = error));
    this.#worker.on('exit', (code) => this.#end(code));
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Sends a message that has a reply; `handle`: the timeline that it is about. */
  call<T>(
    make: (call: number) => ToWorker,
    handle = 0,
    listener: CallListener = {},
    transfer: readonly ArrayBuffer[] = [],
  ): { readonly call: number; readonly reply: Promise<T> } {
    const call = ++this.#calls;
    const reply = new Promise<T>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      // Each message type has one type of reply; the callers name it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      this.#pending.set(call, { ...listener, handle, resolve: resolve as (value: unknown) => void, reject });
      this.tell(make(call), transfer);
    });
    return { call, reply };
  }

  /** A call that is told to stop when `signal` is aborted; it then fails with `aborted`, or was done before. */
  async cancellable<T>(
    make: (call: number) => ToWorker,
    handle: number,
    signal: AbortSignal | undefined,
    listener: CallListener = {},
  ): Promise<T> {
    const { call, reply } = this.call<T>(make, handle, listener);
    if (!signal) return reply;
    const cancel = (): void => this.tell({ type: 'cancel', call });
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await reply;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Sends a message that has no reply. */
  tell(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#ended) return;
    this.#sendAppends();
    this.#outbox.put(message, transfer);
  }

  append(handle: number, first: number, chunk: TraceChunk): Promise<Applied> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const call = ++this.#calls;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      this.#pending.set(call, { handle, resolve: resolve as (value: unknown) => void, reject });
      this.#appends.push({ call, handle, first, chunk });
      this.#outbox.schedule();
    });
  }

  /** Ends the thread; pending calls reject with `error`. */
  async stop(error: ReplayError): Promise<void> {
    this.#refuseAll(error);
    await this.#worker.terminate();
  }

  #sendAppends(): void {
    if (this.#appends.length === 0) return;
    const items = joinItems(this.#appends);
    this.#appends = [];
    this.#outbox.put({ type: 'append', items }, buffersOf(columnsOf(items.requests)));
  }

  #take(message: FromWorker): void {
    switch (message.type) {
      case 'applied':
        return cutApplied(message.items, (call, applied) => this.#settle(call)?.resolve(applied));
      case 'done':
        return this.#settle(message.call)?.resolve(message.value);
      case 'failed':
        return this.#fail(message.call, message.error, message.lost);
      case 'read':
        return void this.#read(message.read, message.key, message.event);
      case 'progress':
        return this.#pending.get(message.call)?.onProgress?.(message.progress);
      case 'pressure':
        return this.#owner.onPressure(this);
      case 'ready':
        this.wasReady = true;
        return;
      default:
        this.#pending.get(message.call)?.onMessage?.(message);
    }
  }

  #fail(call: number, plain: PlainError, lost: boolean): void {
    const pending = this.#settle(call);
    if (pending && lost) this.#owner.onTimelineLost(pending.handle);
    pending?.reject(putTogether(plain, (ticket) => this.#errors.get(ticket)));
  }

  #settle(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }

  async #read(read: number, key: string, event: number): Promise<void> {
    try {
      const reply = (await this.#owner.read(key, event)) ?? [];
      const stored = 'packed' in reply ? [reply] : reply;
      // Copies: the reader may keep its bytes, and they are often a window on a larger buffer.
      const copies = stored.map(({ first, packed }): StoredChunk => ({ first, packed: new Uint8Array(packed) }));
      const chunks = await Promise.all(copies.map((chunk) => this.#unpacked(chunk)));
      const columns = chunks.flatMap(({ packed, open }) => [packed, ...(open ? columnsOf(open) : [])]);
      this.tell({ type: 'chunks', read, chunks }, buffersOf(columns));
    } catch (error) {
      this.tell({ type: 'read-failed', read, error: this.#keep(error) });
    }
  }

  /** Has a large chunk unpacked by a worker that has time: its reader then only replays. */
  async #unpacked(chunk: StoredChunk): Promise<DeliveredChunk> {
    const helper = chunk.packed.byteLength >= WORTH_HELP ? this.#owner.helper(this) : null;
    if (!helper) return chunk;
    const { packed } = chunk;
    try {
      return { ...chunk, open: await helper.call<TraceChunk>((call) => ({ type: 'unpack', call, packed })).reply };
    } catch {
      // Its reader will meet the same error and can say whose chunk it was.
      return chunk;
    }
  }

  /** An error that a worker may give back: it stays here, the worker gets a ticket. */
  #keep(error: unknown): PlainError {
    const plain = takeApart(error);
    if (plain.kind !== 'other') return plain;
    const ticket = ++this.#tickets;
    this.#errors.set(ticket, error);
    this.#errors.delete(ticket - KEPT_ERRORS);
    return { kind: 'relayed', ticket };
  }

  #end(code: number): void {
    if (this.#ended) return;
    const why = this.#cause instanceof Error ? this.#cause.message : `exit code ${code}`;
    const error = new ReplayError('worker-lost', `a replay worker ended (${why}); open its keys again`, {
      cause: this.#cause,
    });
    this.#refuseAll(error);
    this.#owner.onEnd(this, error);
  }

  #refuseAll(error: ReplayError): void {
    this.#ended ??= error;
    this.#appends = [];
    const refused = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of refused) reject(error);
  }
}

function columnsOf({ op, size, slot, site, time }: TraceChunk): (ArrayBufferView | null)[] {
  return [op, size, slot, site, time];
}
