/**
 * Holds what an engine does against what the journal tells. Both come from the same commands, so they differ only where
 * another version of the engine wrote the journal: then it is better to stop than to show another past.
 */
import { Op, OP_MASK, type RequestResolver, type TraceChunk } from '@heapcast/trace';
import { commandOf, type Playhead } from './playhead.js';

export interface Divergence {
  /** Number of the first request that differs. */
  readonly seq: number;
  readonly what: string;
}

export class Comparison {
  /** What the last command made, and how much of it the journal has told. */
  #expected: TraceChunk | null = null;
  #at = 0;

  constructor(
    private readonly playhead: Playhead,
    private readonly names: RequestResolver,
  ) {}

  /** Requests of the last command that the journal has not told yet. */
  get missing(): number {
    return this.#expected ? this.#expected.length - this.#at : 0;
  }

  /** Takes in journalled requests from position `from` on, at most one command's. @returns the position after them */
  take(chunk: TraceChunk, from: number): number | Divergence {
    if (this.missing === 0) {
      const divergence = this.#begin(chunk, from);
      if (divergence) return divergence;
    }
    const expected = this.#expected;
    if (!expected) return from;
    let at = from;
    for (; at < chunk.length && this.#at < expected.length; at++, this.#at++) {
      if (alike(expected, this.#at, chunk, at)) continue;
      const seq = this.playhead.mark + this.#at;
      return { seq, what: `request ${seq} is ${tell(chunk, at)}; the engine makes it ${tell(expected, this.#at)}` };
    }
    return at;
  }

  #begin(chunk: TraceChunk, from: number): Divergence | null {
    const seq = this.playhead.seq + 1;
    const label = chunk.names?.get(from);
    if ((chunk.op[from] & OP_MASK) !== Op.mark) {
      return { seq, what: `request ${seq} is ${tell(chunk, from)}; the engine's command ended before it` };
    }
    try {
      const { requests } = this.playhead.step(commandOf(label));
      this.#expected = this.names.resolve(requests).chunk;
      this.#at = 0;
      return null;
    } catch (error) {
      return { seq, what: `the mark ${seq} tells of no command that the engine takes: ${String(error)}` };
    }
  }
}

function alike(one: TraceChunk, i: number, other: TraceChunk, j: number): boolean {
  return (
    one.op[i] === other.op[j] &&
    one.size[i] === other.size[j] &&
    one.slot[i] === other.slot[j] &&
    (one.site?.[i] ?? 0) === (other.site?.[j] ?? 0) &&
    one.names?.get(i) === other.names?.get(j)
  );
}

const WORDS: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(Op).map(([word, op]) => [op, word]));

function tell(chunk: TraceChunk, at: number): string {
  const name = chunk.names?.get(at);
  const text = name === undefined ? '' : ` ${JSON.stringify(name.slice(0, 200))}`;
  return `${WORDS[chunk.op[at] & OP_MASK] ?? 'nothing'} (size ${chunk.size[at]}, slot ${chunk.slot[at]})${text}`;
}
