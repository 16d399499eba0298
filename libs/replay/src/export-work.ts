/** The worker's side of a download: a writer's bytes, in pieces of a useful size, sent on credit. */
import type { TraceChunk, TraceFormat, TraceHeader } from '@heapcast/trace';
import { Credit } from './credit.js';
import type { EventSource } from './event-source.js';
import type { Send } from './ingest-work.js';
import { buffersOf } from './outbox.js';
import { ReplayError } from './replay-error.js';

/** Small pieces are joined up to this many bytes. */
const PIECE_BYTES = 1 << 16;
/** Pieces on their way to the consumer at most. */
const PIECES_AHEAD = 4;

export class ExportWork {
  readonly #credit = new Credit(PIECES_AHEAD);
  #aborted: ReplayError | null = null;

  constructor(
    private readonly call: number,
    private readonly format: TraceFormat,
    private readonly header: TraceHeader,
    private readonly source: EventSource,
    private readonly send: Send,
    private readonly breathe: () => Promise<void>,
  ) {}

  taken(): void {
    this.#credit.give();
  }

  cancel(): void {
    this.#aborted = new ReplayError('aborted', 'the export was aborted');
    this.#credit.fail(this.#aborted);
  }

  /** @throws ReplayError `aborted`, `source-ended` */
  async run(): Promise<void> {
    let joined: Uint8Array[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      await this.#credit.take();
      const piece = new Uint8Array(Buffer.concat(joined, bytes));
      joined = [];
      bytes = 0;
      this.send({ type: 'piece', call: this.call, bytes: piece }, buffersOf([piece]));
    };
    for await (const part of this.format.writer(this.header, () => this.#chunks())) {
      if (this.#aborted) throw this.#aborted;
      // A writer may use its buffer again.
      joined.push(part.slice());
      bytes += part.byteLength;
      if (bytes >= PIECE_BYTES) await flush();
    }
    if (bytes > 0) await flush();
  }

  async *#chunks(): AsyncGenerator<TraceChunk> {
    for await (const { chunk } of this.source.chunks(0, this.header.events)) {
      if (this.#aborted) throw this.#aborted;
      yield chunk;
      await this.breathe();
    }
  }
}
