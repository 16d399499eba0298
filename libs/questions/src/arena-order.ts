/**
 * Where a new pool comes from, in words. From 2.5 on pymalloc keeps the arenas with a free pool in order, fewest free pools
 * first, and takes from the front, so that nearly empty arenas are left to drain. Before, all free pools were one stack, and
 * the one emptied last came first whatever its arena.
 */
import type { Moment } from './moment.js';
import { type ArenaState, arenasOf } from './pool-view.js';

/** `Arena 3 has the fewest free pools (2), and new pools come from there.` @param arena where the pool came from */
export async function explainPool(moment: Moment, arena: number): Promise<string> {
  const arenas = await arenasOf(moment);
  const from = arenas.find(({ region }) => region === arena);
  if (!from) return `no arena has a free pool left, so a new one is mapped, arena ${arena}, and the pool is its first.`;
  if (moment.config.options.freePools === 'shared') {
    return arenas.some(({ pools }) => pools.free > 0)
      ? `free pools of all arenas are on one stack here, and the one that was emptied last comes first; it lies in arena ${arena}.`
      : `no emptied pool is left on the stack, so the next pool never used is cut from arena ${arena}.`;
  }
  return `${reason(from, arenas)} ${inside(from)}`;
}

export function freePools({ pools }: ArenaState): number {
  return pools.free + pools.neverUsed;
}

function reason(from: ArenaState, arenas: readonly ArenaState[]): string {
  const usable = arenas.filter(({ usable: place }) => place !== null);
  const free = freePools(from);
  const count = free === 1 ? '1 free pool' : `${free} free pools`;
  if (usable.length === 1) return `arena ${from.region} is the only one with a free pool (${count}).`;
  const equals = usable.filter((each) => freePools(each) === free).length;
  return equals === 1
    ? `arena ${from.region} has the fewest free pools (${count}), and the arena with the fewest is filled up first.`
    : `arena ${from.region} is first of the ${equals} arenas that have the fewest free pools (${count}), and the fullest is filled up first.`;
}

function inside({ pools }: ArenaState): string {
  return pools.free > 0
    ? 'Inside it, the pool that was emptied last is taken.'
    : 'It has no emptied pool, so its next pool never used is taken.';
}
