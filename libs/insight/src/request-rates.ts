/** How fast a program asked for memory: requests in each stretch of a window, and how long each stretch took where times are known. */
import { Op } from '@heapcast/trace';

/** The requests of a window, column by column. */
export interface RatedRequests {
  readonly op: ArrayLike<number>;
  /** Nanoseconds; 0 or less = not recorded. `null` = of none. */
  readonly time: ArrayLike<number> | null;
}

export interface RequestRates {
  /** Stretch i covers the positions `edges[i]` to `edges[i + 1]`. */
  readonly edges: readonly number[];
  /** Requests that asked for a block: malloc, calloc, realloc of NULL. */
  readonly asked: readonly number[];
  /** Requests that gave one back. */
  readonly freed: readonly number[];
  /** What each stretch took; `null` = not recorded. */
  readonly nanoseconds: readonly number[] | null;
}

const ASKS: ReadonlySet<number> = new Set([Op.malloc, Op.calloc, Op.reallocNull]);

/** @param from position of the first request: they are those of the positions `from` … `from + op.length` */
export function requestRates({ op, time }: RatedRequests, from: number, stretches: number): RequestRates {
  const count = Math.max(1, Math.min(stretches, op.length));
  const edges = Array.from({ length: count + 1 }, (_, i) => from + Math.floor((op.length * i) / count));
  const asked = Array.from<number>({ length: count }).fill(0);
  const freed = Array.from<number>({ length: count }).fill(0);
  for (let stretch = 0; stretch < count; stretch++) {
    for (let i = edges[stretch] - from; i < edges[stretch + 1] - from; i++) {
      if (ASKS.has(op[i])) asked[stretch]++;
      else if (op[i] === Op.free) freed[stretch]++;
    }
  }
  return { edges, asked, freed, nanoseconds: time === null ? null : durations(time, edges, from) };
}

/** From the first request of a stretch to the first one of the next; of the last, to its own last. Clocks do not go back. */
function durations(time: ArrayLike<number>, edges: readonly number[], from: number): readonly number[] | null {
  const known = new Float64Array(time.length);
  let latest = 0;
  for (let i = 0; i < time.length; i++) known[i] = latest = Math.max(latest, time[i]);
  if (latest <= 0) return null;
  // Before the first known time nothing passes.
  const first = known.find((moment) => moment > 0) ?? 0;
  const at = (position: number): number => Math.max(first, known[Math.min(time.length - 1, position - from)] ?? 0);
  return edges.slice(1).map((end, stretch) => at(end) - at(edges[stretch] ?? end));
}
