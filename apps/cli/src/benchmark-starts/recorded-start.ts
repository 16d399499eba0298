/**
 * What the interpreter kept for itself when the benchmark began, read off a recording of it: the dicts in its free list are
 * those that the first dicts of the list are not asked for, and they show when the list goes, last of all.
 */
import type { PythonBuild, RecordedStart } from '@heapcast/scenarios';
import { NO_SLOT, Op, OP_MASK, type TraceChunk } from '@heapcast/trace';

/** `PyDict_MAXFREELIST`. */
const FREE_LIST = 80;
const COLLECTION_STRING = 46;

export interface RecordedBenchmark {
  /** Index of the first mark: the benchmark begins there. */
  readonly begins: number;
  readonly start: RecordedStart;
}

/** @param iterations of the recorded benchmark */
export function readRecording(trace: TraceChunk, build: PythonBuild, iterations: number): RecordedBenchmark {
  const marks = [...trace.op.entries()].filter(([, op]) => (op & OP_MASK) === Op.mark).map(([at]) => at);
  const [begins, , filled] = [marks[0], marks[1], marks[2]];
  const history = new History(trace, marks);
  const since =
    build.collectsBeyond === null
      ? 0
      : build.collectsBeyond + 1 - history.placedUntil(build.dictBytes, marks[1], firstAt(trace, marks[1], filled));
  return {
    begins,
    start: {
      freeDicts: history.freeList(build.dictBytes, iterations),
      freeKeys: build.keysBytes === null ? [] : history.freeList(build.keysBytes, iterations),
      heldForMark: build.intBytes === null ? null : trace.slot[begins + 1],
      sinceCollection: since,
    },
  };
}

function firstAt(trace: TraceChunk, from: number, to: number): number {
  for (let at = from; at < to; at++) if (trace.size[at] === COLLECTION_STRING) return at;
  return to;
}

/** Who has which block, and when blocks of each size went. */
class History {
  /** Slot by number of the blocks that live where the benchmark begins. */
  readonly #slotAtStart = new Map<number, number>();
  /** Blocks freed after the last mark, in order, by size. */
  readonly #freedAtEnd = new Map<number, number[]>();
  #blocksAtStart = 0;

  constructor(
    private readonly trace: TraceChunk,
    private readonly marks: readonly number[],
  ) {
    const numbers = new Map<number, number>();
    const sizes = new Map<number, number>();
    let blocks = 0;
    for (let at = 0; at < trace.length; at++) {
      if (at === marks[0]) {
        for (const [slot, number] of numbers) this.#slotAtStart.set(number, slot);
        this.#blocksAtStart = blocks;
      }
      const code = trace.op[at] & OP_MASK;
      const slot = trace.slot[at];
      if (code === Op.malloc || code === Op.calloc || code === Op.reallocNull) numbers.set(slot, ++blocks);
      else if (code === Op.free && slot !== NO_SLOT) {
        const size = sizes.get(slot) ?? 0;
        if (at > marks[4]) this.#freedAtEnd.set(size, [...(this.#freedAtEnd.get(size) ?? []), numbers.get(slot) ?? 0]);
        continue;
      } else continue;
      sizes.set(slot, trace.size[at]);
    }
  }

  placedUntil(size: number, from: number, to: number): number {
    let placed = 0;
    for (let at = from; at < to; at++) {
      if ((this.trace.op[at] & OP_MASK) === Op.malloc && this.trace.size[at] === size) placed++;
    }
    return placed;
  }

  /** Slots of the blocks of this size in the free list, the last to be used first. */
  freeList(size: number, iterations: number): number[] {
    const missing = iterations - this.placedUntil(size, this.marks[1], this.marks[2]);
    // The list is dropped from its end; its first 80 elements came through the free list, those kept longest last.
    const first = iterations - 2 * FREE_LIST;
    return (this.#freedAtEnd.get(size) ?? [])
      .slice(first - 3)
      .filter((number) => number <= this.#blocksAtStart)
      .slice(0, missing)
      .map((number) => this.#slotAtStart.get(number) ?? 0)
      .reverse();
  }
}
