/** What a whole replay amounts to: plain JSON data, kept with the run. All bytes and counts are exact. */
import type { Ledger, OutcomeName, Totals } from '@heapcast/allocators';
import type { OpName } from './census.js';
import type { Curve } from './curve.js';

/** A largest value and the first position at which it was reached: the state after the first `at` requests. */
export interface Peak {
  readonly value: number;
  readonly at: number;
}

/** The state at one position. */
export interface Moment {
  readonly at: number;
  readonly totals: Totals;
  readonly ledger: Ledger;
  readonly statistics: Record<string, unknown>;
}

export interface RunSummary {
  readonly events: number;
  /** Block numbers given: 1 … blocks. */
  readonly blocks: number;
  /** Requests by op, and by what became of them; only those that occur. */
  readonly operations: Readonly<Partial<Record<OpName, number>>>;
  readonly outcomes: Readonly<Partial<Record<OutcomeName, number>>>;
  /** Outcomes of each op. */
  readonly outcomesByOperation: Readonly<Partial<Record<OpName, Partial<Record<OutcomeName, number>>>>>;
  readonly peaks: {
    readonly requestedBytes: Peak;
    readonly allocatedBytes: Peak;
    readonly mappedBytes: Peak;
    readonly liveBlocks: Peak;
    readonly rawBytes: Peak;
  };
  /** Regions (pymalloc: arenas) over the whole run. */
  readonly regions: {
    readonly mapped: number;
    readonly unmapped: number;
    /** Most regions mapped at once. */
    readonly highWater: Peak;
  };
  readonly end: Moment;
  /** At the first position where the mapped bytes were at their peak. */
  readonly peak: Moment;
  readonly curve: Curve;
}

/** How far `execute` is. */
export interface RunProgress {
  /** Requests applied so far, of `total`. */
  readonly events: number;
  readonly total: number;
  readonly totals: Totals;
}
