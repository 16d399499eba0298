/** Order statistics of measured times. */

/** The smallest value that a share of all values does not exceed; `NaN` of none. */
export function percentile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The median seconds of several runs, after one that only warms up. */
export async function medianSeconds(runs: number, work: () => unknown): Promise<number> {
  await work();
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) seconds.push(await secondsOf(work));
  return median(seconds);
}
