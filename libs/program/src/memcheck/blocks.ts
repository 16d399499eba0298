/**
 * All blocks of the heap, live and freed, in address order, in columns. Freed blocks are remembered, so that a later
 * access can be told what it hit; with a limit on their bytes (Valgrind's `--freelist-vol`) the oldest are forgotten
 * first, and their rows and pages with them.
 */
import { HEAP_START, nextStart, RED_ZONE } from './address-space.js';
import { NO_PATH } from './call-paths.js';

export const ALLOCATORS = ['malloc', 'calloc', 'new', 'new[]', 'realloc'] as const;
export type Allocator = (typeof ALLOCATORS)[number];

export const NO_BLOCK = -1;

const State = { live: 0, freed: 1, forgotten: 2 } as const;

/** Rows are worth moving together from this many forgotten ones on. */
const COMPACT_FROM = 1024;

type Column = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export interface SavedBlocks {
  readonly length: number;
  readonly heapEnd: number;
  readonly start: Float64Array;
  readonly id: Float64Array;
  readonly size: Uint32Array;
  readonly zeroed: Uint32Array;
  readonly allocator: Uint8Array;
  readonly state: Uint8Array;
  readonly allocPath: Int32Array;
  readonly freePath: Int32Array;
  /** Starts of freed blocks, the oldest first. */
  readonly freed: readonly number[];
}

const FIRST_CAPACITY = 64;

export class Blocks {
  /** Rows in use; a block is a row. */
  length = 0;
  /** First address of each block, ascending. */
  start = new Float64Array(FIRST_CAPACITY);
  /** The number by which the caller knows the block. */
  id = new Float64Array(FIRST_CAPACITY);
  size = new Uint32Array(FIRST_CAPACITY);
  /** Index into `ALLOCATORS`. */
  allocator = new Uint8Array(FIRST_CAPACITY);
  /** Bytes at the start that are initialised to zero unless they were written. */
  zeroed = new Uint32Array(FIRST_CAPACITY);
  allocPath = new Int32Array(FIRST_CAPACITY);
  freePath = new Int32Array(FIRST_CAPACITY);
  private state = new Uint8Array(FIRST_CAPACITY);
  private heapEndAddress = HEAP_START;
  /** Starts of freed blocks; those before `oldestFreed` are forgotten. */
  private freed: number[] = [];
  private oldestFreed = 0;
  private freedBytes = 0;
  private forgotten = 0;

  /**
   * `freedVolume`: bytes of freed blocks, red zones included, that are remembered.
   * `onCompacted`: rows have moved and addresses were forgotten.
   */
  constructor(
    private readonly freedVolume: number,
    private readonly onCompacted: () => void,
  ) {}

  /** Where the next block will start. */
  get heapEnd(): number {
    return this.heapEndAddress;
  }

  /** A new live block at the end of the heap; `NO_BLOCK` if there is no memory for it. */
  add(id: number, size: number, zeroed: number, allocator: Allocator, path: number): number {
    const heapEnd = nextStart(this.heapEndAddress, size);
    if (heapEnd === null) return NO_BLOCK;
    const block = this.length++;
    if (block === this.start.length) this.resize(block * 2);
    this.start[block] = this.heapEndAddress;
    this.heapEndAddress = heapEnd;
    this.id[block] = id;
    this.size[block] = size;
    this.zeroed[block] = zeroed;
    this.allocator[block] = ALLOCATORS.indexOf(allocator);
    this.state[block] = State.live;
    this.allocPath[block] = path;
    this.freePath[block] = NO_PATH;
    return block;
  }

  /** The block is dead from here on, and remembered for a while. Other rows may move. */
  free(block: number, path: number): void {
    this.state[block] = State.freed;
    this.freePath[block] = path;
    this.freed.push(this.start[block]);
    this.freedBytes += this.volume(block);
    while (this.freedBytes > this.freedVolume) this.forgetOldest();
    if (this.forgotten >= COMPACT_FROM && this.forgotten * 2 > this.length) this.compact();
  }

  isLive(block: number): boolean {
    return this.state[block] === State.live;
  }

  allocatorOf(block: number): Allocator {
    return ALLOCATORS[this.allocator[block]];
  }

  /** The block that the address is in or within a red zone of; `NO_BLOCK` if there is none or it is forgotten. */
  near(address: number): number {
    const block = this.lastStartingBy(address + RED_ZONE);
    if (block === NO_BLOCK || this.state[block] === State.forgotten) return NO_BLOCK;
    return address < this.start[block] + this.size[block] + RED_ZONE ? block : NO_BLOCK;
  }

  /** The live block that starts exactly here, or `NO_BLOCK`. */
  liveAt(address: number): number {
    const block = this.lastStartingBy(address);
    return block !== NO_BLOCK && this.start[block] === address && this.isLive(block) ? block : NO_BLOCK;
  }

  /** Whether any block that is not forgotten has a byte, red zones included, in `[start, end)`. */
  reachesInto(start: number, end: number): boolean {
    for (let block = this.lastStartingBy(end - 1 + RED_ZONE); block !== NO_BLOCK; block--) {
      if (this.state[block] !== State.forgotten) return this.start[block] + this.size[block] + RED_ZONE > start;
      if (this.start[block] + this.size[block] + RED_ZONE <= start) return false;
    }
    return false;
  }

  /** The live blocks, in address order. */
  live(): Int32Array {
    const live = new Int32Array(this.length);
    let count = 0;
    for (let block = 0; block < this.length; block++) {
      if (this.state[block] === State.live) live[count++] = block;
    }
    return live.subarray(0, count);
  }

  save(): SavedBlocks {
    const { length } = this;
    return {
      length,
      heapEnd: this.heapEndAddress,
      start: this.start.slice(0, length),
      id: this.id.slice(0, length),
      size: this.size.slice(0, length),
      zeroed: this.zeroed.slice(0, length),
      allocator: this.allocator.slice(0, length),
      state: this.state.slice(0, length),
      allocPath: this.allocPath.slice(0, length),
      freePath: this.freePath.slice(0, length),
      freed: this.freed.slice(this.oldestFreed),
    };
  }

  restore(saved: SavedBlocks): void {
    this.length = saved.length;
    this.resize(Math.max(FIRST_CAPACITY, saved.length));
    this.heapEndAddress = saved.heapEnd;
    this.start.set(saved.start);
    this.id.set(saved.id);
    this.size.set(saved.size);
    this.zeroed.set(saved.zeroed);
    this.allocator.set(saved.allocator);
    this.state.set(saved.state);
    this.allocPath.set(saved.allocPath);
    this.freePath.set(saved.freePath);
    this.freed = [...saved.freed];
    this.oldestFreed = 0;
    this.freedBytes = 0;
    this.forgotten = 0;
    for (let block = 0; block < this.length; block++) {
      if (this.state[block] === State.freed) this.freedBytes += this.volume(block);
      else if (this.state[block] === State.forgotten) this.forgotten++;
    }
  }

  private lastStartingBy(address: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.start[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private volume(block: number): number {
    return this.size[block] + 2 * RED_ZONE;
  }

  private forgetOldest(): void {
    const block = this.lastStartingBy(this.freed[this.oldestFreed++]);
    this.freedBytes -= this.volume(block);
    this.state[block] = State.forgotten;
    this.forgotten++;
  }

  /** Moves the rows that are still known together, in their order. */
  private compact(): void {
    let to = 0;
    for (let block = 0; block < this.length; block++) {
      if (this.state[block] === State.forgotten) continue;
      for (const column of this.columns()) column[to] = column[block];
      to++;
    }
    this.length = to;
    this.forgotten = 0;
    this.freed = this.freed.slice(this.oldestFreed);
    this.oldestFreed = 0;
    this.resize(Math.max(FIRST_CAPACITY, to * 2));
    this.onCompacted();
  }

  private columns(): readonly Column[] {
    return [this.start, this.id, this.size, this.zeroed, this.allocPath, this.freePath, this.allocator, this.state];
  }

  private resize(capacity: number): void {
    const { length } = this;
    const resized = <Kind extends Column>(from: Kind, to: Kind): Kind => {
      to.set(from.subarray(0, Math.min(length, from.length, capacity)));
      return to;
    };
    this.start = resized(this.start, new Float64Array(capacity));
    this.id = resized(this.id, new Float64Array(capacity));
    this.size = resized(this.size, new Uint32Array(capacity));
    this.zeroed = resized(this.zeroed, new Uint32Array(capacity));
    this.allocPath = resized(this.allocPath, new Int32Array(capacity));
    this.freePath = resized(this.freePath, new Int32Array(capacity));
    this.allocator = resized(this.allocator, new Uint8Array(capacity));
    this.state = resized(this.state, new Uint8Array(capacity));
  }
}
