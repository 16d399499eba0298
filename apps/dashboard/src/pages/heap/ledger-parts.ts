/** What the ledger's headings are called, in which colour, and which part of the map they are. */
import { Part } from '../../drawing/heap-look.js';

export const HEADINGS: Readonly<
  Record<string, readonly [label: string, colour: string, about: string, parts: number]>
> = {
  requested: ['Requested', 'use', 'what the program asked for', Part.live],
  rounding: ['Rounding', 'round', 'each block is as large as its size class', Part.live],
  poolHeaders: ['Headers', 'over', 'at the start of each pool', Part.header],
  freeBlocks: ['Free blocks', 'hold', 'in pools that are in use', Part.freeBlock],
  poolTails: ['Tails', 'over2', 'too short for one more block', Part.tail],
  freePools: ['Free pools', 'hold2', 'in arenas that are mapped', Part.freePool],
  arenaAlignment: ['Alignment', 'over2', 'the pool lost in an arena that is not pool-aligned', Part.lost],
  blockHeaders: ['Headers', 'over', 'before each block', Part.live],
  heapStart: ['Alignment', 'over2', 'before the first block', Part.lost],
  other: ['Other', 'over2', 'tails and alignment', Part.tail | Part.lost],
};
/** Small headings that share one key where there is little room. */
export const OTHER: readonly string[] = ['poolTails', 'arenaAlignment', 'heapStart'];
const ORDER = ['requested', 'rounding', 'poolHeaders', 'blockHeaders', 'freeBlocks', 'poolTails', 'freePools'];
export const HELD: readonly string[] = ['freeBlocks', 'freePools'];

export function partsOf(heading: string): number {
  return HEADINGS[heading]?.[3] ?? 0;
}

function rank(name: string): number {
  return ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length;
}

/** Headings from left to right. */
export function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => rank(a) - rank(b));
}
