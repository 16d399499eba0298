/**
 * Which of the program's requests each address belongs to: block number and size by address. Addresses are multiples of 8, so
 * plain arrays serve, of which the operating system gives only the pages that are touched.
 */
const GRAIN = 3;

export class LiveBlocks {
  #numbers: Uint32Array;
  #sizes: Uint32Array;
  #lowest = Infinity;
  #highest = 0;
  #given = 0;
  #changes = 0;

  /** @param memoryBytes the most that addresses can reach */
  constructor(memoryBytes: number) {
    this.#numbers = new Uint32Array(memoryBytes >>> GRAIN);
    this.#sizes = new Uint32Array(memoryBytes >>> GRAIN);
  }

  /** Numbers given so far. */
  get given(): number {
    return this.#given;
  }

  /** Goes up whenever an address may have come to belong to another block. */
  get changes(): number {
    return this.#changes;
  }

  /** A new block. Answers its number. */
  place(address: number, size: number): number {
    this.#changes++;
    const at = address >>> GRAIN;
    if (at < this.#lowest) this.#lowest = at;
    if (at > this.#highest) this.#highest = at;
    this.#sizes[at] = size;
    return (this.#numbers[at] = ++this.#given);
  }

  /** The number of the live block at an address; 0 = none of the program's. */
  at(address: number): number {
    return this.#numbers[address >>> GRAIN] ?? 0;
  }

  remove(address: number): number {
    this.#changes++;
    const at = address >>> GRAIN;
    const number = this.#numbers[at] ?? 0;
    if (number !== 0) this.#numbers[at] = 0;
    return number;
  }

  /** The block at `from` is now at `to`, and of another size. Answers its number; 0 = it was none of the program's. */
  move(from: number, to: number, size: number): number {
    const number = this.remove(from);
    if (number === 0) return 0;
    const at = to >>> GRAIN;
    if (at < this.#lowest) this.#lowest = at;
    if (at > this.#highest) this.#highest = at;
    this.#sizes[at] = size;
    return (this.#numbers[at] = number);
  }

  /** Calls back for every live block, by address. */
  each(tell: (address: number, size: number) => void): void {
    for (let at = this.#lowest; at <= this.#highest; at++) {
      if (this.#numbers[at] !== 0) tell(at * (1 << GRAIN), this.#sizes[at] ?? 0);
    }
  }
}
