/**
 * The sizes that a container goes through while elements are added one at a time. Sizes only grow, so the end of a step is
 * found by doubling and halving; a container of 10^9 elements takes no longer than a short one.
 */
import { countedBytes } from '../python/composition.js';
import type { Build } from '../python/structs.js';
import type { TypeDefinition } from '../python/type-definition.js';
import { SizeofError } from '../sizeof-error.js';

/** Most steps in one answer. */
export const MOST_STEPS = 500;

export interface GrowthStep {
  /** Fewest and most elements of this size; the last step ends at the n that was asked for. */
  readonly from: number;
  readonly to: number;
  /** Bytes, as `sys.getsizeof` counts. */
  readonly size: number;
}

export interface Growth {
  readonly steps: readonly GrowthStep[];
  /** False when there are more than 500 steps: the first ones are given. */
  readonly complete: boolean;
}

/**
 * @param n elements at the end
 * @param variant one of those that grow in steps
 * @throws SizeofError `unknown-type`, `out-of-range` when the type or variant has no steps
 */
export function growthSteps(type: TypeDefinition, build: Build, n: number, variant: string): Growth {
  if (!type.count || !type.grows) {
    throw new SizeofError('unknown-type', 'type', `has no growth: ${type.name} keeps no room for more elements`);
  }
  if (!type.grows.includes(variant)) {
    throw new SizeofError('out-of-range', 'variant', `must be one of ${type.grows.join(', ')} to grow in steps`);
  }
  if (!Number.isInteger(n) || n < 0 || n > type.count.maximum) {
    throw new SizeofError('out-of-range', 'n', `must be a whole number from 0 to ${type.count.maximum}`);
  }
  const sizeAt = (count: number) => countedBytes(type.compose(build, count, variant));
  const steps: GrowthStep[] = [];
  let width = 1;
  for (let from = 0; from <= n && steps.length < MOST_STEPS; from += width) {
    const size = sizeAt(from);
    const to = lastOf(size, from, Math.min(n, from + width), n, sizeAt);
    steps.push({ from, to, size });
    width = to - from + 1;
  }
  return { steps, complete: (steps.at(-1)?.to ?? 0) >= n };
}

/** The largest count, `n` at most, that still has this size. @param guess where to look first */
function lastOf(size: number, from: number, guess: number, n: number, sizeAt: (count: number) => number): number {
  let same = from;
  let beyond = guess;
  while (beyond <= n && sizeAt(beyond) === size) {
    same = beyond;
    beyond = Math.min(2 * beyond - from + 1, n + 1);
  }
  while (beyond - same > 1) {
    const middle = Math.floor((same + beyond) / 2);
    if (sizeAt(middle) === size) same = middle;
    else beyond = middle;
  }
  return same;
}
