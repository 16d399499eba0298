/**
 * Which slots are taken. A slot is given back when its block is freed, and the last one given back is the first one
 * taken again, so the slots of a trace are the smallest set that its peak needs and every reader agrees on them.
 */
export interface SavedSlots {
  readonly highWater: number;
  /** Slots given back and not taken again, oldest first. */
  readonly free: Int32Array;
}

export class SlotTable {
  #free = new Int32Array(64);
  #freeCount = 0;
  #highWater = 0;

  /** Slots ever taken at once: the length of any per-block table. */
  get highWater(): number {
    return this.#highWater;
  }

  /** Slots taken now. */
  get taken(): number {
    return this.#highWater - this.#freeCount;
  }

  take(): number {
    return this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#highWater++;
  }

  /** Gives back a slot that is taken; the caller knows that it is. */
  release(slot: number): void {
    if (this.#freeCount === this.#free.length) {
      const grown = new Int32Array(this.#free.length * 2);
      grown.set(this.#free);
      this.#free = grown;
    }
    this.#free[this.#freeCount++] = slot;
  }

  save(): SavedSlots {
    return { highWater: this.#highWater, free: this.#free.slice(0, this.#freeCount) };
  }

  restore(saved: SavedSlots): void {
    this.#highWater = saved.highWater;
    this.#freeCount = saved.free.length;
    this.#free = new Int32Array(Math.max(64, saved.free.length));
    this.#free.set(saved.free);
  }
}
