/**
 * Which blocks the program has lost, as memcheck decides it, on the memory that the program really had: every aligned word
 * of the roots (variables that live as long as the program, and the part of the stack that is in use) that points into a
 * live block leads there, and on through the block's own words.
 *
 * - still reachable: a chain of pointers to block starts leads there from a root
 * - possibly lost: only chains with a pointer to the inside of some block lead there
 * - of the rest, in address order, each block that nobody claimed yet is definitely lost and claims all lost blocks that it
 *   leads to: those are indirectly lost
 *
 * A pointer just behind the count that `new[]` keeps before objects with a destructor counts as one to the start (memcheck's
 * `newarray`). Source: Valgrind's manual, "Memory leak detection"; `libs/program/src/memcheck/leak-check.ts` is the same
 * for scripts.
 */
export const LEAK_KINDS = ['definite', 'indirect', 'possible', 'reachable'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

export interface ScannedBlock {
  readonly address: number;
  readonly size: number;
  /** Was it given by `new[]`? */
  readonly isArray: boolean;
}

export interface ScanRange {
  /** Address, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface ScanResult {
  /** Index into `LEAK_KINDS`, in the order of the blocks. */
  readonly kind: Uint8Array;
  /** Of an indirectly lost block the index of the block that it was lost through, else -1. */
  readonly leader: Int32Array;
}

const WORD = 4;
/** Pages: how blocks are found by address. */
const PAGE_SHIFT = 8;

const [DEFINITE, INDIRECT, POSSIBLE, REACHABLE] = [0, 1, 2, 3];

/** @param blocks by ascending address, not overlapping */
export function scanForLeaks(
  memory: Uint8Array,
  blocks: readonly ScannedBlock[],
  roots: readonly ScanRange[],
): ScanResult {
  return new Scan(memory, blocks).result(roots);
}

class Scan {
  readonly #kind: Uint8Array;
  readonly #leader: Int32Array;
  readonly #words: DataView;
  /** By page of 256 bytes: how many blocks begin before it. */
  readonly #before: Int32Array;
  readonly #unscanned: number[] = [];
  /** Met through a pointer to their inside. */
  readonly #inside: number[] = [];

  constructor(
    private readonly memory: Uint8Array,
    private readonly blocks: readonly ScannedBlock[],
  ) {
    this.#kind = new Uint8Array(blocks.length).fill(DEFINITE);
    this.#leader = new Int32Array(blocks.length).fill(-1);
    this.#words = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    this.#before = new Int32Array((memory.length >>> PAGE_SHIFT) + 2);
    for (let page = 0, block = 0; page < this.#before.length; page++) {
      while (block < blocks.length && blocks[block].address < page * (1 << PAGE_SHIFT)) block++;
      this.#before[page] = block;
    }
  }

  result(roots: readonly ScanRange[]): ScanResult {
    const meet = (address: number): void => this.#meetReachable(address);
    for (const { from, to } of roots) this.#visit(from, to, meet);
    this.#scanAll(meet);
    this.#fromInside();
    this.#gatherCliques();
    return { kind: this.#kind, leader: this.#leader };
  }

  #meetReachable(address: number): void {
    const at = this.#blockAt(address);
    if (at < 0 || this.#kind[at] === REACHABLE) return;
    if (!this.#isStart(this.blocks[at], address)) {
      this.#inside.push(at);
      return;
    }
    this.#kind[at] = REACHABLE;
    this.#unscanned.push(at);
  }

  #fromInside(): void {
    const meet = (at: number): void => {
      if (at < 0 || this.#kind[at] !== DEFINITE) return;
      this.#kind[at] = POSSIBLE;
      this.#unscanned.push(at);
    };
    for (const at of this.#inside) meet(at);
    this.#scanAll((address) => meet(this.#blockAt(address)));
  }

  #gatherCliques(): void {
    for (let at = 0; at < this.blocks.length; at++) {
      if (this.#kind[at] !== DEFINITE) continue;
      this.#unscanned.push(at);
      this.#scanAll((address) => {
        const met = this.#blockAt(address);
        if (met < 0 || met === at || this.#kind[met] !== DEFINITE) return;
        this.#kind[met] = INDIRECT;
        this.#leader[met] = at;
        // An earlier leader has claimed what it leads to; it comes along with that.
        if (met > at) this.#unscanned.push(met);
      });
    }
    for (let at = 0; at < this.blocks.length; at++) {
      // A leader that was claimed later: its followers belong to the one that claimed it.
      let top = this.#leader[at];
      while (top >= 0 && this.#leader[top] >= 0) top = this.#leader[top];
      this.#leader[at] = top;
    }
  }

  #scanAll(meet: (address: number) => void): void {
    for (let at = this.#unscanned.pop(); at !== undefined; at = this.#unscanned.pop()) {
      const { address, size } = this.blocks[at];
      this.#visit(address, address + size, meet);
    }
  }

  #visit(from: number, to: number, meet: (address: number) => void): void {
    const end = Math.min(to, this.memory.length) - WORD;
    for (let at = Math.ceil(from / WORD) * WORD; at <= end; at += WORD) {
      const word = this.#words.getUint32(at, true);
      if (word !== 0) meet(word);
    }
  }

  #isStart({ address, size, isArray }: ScannedBlock, pointer: number): boolean {
    if (pointer === address) return true;
    const cookie = pointer - address;
    if (!isArray || (cookie !== WORD && cookie !== 2 * WORD)) return false;
    const count = this.#words.getUint32(pointer - WORD, true);
    return count > 0 && (size - cookie) % count === 0;
  }

  /** Index of the block that the address points into; one of 0 bytes counts as one. -1 = none. */
  #blockAt(address: number): number {
    const page = address >>> PAGE_SHIFT;
    if (page + 1 >= this.#before.length) return -1;
    let low = this.#before[page];
    let high = this.#before[page + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.blocks[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const { address: start, size } = this.blocks[low - 1];
    return address < start + Math.max(size, 1) ? low - 1 : -1;
  }
}
