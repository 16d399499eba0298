/** What is measured of a side: read from the summary of its run, and from where its program ended. Nothing else. */
import type { RunDetail } from '@heapcast/database';
import type { RunSummary, StatsReply } from '@heapcast/replay';
import { type Claim, type MeasureName, MEASURES } from '@heapcast/scenarios';
import type { ProgramEnd } from './made-traces.js';

export type Measured = Readonly<Record<MeasureName, number | null>>;

/** The arenas at a phase of a benchmark, in the words of `sys._debugmallocstats()`. */
export interface PhaseView {
  /** 0 = the beginning. */
  readonly phase: number;
  readonly name: string;
  /** After so many requests. */
  readonly at: number;
  readonly arenas: {
    readonly allocatedTotal: number;
    readonly reclaimed: number;
    readonly highWater: number;
    readonly current: number;
    readonly unusedPools: number;
  };
}

export interface DifferenceView {
  readonly measure: MeasureName;
  readonly first: number;
  readonly last: number;
  readonly change: number;
  /** Of the first; null when that is 0. */
  readonly percent: number | null;
}

export interface ClaimView extends Claim {
  /** Does the measured difference bear it out? */
  readonly holds: boolean;
}

export function summaryOf(run: RunDetail): RunSummary | null {
  const { summary } = run;
  return isSummary(summary) ? summary : null;
}

function isSummary(value: unknown): value is RunSummary {
  return typeof value === 'object' && value !== null && 'events' in value && 'peaks' in value;
}

/** `null` = this side has no such thing. */
export function measure(summary: RunSummary, program: ProgramEnd | null): Measured {
  const { peaks, regions, end, operations, outcomes } = summary;
  const { malloc = 0, calloc = 0, reallocNull = 0, mark = 0 } = operations;
  const { requestedBytes, rawBytes, liveBlocks, rawBlocks } = end.totals;
  const lost = program?.leaks.summary;
  return {
    requests: summary.events - mark,
    blocksAskedFor: malloc + calloc + reallocNull,
    peakBytes: program ? program.state.heap.peakBytes : peaks.requestedBytes.value,
    peakMappedBytes: peaks.mappedBytes.value,
    peakBlocks: peaks.liveBlocks.value,
    bytesAtEnd: requestedBytes + rawBytes,
    blocksAtEnd: liveBlocks + rawBlocks,
    arenasMapped: regions.mapped,
    arenasGivenBack: regions.unmapped,
    arenasAtEnd: regions.mapped - regions.unmapped,
    outOfMemory: outcomes.outOfMemory ?? 0,
    lostBytes: lost ? lost.definite.bytes + lost.indirect.bytes + lost.possible.bytes : null,
    openResources: program?.state.openResources ?? null,
    stackOverflows: program?.stackOverflows ?? null,
    objectsExamined: program?.state.gc?.examined ?? null,
    longestPause: program?.state.gc?.longestPause ?? null,
    peakStackBytes: program?.state.stack.peak ?? null,
  };
}

export function differences(first: Measured, last: Measured): DifferenceView[] {
  const views: DifferenceView[] = [];
  for (const name of MEASURES) {
    const [before, after] = [first[name], last[name]];
    if (before === null || after === null) continue;
    const change = after - before;
    const percent = before === 0 ? null : Math.round((1000 * change) / before) / 10;
    views.push({ measure: name, first: before, last: after, change, percent });
  }
  return views;
}

export function judge(claims: readonly Claim[], all: readonly DifferenceView[]): ClaimView[] {
  return claims.map((claim) => {
    const change = all.find(({ measure: name }) => name === claim.measure)?.change ?? 0;
    return { ...claim, holds: claim.change === 'less' ? change < 0 : change > 0 };
  });
}

export function phaseOf(phase: number, name: string, { at, statistics }: StatsReply): PhaseView | null {
  if (!hasArenas(statistics)) return null;
  const { arenas, pools } = statistics;
  return { phase, name, at, arenas: { ...arenas, unusedPools: pools.unused } };
}

interface ArenaStatistics {
  readonly arenas: Omit<PhaseView['arenas'], 'unusedPools'>;
  readonly pools: { readonly unused: number };
}

function hasArenas(value: unknown): value is ArenaStatistics {
  return typeof value === 'object' && value !== null && 'arenas' in value && 'pools' in value;
}
