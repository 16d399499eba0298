/** Fewer points of a curve, without losing a peak: neighbouring buckets join, minima stay minima, maxima stay maxima. */
import type { Curve } from '@heapcast/replay';

/** The curve in at most `points` buckets; the same curve if it has no more than that. */
export function downsample(curve: Curve, points: number): Curve {
  if (!(points >= 1)) throw new RangeError(`a curve of ${points} points cannot be drawn`);
  const joined = Math.ceil(curve.mappedMax.length / Math.floor(points));
  if (joined <= 1) return curve;
  const least = (values: readonly number[]): number[] => join(values, joined, Math.min);
  const most = (values: readonly number[]): number[] => join(values, joined, Math.max);
  return {
    eventsPerBucket: curve.eventsPerBucket * joined,
    requestedMin: least(curve.requestedMin),
    requestedMax: most(curve.requestedMax),
    allocatedMin: least(curve.allocatedMin),
    allocatedMax: most(curve.allocatedMax),
    mappedMin: least(curve.mappedMin),
    mappedMax: most(curve.mappedMax),
    liveBlocksMax: most(curve.liveBlocksMax),
    rawBytesMax: most(curve.rawBytesMax),
  };
}

function join(values: readonly number[], size: number, pick: (...values: number[]) => number): number[] {
  const joined: number[] = [];
  for (let from = 0; from < values.length; from += size) joined.push(pick(...values.slice(from, from + size)));
  return joined;
}
