/**
 * Writes requests straight into columns: for generators of millions of them, without an object per request. The caller
 * keeps the slot of each block that it asks for and names no block that is not live.
 *
 * A chunk is full from `CHUNK_EVENTS` requests on; the caller then takes it before it goes on, and may be late by a few
 * requests.
 */
import { CHUNK_EVENTS, NO_SLOT, Op, SlotTable, type SavedSlots, type TraceChunk } from '@heapcast/trace';

/** Requests that may be written after a chunk is full. */
const SLACK = 64;

export class RequestWriter {
  /** Index into the trace's site table that the next requests get; 0 = not known. */
  site = 0;

  readonly #slots = new SlotTable();
  #op = new Uint8Array(CHUNK_EVENTS + SLACK);
  #size = new Uint32Array(CHUNK_EVENTS + SLACK);
  #slot = new Int32Array(CHUNK_EVENTS + SLACK);
  #site = new Uint32Array(CHUNK_EVENTS + SLACK);
  #names: Map<number, string> | null = null;
  #length = 0;
  #taken = 0;

  /** @param slots those that are taken when writing begins, and in which order the others were given back */
  constructor(slots?: SavedSlots) {
    if (slots) this.#slots.restore(slots);
  }

  /** Requests written so far. */
  get events(): number {
    return this.#taken + this.#length;
  }

  get isFull(): boolean {
    return this.#length >= CHUNK_EVENTS;
  }

  /** Asks for a block and answers its slot. `domain` is one of `Domain`. */
  malloc(size: number, domain = 0): number {
    const slot = this.#slots.take();
    this.#add(Op.malloc | domain, size, slot);
    return slot;
  }

  /** `realloc(NULL, size)`. */
  reallocNull(size: number, domain = 0): number {
    const slot = this.#slots.take();
    this.#add(Op.reallocNull | domain, size, slot);
    return slot;
  }

  realloc(slot: number, size: number, domain = 0): void {
    this.#add(Op.realloc | domain, size, slot);
  }

  free(slot: number, domain = 0): void {
    this.#slots.release(slot);
    this.#add(Op.free | domain, 0, slot);
  }

  mark(number: number, label?: string): void {
    if (label !== undefined) (this.#names ??= new Map()).set(this.#length, label);
    this.#add(Op.mark, number, NO_SLOT);
  }

  /** Slots as they are taken now, for a writer that goes on from here. */
  saveSlots(): SavedSlots {
    return this.#slots.save();
  }

  /** What was written since the last call, in columns of its own; null if that is nothing. */
  take(): TraceChunk | null {
    const length = this.#length;
    if (length === 0) return null;
    const site = this.#site.slice(0, length);
    const chunk: TraceChunk = {
      length,
      op: this.#op.slice(0, length),
      size: this.#size.slice(0, length),
      slot: this.#slot.slice(0, length),
      site: site.some((index) => index !== 0) ? site : null,
      time: null,
      names: this.#names,
    };
    this.#names = null;
    this.#taken += length;
    this.#length = 0;
    return chunk;
  }

  #add(op: number, size: number, slot: number): void {
    const at = this.#length++;
    this.#op[at] = op;
    this.#size[at] = size;
    this.#slot[at] = slot;
    this.#site[at] = this.site;
  }
}
