/** Blocks of a deque (`_collectionsmodule.c`): 64 elements each (62 in 2.7); the first is filled from its middle. */
import type { Version } from '../python/versions.js';

/** Blocks after n elements were appended on the right of an empty deque, or came at once from an iterable. */
export function dequeBlocks(n: number, version: Version, from: 'append' | 'iterable'): number {
  const length = version === '2.7' ? 62 : 64;
  // deque_extend of 3.x fills an empty one from the left.
  const begin = from === 'iterable' && n > 0 && version !== '2.7' ? 1 : Math.floor((length - 1) / 2) + 1;
  return Math.max(1, Math.ceil((begin + n) / length));
}
