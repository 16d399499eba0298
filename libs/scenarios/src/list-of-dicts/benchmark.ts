/**
 * The talk's benchmark as requests: a list of None, filled with dicts, cleared, filled again, and at last deleted.
 *
 *      1  iterations = 2000000
 *      2  l = []
 *      3  for i in xrange( iterations ):
 *      4          l.append( None )
 *      5  for i in xrange( iterations ):
 *      6          l[i] = {}
 *      7  for i in xrange( iterations ):
 *      8          l[i] = None
 *      9  for i in xrange( iterations ):
 *     10          l[i] = {}
 *     11  del l
 *
 * It walks the loops as the interpreter does and keeps what the interpreter keeps: small ints are never asked for, and 80
 * freed dicts (and tables of keys) wait in a free list, so that blocks come back in another order than they went.
 */
import { Domain, type SavedSlots, type TraceChunk } from '@heapcast/trace';
import { RequestWriter } from '../request-writer.js';
import type { PythonBuild } from './python-build.js';

/** Where the interpreter stands when the benchmark begins. */
export interface Beginning {
  readonly slots: SavedSlots;
  /** Slots of dicts in the interpreter's free list, the last to be used first. */
  readonly freeDicts: readonly number[];
  readonly freeKeys: readonly number[];
  /** Slot of what the last line before the benchmark still holds, or null. */
  readonly heldForMark: number | null;
  /** Containers made since the last collection. */
  readonly sinceCollection: number;
  /** Bytes of the blocks that the script keeps of what it notes at each mark, by the mark's number. */
  readonly notes: Readonly<Record<number, readonly number[]>>;
  /** Slots of garbage in cycles: the first full collection gives it back, while the list is filled. */
  readonly garbage: readonly number[];
  /** Slots of what goes together with the list. */
  readonly goesWithList: readonly number[];
}

/** Containers made until all three generations are collected, from the default thresholds 700, 10, 10. */
const UNTIL_FULL_COLLECTION = 701 * 11 * 11;

/** Marks in the trace: what is done when each is reached. */
export const BENCHMARK_MARKS = ['start', 'appended', 'filled', 'cleared', 'filled again', 'deleted'] as const;

/** Line of the source by what happens there. */
export const BENCHMARK_LINES = { list: 2, append: 4, fill: 6, clear: 8, fillAgain: 10, delete: 11 } as const;

const LARGEST_CACHED_INT = 256;
/** `PyDict_MAXFREELIST`, and the same for tables of keys. */
const FREE_LIST = 80;
const NONE = -1;
/** Two short strings that a collection asks for and gives back (from 3.12 on). */
const COLLECTION_STRINGS = [46, 45];

export class ListOfDicts {
  readonly #writer: RequestWriter;
  readonly #freeDicts: number[];
  readonly #freeKeys: number[];
  readonly #dicts: Int32Array;
  readonly #keys: Int32Array;
  /** Slot of the int in `i`; NONE = a cached one. */
  #i = NONE;
  #iterator = NONE;
  #held: number;
  #sinceCollection: number;
  readonly #garbage: number[];

  /** @param sites index into the trace's site table by line; empty = no sites */
  constructor(
    private readonly build: PythonBuild,
    private readonly iterations: number,
    private readonly beginning: Beginning,
    private readonly sites: ReadonlyMap<number, number> = new Map(),
  ) {
    this.#writer = new RequestWriter(beginning.slots);
    this.#freeDicts = [...beginning.freeDicts];
    this.#freeKeys = [...beginning.freeKeys];
    this.#dicts = new Int32Array(iterations).fill(NONE);
    this.#keys = new Int32Array(build.keysBytes === null ? 0 : iterations);
    this.#held = beginning.heldForMark ?? NONE;
    this.#sinceCollection = beginning.sinceCollection;
    this.#garbage = [...beginning.garbage];
  }

  /** Every request from the first mark to the last. */
  *chunks(): Generator<TraceChunk> {
    const { build, iterations } = this;
    const writer = this.#writer;
    this.#mark(1);
    this.#at(BENCHMARK_LINES.list);
    if (build.listRoom === null) {
      writer.malloc(72, Domain.obj);
      writer.malloc(72, Domain.obj);
    }
    this.#at(BENCHMARK_LINES.append);
    yield* this.#append();
    this.#endPhase(2);
    this.#at(BENCHMARK_LINES.fill);
    yield* this.#fill();
    this.#endPhase(3);
    this.#at(BENCHMARK_LINES.clear);
    this.#beginLoop();
    for (let i = 0; i < iterations; i++) {
      this.#step(i);
      this.#dropDict(i);
      if (writer.isFull) yield* this.#full();
    }
    this.#endPhase(4);
    this.#at(BENCHMARK_LINES.fillAgain);
    yield* this.#fill();
    this.#endPhase(5);
    this.#at(BENCHMARK_LINES.delete);
    for (let i = iterations - 1; i >= 0; i--) {
      this.#dropDict(i);
      if (writer.isFull) yield* this.#full();
    }
    if (this.#items !== NONE) writer.free(this.#items, Domain.mem);
    for (const slot of this.beginning.goesWithList) writer.free(slot, Domain.obj);
    this.#mark(6);
    yield* this.#full();
  }

  /** Slot of the list's array. */
  #items = NONE;

  *#append(): Generator<TraceChunk> {
    const writer = this.#writer;
    const { iterations } = this;
    const { listRoom } = this.build;
    this.#beginLoop();
    if (listRoom === null) return;
    let room = 0;
    for (let i = 0; i < iterations; i++) {
      this.#step(i);
      if (i === room) {
        room = listRoom(i + 1);
        if (this.#items === NONE) this.#items = writer.reallocNull(8 * room, Domain.mem);
        else writer.realloc(this.#items, 8 * room, Domain.mem);
      }
      if (writer.isFull) yield* this.#full();
    }
  }

  *#fill(): Generator<TraceChunk> {
    const writer = this.#writer;
    const { iterations } = this;
    this.#beginLoop();
    for (let i = 0; i < iterations; i++) {
      this.#step(i);
      this.#makeDict(i);
      if (i === UNTIL_FULL_COLLECTION) this.#collectGarbage();
      if (writer.isFull) yield* this.#full();
    }
  }

  #collectGarbage(): void {
    for (const slot of this.#garbage.splice(0)) this.#writer.free(slot, Domain.obj);
  }

  #makeDict(i: number): void {
    const writer = this.#writer;
    const { keysBytes, dictBytes, collectsBeyond } = this.build;
    if (keysBytes !== null) this.#keys[i] = this.#freeKeys.pop() ?? writer.malloc(keysBytes, Domain.obj);
    const kept = this.#freeDicts.pop();
    if (kept !== undefined) {
      this.#dicts[i] = kept;
      return;
    }
    this.#dicts[i] = writer.malloc(dictBytes, Domain.obj);
    if (collectsBeyond === null || ++this.#sinceCollection <= collectsBeyond) return;
    this.#sinceCollection = 0;
    for (const bytes of COLLECTION_STRINGS) writer.free(writer.malloc(bytes, Domain.obj), Domain.obj);
  }

  #dropDict(i: number): void {
    const writer = this.#writer;
    if (this.build.keysBytes !== null) {
      if (this.#freeKeys.length < FREE_LIST) this.#freeKeys.push(this.#keys[i]);
      else writer.free(this.#keys[i], Domain.obj);
    }
    if (this.#freeDicts.length < FREE_LIST) {
      this.#freeDicts.push(this.#dicts[i]);
      return;
    }
    writer.free(this.#dicts[i], Domain.obj);
    if (this.#sinceCollection > 0) this.#sinceCollection--;
  }

  /** The loop variable becomes `i`. */
  #step(i: number): void {
    const { intBytes } = this.build;
    if (intBytes === null) return;
    const next = i > LARGEST_CACHED_INT ? this.#writer.malloc(intBytes, Domain.obj) : NONE;
    if (this.#i !== NONE) this.#writer.free(this.#i, Domain.obj);
    this.#i = next;
  }

  #beginLoop(): void {
    const writer = this.#writer;
    const { range, intBytes } = this.build;
    if (range === null || intBytes === null) {
      this.#iterator = writer.malloc(64, Domain.obj);
      return;
    }
    // The length of a range: stop - start, less one, by step, and one again.
    const n = this.iterations;
    const values = range.ints === 4 ? [n, n - 1, n - 1, n] : [n];
    const ints = values.map((value) => (value > LARGEST_CACHED_INT ? writer.malloc(intBytes, Domain.obj) : NONE));
    const length = ints.pop() ?? NONE;
    for (const int of ints.reverse()) if (int !== NONE) writer.free(int, Domain.obj);
    const object = writer.malloc(range.bytes, Domain.obj);
    this.#iterator = writer.malloc(range.iteratorBytes, Domain.obj);
    if (length !== NONE) writer.free(length, Domain.obj);
    writer.free(object, Domain.obj);
  }

  #endPhase(mark: number): void {
    this.#writer.free(this.#iterator, Domain.obj);
    const { intBytes } = this.build;
    this.#writer.site = 0;
    if (intBytes !== null) this.#held = this.#writer.malloc(intBytes, Domain.obj);
    this.#mark(mark);
  }

  #mark(number: number): void {
    this.#writer.site = 0;
    this.#writer.mark(number, BENCHMARK_MARKS[number - 1]);
    if (this.#held !== NONE) this.#writer.free(this.#held, Domain.obj);
    this.#held = NONE;
    for (const bytes of this.beginning.notes[number] ?? []) this.#writer.malloc(bytes, Domain.obj);
  }

  #at(line: number): void {
    this.#writer.site = this.sites.get(line) ?? 0;
  }

  *#full(): Generator<TraceChunk> {
    const chunk = this.#writer.take();
    if (chunk) yield chunk;
  }
}
