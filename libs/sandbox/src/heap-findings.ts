/** What was found wrong with the heap of a C or C++ program: leaks, and frees that should not have been. */

/** Which function gave a block or takes it back. */
export type HeapCallName =
  'malloc' | 'calloc' | 'realloc' | 'aligned_alloc' | 'new' | 'new[]' | 'free' | 'delete' | 'delete[]';

export type LeakKindWord = 'definite' | 'indirect' | 'possible' | 'reachable';

/** Blocks of one kind that one function gave on one call path. */
export interface LossRecordMessage {
  readonly kind: LeakKindWord;
  readonly bytes: number;
  readonly blocks: number;
  /** Of a definite record: bytes and blocks that are lost through its blocks. */
  readonly indirectBytes: number;
  readonly indirectBlocks: number;
  readonly givenBy: HeapCallName;
  /** Where; 0 = not known. */
  readonly site: number;
}

/** Something wrong that the program did with its heap; the program went on. */
export interface HeapErrorMessage {
  readonly kind: 'doubleFree' | 'invalidFree' | 'mismatchedFree';
  readonly call: HeapCallName;
  /** Where it was called. */
  readonly site: number;
  /** Number of the block that is meant; 0 = there was never one. */
  readonly block: number;
  /** Bytes of that block. */
  readonly size: number;
  /** From the start of that block to the pointer. */
  readonly offset: number;
  readonly givenBy: HeapCallName;
  readonly givenAt: number;
  /** Where it was freed before; 0 = it was not. */
  readonly freedAt: number;
  /** Requests made before. */
  readonly event: number;
  /** How often it happened at this place. */
  readonly times: number;
}

/** C and C++: the heap at the end of the program, or where it was stopped, as memcheck would see it. */
export interface LeaksMessage {
  readonly kind: 'leaks';
  readonly summary: Readonly<Record<LeakKindWord, { readonly bytes: number; readonly blocks: number }>>;
  /** By kind, then the most bytes first. */
  readonly records: readonly LossRecordMessage[];
  /** Records that are only in the summary. */
  readonly recordsDropped: number;
  readonly errors: readonly HeapErrorMessage[];
  readonly errorsDropped: number;
  /** The most bytes in use at once. */
  readonly peakBytes: number;
  /** Requests that found no memory. */
  readonly failedRequests: number;
}
