/** What a program prints, gathered to messages of a useful size; text that is not UTF-8 is shown with replacement signs. */
import type { OutputMessage } from '../protocol.js';
import type { Outbox } from '../outbox.js';

type Stream = OutputMessage['stream'];

const MESSAGE_BYTES = 8192;

export class Printing {
  #bytes = 0;
  #waiting = 0;
  #texts: { readonly stream: Stream; text: string; bytes: number }[] = [];
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(
    private readonly outbox: Outbox,
    private readonly limit: number,
  ) {}

  /** Answers whether the limit is reached; what is beyond it is not told. */
  write(stream: Stream, bytes: Uint8Array): boolean {
    const kept = bytes.slice(0, Math.max(0, this.limit - this.#bytes));
    this.#bytes += bytes.length;
    this.#add(stream, this.#decoders[stream].decode(kept, { stream: true }), kept.length);
    if (this.#waiting >= MESSAGE_BYTES) this.flush();
    return this.#bytes > this.limit;
  }

  flush(): void {
    for (const { stream, text, bytes } of this.#texts) this.outbox.output(stream, text, bytes);
    this.#texts = [];
    this.#waiting = 0;
  }

  /** Nothing more comes. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#add(stream, this.#decoders[stream].decode(), 0);
    this.flush();
  }

  #add(stream: Stream, text: string, bytes: number): void {
    if (text === '' && bytes === 0) return;
    const last = this.#texts.at(-1);
    if (last?.stream === stream) {
      last.text += text;
      last.bytes += bytes;
    } else this.#texts.push({ stream, text, bytes });
    this.#waiting += bytes;
  }
}
