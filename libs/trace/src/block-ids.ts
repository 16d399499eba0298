/**
 * What the ids of a trace mean while it is read: whole numbers or strings, each naming a live block, a freed one, or
 * nothing.
 *
 * Most tracers count: 0, 1, 2 … or 1, 2, 3 …. As long as the ids of a trace do that, nothing is kept of freed blocks:
 * an id below the next one that is not live must be dead, and its number follows from the id. Ids that jump or come
 * again (addresses, say) are looked up in the same table, and of the freed ones the last 65,536 are remembered.
 *
 * A string is a variable: placing a block under a string that is in use rebinds it, and the earlier block lives on
 * without an id. A whole number is an identity: placing a block under one that is in use is a fault.
 */
import { DeadIds } from './dead-ids.js';
import { ABSENT, IdTable } from './id-table.js';

/** Ids of blocks placed lately are looked up in a plain ring: most blocks die young and never reach the table. */
const RECENT = 65_536;
const RECENT_MASK = RECENT - 1;

/** Meanings are integers: a slot (>= 0) of a live block, `~number` (< 0) of a freed one, or `UNKNOWN`. */
export const UNKNOWN = ABSENT;

export class BlockIds {
  readonly #integers = new IdTable();
  /** Slot, or `ABSENT`, of the ids `#next` - `RECENT` … `#next` - 1, by their low bits. */
  readonly #recent = new Int32Array(RECENT).fill(ABSENT);
  readonly #strings = new Map<string, number>();
  readonly #dead = new DeadIds<number | string>();
  /** Ids `#first` … `#next` - 1 were given in counting order; number = id + `#shift`. */
  #first = -1;
  #next = -1;
  #shift = 0;
  #counting = true;

  /** Binds an id to a new block. False: the id is a whole number that still names a live block. */
  bind(id: number | string, slot: number, number: number): boolean {
    if (typeof id === 'string') {
      if (this.#dead.number(id) > 0) this.#dead.forget(id);
      this.#strings.set(id, slot);
      return true;
    }
    if (this.#counting) {
      if (this.#next < 0) {
        this.#first = id;
        this.#next = id;
        this.#shift = number - id;
      }
      if (id === this.#next && id + this.#shift === number) {
        const leaving = this.#recent[id & RECENT_MASK];
        if (leaving !== ABSENT) this.#integers.set(id - RECENT, leaving);
        this.#recent[id & RECENT_MASK] = slot;
        this.#next++;
        return true;
      }
      this.#counting = false;
    }
    if (this.#slotOf(id) !== ABSENT) return false;
    this.#dead.forget(id);
    if (this.#isRecent(id)) this.#recent[id & RECENT_MASK] = slot;
    else this.#integers.set(id, slot);
    return true;
  }

  find(id: number | string): number {
    const slot = typeof id === 'string' ? (this.#strings.get(id) ?? ABSENT) : this.#slotOf(id);
    return slot === ABSENT ? this.#findDead(id) : slot;
  }

  /** The meaning of an id whose block is being freed. A caller that gets a slot calls `remember` with its number. */
  take(id: number | string): number {
    let slot: number;
    if (typeof id === 'string') {
      slot = this.#strings.get(id) ?? ABSENT;
      if (slot !== ABSENT) this.#strings.delete(id);
    } else if (this.#isRecent(id)) {
      slot = this.#recent[id & RECENT_MASK];
      this.#recent[id & RECENT_MASK] = ABSENT;
    } else {
      slot = this.#integers.remove(id);
    }
    return slot === ABSENT ? this.#findDead(id) : slot;
  }

  /** True while the numbers of freed blocks follow from their ids, so that `remember` need not be called. */
  get counting(): boolean {
    return this.#counting;
  }

  remember(id: number | string, number: number): void {
    if (typeof id === 'number' && this.#counting) return;
    this.#dead.remember(id, number);
  }

  #isRecent(id: number): boolean {
    return id < this.#next && id >= this.#next - RECENT && id >= this.#first;
  }

  #slotOf(id: number): number {
    return this.#isRecent(id) ? this.#recent[id & RECENT_MASK] : this.#integers.get(id);
  }

  #findDead(id: number | string): number {
    const number = this.#dead.number(id);
    if (number > 0) return ~number;
    if (typeof id === 'number' && id >= this.#first && id < this.#next) return ~(id + this.#shift);
    return UNKNOWN;
  }
}
