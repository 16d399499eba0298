/** Collects the messages of one turn of the event loop and posts them as one list: a post costs more than its content. */

type Post<M> = (messages: readonly M[], transfer: ArrayBuffer[]) => void;

export class Outbox<M> {
  #messages: M[] = [];
  #transfer: ArrayBuffer[] = [];
  #scheduled = false;

  constructor(private readonly post: Post<M>) {}

  /** `transfer`: buffers in the message that the sender gives away. */
  put(message: M, transfer: readonly ArrayBuffer[] = []): void {
    this.#messages.push(message);
    for (const buffer of transfer) this.#transfer.push(buffer);
    this.schedule();
  }

  /** Sees to it that `flush` comes when this turn is over: after all microtasks that wait now. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => this.flush());
  }

  /** Called before the messages leave: the place to put what was held back. */
  beforeFlush: () => void = () => {};

  flush(): void {
    this.beforeFlush();
    this.#scheduled = false;
    if (this.#messages.length === 0) return;
    const messages = this.#messages;
    const transfer = this.#transfer;
    this.#messages = [];
    this.#transfer = [];
    this.post(messages, transfer);
  }
}

/** The buffers of columns that are wholly theirs; a view of a part of a buffer is copied instead. */
export function buffersOf(columns: Iterable<ArrayBufferView | null>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of columns) {
    if (column && column.buffer instanceof ArrayBuffer && column.byteLength === column.buffer.byteLength) {
      buffers.add(column.buffer);
    }
  }
  return [...buffers];
}
