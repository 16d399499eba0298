/** Histograms of lifetimes as rows that can be read and drawn: buckets by powers of two, in requests and in nanoseconds. */
import { EVENT_BUCKETS, TIME_BUCKETS, type LifetimesReply } from '@heapcast/replay';

/** Blocks that lived `from` … `to` requests or nanoseconds, both included. */
export interface LifetimeBucket {
  readonly from: number;
  readonly to: number;
  readonly blocks: number;
}

export interface LifetimeHistogram {
  /** Lives that have ended, and blocks that live on. */
  readonly ended: number;
  readonly alive: number;
  /** Of the ended ones; `null` = none has ended. */
  readonly averageEvents: number | null;
  readonly averageNanoseconds: number | null;
  /** Up to the last bucket that holds a block. */
  readonly events: readonly LifetimeBucket[];
  /** `null`: the trace has no times. */
  readonly nanoseconds: readonly LifetimeBucket[] | null;
}

/** The histogram of some groups together. */
export function lifetimeHistogram(reply: LifetimesReply, groups: readonly number[]): LifetimeHistogram {
  const { byTime } = reply;
  const sum = (column: Float64Array): number => groups.reduce((total, group) => total + column[group], 0);
  const events = joined(reply.byEvents, EVENT_BUCKETS, groups);
  const times = byTime ? joined(byTime, TIME_BUCKETS, groups) : null;
  const ended = events.reduce((total, blocks) => total + blocks, 0);
  const timed = times?.reduce((total, blocks) => total + blocks, 0) ?? 0;
  return {
    ended,
    alive: sum(reply.alive),
    averageEvents: ended === 0 ? null : sum(reply.sumEvents) / ended,
    averageNanoseconds: timed === 0 ? null : sum(reply.sumNanoseconds) / timed,
    events: bucketsOf(events),
    nanoseconds: times && bucketsOf(times),
  };
}

function joined(table: Float64Array, width: number, groups: readonly number[]): number[] {
  return Array.from({ length: width }, (_, bucket) =>
    groups.reduce((total, group) => total + table[group * width + bucket], 0),
  );
}

function bucketsOf(counts: readonly number[]): LifetimeBucket[] {
  const last = counts.findLastIndex((blocks) => blocks > 0);
  return counts.slice(0, last + 1).map((blocks, bucket) => ({
    from: bucket === 0 ? 0 : 2 ** (bucket - 1),
    to: bucket === 0 ? 0 : 2 ** bucket - 1,
    blocks,
  }));
}
