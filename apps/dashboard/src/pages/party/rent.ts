/** What the orders have cost: a coin for each, for each hour that it was rented. An hour is so many requests. */
import type { HeapMap } from '@heapcast/contracts';
import type { About, Allocator, WindowCurve } from '../../service/subject.js';

export interface Rent {
  readonly paid: number;
  readonly perHour: number;
  readonly orders: number;
  /** Requests. */
  readonly hour: number;
}

/** Ten requests of a small party, more of a long one: some tens or hundreds of hours in all. */
export function hourOf(events: number): number {
  return 10 ** Math.max(1, Math.floor(Math.log10(Math.max(1, events))) - 1);
}

/** Bytes of one order: of an arena where the allocator has such, else of a region as they are now; 1 while there is none. */
export function orderBytes(map: HeapMap | null, allocator: Allocator | undefined): number {
  const size = allocator?.options['arenaSize'];
  if (typeof size === 'number') return size;
  return map && map.region.length > 0 ? map.totals.mappedBytes / map.region.length : 1;
}

/** @param curve highest mapped bytes of each bucket: exact when a bucket is an event, else at most so much */
export function rentOf(map: HeapMap, curve: WindowCurve | null, { allocator, events }: About): Rent {
  const orders = map.region.length;
  const hour = hourOf(events);
  const order = orderBytes(map, allocator);
  let byteEvents = 0;
  curve?.mappedMax.forEach((mapped, bucket) => {
    const from = curve.edges[bucket] ?? 0;
    const to = Math.min(map.at, curve.edges[bucket + 1] ?? 0);
    if (to > from) byteEvents += mapped * (to - from);
  });
  return { paid: order <= 1 ? 0 : Math.round(byteEvents / order / hour), perHour: orders, orders, hour };
}
