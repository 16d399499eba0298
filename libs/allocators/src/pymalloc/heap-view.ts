/**
 * The heap as a reader sees it: arenas in address order, their pools, the blocks in them.
 *
 * Four levels of detail, each a page of items (`offset`, `limit`) beside the total number of items, so that an answer
 * stays small however large the heap is. Block indexes count from the pool's first block; addresses are text, as
 * JavaScript tools print numbers above 2^32 badly.
 */
import type { BlockOwners, HeapQuery } from '../contract.js';
import { blockSize } from './geometry.js';
import type { Heap } from './heap.js';
import { arenaCountsOf } from './statistics.js';

/** Blocks that a pool's `next` tells ahead, unless that pool alone is asked for. */
const AHEAD = 16;

export interface ArenaView {
  /** Order of mapping, from 0; never reused. */
  readonly region: number;
  /** Index in `arenas[]`. */
  readonly slot: number;
  readonly base: string;
  /** Bytes from the base to the first pool: 0 when the base is pool-aligned. */
  readonly lead: number;
  readonly pools: { readonly total: number; readonly used: number; readonly free: number; readonly neverUsed: number };
  /** Place in `usable_arenas`, 0 = the next pool comes from here; `null` = no free pool. */
  readonly usable: number | null;
  readonly liveBlocks: number;
  /** Bytes that the live blocks occupy. */
  readonly liveBytes: number;
}

export interface PoolView {
  readonly region: number;
  /** Counted from the arena's first aligned address. */
  readonly pool: number;
  readonly address: string;
  /** `free`: emptied, remembers its class. */
  readonly state: 'used' | 'full' | 'free' | 'neverUsed';
  readonly class: number | null;
  /** Bytes per block. */
  readonly size: number | null;
  readonly capacity: number;
  readonly used: number;
  /** Freed blocks, and those never handed out. */
  readonly freed: number;
  readonly untouched: number;
  /**
   * The blocks that will be handed out next, in order: last freed first, then untouched ones; at most 16, all of
   * them when the query names the pool.
   */
  readonly next: readonly number[];
}

export interface BlockView {
  readonly region: number;
  readonly pool: number;
  readonly index: number;
  readonly address: string;
  readonly size: number;
  readonly state: 'live' | 'freed' | 'untouched';
  /** Of live blocks only. */
  readonly number?: number;
  readonly requested?: number;
  readonly placedAt?: number;
  readonly site?: number;
  readonly name?: string;
}

export interface HeapPage {
  readonly detail: HeapQuery['detail'];
  readonly mapped: number;
  readonly arenas: ReturnType<typeof arenaCountsOf>;
  readonly liveBlocks: number;
  /** Bytes and blocks at the system allocator, not laid out. */
  readonly raw: { readonly blocks: number; readonly bytes: number };
  /** Ordinals of the arenas with a free pool, as `usable_arenas` orders them; the first 64. */
  readonly usableArenas: readonly number[];
  /** Items in all, of which this page starts at `offset`. */
  readonly total: number;
  readonly offset: number;
  readonly items: readonly (ArenaView | PoolView | BlockView)[];
}

/** A pool by its place and the fields that every view needs. */
interface PoolPlace {
  readonly arena: number;
  readonly pool: number;
}

export function heapView(heap: Heap, liveBlocks: number, query: HeapQuery, owners: BlockOwners): HeapPage {
  const { arenas, os, system } = heap;
  const head = {
    detail: query.detail,
    mapped: os.mappedBytes,
    arenas: arenaCountsOf(heap),
    liveBlocks,
    raw: { blocks: system.blocks, bytes: system.bytes },
    usableArenas: arenas
      .order()
      .slice(0, 64)
      .map((entry) => arenas.ordinal[entry]),
    offset: query.offset,
  };
  const entries = entriesInOrder(heap, query.region);
  if (query.detail === 'summary') return { ...head, total: 0, items: [] };
  if (query.detail === 'regions') {
    const place = new Map(arenas.order().map((entry, index) => [entry, index]));
    const items = page(entries, query).map((entry) => arenaView(heap, entry, place.get(entry) ?? null));
    return { ...head, total: entries.length, items };
  }
  const places = entries.flatMap((arena) => poolsOf(heap, arena, query.pool));
  if (query.detail === 'pools') {
    const ahead = query.pool === undefined ? AHEAD : Infinity;
    return { ...head, total: places.length, items: page(places, query).map((place) => poolView(heap, place, ahead)) };
  }
  return { ...head, ...blockPage(heap, places, query, owners) };
}

function page<T>(items: readonly T[], { offset, limit }: HeapQuery): readonly T[] {
  return items.slice(offset, offset + limit);
}

/** Mapped arenas by address; only one if `region` says which. */
function entriesInOrder({ arenas, os }: Heap, region?: number): number[] {
  return Array.from({ length: arenas.entries }, (_, entry) => entry)
    .filter((entry) => arenas.isMapped(entry) && (region === undefined || arenas.ordinal[entry] === region))
    .sort((a, b) => os.base(arenas.ordinal[a]) - os.base(arenas.ordinal[b]));
}

function poolsOf(heap: Heap, arena: number, only?: number): PoolPlace[] {
  const total = heap.arenas.total[arena];
  if (only !== undefined) return only < total ? [{ arena, pool: only }] : [];
  return Array.from({ length: total }, (_, pool) => ({ arena, pool }));
}

/** The pool as `Pools` counts them. */
function idOf(heap: Heap, { arena, pool }: PoolPlace): number {
  return arena * heap.geometry.poolsPerArena + pool;
}

/** Blocks in use; 0 for pools that are free or were never used. */
function usedBlocks(heap: Heap, place: PoolPlace): number {
  if (place.pool >= heap.arenas.carved[place.arena]) return 0;
  return heap.pools.used(idOf(heap, place));
}

function addressOf(heap: Heap, { arena, pool }: PoolPlace, unit = 0): string {
  const offset = (pool << heap.geometry.poolShift) + unit;
  return hex(heap.address(heap.arenas.ordinal[arena], offset));
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function arenaView(heap: Heap, entry: number, usable: number | null): ArenaView {
  const { arenas, os, geometry } = heap;
  let used = 0;
  let liveBlocks = 0;
  let liveBytes = 0;
  for (const place of poolsOf(heap, entry)) {
    const blocks = usedBlocks(heap, place);
    if (blocks === 0) continue;
    used++;
    liveBlocks += blocks;
    liveBytes += blocks * blockSize(geometry, heap.pools.sizeClass(idOf(heap, place)));
  }
  const total = arenas.total[entry];
  const neverUsed = total - arenas.carved[entry];
  const region = arenas.ordinal[entry];
  return {
    region,
    slot: entry,
    base: hex(os.base(region)),
    lead: os.lead(region),
    pools: { total, used, free: total - used - neverUsed, neverUsed },
    usable,
    liveBlocks,
    liveBytes,
  };
}

function poolView(heap: Heap, place: PoolPlace, ahead: number): PoolView {
  const region = heap.arenas.ordinal[place.arena];
  const head = { region, pool: place.pool, address: addressOf(heap, place) };
  if (place.pool >= heap.arenas.carved[place.arena]) {
    const none = { class: null, size: null, capacity: 0, used: 0, freed: 0, untouched: 0, next: [] };
    return { ...head, state: 'neverUsed', ...none };
  }
  const { pools, geometry } = heap;
  const id = idOf(heap, place);
  const sizeClass = pools.sizeClass(id);
  const capacity = pools.capacity(id);
  const used = pools.used(id);
  const touched = pools.touched(id);
  return {
    ...head,
    state: used === capacity ? 'full' : used === 0 ? 'free' : 'used',
    class: sizeClass,
    size: blockSize(geometry, sizeClass),
    capacity,
    used,
    freed: touched - used,
    untouched: capacity - touched,
    next: nextBlocks(heap, id, Math.min(ahead, capacity - used)),
  };
}

function nextBlocks({ pools }: Heap, pool: number, count: number): number[] {
  const next: number[] = [];
  for (const index of pools.freed(pool)) {
    if (next.length === count) return next;
    next.push(index);
  }
  for (let index = pools.touched(pool); next.length < count; index++) next.push(index);
  return next;
}

/** One page of the blocks of all pools in use. */
function blockPage(
  heap: Heap,
  places: readonly PoolPlace[],
  query: HeapQuery,
  owners: BlockOwners,
): { readonly total: number; readonly items: BlockView[] } {
  let total = 0;
  const parts: { place: PoolPlace; from: number; to: number }[] = [];
  for (const place of places) {
    if (usedBlocks(heap, place) === 0) continue;
    const capacity = heap.pools.capacity(idOf(heap, place));
    const from = Math.max(0, query.offset - total);
    const to = Math.min(capacity, query.offset + query.limit - total);
    if (from < to) parts.push({ place, from, to });
    total += capacity;
  }
  const slots = slotsByHandle(
    heap,
    parts.map(({ place }) => place),
  );
  const items = parts.flatMap(({ place, from, to }) => blocksOf(heap, place, from, to, slots, owners));
  return { total, items };
}

/** Slots of the live blocks in some pools, by handle: one pass over the slots. */
function slotsByHandle(heap: Heap, places: readonly PoolPlace[]): Map<number, number> {
  const { poolShift } = heap.geometry;
  const wanted = new Set(places.map((place) => idOf(heap, place)));
  const slots = new Map<number, number>();
  for (let slot = 0; wanted.size > 0 && slot < heap.table.slots; slot++) {
    const handle = heap.table.block(slot);
    if (handle >= 0 && wanted.has(handle >> poolShift)) slots.set(handle, slot);
  }
  return slots;
}

function blocksOf(
  heap: Heap,
  place: PoolPlace,
  from: number,
  to: number,
  slots: ReadonlyMap<number, number>,
  owners: BlockOwners,
): BlockView[] {
  const { geometry, arenas, pools } = heap;
  const id = idOf(heap, place);
  const units = pools.sizeClass(id) + 1;
  const size = units << geometry.unitShift;
  const start = id << geometry.poolShift;
  const touched = pools.touched(id);
  return Array.from({ length: to - from }, (_, i) => {
    const index = from + i;
    const unit = geometry.headerUnits + index * units;
    const block = {
      region: arenas.ordinal[place.arena],
      pool: place.pool,
      index,
      address: addressOf(heap, place, unit),
      size,
    };
    const slot = slots.get(start + index);
    if (slot === undefined) return { ...block, state: index < touched ? 'freed' : 'untouched' };
    return {
      ...block,
      state: 'live',
      number: owners.number(slot),
      requested: heap.table.size(slot),
      placedAt: owners.placedAt(slot),
      site: owners.site(slot),
      name: owners.name(slot),
    };
  });
}
