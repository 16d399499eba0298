/**
 * The system allocator beside the model: requests above the small threshold, and of 0 bytes, go to it. Its blocks are
 * counted at the size asked for and not laid out. They count against the same limit as mapped arenas do.
 */
import type { OperatingSystem } from '../operating-system.js';

export interface SystemAllocatorState {
  readonly blocks: number;
  readonly bytes: number;
}

export class SystemAllocator {
  /** Live blocks and the bytes they were asked for. */
  blocks = 0;
  bytes = 0;
  private peak = 0;

  constructor(private readonly os: OperatingSystem) {}

  /** Serves malloc(size); false = out of memory. */
  take(size: number): boolean {
    if (!this.os.allows(size, this.bytes)) return false;
    this.blocks++;
    this.bytes += size;
    if (this.bytes > this.peak) this.peak = this.bytes;
    return true;
  }

  /** Serves free of a block of `size` bytes. */
  give(size: number): void {
    this.blocks--;
    this.bytes -= size;
  }

  /** Serves realloc of a block from `from` to `to` bytes; false = out of memory, the block stays as it is. */
  resize(from: number, to: number): boolean {
    if (to > from && !this.os.allows(to - from, this.bytes)) return false;
    this.bytes += to - from;
    if (this.bytes > this.peak) this.peak = this.bytes;
    return true;
  }

  /** Most bytes held since the last call, the state at both ends included. */
  takePeak(): number {
    const peak = this.peak;
    this.peak = this.bytes;
    return peak;
  }

  save(): SystemAllocatorState {
    return { blocks: this.blocks, bytes: this.bytes };
  }

  restore(state: SystemAllocatorState): void {
    this.blocks = state.blocks;
    this.bytes = state.bytes;
    this.peak = state.bytes;
  }
}
