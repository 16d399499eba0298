/** Counts blocks while a trace is walked from its start: which number the block in a slot has. */
export class BlockNumbers {
  #bySlot = new Int32Array(256);
  #count = 0;

  /** Numbers given so far. */
  get count(): number {
    return this.#count;
  }

  /** A block takes a slot; answers its number. */
  place(slot: number): number {
    if (slot >= this.#bySlot.length) {
      const grown = new Int32Array(Math.max(this.#bySlot.length * 2, slot + 1));
      grown.set(this.#bySlot);
      this.#bySlot = grown;
    }
    this.#bySlot[slot] = ++this.#count;
    return this.#count;
  }

  /** Number of the block that took the slot last. */
  of(slot: number): number {
    return this.#bySlot[slot];
  }
}
