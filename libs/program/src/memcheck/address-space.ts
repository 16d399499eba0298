/**
 * The simulated address space: globals low, the heap above them growing up, the stack on top growing down.
 *
 * Blocks are laid out as Valgrind 3.19 was seen to lay them out on amd64: sizes rounded up to 16 bytes, 64 bytes between
 * one block and the next, of which 16 on either side are a red zone. No address is ever handed out twice, so address
 * order is allocation order. All addresses are whole numbers below 2^53.
 */

export const WORD_BYTES = 8;
/** Bytes around a block that are known to belong to it though nobody may touch them. */
export const RED_ZONE = 16;
const ALIGNMENT = 16;
/** Between the rounded end of one block and the start of the next. */
const GAP = 64;

const DATA_START = 0x404000;
export const HEAP_START = 0x4a40040;
/** No block reaches beyond: an allocation that would has no memory. */
const HEAP_LIMIT = 2 ** 46;
const STACK_BOTTOM = 2 ** 51;
const STACK_TOP = 2 ** 52;
/** Room for the variables of one frame. */
const FRAME_BYTES = 0x1_0000;

export const MAX_LOCALS = FRAME_BYTES / WORD_BYTES;
export const MAX_GLOBALS = 0x1_0000;
const DATA_END = DATA_START + MAX_GLOBALS * WORD_BYTES;

/** Largest block, in bytes: sizes are unsigned 32-bit, as in a trace. */
export const MAX_BLOCK_BYTES = 0xffff_ffff;

/** Where the block after one of `size` bytes at `start` begins; null if there is no memory for such a block. */
export function nextStart(start: number, size: number): number | null {
  const next = start + Math.ceil(size / ALIGNMENT) * ALIGNMENT + GAP;
  return next > HEAP_LIMIT ? null : next;
}

/** Lowest address of the frame at a depth (main = 0): the stack pointer while it is innermost. */
export function frameStart(depth: number): number {
  return STACK_TOP - (depth + 1) * FRAME_BYTES;
}

/** Depth of the frame that an address is in; negative or too large = in none. */
export function depthOf(address: number): number {
  return Math.ceil((STACK_TOP - address) / FRAME_BYTES) - 1;
}

/** Address of the n-th global, from 0. */
export function globalAddress(index: number): number {
  return DATA_START + index * WORD_BYTES;
}

export type Region = 'heap' | 'stack' | 'data' | 'unknown';

/** Which part of the space an address is in; `heapEnd`: where the next block would start. */
export function regionOf(address: number, heapEnd: number): Region {
  if (address >= HEAP_START - RED_ZONE && address < heapEnd) return 'heap';
  if (address >= STACK_BOTTOM && address < STACK_TOP) return 'stack';
  return address >= DATA_START && address < DATA_END ? 'data' : 'unknown';
}
