/** The curve of a window in columns, as curves of whole runs are told. */
import type { Curve, WindowReply } from '@heapcast/replay';

export interface WindowCurve extends Omit<Curve, 'eventsPerBucket'> {
  /** Bucket i covers the positions `edges[i]` to `edges[i + 1]`, both included. */
  readonly edges: readonly number[];
}

export function windowCurve({ edges, extremes }: WindowReply): WindowCurve {
  return {
    edges,
    requestedMin: extremes.map(({ requestedMin }) => requestedMin),
    requestedMax: extremes.map(({ requestedMax }) => requestedMax),
    allocatedMin: extremes.map(({ allocatedMin }) => allocatedMin),
    allocatedMax: extremes.map(({ allocatedMax }) => allocatedMax),
    mappedMin: extremes.map(({ mappedMin }) => mappedMin),
    mappedMax: extremes.map(({ mappedMax }) => mappedMax),
    liveBlocksMax: extremes.map(({ liveBlocksMax }) => liveBlocksMax),
    rawBytesMax: extremes.map(({ rawBytesMax }) => rawBytesMax),
  };
}
