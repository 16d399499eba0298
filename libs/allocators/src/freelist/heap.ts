/**
 * One contiguous heap (region 0) with a free list. The rules, version 1; lengths in units of `alignment` bytes.
 *
 * **Blocks.** A block is a header of `headerSize` bytes and its payload. A request for n bytes needs
 * ceil((n + headerSize) / alignment) units, at least one and at least its header; n = 0 is served like any other. The
 * heap starts with as many unused bytes as make the first payload aligned, and is never longer than 2^31 - 2^16 units: a
 * request that needs more is refused at sight.
 *
 * **malloc, calloc, realloc(NULL).** The list is searched (`fit`): `first` from its first block; `next` from the rover
 * to the end and on from the first; `best` and `worst` look at every block and settle on the smallest that is large
 * enough, or the largest, the first in the list among equals. If nothing fits and `coalesce` is `deferred`, the whole
 * heap is coalesced once and searched once more. If still nothing fits the heap grows by `growthStep` or by what the
 * request needs, whichever is more; free space at the end of the heap does not count towards it. The new memory enters
 * as a block that is freed does, and the request is served from it with no further search. If the operating system
 * refuses, the outcome is outOfMemory and no block is touched (what deferred coalescing merged stays merged).
 *
 * **Split.** A remainder of at least `split` bytes stays free and keeps its place in the list; the request gets the `low`
 * or the `high` end. A smaller remainder is handed out with the block.
 *
 * **free.** The block enters the list: in address order at its place, in LIFO order at the front. `immediate`: a free
 * neighbour on either side becomes one block with it, which (LIFO) is at the front, or (address) where they were.
 * `deferred` and `none`: neighbours stay apart. Then, with `trim`, as long as the block at the end of the heap is free and
 * at least so many bytes long, it is given back.
 *
 * **Deferred coalescing** goes through the heap from low to high addresses; each run of free neighbours becomes one block
 * at the place that the free would have given it: for LIFO the front, so that the highest run ends up first.
 *
 * **realloc.** A block that is long enough stays, and a remainder of at least `split` bytes at its high end is freed. If
 * it is too short, the block after it free, and both long enough together, it stays and grows (not with `coalesce: none`:
 * there two blocks never become one); a remainder of at least `split` bytes stays free and keeps that block's place in
 * the list. Otherwise malloc, copy, free: in this order; if the malloc fails the old block stays. There is no growing
 * into memory that is not mapped yet.
 *
 * **Rover** (next fit). A search leaves it at the remainder of the block it split, or else at the block after the one it
 * took. When the block under it is merged it stays with the merged block; when that block leaves the list otherwise, it
 * goes on to the next one. The end of the list is its start. `follows`: a free moves it to the freed block or, if that
 * was merged into its lower neighbour, to the block after the two (so does Kernighan and Ritchie's `free`).
 */
import { OperatingSystem, type OperatingSystemState } from '../operating-system.js';
import { BlockTable, type BlockTableState, FREE, NIL } from './block-table.js';
import type { FreeList, FreeListState } from './free-list.js';
import { OrderedList } from './ordered-list.js';
import { type FreelistOptions, headPadding } from './options.js';
import { SizedList } from './sized-list.js';

/** The heap is the only region. */
export const REGION = 0;

/** Units of the largest heap: offsets are signed 32-bit, and the first payload is up to 256 units in. */
const MAX_UNITS = 0x7fff_0000;
const NEVER = 0x7fff_ffff;

/** How often what happened, since the start. */
export interface Tally {
  searches: number;
  /** Free blocks that those searches would have looked at, one by one. */
  examined: number;
  splits: number;
  /** Times that two neighbours became one block. */
  merges: number;
  /** Passes over the whole heap (deferred coalescing). */
  passes: number;
  growths: number;
  trims: number;
}

export interface HeapState {
  readonly blocks: BlockTableState;
  readonly list: FreeListState;
  readonly os: OperatingSystemState;
  readonly tally: Readonly<Tally>;
  readonly units: number;
  readonly allocatedUnits: number;
  readonly mergeable: boolean;
}

export class Heap {
  readonly blocks = new BlockTable();
  readonly list: FreeList;
  readonly os: OperatingSystem;
  /** Bytes before the first header, while the heap is mapped. */
  readonly padding: number;
  /** Units from the heap's base to the payload of a block that starts at unit 0. */
  readonly leadUnits: number;
  /** Length of the heap, without the padding. */
  units = 0;
  /** Of all live blocks. */
  allocatedUnits = 0;
  tally: Tally = { searches: 0, examined: 0, splits: 0, merges: 0, passes: 0, growths: 0, trims: 0 };
  /** Index of the request that is being served: mappings are told with it. */
  event = 0;
  /** Deferred: some free neighbours may wait to be merged. */
  private mergeable = false;
  /** The last `enter` merged the block into its lower neighbour. */
  private mergedDown = false;

  private readonly unit: number;
  private readonly shift: number;
  private readonly header: number;
  private readonly leastUnits: number;
  private readonly splitUnits: number;
  private readonly growthUnits: number;
  private readonly trimUnits: number;
  private readonly immediate: boolean;
  private readonly deferred: boolean;
  private readonly lifo: boolean;
  private readonly high: boolean;
  private readonly roves: boolean;
  private readonly follows: boolean;

  constructor(readonly options: FreelistOptions) {
    const { alignment, headerSize, order, fit, coalesce, split, trim } = options;
    this.unit = alignment;
    this.shift = Math.log2(alignment);
    this.header = headerSize;
    this.leastUnits = Math.max(1, Math.ceil(headerSize / alignment));
    this.splitUnits = split === null ? NEVER : Math.ceil(split / alignment);
    this.trimUnits = trim === null ? NEVER : Math.ceil(trim / alignment);
    this.growthUnits = options.growthStep / alignment;
    this.padding = headPadding(options);
    this.leadUnits = (this.padding + headerSize) / alignment;
    this.immediate = coalesce === 'immediate';
    this.deferred = coalesce === 'deferred';
    this.lifo = order === 'lifo';
    this.high = options.take === 'high';
    this.roves = fit === 'next';
    this.follows = this.roves && options.rover === 'follows';
    this.list = fit === 'best' ? new SizedList(this.blocks, order) : new OrderedList(this.blocks, order, fit);
    this.os = new OperatingSystem({
      regionBytes: (MAX_UNITS + 1) * alignment,
      alignment,
      misalignment: [],
      limit: options.mappedLimit,
    });
  }

  private unitsFor(size: number): number {
    // Sizes near 2^32 leave the range of integer arithmetic; they are rare.
    const units =
      size < 0x7fff_0000
        ? (size + this.header + this.unit - 1) >> this.shift
        : Math.ceil((size + this.header) / this.unit);
    return units < this.leastUnits ? this.leastUnits : units;
  }

  /** A live block for `size` bytes that nobody owns yet; NIL = out of memory. */
  place(size: number): number {
    const need = this.unitsFor(size);
    if (need > MAX_UNITS) return NIL;
    let found = this.search(need);
    if (found === NIL && this.deferred) {
      this.coalesceAll();
      found = this.search(need);
    }
    if (found === NIL) found = this.grow(need);
    if (found === NIL) return NIL;
    const block = this.carve(found, need);
    this.allocatedUnits += this.blocks.units[block];
    return block;
  }

  private search(need: number): number {
    const found = this.list.find(need);
    this.tally.searches++;
    this.tally.examined += this.list.examined;
    return found;
  }

  /** Takes `need` units of a free block, or all of it when the rest is too small to stay. */
  private carve(free: number, need: number): number {
    const { blocks, list } = this;
    const rest = blocks.units[free] - need;
    if (this.roves) list.rover = free;
    if (rest < this.splitUnits) {
      list.remove(free);
      return free;
    }
    this.tally.splits++;
    const start = blocks.start[free];
    if (this.high) {
      list.reshape(free, start, rest);
      const block = blocks.take(start + rest, need);
      blocks.linkAbove(block, free);
      return block;
    }
    list.reshape(free, start + need, rest);
    const block = blocks.take(start, need);
    blocks.linkBelow(block, free);
    return block;
  }

  /** Gives a live block another length without moving it, if that can be done; says whether. */
  resizeInPlace(block: number, size: number): boolean {
    const { blocks, list } = this;
    const need = this.unitsFor(size);
    const have = blocks.units[block];
    if (need <= have) {
      const rest = have - need;
      if (rest < this.splitUnits) return true;
      this.tally.splits++;
      blocks.units[block] = need;
      const free = blocks.take(blocks.start[block] + need, rest);
      blocks.linkAbove(free, block);
      this.release(free);
      return true;
    }
    const after = blocks.upper[block];
    if (blocks.slot[after] !== FREE || !(this.immediate || this.deferred)) return false;
    const rest = have + blocks.units[after] - need;
    if (rest < 0) return false;
    this.tally.merges++;
    if (rest < this.splitUnits) {
      list.remove(after);
      blocks.units[block] = need + rest;
      blocks.drop(after);
    } else {
      this.tally.splits++;
      list.reshape(after, blocks.start[block] + need, rest);
      blocks.units[block] = need;
    }
    this.allocatedUnits += blocks.units[block] - have;
    return true;
  }

  /** Frees a live block. */
  release(block: number): void {
    this.allocatedUnits -= this.blocks.units[block];
    const entered = this.enter(block);
    if (this.follows) this.list.rover = this.mergedDown ? this.list.next(entered) : entered;
    if (this.trimUnits !== NEVER) this.trim();
  }

  /** Puts a block into the list, with its neighbours if that is the policy. Returns the free block that it is part of. */
  private enter(block: number): number {
    const { blocks, list } = this;
    const { slot, units, start } = blocks;
    slot[block] = FREE;
    const below = blocks.lower[block];
    const above = blocks.upper[block];
    const belowFree = slot[below] === FREE;
    const aboveFree = slot[above] === FREE;
    this.mergedDown = this.immediate && belowFree;
    if (!this.immediate || !(belowFree || aboveFree)) {
      if (belowFree || aboveFree) this.mergeable = true;
      list.insert(block);
      return block;
    }
    const length = units[block] + (belowFree ? units[below] : 0) + (aboveFree ? units[above] : 0);
    this.tally.merges += belowFree && aboveFree ? 2 : 1;
    if (this.lifo) {
      if (belowFree) {
        start[block] = start[below];
        list.absorb(below, block);
        blocks.drop(below);
      }
      if (aboveFree) {
        list.absorb(above, block);
        blocks.drop(above);
      }
      units[block] = length;
      list.insert(block);
      return block;
    }
    if (!belowFree) {
      list.reshape(above, start[block], length);
      blocks.drop(block);
      return above;
    }
    if (aboveFree) {
      list.absorb(above, below);
      blocks.drop(above);
    }
    blocks.drop(block);
    list.reshape(below, start[below], length);
    return below;
  }

  private coalesceAll(): void {
    this.tally.passes++;
    if (!this.mergeable) return;
    this.mergeable = false;
    const { blocks, list } = this;
    const { slot, units, upper } = blocks;
    for (let block = blocks.first; block !== NIL; block = upper[block]) {
      if (slot[block] !== FREE || slot[upper[block]] !== FREE) continue;
      let length = units[block];
      if (this.lifo) list.absorb(block, block);
      for (let above = upper[block]; slot[above] === FREE; above = upper[block]) {
        length += units[above];
        list.absorb(above, block);
        blocks.drop(above);
        this.tally.merges++;
      }
      if (this.lifo) {
        units[block] = length;
        list.insert(block);
      } else list.reshape(block, blocks.start[block], length);
    }
  }

  /** The free block that new memory became part of; NIL if the operating system refuses. */
  private grow(need: number): number {
    const step = Math.max(this.growthUnits, need);
    const from = this.os.mappedBytes;
    const to = (this.units + step) * this.unit + this.padding;
    if (this.units + step > MAX_UNITS || !this.os.allows(to - from)) return NIL;
    this.os.resize(this.event, REGION, 0, from, to);
    this.tally.growths++;
    const block = this.blocks.take(this.units, step);
    this.blocks.linkLast(block);
    this.units += step;
    return this.enter(block);
  }

  private trim(): void {
    const { blocks } = this;
    for (let top = blocks.last; top !== NIL; top = blocks.last) {
      if (blocks.slot[top] !== FREE || blocks.units[top] < this.trimUnits) return;
      this.list.remove(top);
      this.units -= blocks.units[top];
      blocks.drop(top);
      this.tally.trims++;
      const to = this.units === 0 ? 0 : this.units * this.unit + this.padding;
      this.os.resize(this.event, REGION, 0, this.os.mappedBytes, to);
    }
  }

  save(): HeapState {
    return {
      blocks: this.blocks.save(),
      list: this.list.save(),
      os: this.os.save(),
      tally: { ...this.tally },
      units: this.units,
      allocatedUnits: this.allocatedUnits,
      mergeable: this.mergeable,
    };
  }

  restore(state: HeapState): void {
    this.blocks.restore(state.blocks);
    this.list.restore(state.list);
    this.os.restore(state.os);
    this.tally = { ...state.tally };
    this.units = state.units;
    this.allocatedUnits = state.allocatedUnits;
    this.mergeable = state.mergeable;
  }
}
