/**
 * The free list: which free blocks there are, in which order a search meets them, and which one a search takes.
 *
 * The rules are those of a plain linked list that is walked from end to end (`freelist-model.ts` states them). Walking
 * is quadratic when 100,000 blocks are free, so two search trees stand in for the list and give the same answers in
 * O(log n): `ordered-list.ts` for first, next and worst fit, `sized-list.ts` for best fit. Both also say how many blocks
 * the plain list would have looked at.
 */

import type { Column } from './block-table.js';

export type Fit = 'first' | 'next' | 'best' | 'worst';
export type Order = 'address' | 'lifo';

/** Plain data: numbers, and columns by block handle. */
export type FreeListState = OrderedListState | SizedListState;

export interface OrderedListState {
  readonly kind: 'ordered';
  readonly numbers: Readonly<Record<'length' | 'rover' | 'root' | 'nodes' | 'spare', number>>;
  readonly columns: readonly Column[];
}

export interface SizedListState {
  readonly kind: 'sized';
  readonly length: number;
  readonly entered: number;
  readonly columns: readonly Column[];
}

export interface FreeList {
  /** Free blocks in the list. */
  readonly length: number;
  /** Blocks that the last `find` would have looked at, one by one. */
  readonly examined: number;
  /** Next fit: the block at which the next search starts; NIL = at the first. Other fits: always NIL. */
  rover: number;

  /** The block that a request for so many units gets, still in the list; NIL if none is large enough. */
  find(units: number): number;

  /** Enters a free block: at its address, or at the front. */
  insert(block: number): void;

  /** Takes a block out; a rover that stood there goes on to the next block of the list. */
  remove(block: number): void;

  /** Takes a block out that becomes part of `into` (which need not be in the list); the rover goes there with it. */
  absorb(block: number, into: number): void;

  /** Gives a block of the list another extent. It keeps its place; in address order it must not pass a neighbour. */
  reshape(block: number, start: number, units: number): void;

  /** The block after this one in the list, NIL after the last. Only next fit asks. */
  next(block: number): number;

  /** All blocks, in list order. */
  toArray(): number[];

  save(): FreeListState;
  /** @throws Error on a state of the other kind */
  restore(state: FreeListState): void;
}
