/**
 * malloc, calloc, realloc, new, free and delete as memcheck replaces them: what they do to the blocks, what it counts, and
 * what it reports about frees.
 *
 * A free of the wrong family frees all the same; one of anything but the start of a live block does nothing. realloc always
 * moves. Calls that fail are counted too.
 */
import { MAX_BLOCK_BYTES } from './address-space.js';
import { type Allocator, type Blocks, NO_BLOCK } from './blocks.js';
import type { FreeCall } from './memory-errors.js';
import type { ShadowMemory } from './shadow-memory.js';

export interface HeapUse {
  readonly bytesInUse: number;
  readonly blocksInUse: number;
  readonly allocs: number;
  /** Calls that freed something or tried to. */
  readonly frees: number;
  readonly bytesAllocated: number;
}

/** Where a call happens. */
export interface CallPlace {
  /** The number by which a new block is known. */
  readonly id: number;
  readonly path: number;
}

export interface HeapListener {
  allocated(id: number, size: number, allocator: Allocator): void;
  freed(id: number): void;
  misfreed(kind: 'InvalidFree' | 'MismatchedFree', call: FreeCall, address: number): void;
}

const FAMILY: Readonly<Record<Allocator, FreeCall>> = {
  malloc: 'free',
  calloc: 'free',
  realloc: 'free',
  new: 'delete',
  'new[]': 'delete[]',
};

export class HeapCalls {
  private current = { bytesInUse: 0, blocksInUse: 0, allocs: 0, frees: 0, bytesAllocated: 0 };

  constructor(
    private readonly blocks: Blocks,
    private readonly memory: ShadowMemory,
    private readonly listener: HeapListener,
  ) {}

  get use(): HeapUse {
    return { ...this.current };
  }

  restore(use: HeapUse): void {
    this.current = { ...use };
  }

  /** The address of a new block; 0 if there is no memory for it. */
  allocate(size: number, allocator: Exclude<Allocator, 'realloc'>, place: CallPlace): number {
    const block = this.newBlock(size, allocator === 'calloc' ? size : 0, allocator, place);
    return block === NO_BLOCK ? 0 : this.blocks.start[block];
  }

  /** The address of the moved block; 0 if `address` is no live block's start, or there is no memory. */
  reallocate(address: number, size: number, place: CallPlace): number {
    if (address === 0) return this.allocate(size, 'malloc', place);
    if (size === 0) {
      this.free(address, 'free', place);
      return 0;
    }
    const { blocks, current } = this;
    const old = blocks.liveAt(address);
    if (old === NO_BLOCK) {
      current.frees++;
      current.allocs++;
      current.bytesAllocated += size;
      this.listener.misfreed('InvalidFree', 'realloc', address);
      return 0;
    }
    if (FAMILY[blocks.allocatorOf(old)] !== 'free') this.listener.misfreed('MismatchedFree', 'realloc', address);
    const block = this.newBlock(size, Math.min(size, blocks.zeroed[old]), 'realloc', place);
    if (block === NO_BLOCK) return 0;
    const moved = blocks.start[block];
    this.memory.copy(address, moved, Math.min(size, blocks.size[old]));
    current.frees++;
    this.retire(old, place);
    return moved;
  }

  free(address: number, call: Exclude<FreeCall, 'realloc'>, place: CallPlace): void {
    if (address === 0) return;
    this.current.frees++;
    const block = this.blocks.liveAt(address);
    if (block === NO_BLOCK) {
      this.listener.misfreed('InvalidFree', call, address);
      return;
    }
    if (FAMILY[this.blocks.allocatorOf(block)] !== call) this.listener.misfreed('MismatchedFree', call, address);
    this.retire(block, place);
  }

  private newBlock(size: number, zeroed: number, allocator: Allocator, { id, path }: CallPlace): number {
    if (!Number.isInteger(size) || size < 0 || size > MAX_BLOCK_BYTES) {
      throw new RangeError(`A block has 0 to ${MAX_BLOCK_BYTES} bytes, not ${size}.`);
    }
    const block = this.blocks.add(id, size, zeroed, allocator, path);
    if (block === NO_BLOCK) return block;
    const { current } = this;
    current.allocs++;
    current.bytesAllocated += size;
    current.blocksInUse++;
    current.bytesInUse += size;
    this.listener.allocated(id, size, allocator);
    return block;
  }

  private retire(block: number, { path }: CallPlace): void {
    const { blocks, current } = this;
    const id = blocks.id[block];
    current.blocksInUse--;
    current.bytesInUse -= blocks.size[block];
    blocks.free(block, path);
    this.listener.freed(id);
  }
}
