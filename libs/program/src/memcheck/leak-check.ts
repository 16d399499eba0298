/**
 * Which blocks a program has lost, as memcheck decides it: scan the roots and whatever they lead to, conservatively, word
 * by word, with every initialised word a pointer if it points into a live block.
 *
 * - reachable: a chain of pointers to block starts leads there from a root.
 * - possible: only chains with a pointer to the inside of some block lead there.
 * - Of the rest, in address order, each block that nobody has claimed yet becomes the leader of a clique and claims all
 *   lost blocks that it reaches: also an earlier leader with all its followers, but not another's followers. Leaders
 *   are definite, followers indirect.
 *
 * The last rule depends on addresses: of a lost cycle the lowest block is the definite one, and a block with two lost
 * owners goes to the lower. A graph theorist would rather name the strongly connected components without an owner.
 * Source: Valgrind's manual, "Memory leak detection", and what memcheck 3.19 was seen to say.
 */
import { HEAP_START } from './address-space.js';
import type { Blocks } from './blocks.js';
import { ALL_BYTES, type ShadowMemory, Word } from './shadow-memory.js';

export const LEAK_KINDS = ['definite', 'indirect', 'possible', 'reachable'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

export const NO_LEADER = -1;

/** Stretches of the heap are no shorter than this, in bytes. */
const MIN_STRETCH = 256;

/** What was found, one entry per block that was live, in address order. Shared with nothing. */
export interface LeakCheck {
  readonly id: Float64Array;
  /** Bytes. */
  readonly size: Float64Array;
  /** Index into `ALLOCATORS`. */
  readonly allocator: Uint8Array;
  readonly allocPath: Int32Array;
  /** Index into `LEAK_KINDS`. */
  readonly kind: Uint8Array;
  /** Of an indirect block the entry of its leader, else `NO_LEADER`. */
  readonly leader: Int32Array;
  /** Of a definite block the bytes of its followers, else 0. */
  readonly indirectBytes: Float64Array;
}

const DEFINITE = LEAK_KINDS.indexOf('definite');
const INDIRECT = LEAK_KINDS.indexOf('indirect');
const POSSIBLE = LEAK_KINDS.indexOf('possible');
const REACHABLE = LEAK_KINDS.indexOf('reachable');

/** Checks all live blocks against the variables at the addresses `roots`. */
export function checkLeaks(blocks: Blocks, memory: ShadowMemory, roots: Iterable<number>): LeakCheck {
  const walk = new Walk(blocks, memory);
  walk.fromRoots(roots);
  walk.fromInteriorPointers();
  walk.gatherCliques();
  return walk.found();
}

/** Calls `visit` with every pointer from a live block to a live block, by entry of the check of this moment. */
export function visitBlockPointers(
  blocks: Blocks,
  memory: ShadowMemory,
  visit: (from: number, to: number) => void,
): void {
  new Walk(blocks, memory).visitPointers(visit);
}

class Walk implements LeakCheck {
  readonly id: Float64Array;
  readonly size: Float64Array;
  readonly allocator: Uint8Array;
  readonly allocPath: Int32Array;
  readonly kind: Uint8Array;
  readonly leader: Int32Array;
  readonly indirectBytes: Float64Array;
  private readonly start: Float64Array;
  private readonly zeroed: Uint32Array;
  /** For each stretch of `stretchBytes` bytes of the heap, how many entries start before it: narrows every search. */
  private readonly before: Int32Array;
  private readonly stretchBytes: number;
  /** Entries whose contents are still to be scanned. */
  private readonly unscanned: number[] = [];
  /** Entries that were met through a pointer to their inside. */
  private readonly inside: number[] = [];

  constructor(
    table: Blocks,
    private readonly memory: ShadowMemory,
  ) {
    const live = table.live();
    const { length } = live;
    this.id = new Float64Array(length);
    this.size = new Float64Array(length);
    this.allocator = new Uint8Array(length);
    this.allocPath = new Int32Array(length);
    this.kind = new Uint8Array(length).fill(DEFINITE);
    this.leader = new Int32Array(length).fill(NO_LEADER);
    this.indirectBytes = new Float64Array(length);
    this.start = new Float64Array(length);
    this.zeroed = new Uint32Array(length);
    live.forEach((block, entry) => {
      this.id[entry] = table.id[block];
      this.size[entry] = table.size[block];
      this.allocator[entry] = table.allocator[block];
      this.allocPath[entry] = table.allocPath[block];
      this.start[entry] = table.start[block];
      this.zeroed[entry] = table.zeroed[block];
    });
    this.stretchBytes = Math.max(MIN_STRETCH, Math.ceil((table.heapEnd - HEAP_START) / Math.max(length, 1)));
    this.before = new Int32Array(Math.ceil((table.heapEnd - HEAP_START) / this.stretchBytes) + 1);
    for (let stretch = 0, entry = 0; stretch < this.before.length; stretch++) {
      while (entry < length && this.start[entry] < HEAP_START + stretch * this.stretchBytes) entry++;
      this.before[stretch] = entry;
    }
  }

  fromRoots(roots: Iterable<number>): void {
    const word = new Word();
    for (const root of roots) {
      this.memory.load(root, word);
      if (word.defined === ALL_BYTES) this.meetReachable(word.address);
    }
    this.scanAll((address) => this.meetReachable(address));
  }

  fromInteriorPointers(): void {
    const meet = (entry: number): void => {
      if (this.kind[entry] !== DEFINITE) return;
      this.kind[entry] = POSSIBLE;
      this.unscanned.push(entry);
    };
    for (const entry of this.inside) meet(entry);
    this.scanAll((address) => {
      const entry = this.entryAt(address);
      if (entry >= 0) meet(entry);
    });
  }

  gatherCliques(): void {
    const { kind, leader, size, indirectBytes } = this;
    for (let entry = 0; entry < kind.length; entry++) {
      if (kind[entry] !== DEFINITE) continue;
      this.unscanned.push(entry);
      this.scanAll((address) => {
        const met = this.entryAt(address);
        if (met < 0 || met === entry || kind[met] !== DEFINITE) return;
        kind[met] = INDIRECT;
        leader[met] = entry;
        indirectBytes[entry] += size[met] + indirectBytes[met];
        indirectBytes[met] = 0;
        // An earlier leader has walked already: what it reaches is claimed, by it or by others.
        if (met > entry) this.unscanned.push(met);
      });
    }
    this.followLeaders();
  }

  visitPointers(visit: (from: number, to: number) => void): void {
    for (let entry = 0; entry < this.id.length; entry++) {
      this.memory.visitPointers(this.start[entry], this.size[entry], this.zeroed[entry], (address) => {
        const to = this.entryAt(address);
        if (to >= 0) visit(entry, to);
      });
    }
  }

  found(): LeakCheck {
    const { id, size, allocator, allocPath, kind, leader, indirectBytes } = this;
    return { id, size, allocator, allocPath, kind, leader, indirectBytes };
  }

  /** Followers of a leader that was claimed itself belong to the one that claimed it, which is always a later one. */
  private followLeaders(): void {
    const { leader } = this;
    for (let entry = 0; entry < leader.length; entry++) {
      if (leader[entry] === NO_LEADER) continue;
      let top = entry;
      while (leader[top] !== NO_LEADER) top = leader[top];
      for (let at = entry; at !== top;) {
        const next = leader[at];
        leader[at] = top;
        at = next;
      }
    }
  }

  private meetReachable(address: number): void {
    const entry = this.entryAt(address);
    if (entry < 0 || this.kind[entry] === REACHABLE) return;
    if (address !== this.start[entry]) {
      this.inside.push(entry);
      return;
    }
    this.kind[entry] = REACHABLE;
    this.unscanned.push(entry);
  }

  private scanAll(meet: (address: number) => void): void {
    for (let entry = this.unscanned.pop(); entry !== undefined; entry = this.unscanned.pop()) {
      this.memory.visitPointers(this.start[entry], this.size[entry], this.zeroed[entry], meet);
    }
  }

  /** The live block that the address points into; one of size 0 counts as one byte. -1 if there is none. */
  private entryAt(address: number): number {
    const { start, before } = this;
    const stretch = Math.floor((address - HEAP_START) / this.stretchBytes);
    if (stretch < 0 || stretch + 1 >= before.length) return -1;
    let low = before[stretch];
    let high = before[stretch + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (start[middle] <= address) low = middle + 1;
      else high = middle;
    }
    const entry = low - 1;
    return entry >= 0 && address < start[entry] + Math.max(this.size[entry], 1) ? entry : -1;
  }
}
