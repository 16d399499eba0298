/**
 * Which block an integer id means: an open-addressing table from id to a 32-bit value, in typed arrays. Its size
 * follows the ids that are in it now, not the largest id and not the number of ids ever used; a `Map` does the same job
 * an order of magnitude slower.
 *
 * Linear probing, at most half full, deletion by shifting back (no tombstones). The multipliers are random, so that
 * nobody can send ids that all land in one place; nothing else depends on them.
 */
const NO_KEY = -1;
/** Entries in an empty table. */
const SMALLEST = 32;

/** What `get` and `remove` answer for an id that is not there. */
export const ABSENT = -0x8000_0000;

export class IdTable {
  #keys: Float64Array;
  #values: Int32Array;
  #mask: number;
  #shift: number;
  #count = 0;
  readonly #lowFactor = randomOdd();
  readonly #highFactor = randomOdd();

  constructor() {
    this.#keys = new Float64Array(SMALLEST).fill(NO_KEY);
    this.#values = new Int32Array(SMALLEST);
    this.#mask = SMALLEST - 1;
    this.#shift = 32 - Math.log2(SMALLEST);
  }

  get count(): number {
    return this.#count;
  }

  /** Value of an id, or `ABSENT`. */
  get(id: number): number {
    const keys = this.#keys;
    const mask = this.#mask;
    let at = this.#home(id);
    for (let key = keys[at]; key !== NO_KEY; key = keys[at]) {
      if (key === id) return this.#values[at];
      at = (at + 1) & mask;
    }
    return ABSENT;
  }

  /** Sets the value of an id (a whole number, 0 … 2^53 - 1). */
  set(id: number, value: number): void {
    if (this.#count * 2 >= this.#mask) this.#grow();
    const keys = this.#keys;
    const mask = this.#mask;
    let at = this.#home(id);
    for (let key = keys[at]; key !== NO_KEY; key = keys[at]) {
      if (key === id) {
        this.#values[at] = value;
        return;
      }
      at = (at + 1) & mask;
    }
    keys[at] = id;
    this.#values[at] = value;
    this.#count++;
  }

  /** Takes an id out and answers its value, or `ABSENT`. */
  remove(id: number): number {
    const keys = this.#keys;
    const values = this.#values;
    const mask = this.#mask;
    let at = this.#home(id);
    for (;;) {
      const key = keys[at];
      if (key === NO_KEY) return ABSENT;
      if (key === id) break;
      at = (at + 1) & mask;
    }
    const value = values[at];
    let hole = at;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const key = keys[next];
      if (key === NO_KEY) break;
      // An entry may move back to the hole unless its home lies after the hole.
      if (((next - this.#home(key)) & mask) >= ((next - hole) & mask)) {
        keys[hole] = key;
        values[hole] = values[next];
        hole = next;
      }
    }
    keys[hole] = NO_KEY;
    this.#count--;
    return value;
  }

  #home(id: number): number {
    if (id <= 0x7fff_ffff) return Math.imul(id | 0, this.#lowFactor) >>> this.#shift;
    const high = Math.imul(Math.floor(id / 0x1_0000_0000) | 0, this.#highFactor);
    return ((Math.imul(id | 0, this.#lowFactor) + high) | 0) >>> this.#shift;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2).fill(NO_KEY);
    this.#values = new Int32Array(keys.length * 2);
    this.#mask = keys.length * 2 - 1;
    this.#shift--;
    this.#count = 0;
    for (let at = 0; at < keys.length; at++) {
      if (keys[at] !== NO_KEY) this.set(keys[at], values[at]);
    }
  }
}

function randomOdd(): number {
  return (Math.floor(Math.random() * 0x4000_0000) * 2 + 0x4000_0001) | 0;
}
