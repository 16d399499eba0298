/**
 * A bump allocator: a pointer that only moves up. A free gives nothing back, but when the last block is freed the pointer
 * returns to the start. The heap grows by 64 KiB and is never unmapped. realloc always moves.
 */
import { Op, OP_MASK, type RequestColumns } from '@heapcast/trace';
import type { AllocatorModel, Extremes, Ledger, ModelDefinition, ModelState, Totals } from './contract.js';
import { NO_REGION, Outcome, type OutcomeCode, type PlacementColumns } from './contract.js';
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
  private sizes = new Float64Array(64);
  /** Of the last request: where its block is or was, and its units. */
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
    if (op !== Op.free && !this.place(slot, size)) return Outcome.outOfMemory;
    if (op === Op.free) this.starts[slot] = NONE;
    if (old === NONE) return op === Op.free ? Outcome.freed : Outcome.placed;
    if (op === Op.free) [this.at, this.units] = [old, unitsFor(oldSize)];
    this.count(-1, oldSize);
    if (this.books.live === 0) this.books.top = 0;
    return op === Op.free ? Outcome.freed : Outcome.moved;
  }

  private place(slot: number, size: number): boolean {
    const units = unitsFor(size);
    const end = (this.books.top + units) * UNIT;
    const from = this.os.mappedBytes;
    const to = Math.max(from, Math.ceil(end / STEP) * STEP);
    if (!this.os.allows(to - from)) return false;
    if (to > from) this.os.resize(this.books.events, REGION, 0, from, to);
    [this.at, this.units] = [this.books.top, units];
    [this.starts[slot], this.sizes[slot]] = [this.at, size];
    this.books.top += units;
    this.count(1, size);
    return true;
  }

  private count(blocks: 1 | -1, size: number): void {
    this.books.live += blocks;
    this.books.requested += blocks * size;
    this.books.allocated += blocks * unitsFor(size) * UNIT;
  }

  private widen(slot: number): void {
    const [starts, sizes] = [this.starts, this.sizes];
    this.starts = new Int32Array(slot * 2).fill(NONE);
    this.sizes = new Float64Array(slot * 2);
    this.starts.set(starts);
    this.sizes.set(sizes);
  }

  totals(): Totals {
    const { events, live, requested, allocated } = this.books;
    const placed = { liveBlocks: live, requestedBytes: requested, allocatedBytes: allocated };
    return { events, ...placed, mappedBytes: this.os.mappedBytes, rawBlocks: 0, rawBytes: 0 };
  }

  ledger(): Ledger {
    const { requested, allocated, top } = this.books;
    const mapped = this.os.mappedBytes;
    const rounding = allocated - requested;
    return { mapped, entries: { requested, rounding, passed: top * UNIT - allocated, ahead: mapped - top * UNIT } };
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
    const { live, requested, allocated } = this.books;
    const window = this.window;
    window.requestedMin = Math.min(window.requestedMin, requested);
    window.requestedMax = Math.max(window.requestedMax, requested);
    window.allocatedMin = Math.min(window.allocatedMin, allocated);
    window.allocatedMax = Math.max(window.allocatedMax, allocated);
    window.mappedMax = Math.max(window.mappedMax, this.os.mappedBytes);
    window.liveBlocksMax = Math.max(window.liveBlocksMax, live);
  }

  takeExtremes(): Extremes {
    const taken = this.window;
    this.window = this.openWindow();
    return taken;
  }

  takeMappings = () => this.os.takeMappings();
  statistics = () => ({ top: this.books.top * UNIT });
  heap = () => ({ mapped: this.os.mappedBytes, liveBlocks: this.books.live, total: 0, items: [] });
  address = (region: number, offset: number) => this.os.base(region) + offset * UNIT;
  locate = () => ({ pool: -1, index: -1, bytes: this.at === NONE ? 0 : this.units * UNIT });
  debugMallocStats = () => null;

  save(): ModelState {
    const [starts, sizes] = [this.starts.slice(), this.sizes.slice()];
    const data: SavedState = { books: { ...this.books }, starts, sizes, os: this.os.save() };
    return { byteLength: starts.byteLength + sizes.byteLength + 64, data };
  }

  restore({ data }: ModelState): void {
    if (!isSavedState(data)) throw new Error('this is not a state of a bump model');
    this.books = { ...data.books };
    [this.starts, this.sizes] = [data.starts.slice(), data.sizes.slice()];
    this.os.restore(data.os);
    this.at = NONE;
    this.window = this.openWindow();
  }
}

interface SavedState {
  readonly books: BumpModel['books'];
  readonly starts: Int32Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
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
  profiles: [{ name: 'bump', title: 'Bump pointer, 64 KiB steps', evidence: 'documented', options: {} }],
  resolve: ({ profile = 'bump', options = {} }) => {
    const problems = Object.keys(options).map((name) => ({ path: `options.${name}`, message: 'bump has no options' }));
    if (profile !== 'bump') problems.push({ path: 'profile', message: `unknown profile "${profile}"; known: bump` });
    if (problems.length > 0) return { problems };
    return { resolved: { model: 'bump', profile, options: {}, modelVersion: 1 } };
  },
  create: () => new BumpModel(),
};
