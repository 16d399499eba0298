/** Bytes and blocks over a run, in buckets of equally many requests. */

/**
 * Column i of each array covers the requests [i × eventsPerBucket, (i + 1) × eventsPerBucket), the last one fewer.
 * Minima and maxima are exact over every position of the bucket, its start included.
 */
export interface Curve {
  readonly eventsPerBucket: number;
  readonly requestedMin: readonly number[];
  readonly requestedMax: readonly number[];
  readonly allocatedMin: readonly number[];
  readonly allocatedMax: readonly number[];
  readonly mappedMin: readonly number[];
  readonly mappedMax: readonly number[];
  readonly liveBlocksMax: readonly number[];
  readonly rawBytesMax: readonly number[];
}
