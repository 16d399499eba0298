/**
 * Arenas: where pools come from and where emptied pools go back to.
 *
 * `usable_arenas` is the list of arenas that have a free pool, **fewest free pools first**. New pools come from its
 * front, so nearly full arenas fill up while nearly empty ones are left alone, drain, and can be given back to the
 * operating system. The rules that make the order exact:
 *
 * - An arena that goes from no free pool to one goes to the very front.
 * - Otherwise it slides right past arenas with fewer free pools than it now has, and stops before equals. Those that it
 *   passes all have exactly one fewer, so it goes behind the last of them, which `lastWith` knows: O(1).
 * - Inside an arena emptied pools are reused first, last emptied first; then the next pool never used.
 * - A wholly free arena is unmapped. From 3.9 on it is kept if it is the last of the list at that moment, judged before
 *   it would slide (bpo-37257); before 2.5 it was always kept.
 * - A new arena takes the entry of `arenas[]` that was given back last, else the next one.
 *
 * Before 2.5 there was no such list: `shared` free pools were one stack over all arenas, and whole arenas could not be
 * told from it. Source: `obmalloc.c` of each version, `new_arena` and `insert_to_freepool`.
 */
import type { OperatingSystem } from '../operating-system.js';
import type { Geometry } from './geometry.js';
import type { SystemAllocator } from './system-allocator.js';

export const NONE = -1;

/** When a wholly free arena goes back to the operating system. */
export type Release = 'never' | 'when-free' | 'keep-last';
/** Whether each arena keeps its own free pools, or all share one stack. */
export type FreePools = 'per-arena' | 'shared';

export interface ArenaPolicy {
  readonly release: Release;
  readonly freePools: FreePools;
}

export interface UsableArenasState {
  /** Entries of `arenas[]` ever used; the tables are that long. */
  readonly entries: number;
  readonly front: number;
  readonly mapped: number;
  readonly highWater: number;
  readonly freePools: number;
  readonly misaligned: number;
  readonly unused: number;
  readonly sharedPool: number;
  readonly ordinal: Int32Array;
  readonly total: Int32Array;
  readonly free: Int32Array;
  readonly carved: Int32Array;
  readonly freePool: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly nextFreePool: Int32Array;
  readonly lastWith: Int32Array;
}

export class UsableArenas {
  /** Entries of `arenas[]` ever used. The tables below have one row for each. */
  entries = 0;
  /** Ordinal of the mapping; of the last one when the entry is not mapped. */
  ordinal = new Int32Array(0);
  /** Pools that the arena has, one fewer when its base is misaligned; 0 = not mapped. */
  total = new Int32Array(0);
  /** How many of them are free or never used. */
  free = new Int32Array(0);
  /** Pools ever taken: the others were never used. */
  carved = new Int32Array(0);
  /** The pool that was emptied last, then `nextFreePool`. */
  freePool = new Int32Array(0);
  /** `usable_arenas`, both ways; entries that are not mapped are chained by `next` alone. */
  next = new Int32Array(0);
  previous = new Int32Array(0);
  /** By pool: the one emptied before it. */
  nextFreePool = new Int32Array(0);

  /** Index of the event that is request 0 of the columns being served: mappings are logged by event. */
  firstEvent = 0;
  /** Front of `usable_arenas`. */
  front = NONE;
  /** Arenas mapped now, and the most that ever were. */
  mapped = 0;
  highWater = 0;
  /** Free and never used pools in all arenas. */
  freePools = 0;
  /** Mapped arenas that lost a pool to alignment. */
  misaligned = 0;
  /** Whether `takePool` last gave a pool that was never used since its arena was mapped. */
  pristine = false;

  private unused = NONE;
  private sharedPool = NONE;
  /** By number of free pools: the last arena of `usable_arenas` that has so many. */
  private readonly lastWith: Int32Array;
  private readonly poolsShift: number;
  private readonly shared: boolean;
  private readonly releases: boolean;
  private readonly keepsLast: boolean;

  constructor(
    private readonly geometry: Geometry,
    policy: ArenaPolicy,
    private readonly os: OperatingSystem,
    private readonly system: SystemAllocator,
  ) {
    this.lastWith = new Int32Array(geometry.poolsPerArena + 1).fill(NONE);
    this.poolsShift = geometry.arenaShift - geometry.poolShift;
    this.shared = policy.freePools === 'shared';
    this.releases = policy.release !== 'never';
    this.keepsLast = policy.release === 'keep-last';
  }

  /** A pool to use, or NONE when a new arena is needed and cannot be had. `request` is its index in its columns. */
  takePool(request: number): number {
    if (this.shared && this.sharedPool !== NONE) return this.takeSharedPool();
    let arena = this.front;
    if (arena === NONE) {
      arena = this.mapArena(request);
      if (arena === NONE) return NONE;
    }
    let pool = this.freePool[arena];
    this.pristine = pool === NONE;
    if (pool === NONE) pool = (arena << this.poolsShift) + this.carved[arena]++;
    else this.freePool[arena] = this.nextFreePool[pool];
    this.freePools--;
    // The front has the fewest free pools: with one fewer it still has, and no other has as few.
    const left = --this.free[arena];
    if (this.lastWith[left + 1] === arena) this.lastWith[left + 1] = NONE;
    if (left === 0) this.unlink(arena);
    else this.lastWith[left] = arena;
    return pool;
  }

  /** Takes back a pool without a block in use; unmaps its arena when the policy says so. */
  returnPool(pool: number, request: number): void {
    const arena = pool >> this.poolsShift;
    this.freePools++;
    if (this.shared) {
      this.nextFreePool[pool] = this.sharedPool;
      this.sharedPool = pool;
      this.free[arena]++;
      return;
    }
    this.nextFreePool[pool] = this.freePool[arena];
    this.freePool[arena] = pool;
    const before = this.free[arena];
    const last = this.lastWith[before];
    if (last === arena) {
      const previous = this.previous[arena];
      this.lastWith[before] = previous !== NONE && this.free[previous] === before ? previous : NONE;
    }
    const now = before + 1;
    this.free[arena] = now;
    if (now === this.total[arena] && this.releases && !(this.keepsLast && this.isLast(arena, before))) {
      if (before > 0) this.unlink(arena);
      this.unmapArena(arena, request);
      return;
    }
    if (this.lastWith[now] === NONE) this.lastWith[now] = arena;
    if (before === 0) this.linkBehind(NONE, arena);
    else if (last !== arena) {
      this.unlink(arena);
      this.linkBehind(last, arena);
    }
  }

  /** Index in `arenas[]` of a mapping that is there, or was the last to go; NONE for others. */
  entryOf(ordinal: number): number {
    const entry = this.ordinal.indexOf(ordinal);
    return entry < this.entries ? entry : NONE;
  }

  /** Ordinal of the arena of a pool. */
  ordinalOf(pool: number): number {
    return this.ordinal[pool >> this.poolsShift];
  }

  isMapped(entry: number): boolean {
    return this.total[entry] > 0;
  }

  /** Pools of mapped arenas that were ever taken, in order. */
  *carvedPools(): Generator<number> {
    for (let entry = 0; entry < this.entries; entry++) {
      if (!this.isMapped(entry)) continue;
      const first = entry << this.poolsShift;
      for (let pool = first; pool < first + this.carved[entry]; pool++) yield pool;
    }
  }

  /** Entries of `usable_arenas`, front first. */
  order(): number[] {
    const order: number[] = [];
    for (let arena = this.front; arena !== NONE; arena = this.next[arena]) order.push(arena);
    return order;
  }

  save(): UsableArenasState {
    const { entries } = this;
    return {
      entries,
      front: this.front,
      mapped: this.mapped,
      highWater: this.highWater,
      freePools: this.freePools,
      misaligned: this.misaligned,
      unused: this.unused,
      sharedPool: this.sharedPool,
      ordinal: this.ordinal.slice(0, entries),
      total: this.total.slice(0, entries),
      free: this.free.slice(0, entries),
      carved: this.carved.slice(0, entries),
      freePool: this.freePool.slice(0, entries),
      next: this.next.slice(0, entries),
      previous: this.previous.slice(0, entries),
      nextFreePool: this.nextFreePool.slice(0, entries << this.poolsShift),
      lastWith: this.lastWith.slice(),
    };
  }

  restore(state: UsableArenasState): void {
    this.entries = 0;
    this.reserve(state.entries);
    this.entries = state.entries;
    this.ordinal.set(state.ordinal);
    this.total.set(state.total);
    this.free.set(state.free);
    this.carved.set(state.carved);
    this.freePool.set(state.freePool);
    this.next.set(state.next);
    this.previous.set(state.previous);
    this.nextFreePool.set(state.nextFreePool);
    this.lastWith.set(state.lastWith);
    this.front = state.front;
    this.mapped = state.mapped;
    this.highWater = state.highWater;
    this.freePools = state.freePools;
    this.misaligned = state.misaligned;
    this.unused = state.unused;
    this.sharedPool = state.sharedPool;
  }

  private takeSharedPool(): number {
    const pool = this.sharedPool;
    this.sharedPool = this.nextFreePool[pool];
    this.pristine = false;
    this.freePools--;
    this.free[pool >> this.poolsShift]--;
    return pool;
  }

  private mapArena(request: number): number {
    const { geometry, os } = this;
    const reused = this.unused !== NONE;
    const arena = reused ? this.unused : this.entries;
    if (arena >= geometry.maxArenas || !os.allows(geometry.arenaBytes, this.system.bytes)) return NONE;
    if (reused) this.unused = this.next[arena];
    else {
      this.reserve(arena + 1);
      this.entries = arena + 1;
    }
    const ordinal = os.map(this.firstEvent + request, arena, geometry.arenaBytes);
    const lost = os.lead(ordinal) === 0 ? 0 : 1;
    const pools = geometry.poolsPerArena - lost;
    this.ordinal[arena] = ordinal;
    this.total[arena] = pools;
    this.free[arena] = pools;
    this.carved[arena] = 0;
    this.freePool[arena] = NONE;
    this.misaligned += lost;
    this.freePools += pools;
    this.mapped++;
    if (this.mapped > this.highWater) this.highWater = this.mapped;
    this.lastWith[pools] = arena;
    this.linkBehind(NONE, arena);
    return arena;
  }

  private unmapArena(arena: number, request: number): void {
    const { geometry, os } = this;
    os.unmap(this.firstEvent + request, this.ordinal[arena], arena, geometry.arenaBytes);
    this.freePools -= this.total[arena];
    this.misaligned -= geometry.poolsPerArena - this.total[arena];
    this.mapped--;
    this.total[arena] = 0;
    this.next[arena] = this.unused;
    this.unused = arena;
  }

  /** Puts an arena behind another in `usable_arenas`; behind NONE = at the front. */
  private linkBehind(previous: number, arena: number): void {
    const next = previous === NONE ? this.front : this.next[previous];
    this.previous[arena] = previous;
    this.next[arena] = next;
    if (previous === NONE) this.front = arena;
    else this.next[previous] = arena;
    if (next !== NONE) this.previous[next] = arena;
  }

  /** An arena without a free pool (of one pool in all) is in no list, and last when nobody else is there. */
  private isLast(arena: number, freeBefore: number): boolean {
    return freeBefore === 0 ? this.front === NONE : this.next[arena] === NONE;
  }

  private unlink(arena: number): void {
    const next = this.next[arena];
    const previous = this.previous[arena];
    if (previous === NONE) this.front = next;
    else this.next[previous] = next;
    if (next !== NONE) this.previous[next] = previous;
  }

  /** Makes room for `entries` rows; doubles, so that growth costs O(1) per arena. */
  private reserve(entries: number): void {
    const room = this.ordinal.length;
    if (entries <= room) return;
    const rows = Math.max(entries, room * 2);
    this.ordinal = longer(this.ordinal, rows);
    this.total = longer(this.total, rows);
    this.free = longer(this.free, rows);
    this.carved = longer(this.carved, rows);
    this.freePool = longer(this.freePool, rows);
    this.next = longer(this.next, rows);
    this.previous = longer(this.previous, rows);
    this.nextFreePool = longer(this.nextFreePool, rows << this.poolsShift);
  }
}

function longer(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(column);
  return grown;
}
