/**
 * The heap of `heap.ts` behind the allocator contract: which request slot owns which block, and the books.
 *
 * A block that came from elsewhere (`foreign`) stays outside: resizing it is nothing to place, freeing it ends it. A
 * request that was refused leaves its slot empty: resizing that is a malloc, freeing it frees nothing.
 */
import { Op, OP_MASK, type RequestColumns } from '@heapcast/trace';
import {
  type AllocatorModel,
  type BlockOwners,
  type BlockPlace,
  type BlockVisitor,
  type Extremes,
  type HeapQuery,
  type Ledger,
  type MappingEvent,
  type ModelState,
  NO_REGION,
  Outcome,
  type OutcomeCode,
  type PlacementColumns,
  type Totals,
} from '../contract.js';
import { cellsOfBlocks } from '../cells-of-blocks.js';
import type { HeapCells } from '../heap-cells.js';
import { type BlockTable, enlarged, NIL } from './block-table.js';
import { Heap, type HeapState, REGION } from './heap.js';
import {
  describeHeap,
  describeStatistics,
  type FreelistStatistics,
  type HeapPage,
  type HeapView,
} from './heap-report.js';
import type { FreelistOptions } from './options.js';

/** `slots` of a block that came from elsewhere; NIL = the slot holds nothing that was placed. */
const FOREIGN = -1;

interface SavedState {
  readonly heap: HeapState;
  readonly slots: Int32Array;
  readonly events: number;
  readonly liveBlocks: number;
  readonly requestedBytes: number;
}

/** Of a saved state, about: everything that is not a column. */
const SCALAR_BYTES = 256;

function isSavedState(data: unknown): data is SavedState {
  return typeof data === 'object' && data !== null && 'heap' in data && 'slots' in data;
}

type Window = { -readonly [key in keyof Extremes]: Extremes[key] };

export class FreelistModel implements AllocatorModel {
  readonly unit: number;
  private readonly space: Heap;
  private readonly blocks: BlockTable;
  /** Request slot -> block. */
  private slots = new Int32Array(64);
  /** Slots ever used. */
  private slotsUsed = 0;
  private events = 0;
  private liveBlocks = 0;
  private requestedBytes = 0;
  /** Of the last request: offset of its placement (-1 = none), and the units of that block. */
  private lastOffset = -1;
  private lastUnits = 0;
  private window: Window;

  constructor(options: FreelistOptions) {
    this.unit = options.alignment;
    this.space = new Heap(options);
    this.blocks = this.space.blocks;
    this.window = this.openWindow();
  }

  apply(requests: RequestColumns, from: number, to: number, out: PlacementColumns): void {
    const { op, size, slot } = requests;
    const first = this.events - from;
    for (let i = from; i < to; i++) {
      this.space.event = first + i;
      this.lastOffset = -1;
      const outcome = this.serve(op[i] & OP_MASK, size[i], slot[i]);
      out.outcome[i] = outcome;
      if (this.lastOffset < 0) {
        out.region[i] = NO_REGION;
        out.offset[i] = 0;
      } else {
        out.region[i] = REGION;
        out.offset[i] = this.lastOffset;
        this.note();
      }
    }
    this.events += to - from;
  }

  totals(): Totals {
    return {
      events: this.events,
      liveBlocks: this.liveBlocks,
      requestedBytes: this.requestedBytes,
      allocatedBytes: this.space.allocatedUnits * this.unit,
      mappedBytes: this.space.os.mappedBytes,
      rawBlocks: 0,
      rawBytes: 0,
    };
  }

  takeExtremes(): Extremes {
    const taken = this.window;
    this.window = this.openWindow();
    return taken;
  }

  /** `heapStart`: the bytes before the first header. `rounding` holds remainders that were too small to be split off. */
  ledger(): Ledger {
    const { units, allocatedUnits, padding, options, os } = this.space;
    const blockHeaders = this.liveBlocks * options.headerSize;
    return {
      mapped: os.mappedBytes,
      entries: {
        requested: this.requestedBytes,
        rounding: allocatedUnits * this.unit - blockHeaders - this.requestedBytes,
        blockHeaders,
        freeBlocks: (units - allocatedUnits) * this.unit,
        heapStart: units === 0 ? 0 : padding,
      },
    };
  }

  takeMappings(): MappingEvent[] {
    return this.space.os.takeMappings();
  }

  statistics(): FreelistStatistics {
    return describeStatistics(this.view());
  }

  heap(query: HeapQuery, owners: BlockOwners): HeapPage {
    return describeHeap(this.view(), query, owners);
  }

  visitBlocks(visit: BlockVisitor): void {
    const { blocks, slots, unit, space } = this;
    for (let slot = 0; slot < this.slotsUsed; slot++) {
      const block = slots[slot];
      if (block <= NIL) continue;
      visit(slot, blocks.requested[block], REGION, blocks.start[block] + space.leadUnits, blocks.units[block] * unit);
    }
  }

  cells(): HeapCells {
    const { os } = this.space;
    const spans = os.mappedBytes === 0 ? [] : [{ region: REGION, base: os.base(REGION), bytes: os.mappedBytes }];
    return cellsOfBlocks(spans, this.unit, (visitor) => this.visitBlocks(visitor));
  }

  blockStates(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(0);
  }

  address(region: number, offset: number): number {
    return this.space.os.base(region) + offset * this.unit;
  }

  locate(region: number, offset: number): BlockPlace {
    const known = region === REGION && offset === this.lastOffset;
    return { pool: -1, index: -1, bytes: known ? this.lastUnits * this.unit : 0 };
  }

  debugMallocStats(): null {
    return null;
  }

  save(): ModelState {
    const data: SavedState = {
      heap: this.space.save(),
      slots: this.slots.slice(0, this.slotsUsed),
      events: this.events,
      liveBlocks: this.liveBlocks,
      requestedBytes: this.requestedBytes,
    };
    const columns = [...data.heap.blocks.columns, ...data.heap.list.columns, data.slots];
    return { byteLength: columns.reduce((sum, column) => sum + column.byteLength, SCALAR_BYTES), data };
  }

  /** @throws Error on a state of another model */
  restore({ data }: ModelState): void {
    if (!isSavedState(data)) throw new Error('this is not a state of a freelist model');
    this.space.restore(data.heap);
    this.slotsUsed = data.slots.length;
    if (this.slotsUsed > this.slots.length) this.slots = new Int32Array(this.slotsUsed);
    this.slots.set(data.slots);
    this.events = data.events;
    this.liveBlocks = data.liveBlocks;
    this.requestedBytes = data.requestedBytes;
    this.lastOffset = -1;
    this.window = this.openWindow();
  }

  private serve(op: number, size: number, slot: number): OutcomeCode {
    switch (op) {
      case Op.malloc:
      case Op.calloc:
      case Op.reallocNull:
        this.useSlot(slot);
        return this.allocate(slot, size);
      case Op.realloc:
        return this.reallocate(slot, size);
      case Op.free:
        return slot < 0 ? Outcome.none : this.free(slot);
      case Op.foreign:
        this.useSlot(slot);
        this.slots[slot] = FOREIGN;
        return Outcome.none;
      case Op.staleFree:
        return slot > 0 ? Outcome.doubleFree : Outcome.invalidFree;
      case Op.staleRealloc:
        return Outcome.invalidRealloc;
      default:
        return Outcome.none;
    }
  }

  private allocate(slot: number, size: number): OutcomeCode {
    const block = this.space.place(size);
    if (block === NIL) {
      this.slots[slot] = NIL;
      return Outcome.outOfMemory;
    }
    this.own(slot, block, size);
    this.liveBlocks++;
    this.requestedBytes += size;
    return Outcome.placed;
  }

  private reallocate(slot: number, size: number): OutcomeCode {
    const block = this.slots[slot];
    if (block === FOREIGN) return Outcome.none;
    if (block === NIL) return this.allocate(slot, size);
    const before = this.blocks.requested[block];
    if (this.space.resizeInPlace(block, size)) {
      this.own(slot, block, size);
      this.requestedBytes += size - before;
      return Outcome.inPlace;
    }
    const moved = this.space.place(size);
    if (moved === NIL) return Outcome.outOfMemory;
    this.own(slot, moved, size);
    this.requestedBytes += size - before;
    this.space.release(block);
    return Outcome.moved;
  }

  private free(slot: number): OutcomeCode {
    const block = this.slots[slot];
    this.slots[slot] = NIL;
    if (block <= NIL) return Outcome.freed;
    this.remember(block);
    this.liveBlocks--;
    this.requestedBytes -= this.blocks.requested[block];
    this.space.release(block);
    return Outcome.freed;
  }

  private own(slot: number, block: number, size: number): void {
    this.slots[slot] = block;
    this.blocks.slot[block] = slot;
    this.blocks.requested[block] = size;
    this.remember(block);
  }

  private remember(block: number): void {
    this.lastOffset = this.blocks.start[block] + this.space.leadUnits;
    this.lastUnits = this.blocks.units[block];
  }

  private useSlot(slot: number): void {
    if (slot < this.slotsUsed) return;
    this.slotsUsed = slot + 1;
    if (slot >= this.slots.length) this.slots = enlarged(this.slots, Math.max(slot + 1, this.slots.length * 2));
  }

  private note(): void {
    const { window, requestedBytes, liveBlocks } = this;
    const allocated = this.space.allocatedUnits * this.unit;
    const mapped = this.space.os.mappedBytes;
    if (requestedBytes > window.requestedMax) window.requestedMax = requestedBytes;
    if (requestedBytes < window.requestedMin) window.requestedMin = requestedBytes;
    if (allocated > window.allocatedMax) window.allocatedMax = allocated;
    if (allocated < window.allocatedMin) window.allocatedMin = allocated;
    if (mapped > window.mappedMax) window.mappedMax = mapped;
    if (mapped < window.mappedMin) window.mappedMin = mapped;
    if (liveBlocks > window.liveBlocksMax) window.liveBlocksMax = liveBlocks;
  }

  private openWindow(): Window {
    const { requestedBytes, allocatedBytes, mappedBytes, liveBlocks } = this.totals();
    return {
      requestedMin: requestedBytes,
      requestedMax: requestedBytes,
      allocatedMin: allocatedBytes,
      allocatedMax: allocatedBytes,
      mappedMin: mappedBytes,
      mappedMax: mappedBytes,
      liveBlocksMax: liveBlocks,
      rawBytesMax: 0,
    };
  }

  private view(): HeapView {
    const { options, blocks, list, tally, leadUnits, os } = this.space;
    return {
      options,
      blocks,
      list,
      tally,
      leadUnits,
      base: os.base(REGION),
      totals: this.totals(),
    };
  }
}
