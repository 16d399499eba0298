/** How fast memory was asked for in a window of the curve: numbers for its bars, and what they count. */
import { roughly, share } from '../../words/amounts.js';

/** As the service tells them: requests and, where the recording has times, nanoseconds of each stretch. */
export interface Rates {
  readonly edges: readonly number[];
  readonly asked: readonly number[];
  readonly freed: readonly number[];
  readonly nanoseconds: readonly number[] | null;
}

/** By stretch: requests for memory per second, or their share of all events; stretches without time are 0. */
export function ratesOf({ edges, asked, nanoseconds }: Rates): readonly number[] {
  return asked.map((requests, stretch) => {
    if (nanoseconds === null) return requests / Math.max(1, (edges[stretch + 1] ?? 0) - (edges[stretch] ?? 0));
    const took = nanoseconds[stretch] ?? 0;
    return took > 0 ? (requests / took) * 1e9 : 0;
  });
}

export function ratesLabel(rates: Rates): string {
  const most = Math.max(0, ...ratesOf(rates));
  return rates.nanoseconds === null
    ? `requests for memory, up to ${share(most, 1)} of the events`
    : `allocations per second, up to ${roughly(most)}`;
}
