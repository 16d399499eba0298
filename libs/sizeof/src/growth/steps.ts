/** Looks up in ascending steps. */

/** The first step that is at least n; the last one when none is. */
export function stepFor(n: number, steps: readonly number[]): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) >= n) high = middle;
    else low = middle + 1;
  }
  return steps[low] ?? 0;
}
