/** Which arena is looked at where none was chosen. */
import type { HeapMap } from '@heapcast/contracts';

/** The mapped region with the smallest share in use, but not an empty one if there is another. */
export function emptiest(map: HeapMap): number | null {
  let best: number | null = null;
  let least = Infinity;
  map.region.forEach((region, place) => {
    let live = 0;
    for (let cell = map.firstCell[place] ?? 0; cell < (map.firstCell[place + 1] ?? 0); cell++) {
      live += (map.used[cell] ?? 0) * Math.max(1, map.blockBytes[cell] ?? 1);
    }
    const rank = live === 0 ? Number.MAX_VALUE : live;
    if (best !== null && rank >= least) return;
    best = region;
    least = rank;
  });
  return best;
}
