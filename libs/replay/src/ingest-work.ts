/** The worker's side of an upload: bytes are read piece by piece, each chunk is hashed, packed and sent off on credit. */
import { packChunk, TraceHasher, type TraceChunk, type TraceFormat, type TraceLimits } from '@heapcast/trace';
import { Credit } from './credit.js';
import { buffersOf } from './outbox.js';
import type { FromWorker, IngestDone } from './protocol.js';
import { ReplayError } from './replay-error.js';

/** Chunks on their way to the listener at most. */
const CHUNKS_AHEAD = 8;

export type Send = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;

export class IngestWork {
  readonly #pieces: (Uint8Array | null)[] = [];
  #arrived: () => void = () => {};
  readonly #credit = new Credit(CHUNKS_AHEAD);
  #aborted: ReplayError | null = null;

  constructor(
    private readonly call: number,
    private readonly format: TraceFormat,
    private readonly limits: Partial<TraceLimits>,
    private readonly raw: boolean,
    private readonly send: Send,
    private readonly breathe: () => Promise<void>,
  ) {}

  /** `null`: no more will come. */
  push(bytes: Uint8Array | null): void {
    this.#pieces.push(bytes);
    this.#arrived();
  }

  taken(): void {
    this.#credit.give();
  }

  cancel(): void {
    this.#aborted = new ReplayError('aborted', 'the upload was aborted');
    this.#credit.fail(this.#aborted);
    this.#arrived();
  }

  /** @throws TraceFormatError, ReplayError `aborted` */
  async run(): Promise<IngestDone> {
    const hasher = new TraceHasher();
    const ready: TraceChunk[] = [];
    let chunks = 0;
    const reader = this.format.reader((chunk) => ready.push(chunk), this.limits);
    const sendReady = async (): Promise<void> => {
      for (const chunk of ready.splice(0)) {
        hasher.add(chunk);
        await this.#credit.take();
        this.#sendChunk(chunks++, chunk);
        if (ready.length > 0) await this.breathe();
      }
    };
    try {
      for (let piece = await this.#next(); piece; piece = await this.#next()) {
        reader.push(piece);
        await sendReady();
        this.send({ type: 'ingest-took', call: this.call, bytes: piece.byteLength });
        await this.breathe();
      }
      const header = reader.end();
      await sendReady();
      return { id: hasher.digest(header), header, chunks };
    } finally {
      reader.abort();
    }
  }

  #sendChunk(index: number, chunk: TraceChunk): void {
    const head = { type: 'ingest-chunk', call: this.call, index, count: chunk.length } as const;
    if (this.raw) {
      const { op, size, slot, site, time } = chunk;
      this.send({ ...head, content: { raw: chunk } }, buffersOf([op, size, slot, site, time]));
    } else {
      const packed = packChunk(chunk);
      this.send({ ...head, content: { packed } }, buffersOf([packed]));
    }
  }

  async #next(): Promise<Uint8Array | null> {
    while (this.#pieces.length === 0 && !this.#aborted) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    if (this.#aborted) throw this.#aborted;
    return this.#pieces.shift() ?? null;
  }
}
