/**
 * The slots of all containers, in one column. A container owns a range whose length is a power of two; a range that is
 * given back is kept, linked through its first cell, for the next container of that size. No object per container,
 * and a copy of the column is a copy of the object graph.
 */

const SIZE_CLASSES = 31;

export interface SavedSlots {
  readonly cells: Int32Array;
  readonly used: number;
  readonly spare: Int32Array;
}

export class SlotStore {
  /** Object handles; 0 = empty. */
  cells = new Int32Array(64);
  /** Cell 0 stays unused, so that 0 can mean "no range". */
  private used = 1;
  /** Per size class, the first spare range; 0 = none. */
  private spare = new Int32Array(SIZE_CLASSES);

  /** The first cell of a range of `count` empty slots; 0 if `count` is 0. */
  take(count: number): number {
    if (count === 0) return 0;
    const sizeClass = classOf(count);
    const spare = this.spare[sizeClass];
    if (spare !== 0) {
      this.spare[sizeClass] = this.cells[spare];
      this.cells[spare] = 0;
      return spare;
    }
    const start = this.used;
    this.used += 1 << sizeClass;
    if (this.used > this.cells.length) {
      const cells = new Int32Array(Math.max(this.used, this.cells.length * 2));
      cells.set(this.cells);
      this.cells = cells;
    }
    return start;
  }

  /** The range must be empty. */
  giveBack(start: number, count: number): void {
    if (count === 0) return;
    const sizeClass = classOf(count);
    this.cells[start] = this.spare[sizeClass];
    this.spare[sizeClass] = start;
  }

  save(): SavedSlots {
    return { cells: this.cells.slice(0, this.used), used: this.used, spare: this.spare.slice() };
  }

  restore(saved: SavedSlots): void {
    this.cells = saved.cells.slice();
    this.used = saved.used;
    this.spare = saved.spare.slice();
  }
}

function classOf(count: number): number {
  return count === 1 ? 0 : 32 - Math.clz32(count - 1);
}
