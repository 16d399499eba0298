/** Reading stored events from a worker: the main thread has the database, so every read is a question to it. */
import { RelayedError, putTogether, type PlainError } from './crossing-error.js';
import type { FromWorker } from './protocol.js';
import type { DeliveredChunk } from './stored-chunk.js';

interface Waiting {
  readonly resolve: (chunks: readonly DeliveredChunk[]) => void;
  readonly reject: (error: unknown) => void;
}

export class RemoteReads {
  #reads = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(private readonly send: (message: FromWorker) => void) {}

  readonly read = (key: string, event: number): Promise<readonly DeliveredChunk[]> =>
    new Promise((resolve, reject) => {
      const read = ++this.#reads;
      this.#waiting.set(read, { resolve, reject });
      this.send({ type: 'read', read, key, event });
    });

  answer(read: number, chunks: readonly DeliveredChunk[]): void {
    this.#waiting.get(read)?.resolve(chunks);
    this.#waiting.delete(read);
  }

  fail(read: number, error: PlainError): void {
    this.#waiting.get(read)?.reject(putTogether(error, (ticket) => new RelayedError(ticket)));
    this.#waiting.delete(read);
  }
}
