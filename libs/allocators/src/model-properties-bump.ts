/**
 * A bump allocator: a pointer that only moves up. A free gives nothing back, but when the last block is freed the pointer
 * returns to the start. The heap grows by 64 KiB and is never unmapped. realloc always moves.
 */
import { Op, OP_MASK, type RequestColumns } from '@heapcast/trace';
import type {
  AllocatorModel,
  BlockVisitor,
  Extremes,
  Ledger,
  ModelDefinition,
  ModelState,
  Totals,
} from './contract.js';
import { NO_REGION, Outcome, type OutcomeCode, type PlacementColumns } from './contract.js';
import { cellsOfBlocks } from './cells-of-blocks.js';
import type { HeapCells } from './heap-cells.js';
import { OperatingSystem, type OperatingSystemState } from './operating-system.js';

const UNIT = 16;
const STEP = 65_536;
const MOST = 2 ** 34;
const REGION = 0;
/** A slot without a block of this model: refused, foreign, or never used. */
const NONE = -1;

class BumpModel implements AllocatorModel {
  readonly unit = UNIT;
  private os = new OperatingSystem({ regionBytes: MOST, alignment: UNIT, misalignment: [], limit: MOST });
  private books = { events: 0, live: 0, requested: 0, allocated: 0, top: 0 };
  /** By slot: the unit at which the block starts, and the bytes it was asked for. */
  private starts = new Int32Array(64).fill(NONE);
  private sizes = new Uint32Array(64);
  /** Where the block of the last request is, or was; and its units. */
  private at = NONE;
  private units = 0;
  private window = this.openWindow();

  apply({ op, size, slot }: RequestColumns, from: number, to: number, out: PlacementColumns): void {
    for (let i = from; i < to; i++) {
      this.at = NONE;
      out.outcome[i] = this.serve(op[i] & OP_MASK, size[i], slot[i]);
      out.region[i] = this.at === NONE ? NO_REGION : REGION;
      out.offset[i] = this.at === NONE ? 0 : this.at;
      this.books.events++;
      this.note();
    }
  }

  private serve(op: number, size: number, slot: number): OutcomeCode {
    if (op === Op.staleFree) return slot > 0 ? Outcome.doubleFree : Outcome.invalidFree;
    if (op === Op.staleRealloc) return Outcome.invalidRealloc;
    if (op === Op.mark || slot < 0) return Outcome.none;
    if (slot >= this.starts.length) this.widen(slot);
    if (op === Op.foreign) return Outcome.none;

    const old = this.starts[slot];
    const oldSize = this.sizes[slot];
    if (op === Op.free) {
      if (old !== NONE) this.drop(oldSize);
      this.at = old;
      this.units = unitsFor(oldSize);
      this.starts[slot] = NONE;
      return Outcome.freed;
    }
    if (!this.place(slot, size)) return Outcome.outOfMemory;
    if (old === NONE) return Outcome.placed;
    this.drop(oldSize);
    return Outcome.moved;
  }

  private place(slot: number, size: number): boolean {
    const { books, os } = this;
    const units = unitsFor(size);
    const from = os.mappedBytes;
    const to = Math.max(from, Math.ceil(((books.top + units) * UNIT) / STEP) * STEP);
    if (!os.allows(to - from)) return false;
    if (to > from) os.resize(books.events, REGION, 0, from, to);
    this.at = books.top;
    this.units = units;
    this.starts[slot] = this.at;
    this.sizes[slot] = size;
    books.top += units;
    books.live++;
    books.requested += size;
    books.allocated += units * UNIT;
    return true;
  }

  private drop(size: number): void {
    const { books } = this;
    books.live--;
    books.requested -= size;
    books.allocated -= unitsFor(size) * UNIT;
    if (books.live === 0) books.top = 0;
  }

  private widen(slot: number): void {
    const starts = new Int32Array(slot * 2).fill(NONE);
    const sizes = new Uint32Array(slot * 2);
    starts.set(this.starts);
    sizes.set(this.sizes);
    this.starts = starts;
    this.sizes = sizes;
  }

  totals(): Totals {
    const { events, live, requested, allocated } = this.books;
    return {
      events,
      liveBlocks: live,
      requestedBytes: requested,
      allocatedBytes: allocated,
      mappedBytes: this.os.mappedBytes,
      rawBlocks: 0,
      rawBytes: 0,
    };
  }

  ledger(): Ledger {
    const { requested, allocated, top } = this.books;
    const mapped = this.os.mappedBytes;
    const passed = top * UNIT - allocated;
    return { mapped, entries: { requested, rounding: allocated - requested, passed, ahead: mapped - top * UNIT } };
  }

  takeExtremes(): Extremes {
    const taken = this.window;
    this.window = this.openWindow();
    return taken;
  }

  private openWindow() {
    const { liveBlocks, requestedBytes, allocatedBytes, mappedBytes } = this.totals();
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

  private note(): void {
    const { window } = this;
    const { live, requested, allocated } = this.books;
    if (requested < window.requestedMin) window.requestedMin = requested;
    if (requested > window.requestedMax) window.requestedMax = requested;
    if (allocated < window.allocatedMin) window.allocatedMin = allocated;
    if (allocated > window.allocatedMax) window.allocatedMax = allocated;
    if (this.os.mappedBytes > window.mappedMax) window.mappedMax = this.os.mappedBytes;
    if (live > window.liveBlocksMax) window.liveBlocksMax = live;
  }

  visitBlocks(visit: BlockVisitor): void {
    this.starts.forEach((start, slot) => {
      const size = this.sizes[slot];
      if (start !== NONE) visit(slot, size, REGION, start, unitsFor(size) * UNIT);
    });
  }

  cells(): HeapCells {
    const spans = [{ region: REGION, base: this.os.base(REGION), bytes: this.os.mappedBytes }];
    return cellsOfBlocks(this.os.mappedBytes === 0 ? [] : spans, UNIT, (visitor) => this.visitBlocks(visitor));
  }

  blockStates = () => new Uint8Array(0);
  takeMappings = () => this.os.takeMappings();
  address = (region: number, offset: number) => this.os.base(region) + offset * UNIT;
  locate = () => ({ pool: -1, index: -1, bytes: this.at === NONE ? 0 : this.units * UNIT });
  statistics = () => ({ top: this.books.top * UNIT });
  heap = () => ({ mapped: this.os.mappedBytes, liveBlocks: this.books.live, total: 0, items: [] });
  debugMallocStats = () => null;

  save(): ModelState {
    const { books, starts, sizes, os } = this;
    const data: SavedState = { books: { ...books }, starts: starts.slice(), sizes: sizes.slice(), os: os.save() };
    return { byteLength: starts.byteLength + sizes.byteLength + 64, data };
  }

  restore({ data }: ModelState): void {
    if (!isSavedState(data)) throw new Error('this is not a state of a bump model');
    this.books = { ...data.books };
    this.starts = data.starts.slice();
    this.sizes = data.sizes.slice();
    this.os.restore(data.os);
    this.at = NONE;
    this.window = this.openWindow();
  }
}

interface SavedState {
  readonly books: BumpModel['books'];
  readonly starts: Int32Array<ArrayBuffer>;
  readonly sizes: Uint32Array<ArrayBuffer>;
  readonly os: OperatingSystemState;
}

function isSavedState(data: unknown): data is SavedState {
  return typeof data === 'object' && data !== null && 'books' in data && 'starts' in data;
}

function unitsFor(size: number): number {
  return Math.max(1, Math.ceil(size / UNIT));
}

export const bump: ModelDefinition = {
  name: 'bump',
  title: 'Bump pointer',
  version: 1,
  options: [],
  profiles: [{ name: 'bump', title: 'Bump pointer, steps of 64 KiB', evidence: 'documented', options: {} }],
  resolve: ({ profile = 'bump', options = {} }) => {
    const problems = Object.keys(options).map((name) => ({ path: `options.${name}`, message: 'bump has no options' }));
    if (profile !== 'bump') problems.push({ path: 'profile', message: `unknown profile "${profile}"; known: bump` });
    if (problems.length > 0) return { problems };
    return { resolved: { model: 'bump', profile, options: {}, modelVersion: 1 } };
  },
  create: () => new BumpModel(),
};
