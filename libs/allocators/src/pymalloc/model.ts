/**
 * pymalloc: serves requests, keeps the books.
 *
 * Requests of 1 … threshold bytes are small and go to `Pools`; the others (0 bytes too) go to the system allocator.
 * realloc of a small block keeps it in place if it still fits and at least three quarters of it are used; otherwise the
 * new block is placed *before* the old one is freed. realloc of a system block leaves it there whatever the size (up to
 * Python 2.4 a small size moved it into a pool).
 *
 * When a limit on mapped bytes is set and a new arena or system block would exceed it, the request is out of memory and
 * changes nothing; the slot of a failed malloc stays empty, as the program holds NULL: free does nothing, realloc acts
 * as malloc. (A real CPython whose arena cannot be mapped would still ask the system allocator.)
 *
 * `serve` is written for speed: plain Int32 arithmetic, deltas in locals, no object per request.
 */
import { Op, OP_MASK, type RequestColumns } from '@heapcast/trace';
import {
  NO_REGION,
  Outcome,
  type AllocatorModel,
  type BlockOwners,
  type BlockPlace,
  type BlockVisitor,
  type Extremes,
  type HeapQuery,
  type Ledger,
  type MappingEvent,
  type ModelState,
  type OutcomeCode,
  type PlacementColumns,
  type Totals,
} from '../contract.js';
import type { HeapCells } from '../heap-cells.js';
import { EMPTY, FOREIGN, SYSTEM } from './block-table.js';
import { blockStates, heapCells } from './cells.js';
import { debugMallocStats } from './debugmallocstats.js';
import { blockSize } from './geometry.js';
import { heapView } from './heap-view.js';
import { Heap } from './heap.js';
import type { Options } from './options.js';
import type { Edition } from './profiles.js';
import { byteLength, isPymallocState, type PymallocState } from './state.js';
import { ledgerOf, statisticsOf } from './statistics.js';
import { NONE } from './usable-arenas.js';

/**
 * Requests per `serve`: so few that its Int32 deltas cannot overflow, so many that a call costs nothing, and so that V8
 * sees many calls: it compiles a loop that it enters in the middle less well.
 */
const STRIDE = 2048;

/** Places in `deltas`. */
const enum Delta {
  live,
  requested,
  allocated,
}

export class PymallocModel implements AllocatorModel {
  readonly unit: number;
  private readonly parts: Heap;

  private events = 0;
  private liveBlocks = 0;
  private requested = 0;
  private allocated = 0;
  /** Extremes since `takeExtremes`. */
  private liveMax = 0;
  private requestedMin = 0;
  private requestedMax = 0;
  private allocatedMin = 0;
  private allocatedMax = 0;

  /** How `serve` lets `resize` change its counts: live blocks, bytes requested and allocated since it began. */
  private readonly deltas = new Int32Array(3);
  private readonly takesOverRaw: boolean;

  constructor(options: Options, misalignment: ArrayLike<number>, edition: Edition) {
    this.parts = new Heap(options, misalignment, edition);
    this.unit = options.alignment;
    this.takesOverRaw = options.rawRealloc === 'taken-over';
  }

  apply(requests: RequestColumns, from: number, to: number, out: PlacementColumns): void {
    for (let start = from; start < to; start += STRIDE) {
      this.serve(requests, start, Math.min(to, start + STRIDE), out);
    }
  }

  private serve(requests: RequestColumns, from: number, to: number, out: PlacementColumns): void {
    const { op, size, slot } = requests;
    const { outcome, region, offset } = out;
    const { pools, arenas, table } = this.parts;
    const { geometry } = this.parts;
    const { deltas } = this;
    // V8 looks up an import's property, and checks what kind of number a local is, each time it is used: `| 0` on what
    // does not change settles both once. Measured: a third of the speed.
    const malloc = Op.malloc | 0;
    const calloc = Op.calloc | 0;
    const realloc = Op.realloc | 0;
    const reallocNull = Op.reallocNull | 0;
    const free = Op.free | 0;
    const kindMask = OP_MASK | 0;
    const placed = Outcome.placed | 0;
    const freed = Outcome.freed | 0;
    const empty = EMPTY | 0;
    const system = SYSTEM | 0;
    const classes = geometry.classes | 0;
    const unitShift = geometry.unitShift | 0;
    const headerUnits = geometry.headerUnits | 0;
    const indexMask = ((1 << geometry.poolShift) - 1) | 0;
    const poolMask = (((1 << geometry.arenaShift) - 1) & ~indexMask) | 0;
    const end = to | 0;
    let rows = table.rows;
    let slots = table.slots | 0;
    arenas.firstEvent = this.events - from;
    let live = this.liveBlocks | 0;
    let liveMax = this.liveMax | 0;
    // Bytes relative to the state at `from`.
    let requested = 0;
    let requestedMin = 0;
    let requestedMax = 0;
    let allocated = 0;
    let allocatedMin = 0;
    let allocatedMax = 0;

    for (let i = from | 0; i < end; i = (i + 1) | 0) {
      const kind = op[i] & kindMask;
      const s = slot[i];
      if (kind === free) {
        const block = s < 0 ? empty : rows[s << 1];
        if (!(block >= 0)) {
          this.freeOther(s, i, out);
          continue;
        }
        rows[s << 1] = empty;
        outcome[i] = freed;
        region[i] = pools.regionOf(block);
        const units = (pools.give(block, i) + 1) | 0;
        offset[i] = (block & poolMask) + headerUnits + (block & indexMask) * units;
        live = (live - 1) | 0;
        requested = (requested - rows[(s << 1) + 1]) | 0;
        allocated = (allocated - (units << unitShift)) | 0;
        if (requested < requestedMin) requestedMin = requested;
        if (allocated < allocatedMin) allocatedMin = allocated;
      } else if (kind === malloc || kind === calloc || kind === reallocNull) {
        if (s >= slots) {
          table.reach(s);
          rows = table.rows;
          slots = table.slots | 0;
        }
        const n = size[i];
        const c = (n - 1) >>> unitShift;
        const block = c < classes ? pools.take(c, i) : system;
        if (block < 0) {
          this.placeOther(s, n, block, i, out);
          continue;
        }
        rows[s << 1] = block;
        rows[(s << 1) + 1] = n;
        const units = (c + 1) | 0;
        outcome[i] = placed;
        region[i] = pools.regionOf(block);
        offset[i] = (block & poolMask) + headerUnits + (block & indexMask) * units;
        live = (live + 1) | 0;
        requested = (requested + n) | 0;
        allocated = (allocated + (units << unitShift)) | 0;
        if (live > liveMax) liveMax = live;
        if (requested > requestedMax) requestedMax = requested;
        if (allocated > allocatedMax) allocatedMax = allocated;
      } else if (kind === realloc) {
        deltas[Delta.live] = live;
        deltas[Delta.requested] = requested;
        deltas[Delta.allocated] = allocated;
        this.resize(s, size[i], i, out);
        live = deltas[Delta.live];
        requested = deltas[Delta.requested];
        allocated = deltas[Delta.allocated];
        if (live > liveMax) liveMax = live;
        if (requested < requestedMin) requestedMin = requested;
        if (requested > requestedMax) requestedMax = requested;
        if (allocated < allocatedMin) allocatedMin = allocated;
        if (allocated > allocatedMax) allocatedMax = allocated;
      } else {
        this.note(kind, s, i, out);
        rows = table.rows;
        slots = table.slots | 0;
      }
    }

    this.events += to - from;
    this.liveBlocks = live;
    this.liveMax = liveMax;
    this.requestedMin = Math.min(this.requestedMin, this.requested + requestedMin);
    this.requestedMax = Math.max(this.requestedMax, this.requested + requestedMax);
    this.allocatedMin = Math.min(this.allocatedMin, this.allocated + allocatedMin);
    this.allocatedMax = Math.max(this.allocatedMax, this.allocated + allocatedMax);
    this.requested += requested;
    this.allocated += allocated;
  }

  /** malloc that no pool serves: it is not small, or (`block` is NONE) there is no memory for another arena. */
  private placeOther(s: number, n: number, block: number, i: number, out: PlacementColumns): void {
    const { system, table } = this.parts;
    const served = block === SYSTEM && system.take(n);
    table.set(s, served ? SYSTEM : EMPTY, n);
    answer(out, i, served ? Outcome.raw : Outcome.outOfMemory);
  }

  /** free of what is in no pool: NULL, a system block, one from elsewhere, one that was never placed. */
  private freeOther(s: number, i: number, out: PlacementColumns): void {
    const { system, table } = this.parts;
    if (table.block(s) === SYSTEM) system.give(table.size(s));
    if (s >= 0) table.set(s, EMPTY, 0);
    answer(out, i, s < 0 ? Outcome.none : Outcome.freed);
  }

  /** realloc of the block in slot `s` to `n` bytes; counts in `deltas`. */
  private resize(s: number, n: number, i: number, out: PlacementColumns): void {
    const { geometry, pools, system, table } = this.parts;
    const { deltas } = this;
    const block = table.block(s);
    const old = table.size(s);
    const small = block >= 0;
    const bytes = small ? blockSize(geometry, pools.classOf(block)) : 0;
    if (small && n <= bytes && 4 * n > 3 * bytes) {
      table.set(s, block, n);
      deltas[Delta.requested] += n - old;
      answer(out, i, Outcome.inPlace, pools.regionOf(block), pools.offsetOf(block));
      return;
    }
    const elsewhere = block === SYSTEM || block === FOREIGN;
    if (elsewhere && !(this.takesOverRaw && n <= geometry.threshold)) {
      this.resizeOther(s, n, i, out);
      return;
    }
    // The new block first, then free of the old one. A system block of 0 bytes that is taken over becomes one of 1 byte.
    const c = elsewhere && n === 0 ? 0 : (n - 1) >>> geometry.unitShift;
    const moved = c < geometry.classes ? pools.take(c, i) : system.take(n) ? SYSTEM : NONE;
    if (moved === NONE) {
      answer(out, i, Outcome.outOfMemory);
      return;
    }
    if (moved === SYSTEM) {
      answer(out, i, Outcome.raw);
    } else {
      const became = block === EMPTY ? Outcome.placed : Outcome.moved;
      answer(out, i, became, pools.regionOf(moved), pools.offsetOf(moved));
      deltas[Delta.live]++;
      deltas[Delta.requested] += n;
      deltas[Delta.allocated] += blockSize(geometry, c);
    }
    if (small) {
      pools.give(block, i);
      deltas[Delta.live]--;
      deltas[Delta.requested] -= old;
      deltas[Delta.allocated] -= bytes;
    } else if (block === SYSTEM) system.give(old);
    table.set(s, moved, n);
  }

  /** realloc of a block that is not the model's: it stays where it is. */
  private resizeOther(s: number, n: number, i: number, out: PlacementColumns): void {
    const { system, table } = this.parts;
    const served = table.block(s) === SYSTEM ? system.resize(table.size(s), n) : system.take(n);
    if (served) table.set(s, SYSTEM, n);
    answer(out, i, served ? Outcome.raw : Outcome.outOfMemory);
  }

  /** Requests that place and free nothing. */
  private note(kind: number, s: number, i: number, out: PlacementColumns): void {
    const { table } = this.parts;
    if (kind === Op.foreign) {
      if (s >= table.slots) table.reach(s);
      table.set(s, FOREIGN, 0);
    }
    if (kind === Op.staleFree) answer(out, i, s > 0 ? Outcome.doubleFree : Outcome.invalidFree);
    else answer(out, i, kind === Op.staleRealloc ? Outcome.invalidRealloc : Outcome.none);
  }

  totals(): Totals {
    return {
      events: this.events,
      liveBlocks: this.liveBlocks,
      requestedBytes: this.requested,
      allocatedBytes: this.allocated,
      mappedBytes: this.parts.os.mappedBytes,
      rawBlocks: this.parts.system.blocks,
      rawBytes: this.parts.system.bytes,
    };
  }

  takeExtremes(): Extremes {
    const mapped = this.parts.os.takeRange();
    const extremes = {
      requestedMin: this.requestedMin,
      requestedMax: this.requestedMax,
      allocatedMin: this.allocatedMin,
      allocatedMax: this.allocatedMax,
      mappedMin: mapped.minimum,
      mappedMax: mapped.maximum,
      liveBlocksMax: this.liveMax,
      rawBytesMax: this.parts.system.takePeak(),
    };
    this.openWindow();
    return extremes;
  }

  ledger(): Ledger {
    return ledgerOf(this.parts, this.requested, this.allocated);
  }

  takeMappings(): MappingEvent[] {
    return this.parts.os.takeMappings();
  }

  statistics(): Record<string, unknown> {
    return { ...statisticsOf(this.parts, this.ledger()) };
  }

  heap(query: HeapQuery, owners: BlockOwners): Record<string, unknown> {
    return { ...heapView(this.parts, this.liveBlocks, query, owners) };
  }

  visitBlocks(visit: BlockVisitor): void {
    const { pools, table, geometry } = this.parts;
    for (let slot = 0; slot < table.slots; slot++) {
      const block = table.block(slot);
      if (block === SYSTEM) visit(slot, table.size(slot), NO_REGION, 0, 0);
      if (block < 0) continue;
      const bytes = blockSize(geometry, pools.classOf(block));
      visit(slot, table.size(slot), pools.regionOf(block), pools.offsetOf(block), bytes);
    }
  }

  cells(): HeapCells {
    return heapCells(this.parts);
  }

  blockStates(region: number): Uint8Array<ArrayBuffer> {
    return blockStates(this.parts, region);
  }

  address(region: number, offset: number): number {
    return this.parts.address(region, offset);
  }

  locate(region: number, offset: number): BlockPlace {
    const { arenas, pools, geometry } = this.parts;
    const arena = arenas.entryOf(region);
    if (arena === NONE) return { pool: NONE, index: NONE, bytes: 0 };
    const { poolShift, poolsPerArena, headerUnits } = geometry;
    const pool = offset >> poolShift;
    const c = pools.sizeClass(arena * poolsPerArena + pool);
    const index = (offset - (pool << poolShift) - headerUnits) / (c + 1);
    return { pool, index, bytes: blockSize(geometry, c) };
  }

  debugMallocStats(): string {
    return debugMallocStats(this.parts);
  }

  save(): ModelState {
    const { table, os, system, arenas, pools } = this.parts;
    const data: PymallocState = {
      kind: 'pymalloc',
      events: this.events,
      liveBlocks: this.liveBlocks,
      requested: this.requested,
      allocated: this.allocated,
      table: table.save(),
      os: os.save(),
      system: system.save(),
      arenas: arenas.save(),
      pools: pools.save(),
    };
    return { byteLength: byteLength(data), data };
  }

  restore({ data }: ModelState): void {
    if (!isPymallocState(data)) throw new Error('this is not a state of a pymalloc model');
    const { table, os, system, arenas, pools } = this.parts;
    this.events = data.events;
    this.liveBlocks = data.liveBlocks;
    this.requested = data.requested;
    this.allocated = data.allocated;
    table.restore(data.table);
    os.restore(data.os);
    system.restore(data.system);
    arenas.restore(data.arenas);
    pools.restore(data.pools);
    this.openWindow();
  }

  /** Starts a new window of extremes at the present state. */
  private openWindow(): void {
    this.liveMax = this.liveBlocks;
    this.requestedMin = this.requestedMax = this.requested;
    this.allocatedMin = this.allocatedMax = this.allocated;
  }
}

/** What became of request `i`. */
function answer(out: PlacementColumns, i: number, outcome: OutcomeCode, region = NO_REGION, offset = 0): void {
  out.outcome[i] = outcome;
  out.region[i] = region;
  out.offset[i] = offset;
}
