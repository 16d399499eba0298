/**
 * Every block of the heap, live or free, in columns. A block is named by a small handle that is recycled when the block
 * vanishes (absorbed by a neighbour, or given back to the operating system).
 *
 * Real allocators find a block's neighbours by boundary tags in the heap itself. Here both neighbours are columns: the
 * table is O(blocks) and not O(bytes of heap), so a checkpoint of a large, sparse heap stays small.
 *
 * Invariant: from `first` along `upper`, blocks tile the heap from unit 0 to its end, each starting where the one
 * before it ends.
 */

/** No block. Its row is never free, so a missing neighbour reads as one that cannot be merged with. */
export const NIL = 0;

/** `slot` of a free block. */
export const FREE = -1;
const NOT_A_BLOCK = -2;

export type Column = Int32Array | Uint32Array | Float64Array;

export interface BlockTableState {
  readonly columns: readonly Column[];
  readonly used: number;
  readonly first: number;
  readonly last: number;
  readonly spare: number;
}

export class BlockTable {
  /** Unit of the heap at which the block starts, its header included. */
  start = new Int32Array(64);
  /** Length in units, its header included. */
  units = new Int32Array(64);
  /** Neighbours in the heap, at lower and at higher addresses. Of a recycled handle: `upper` is the next spare one. */
  lower = new Int32Array(64);
  upper = new Int32Array(64);
  /** The request slot that owns the block, or FREE. */
  slot = new Int32Array(64);
  /** Bytes asked for; of live blocks only. */
  requested = new Uint32Array(64);
  first = NIL;
  last = NIL;
  /** Handles ever given, NIL among them: rows from here on are unused. */
  used = 1;
  private spare = NIL;

  constructor() {
    this.slot[NIL] = NOT_A_BLOCK;
  }

  get capacity(): number {
    return this.start.length;
  }

  /** A new row; the caller fills it and links it. */
  take(start: number, units: number): number {
    let block = this.spare;
    if (block === NIL) {
      if (this.used === this.start.length) this.enlarge(this.used * 2);
      block = this.used++;
    } else this.spare = this.upper[block];
    this.start[block] = start;
    this.units[block] = units;
    return block;
  }

  linkBelow(block: number, neighbour: number): void {
    const below = this.lower[neighbour];
    this.lower[block] = below;
    this.upper[block] = neighbour;
    this.lower[neighbour] = block;
    if (below === NIL) this.first = block;
    else this.upper[below] = block;
  }

  linkAbove(block: number, neighbour: number): void {
    const above = this.upper[neighbour];
    this.upper[block] = above;
    this.lower[block] = neighbour;
    this.upper[neighbour] = block;
    if (above === NIL) this.last = block;
    else this.lower[above] = block;
  }

  /** Links a block that is the new end of the heap. */
  linkLast(block: number): void {
    this.upper[block] = NIL;
    this.lower[block] = this.last;
    if (this.last === NIL) this.first = block;
    else this.upper[this.last] = block;
    this.last = block;
  }

  /** Takes a block out of the heap's order and recycles its handle. */
  drop(block: number): void {
    const below = this.lower[block];
    const above = this.upper[block];
    if (below === NIL) this.first = above;
    else this.upper[below] = above;
    if (above === NIL) this.last = below;
    else this.lower[above] = below;
    this.upper[block] = this.spare;
    this.spare = block;
  }

  save(): BlockTableState {
    return {
      columns: this.columns().map((column) => column.slice(0, this.used)),
      used: this.used,
      first: this.first,
      last: this.last,
      spare: this.spare,
    };
  }

  restore(state: BlockTableState): void {
    if (state.used > this.capacity) this.enlarge(state.used);
    this.columns().forEach((column, index) => column.set(state.columns[index]));
    this.used = state.used;
    this.first = state.first;
    this.last = state.last;
    this.spare = state.spare;
  }

  private columns(): Column[] {
    return [this.start, this.units, this.lower, this.upper, this.slot, this.requested];
  }

  private enlarge(capacity: number): void {
    this.start = enlarged(this.start, capacity);
    this.units = enlarged(this.units, capacity);
    this.lower = enlarged(this.lower, capacity);
    this.upper = enlarged(this.upper, capacity);
    this.slot = enlarged(this.slot, capacity);
    const requested = new Uint32Array(capacity);
    requested.set(this.requested);
    this.requested = requested;
  }
}

/** A longer copy, zero-filled at its end. */
export function enlarged(column: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(capacity);
  copy.set(column);
  return copy;
}
