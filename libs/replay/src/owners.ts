/**
 * Who owns each live slot: the block's number, the request that placed it, its call site and its name. Models know
 * none of this, so it is followed in a pass of its own over each chunk, after the model has placed it.
 *
 * Slots are recycled, so the tables are as long as the peak of live blocks. What a dead slot says is left over from its
 * last block and means nothing.
 */
import { Outcome, type BlockOwners, type PlacementColumns } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';

/** A copy of all owners. `numbers`, `placed` and `sites` go by slot. */
export interface OwnersState {
  readonly blocks: number;
  readonly numbers: Uint32Array;
  readonly placed: Uint32Array;
  readonly sites: Uint32Array | null;
  readonly names: readonly (readonly [slot: number, name: string])[];
  readonly byteLength: number;
}

/** Rough bytes of a Map entry with a short string. */
const NAME_BYTES = 96;
const SMALLEST = 32;

export class Owners implements BlockOwners {
  /** Block numbers given so far. */
  blocks = 0;
  /** Slots that were ever taken: 0 … used - 1. */
  #used = 0;
  #numbers = new Uint32Array(SMALLEST);
  #placed = new Uint32Array(SMALLEST);
  #sites: Uint32Array | null = null;
  readonly #names = new Map<number, string>();

  number(slot: number): number {
    return this.#numbers[slot] ?? 0;
  }

  placedAt(slot: number): number {
    return this.#placed[slot] ?? 0;
  }

  site(slot: number): number {
    return this.#sites?.[slot] ?? 0;
  }

  name(slot: number): string | undefined {
    return this.#names.get(slot);
  }

  get byteLength(): number {
    return this.#numbers.byteLength * (this.#sites ? 3 : 2) + this.#names.size * NAME_BYTES;
  }

  /**
   * Follows requests [from, to) of `chunk`, whose first request has index `chunkFirst`, with the placements that the
   * model gave them. With `numbers`, the block that each request gave or concerned is written there (0 = none), and
   * with `labels` its name, or the label of a mark.
   */
  follow(
    chunk: TraceChunk,
    chunkFirst: number,
    from: number,
    to: number,
    { outcome }: PlacementColumns,
    numbers: Float64Array | null = null,
    labels: Map<number, string> | null = null,
  ): void {
    const { op, slot } = chunk;
    const given = chunk.names;
    const named = given !== null || this.#names.size > 0;
    if (chunk.site && !this.#sites) this.#sites = new Uint32Array(this.#numbers.length);
    let blocks = this.blocks;
    let used = this.#used;
    let numberOf = this.#numbers;
    let placedOf = this.#placed;
    for (let i = from; i < to; i++) {
      const code = op[i] & OP_MASK;
      const at = slot[i];
      if (code === Op.free) {
        if (numbers) numbers[i] = at < 0 ? 0 : numberOf[at];
        if (named && at >= 0) this.#leave(at, i, labels);
      } else if (code === Op.realloc) {
        const became = outcome[i];
        if (became === Outcome.moved || became === Outcome.raw) {
          placedOf[at] = chunkFirst + i;
          this.#resite(chunk, i, at);
        }
        if (numbers) numbers[i] = numberOf[at];
        if (labels) label(labels, i, this.#names.get(at));
      } else if (code < Op.mark) {
        if (at >= used) {
          used = at + 1;
          if (used > numberOf.length) {
            this.#grow(used);
            numberOf = this.#numbers;
            placedOf = this.#placed;
          }
        }
        numberOf[at] = ++blocks;
        placedOf[at] = chunkFirst + i;
        if (this.#sites) this.#sites[at] = chunk.site?.[i] ?? 0;
        if (numbers) numbers[i] = blocks;
        if (named) this.#enter(at, given?.get(i), i, labels);
      } else {
        if (numbers) numbers[i] = code === Op.mark ? 0 : at;
        if (labels) label(labels, i, given?.get(i));
      }
    }
    this.blocks = blocks;
    this.#used = used;
  }

  save(): OwnersState {
    const numbers = this.#numbers.slice(0, this.#used);
    const placed = this.#placed.slice(0, this.#used);
    const sites = this.#sites?.slice(0, this.#used) ?? null;
    const names = [...this.#names];
    const byteLength = numbers.byteLength * (sites ? 3 : 2) + names.length * NAME_BYTES;
    return { blocks: this.blocks, numbers, placed, sites, names, byteLength };
  }

  restore(state: OwnersState): void {
    const used = state.numbers.length;
    if (used > this.#numbers.length) {
      this.#numbers = new Uint32Array(roomFor(used));
      this.#placed = new Uint32Array(this.#numbers.length);
      if (this.#sites) this.#sites = new Uint32Array(this.#numbers.length);
    }
    this.blocks = state.blocks;
    this.#used = used;
    this.#numbers.set(state.numbers);
    this.#placed.set(state.placed);
    if (state.sites) {
      this.#sites ??= new Uint32Array(this.#numbers.length);
      this.#sites.set(state.sites);
    } else {
      this.#sites = null;
    }
    this.#names.clear();
    for (const [slot, name] of state.names) this.#names.set(slot, name);
  }

  /** A moved block belongs to the line that moved it, where that is known. */
  #resite(chunk: TraceChunk, index: number, slot: number): void {
    const site = chunk.site?.[index] ?? 0;
    if (site !== 0 && this.#sites) this.#sites[slot] = site;
  }

  #enter(slot: number, name: string | undefined, index: number, labels: Map<number, string> | null): void {
    if (name === undefined) {
      this.#names.delete(slot);
    } else {
      this.#names.set(slot, name);
      labels?.set(index, name);
    }
  }

  #leave(slot: number, index: number, labels: Map<number, string> | null): void {
    if (labels) label(labels, index, this.#names.get(slot));
    this.#names.delete(slot);
  }

  #grow(used: number): void {
    const room = roomFor(used);
    this.#numbers = grown(this.#numbers, room);
    this.#placed = grown(this.#placed, room);
    if (this.#sites) this.#sites = grown(this.#sites, room);
  }
}

function label(labels: Map<number, string>, index: number, name: string | undefined): void {
  if (name !== undefined) labels.set(index, name);
}

function roomFor(used: number): number {
  let room = SMALLEST;
  while (room < used) room *= 2;
  return room;
}

function grown(column: Uint32Array, room: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(room);
  larger.set(column);
  return larger;
}
