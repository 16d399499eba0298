/** The main thread's side of an upload that a worker parses. */
import { CHUNK_EVENTS, type TraceChunk, type TraceLimits } from '@heapcast/trace';
import { Credit } from './credit.js';
import type { IngestResult, IngestSession, PackedChunkListener } from './ingest-session.js';
import { buffersOf } from './outbox.js';
import type { FromWorker, IngestDone } from './protocol.js';
import { ReplayError } from './replay-error.js';
import type { WorkerLink } from './worker-link.js';

/** Small pushes are joined up to this many bytes, large ones cut. */
const PIECE_BYTES = 1 << 18;
/** Bytes on their way to the reader at most, give or take a piece. */
const WINDOW_BYTES = 1 << 20;

export interface UploadOptions {
  readonly format: string;
  readonly limits: Partial<TraceLimits>;
  /** Another worker for the packing, or `null` to pack where the bytes are read. */
  readonly packer: WorkerLink | null;
}

export class Upload implements IngestSession {
  readonly #link: WorkerLink;
  readonly #packer: WorkerLink | null;
  readonly #call: number;
  readonly #done: Promise<IngestDone>;
  readonly #credit = new Credit(WINDOW_BYTES);
  #listener: PackedChunkListener = async () => {};
  /** Resolves when the listener has taken every chunk that came so far. */
  #delivered: Promise<void> = Promise.resolve();
  #piece = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  #failure: Error | null = null;

  constructor(link: WorkerLink, { format, limits, packer }: UploadOptions, onEnd: () => void) {
    this.#link = link;
    this.#packer = packer;
    const { call, reply } = link.call<IngestDone>(
      (number) => ({ type: 'ingest', call: number, format, limits, raw: packer !== null }),
      0,
      { onMessage: (message) => this.#take(message) },
    );
    this.#call = call;
    this.#done = reply;
    reply.catch((error: unknown) => this.#fail(error)).finally(onEnd);
  }

  onChunk(listener: PackedChunkListener): void {
    this.#listener = listener;
  }

  async push(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.byteLength;) {
      if (this.#failure) throw this.#failure;
      const part = bytes.subarray(from, from + PIECE_BYTES - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.byteLength;
      from += part.byteLength;
      if (this.#filled === PIECE_BYTES) await this.#flush();
    }
    if (this.#failure) throw this.#failure;
  }

  async end(): Promise<IngestResult> {
    if (this.#filled > 0) await this.#flush();
    if (this.#failure) throw this.#failure;
    this.#link.tell({ type: 'ingest-end', call: this.#call });
    try {
      const { id, header } = await this.#done;
      await this.#delivered;
      if (!this.#failure) return { id, header };
    } catch (error) {
      this.#fail(error);
    }
    throw this.#failure ?? new ReplayError('internal', 'the upload failed');
  }

  abort(): void {
    this.#fail(new ReplayError('aborted', 'the upload was aborted'));
  }

  async #flush(): Promise<void> {
    const whole = this.#filled === PIECE_BYTES;
    const bytes = whole ? this.#piece : this.#piece.slice(0, this.#filled);
    if (whole) this.#piece = new Uint8Array(PIECE_BYTES);
    this.#filled = 0;
    await this.#credit.take(bytes.byteLength);
    this.#link.tell({ type: 'ingest-bytes', call: this.#call, bytes }, buffersOf([bytes]));
  }

  #take(message: Extract<FromWorker, { type: 'ingest-took' | 'ingest-chunk' | 'piece' }>): void {
    if (message.type === 'ingest-took') return this.#credit.give(message.bytes);
    if (message.type !== 'ingest-chunk') return;
    const { index, count, content } = message;
    const packed = 'packed' in content ? Promise.resolve(content.packed) : this.#pack(content.raw);
    packed.catch((error: unknown) => this.#fail(error));
    this.#delivered = this.#deliver(this.#delivered, index, packed, count);
  }

  async #deliver(before: Promise<void>, index: number, packed: Promise<Uint8Array>, count: number): Promise<void> {
    await before;
    if (this.#failure) return;
    try {
      await this.#listener(index, await packed, count);
      this.#link.tell({ type: 'taken', call: this.#call });
    } catch (error) {
      this.#fail(error);
    }
  }

  #pack(chunk: TraceChunk): Promise<Uint8Array> {
    if (!this.#packer || chunk.length > CHUNK_EVENTS) throw new ReplayError('internal', 'nobody packs this chunk');
    const { op, size, slot, site, time } = chunk;
    const give = buffersOf([op, size, slot, site, time]);
    return this.#packer.call<Uint8Array>((call) => ({ type: 'pack', call, chunk }), 0, {}, give).reply;
  }

  /** The first failure is the one that everyone gets; the worker's side is stopped. */
  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = error instanceof Error ? error : new ReplayError('internal', String(error));
    this.#credit.fail(this.#failure);
    this.#link.tell({ type: 'cancel', call: this.#call });
  }
}
