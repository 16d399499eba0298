/** Blocks of a deque (`_collectionsmodule.c`): 64 elements each (62 in 2.7); the first is filled from its middle. */
import type { Version } from '../python/versions.js';

/** Blocks after n elements were appended on the right of an empty deque. */
export function dequeBlocks(n: number, version: Version): number {
  const length = version === '2.7' ? 62 : 64;
  const begin = Math.floor((length - 1) / 2) + 1;
  return Math.max(1, Math.ceil((begin + n) / length));
}
