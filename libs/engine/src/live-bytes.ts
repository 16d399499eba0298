/** The bytes that live blocks were asked for, followed from canonical requests alone. */
import { Op, OP_MASK, NO_SLOT, type TraceChunk } from '@heapcast/trace';

export class LiveBytes {
  #sizes = new Uint32Array(64);
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  follow(chunk: TraceChunk): void {
    for (let at = 0; at < chunk.length; at++) this.#take(chunk, at);
  }

  /** Follows, and tells the bytes after each mark's requests: just before the next mark, and at the end. */
  atMarks(chunk: TraceChunk): number[] {
    const bytes: number[] = [];
    for (let at = 0; at < chunk.length; at++) {
      if (at > 0 && (chunk.op[at] & OP_MASK) === Op.mark) bytes.push(this.#bytes);
      this.#take(chunk, at);
    }
    if (chunk.length > 0) bytes.push(this.#bytes);
    return bytes;
  }

  #take({ op, size, slot }: TraceChunk, at: number): void {
    const where = slot[at];
    switch (op[at] & OP_MASK) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
      case Op.foreign:
        this.#put(where, size[at]);
        this.#bytes += size[at];
        break;
      case Op.realloc:
        this.#bytes += size[at] - this.#sizes[where];
        this.#put(where, size[at]);
        break;
      case Op.free:
        if (where !== NO_SLOT) this.#bytes -= this.#sizes[where];
        break;
      default:
    }
  }

  #put(slot: number, size: number): void {
    if (slot >= this.#sizes.length) {
      const grown = new Uint32Array(Math.max(this.#sizes.length * 2, slot + 1));
      grown.set(this.#sizes);
      this.#sizes = grown;
    }
    this.#sizes[slot] = size;
  }
}
