/**
 * Who owns each live slot: the block's number, the request that placed it, its call site and its name. Models know
 * none of this, so it is followed in a pass of its own over each chunk, after the model has placed it.
 *
 * Slots are recycled, so the tables are as long as the peak of live blocks. What a dead slot says is left over from its
 * last block and means nothing.
 */
import { Outcome, type BlockOwners, type PlacementColumns } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';

/** A copy of all owners. `blocksBySlot` has two entries per slot, `sites` one. */
export interface OwnersState {
  readonly blocks: number;
  /** By slot: number of its block, then index of the request that placed it. */
  readonly blocksBySlot: Int32Array;
  readonly sites: Uint32Array | null;
  readonly names: readonly (readonly [slot: number, name: string])[];
  readonly byteLength: number;
}

/** What `tell` writes, position by position of the chunk. */
export interface OwnerColumns {
  /** The block that a request gave or concerned; 0 = none. */
  readonly numbers: Float64Array;
  /** Its name, or the label of a mark. */
  readonly labels: Map<number, string> | null;
}

/** Rough bytes of a Map entry with a short string. */
const NAME_BYTES = 96;
/** Slots that there is room for at first. */
const SMALLEST = 32;

export class Owners implements BlockOwners {
  /** Block numbers given so far. */
  blocks = 0;
  /** Slots that were ever taken: 0 … used - 1. */
  #used = 0;
  /** Number and placing request of each slot side by side: they are written together. */
  #bySlot = new Int32Array(2 * SMALLEST);
  #sites: Uint32Array | null = null;
  readonly #names = new Map<number, string>();

  /** Slots that were ever taken: 0 … slots - 1. */
  get slots(): number {
    return this.#used;
  }

  number(slot: number): number {
    return this.#bySlot[2 * slot] ?? 0;
  }

  placedAt(slot: number): number {
    return this.#bySlot[2 * slot + 1] ?? 0;
  }

  site(slot: number): number {
    return this.#sites?.[slot] ?? 0;
  }

  name(slot: number): string | undefined {
    return this.#names.get(slot);
  }

  get byteLength(): number {
    return this.#bySlot.byteLength + (this.#sites?.byteLength ?? 0) + this.#names.size * NAME_BYTES;
  }

  /**
   * Follows requests [from, to) of `chunk`, whose first request has index `chunkFirst`, with the placements that the
   * model gave them.
   */
  follow(chunk: TraceChunk, chunkFirst: number, from: number, to: number, out: PlacementColumns): void {
    if (chunk.site || this.#sites || chunk.names || this.#names.size > 0) {
      this.tell(chunk, chunkFirst, from, to, out, null);
      return;
    }
    const { op, slot } = chunk;
    const { outcome } = out;
    let blocks = this.blocks;
    let bySlot = this.#bySlot;
    let last = 2 * this.#used - 2;
    for (let i = from; i < to; i++) {
      const code = op[i] & OP_MASK;
      if (code === Op.free) continue;
      const at = 2 * slot[i];
      if (code === Op.realloc) {
        if (gaveMemory(outcome[i])) bySlot[at + 1] = chunkFirst + i;
      } else if (code < Op.mark) {
        if (at > last) {
          last = at;
          if (at >= bySlot.length) bySlot = this.#grow(slot[i]);
        }
        bySlot[at] = ++blocks;
        bySlot[at + 1] = chunkFirst + i;
      }
    }
    this.blocks = blocks;
    this.#used = last / 2 + 1;
  }

  /** The same with sites and names, and with a word on each request. */
  tell(
    chunk: TraceChunk,
    chunkFirst: number,
    from: number,
    to: number,
    { outcome }: PlacementColumns,
    columns: OwnerColumns | null,
  ): void {
    if (chunk.site && !this.#sites) this.#sites = new Uint32Array(this.#bySlot.length / 2);
    for (let i = from; i < to; i++) {
      const code = chunk.op[i] & OP_MASK;
      const slot = chunk.slot[i];
      if (code === Op.mark) {
        note(columns, i, 0, chunk.names?.get(i));
      } else if (code === Op.staleFree || code === Op.staleRealloc) {
        note(columns, i, slot, chunk.names?.get(i));
      } else if (code === Op.free) {
        note(columns, i, this.number(slot), this.#names.get(slot));
        this.#names.delete(slot);
      } else {
        if (code !== Op.realloc) this.#place(slot, chunkFirst + i, chunk.site?.[i] ?? 0, chunk.names?.get(i));
        else if (gaveMemory(outcome[i])) this.#move(slot, chunkFirst + i, chunk.site?.[i] ?? 0);
        note(columns, i, this.#bySlot[2 * slot], this.#names.get(slot));
      }
    }
  }

  save(): OwnersState {
    const blocksBySlot = this.#bySlot.slice(0, 2 * this.#used);
    const sites = this.#sites?.slice(0, this.#used) ?? null;
    const names = [...this.#names];
    const byteLength = blocksBySlot.byteLength + (sites?.byteLength ?? 0) + names.length * NAME_BYTES;
    return { blocks: this.blocks, blocksBySlot, sites, names, byteLength };
  }

  restore({ blocks, blocksBySlot, sites, names }: OwnersState): void {
    const used = blocksBySlot.length / 2;
    this.blocks = blocks;
    this.#used = used;
    if (used > this.#bySlot.length / 2) this.#bySlot = new Int32Array(2 * roomFor(used));
    this.#bySlot.set(blocksBySlot);
    this.#sites = sites ? new Uint32Array(this.#bySlot.length / 2) : null;
    if (sites) this.#sites?.set(sites);
    this.#names.clear();
    for (const [slot, name] of names) this.#names.set(slot, name);
  }

  #place(slot: number, event: number, site: number, name: string | undefined): void {
    if (2 * slot >= this.#bySlot.length) this.#grow(slot);
    if (slot >= this.#used) this.#used = slot + 1;
    this.#bySlot[2 * slot] = ++this.blocks;
    this.#bySlot[2 * slot + 1] = event;
    if (this.#sites) this.#sites[slot] = site;
    if (name === undefined) this.#names.delete(slot);
    else this.#names.set(slot, name);
  }

  /** A moved block belongs to the line that moved it, where that is known. */
  #move(slot: number, event: number, site: number): void {
    this.#bySlot[2 * slot + 1] = event;
    if (this.#sites && site !== 0) this.#sites[slot] = site;
  }

  /** Makes room for `slot`. */
  #grow(slot: number): Int32Array<ArrayBuffer> {
    const room = roomFor(slot + 1);
    const bySlot = new Int32Array(2 * room);
    bySlot.set(this.#bySlot);
    this.#bySlot = bySlot;
    if (this.#sites) {
      const sites = new Uint32Array(room);
      sites.set(this.#sites);
      this.#sites = sites;
    }
    return bySlot;
  }
}

/** Did a realloc give the block another place? (`placed`: the block had none, for want of memory.) */
function gaveMemory(outcome: number): boolean {
  return outcome === Outcome.moved || outcome === Outcome.raw || outcome === Outcome.placed;
}

function note(columns: OwnerColumns | null, index: number, number: number, name: string | undefined): void {
  if (!columns) return;
  columns.numbers[index] = number;
  if (name !== undefined) columns.labels?.set(index, name);
}

function roomFor(slots: number): number {
  let room = SMALLEST;
  while (room < slots) room *= 2;
  return room;
}
