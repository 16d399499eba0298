/** By slot of the request stream: where its block is, and how many bytes it was asked for. As long as slots ever seen. */

/** What a slot holds when it holds no block of a pool. */
export const EMPTY = -1;
export const SYSTEM = -2;
export const FOREIGN = -3;

export interface BlockTableState {
  readonly blocks: Int32Array;
  readonly sizes: Uint32Array;
}

export class BlockTable {
  /** Handle of the block, or EMPTY, SYSTEM, FOREIGN. */
  blocks = new Int32Array(0);
  /** Bytes asked for; left as it was when the slot becomes empty. */
  sizes = new Uint32Array(0);
  /** Slots ever seen. */
  slots = 0;

  /** Makes room for `slot`; doubles, so that growth costs O(1) per slot. */
  reach(slot: number): void {
    this.slots = Math.max(this.slots, slot + 1);
    if (this.slots <= this.blocks.length) return;
    const room = Math.max(16, this.slots, this.blocks.length * 2);
    const blocks = new Int32Array(room).fill(EMPTY);
    blocks.set(this.blocks);
    this.blocks = blocks;
    const sizes = new Uint32Array(room);
    sizes.set(this.sizes);
    this.sizes = sizes;
  }

  save(): BlockTableState {
    return { blocks: this.blocks.slice(0, this.slots), sizes: this.sizes.slice(0, this.slots) };
  }

  restore(state: BlockTableState): void {
    this.slots = 0;
    this.reach(state.blocks.length - 1);
    this.blocks.set(state.blocks);
    this.sizes.set(state.sizes);
  }
}
