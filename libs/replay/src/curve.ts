/** Bytes and blocks over a run, in buckets of equally many requests. */
import type { Extremes } from '@heapcast/allocators';

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

type Column = Exclude<keyof Curve, 'eventsPerBucket'>;
type MutableCurve = { [C in Column]: number[] } & { eventsPerBucket: number };

/** How two neighbouring buckets of a column become one. */
const JOIN: Readonly<Record<Column, (left: number, right: number) => number>> = {
  requestedMin: Math.min,
  requestedMax: Math.max,
  allocatedMin: Math.min,
  allocatedMax: Math.max,
  mappedMin: Math.min,
  mappedMax: Math.max,
  liveBlocksMax: Math.max,
  rawBytesMax: Math.max,
};
const COLUMNS: readonly Column[] = [
  'requestedMin',
  'requestedMax',
  'allocatedMin',
  'allocatedMax',
  'mappedMin',
  'mappedMax',
  'liveBlocksMax',
  'rawBytesMax',
];

/**
 * Collects a curve while the replay goes on. Without a known number of events it begins with one request to a bucket and
 * joins every two neighbours when there are twice as many as wanted.
 */
export class CurveBuilder {
  readonly #curve: MutableCurve;
  readonly #most: number;
  readonly #fixed: boolean;

  /** At most `points` buckets for `events` requests, or at most twice as many when their number is not known (`null`). */
  constructor(points: number, events: number | null) {
    this.#fixed = events !== null;
    this.#most = Math.max(1, points) * (this.#fixed ? 1 : 2);
    this.#curve = {
      eventsPerBucket: Math.max(1, Math.ceil((events ?? 0) / Math.max(1, points))),
      requestedMin: [],
      requestedMax: [],
      allocatedMin: [],
      allocatedMax: [],
      mappedMin: [],
      mappedMax: [],
      liveBlocksMax: [],
      rawBytesMax: [],
    };
  }

  /** Requests that the next bucket covers, unless the run ends before. */
  get eventsPerBucket(): number {
    return this.#curve.eventsPerBucket;
  }

  /** Adds the next bucket: `eventsPerBucket` requests, fewer only at the end of the run. */
  add(extremes: Extremes): void {
    for (const column of COLUMNS) this.#curve[column].push(extremes[column]);
    if (!this.#fixed && this.#curve.requestedMin.length >= this.#most) this.#halve();
  }

  finish(): Curve {
    return this.#curve;
  }

  #halve(): void {
    for (const column of COLUMNS) {
      const join = JOIN[column];
      const values = this.#curve[column];
      for (let i = 0; i < values.length / 2; i++) values[i] = join(values[2 * i], values[2 * i + 1]);
      values.length /= 2;
    }
    this.#curve.eventsPerBucket *= 2;
  }
}
