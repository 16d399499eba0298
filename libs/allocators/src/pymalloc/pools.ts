/**
 * Pools and blocks: the paths that nearly every request takes.
 *
 * A pool holds blocks of one size class. Freed blocks form a stack (last freed, first reused); when it is empty the next
 * block never used is cut from the untouched tail. Pools of a class that are neither full nor empty form a list:
 *
 * - Blocks come from its front. A pool that becomes full leaves it.
 * - A full pool that gets a free goes to the front, and so does a new pool.
 * - A pool without a block in use goes back to its arena. If it is taken again for the **same** class it keeps its
 *   stack, the order of it and its untouched tail; for another class it is wiped.
 *
 * Source: `obmalloc.c`, `pymalloc_alloc` and `pymalloc_free`. Stored as one table with a row of eight Int32 per pool, two
 * pairs of small numbers packed, and one link per block: measured a quarter faster than a table per column, because
 * every access to a typed array costs the same handful of instructions.
 */
import type { Geometry } from './geometry.js';
import { NONE, type UsableArenas } from './usable-arenas.js';

/** Columns of a row. A `const enum`: the compiler writes the numbers in, V8 would look up names. */
const enum Row {
  /** Neighbours in the list of the class; NONE at its ends. */
  next = 0,
  previous = 1,
  /** Blocks not in use, freed or untouched (0 = full) << 16 | 1 + index of the block freed last, or 0. */
  head = 2,
  /** Size class << 16 | blocks in all. */
  kind = 3,
  /** Index of the next block never used. */
  untouched = 4,
  /** Ordinal of the arena: the region of placements. */
  region = 5,
}

/** How numbers lie: rows of 2 ** rowShift Int32; pairs in one Int32, with one of the upper and a mask of each half. */
const enum Packing {
  rowShift = 3,
  one = 0x1_0000,
  upper = -0x1_0000,
  lower = 0xffff,
}

export interface PoolsState {
  readonly rows: Int32Array;
  /** Of blocks that were ever handed out, pool by pool. */
  readonly links: Uint16Array;
  readonly front: Int32Array;
  readonly inClass: Int32Array;
}

export class Pools {
  /** By pool, see above. Pools never used since their arena was mapped have stale rows. */
  private rows = new Int32Array(0);
  /** By handle, for freed blocks: 1 + index of the block freed before; 0 = none. */
  private links = new Uint16Array(0);
  /** By class: front of its list, or NONE. */
  readonly front: Int32Array;
  /** By class: pools with a block in use. */
  readonly inClass: Int32Array;
  /** By class: blocks ever handed out. */

  private readonly poolShift: number;
  private readonly indexMask: number;

  constructor(
    private readonly geometry: Geometry,
    private readonly arenas: UsableArenas,
  ) {
    this.front = new Int32Array(geometry.classes).fill(NONE);
    this.inClass = new Int32Array(geometry.classes);
    this.poolShift = geometry.poolShift;
    this.indexMask = (1 << geometry.poolShift) - 1;
  }

  /**
   * Hands out a block of class `c`: its handle, or NONE when a new arena is needed and cannot be had. `request` is the
   * request's index in its columns, for the log of mappings.
   */
  take(c: number, request: number): number {
    let pool = this.front[c];
    if (pool < 0) {
      pool = this.takePool(c, request);
      if (pool < 0) return NONE;
    }
    const rows = this.rows;
    const row = pool << Packing.rowShift;
    const start = pool << this.poolShift;
    let head = rows[row + Row.head];
    let index = ((head & Packing.lower) - 1) | 0;
    if (index >= 0) {
      head = (((head & Packing.upper) | this.links[(start + index) | 0]) - Packing.one) | 0;
    } else {
      head = (head - Packing.one) | 0;
      index = rows[row + Row.untouched];
      rows[row + Row.untouched] = (index + 1) | 0;
    }
    rows[row + Row.head] = head;
    if (head >> 16 === 0) this.leave(pool, c);
    return (start + index) | 0;
  }

  /** Takes back the block at `handle`; answers its size class. */
  give(handle: number, request: number): number {
    const pool = handle >> this.poolShift;
    const rows = this.rows;
    const row = pool << Packing.rowShift;
    const before = rows[row + Row.head];
    const kind = rows[row + Row.kind];
    // Only the lower half, the block freed before, fits a link.
    this.links[handle] = before;
    const head = ((before + Packing.one) & Packing.upper) | ((handle & this.indexMask) + 1);
    rows[row + Row.head] = head;
    const spare = head >> 16;
    if (spare === 1) this.revive(pool, request);
    else if (spare === (kind & Packing.lower)) this.retire(pool, request);
    return kind >> 16;
  }

  /** Ordinal of the arena of the block at `handle`. */
  regionOf(handle: number): number {
    return this.rows[((handle >> this.poolShift) << Packing.rowShift) + Row.region];
  }

  /** Units from the arena's first aligned address to the block at `handle`. */
  offsetOf(handle: number): number {
    const { poolsPerArena, headerUnits } = this.geometry;
    const pool = handle >> this.poolShift;
    const start = (pool & (poolsPerArena - 1)) << this.poolShift;
    return start + headerUnits + (handle & this.indexMask) * (this.sizeClass(pool) + 1);
  }

  /** Size class of the block at `handle`. */
  classOf(handle: number): number {
    return this.sizeClass(handle >> this.poolShift);
  }

  /** Class that a pool has, or had last. This and what follows makes no sense of pools never used. */
  sizeClass(pool: number): number {
    return this.rows[(pool << Packing.rowShift) + Row.kind] >> 16;
  }

  /** Blocks of a pool that are in use. */
  used(pool: number): number {
    return this.capacity(pool) - (this.rows[(pool << Packing.rowShift) + Row.head] >> 16);
  }

  capacity(pool: number): number {
    return this.rows[(pool << Packing.rowShift) + Row.kind] & Packing.lower;
  }

  /** Blocks that were ever handed out since the pool was wiped: those with the indexes 0 … touched - 1. */
  touched(pool: number): number {
    return this.rows[(pool << Packing.rowShift) + Row.untouched];
  }

  /** Indexes of the freed blocks, last freed first: the order in which they will be handed out. */
  *freed(pool: number): Generator<number> {
    const start = pool << this.poolShift;
    const head = this.rows[(pool << Packing.rowShift) + Row.head] & Packing.lower;
    for (let index = head - 1; index >= 0; index = this.links[start + index] - 1) yield index;
  }

  save(): PoolsState {
    const pools = this.arenas.entries * this.geometry.poolsPerArena;
    let length = 0;
    for (const pool of this.arenas.carvedPools()) length += this.touched(pool);
    const links = new Uint16Array(length);
    let at = 0;
    for (const pool of this.arenas.carvedPools()) {
      const start = pool << this.poolShift;
      const end = start + this.touched(pool);
      for (let handle = start; handle < end; handle++) links[at++] = this.links[handle];
    }
    return {
      rows: this.rows.slice(0, pools << Packing.rowShift),
      links,
      front: this.front.slice(),
      inClass: this.inClass.slice(),
    };
  }

  /** The arenas have been restored before. */
  restore(state: PoolsState): void {
    const pools = state.rows.length >> Packing.rowShift;
    if (this.rows.length < state.rows.length) this.grow(pools);
    this.rows.set(state.rows);
    let at = 0;
    for (const pool of this.arenas.carvedPools()) {
      const start = pool << this.poolShift;
      const end = start + this.touched(pool);
      for (let handle = start; handle < end; handle++) this.links[handle] = state.links[at++];
    }
    this.front.set(state.front);
    this.inClass.set(state.inClass);
  }

  /** Gets a pool for class `c`, whose list is empty, and makes it the list. */
  private takePool(c: number, request: number): number {
    const pool = this.arenas.takePool(request);
    if (pool < 0) return NONE;
    const row = pool << Packing.rowShift;
    if (row >= this.rows.length) this.grow(pool + 1);
    const rows = this.rows;
    if (this.arenas.pristine || rows[row + Row.kind] >> 16 !== c) {
      const capacity = this.geometry.capacity[c];
      rows[row + Row.kind] = (c << 16) | capacity;
      rows[row + Row.head] = capacity << 16;
      rows[row + Row.untouched] = 0;
    }
    rows[row + Row.region] = this.arenas.ordinalOf(pool);
    rows[row + Row.next] = NONE;
    rows[row + Row.previous] = NONE;
    this.front[c] = pool;
    this.inClass[c]++;
    return pool;
  }

  /** A pool without a block in use goes back to its arena. */
  private retire(pool: number, request: number): void {
    const c = this.sizeClass(pool);
    this.unlink(pool, c);
    this.inClass[c]--;
    this.arenas.returnPool(pool, request);
  }

  /** The front of the list of class `c` is full. */
  private leave(pool: number, c: number): void {
    const next = this.rows[(pool << Packing.rowShift) + Row.next];
    this.front[c] = next;
    if (next >= 0) this.rows[(next << Packing.rowShift) + Row.previous] = NONE;
  }

  /** A pool that was full, and in no list, has a spare block again. */
  private revive(pool: number, request: number): void {
    const row = pool << Packing.rowShift;
    const c = this.sizeClass(pool);
    if (this.capacity(pool) === 1) {
      // A pool of a single block is empty now (CPython has none such: its smallest holds seven).
      this.inClass[c]--;
      this.arenas.returnPool(pool, request);
      return;
    }
    const next = this.front[c];
    this.rows[row + Row.next] = next;
    this.rows[row + Row.previous] = NONE;
    if (next >= 0) this.rows[(next << Packing.rowShift) + Row.previous] = pool;
    this.front[c] = pool;
  }

  private unlink(pool: number, c: number): void {
    const row = pool << Packing.rowShift;
    const next = this.rows[row + Row.next];
    const previous = this.rows[row + Row.previous];
    if (previous < 0) this.front[c] = next;
    else this.rows[(previous << Packing.rowShift) + Row.next] = next;
    if (next >= 0) this.rows[(next << Packing.rowShift) + Row.previous] = previous;
  }

  /** Makes room for `pools` rows, whole arenas at a time; doubles, so that growth costs O(1) per pool. */
  private grow(pools: number): void {
    const { poolsPerArena } = this.geometry;
    const room = Math.max(Math.ceil(pools / poolsPerArena) * poolsPerArena, 2 * (this.rows.length >> Packing.rowShift));
    const rows = new Int32Array(room << Packing.rowShift);
    rows.set(this.rows);
    this.rows = rows;
    const links = new Uint16Array(room << this.poolShift);
    links.set(this.links);
    this.links = links;
  }
}
