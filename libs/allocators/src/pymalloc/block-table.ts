/**
 * By slot of the request stream: where its block is, and how many bytes it was asked for. As long as slots ever seen.
 *
 * Both numbers of a slot lie side by side: one touch of memory for both.
 */

/** What a slot holds when it holds no block of a pool. */
export const EMPTY = -1;
export const SYSTEM = -2;
export const FOREIGN = -3;

export interface BlockTableState {
  readonly rows: Int32Array;
}

export class BlockTable {
  /** Two for each slot: handle of the block, or EMPTY, SYSTEM, FOREIGN; the 32 bits of the bytes asked for. */
  rows = new Int32Array(0);
  /** Slots ever seen. */
  slots = 0;

  /** Handle of the block, or EMPTY, SYSTEM, FOREIGN; `slot` may be any number. */
  block(slot: number): number {
    return slot >= 0 && slot < this.slots ? this.rows[slot << 1] : EMPTY;
  }

  /** Bytes asked for, of a slot that is not EMPTY. */
  size(slot: number): number {
    return this.rows[(slot << 1) + 1] >>> 0;
  }

  set(slot: number, block: number, size: number): void {
    this.rows[slot << 1] = block;
    this.rows[(slot << 1) + 1] = size;
  }

  /** Makes room for `slot`; doubles, so that growth costs O(1) per slot. */
  reach(slot: number): void {
    this.slots = Math.max(this.slots, slot + 1);
    if (2 * this.slots <= this.rows.length) return;
    const rows = new Int32Array(Math.max(32, 2 * this.slots, 2 * this.rows.length)).fill(EMPTY);
    rows.set(this.rows);
    this.rows = rows;
  }

  save(): BlockTableState {
    return { rows: this.rows.slice(0, 2 * this.slots) };
  }

  restore({ rows }: BlockTableState): void {
    this.slots = 0;
    this.reach(rows.length / 2 - 1);
    this.rows.set(rows);
  }
}
