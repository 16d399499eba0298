/**
 * What rules look at: the run's summary and everything that was measured, by line. Memory is looked at up to the
 * position from which on only frees come, so that the tidying at a program's end hides nothing.
 */
import type { ResolvedConfig } from '@heapcast/allocators';
import type {
  FlowColumns,
  FlowsReply,
  GrowthReply,
  LiveColumns,
  LiveReply,
  PinsReply,
  RunSummary,
} from '@heapcast/replay';
import { type ImportFacts, importsOf } from './imports.js';
import type { Place, SiteGroups } from '../profile/places.js';
import { sumByGroup } from '../profile/sums.js';

export interface AdviceInput {
  readonly config: ResolvedConfig;
  readonly summary: RunSummary;
  /** By line and by call path, of the trace's site table. */
  readonly lines: SiteGroups;
  readonly paths: SiteGroups;
  readonly flows: FlowsReply;
  /** Of all events, sampled up to `flows.quietFrom`. */
  readonly growth: GrowthReply;
  /** At `flows.quietFrom`. */
  readonly late: LiveReply;
  readonly pins: PinsReply;
  /** At the peak of the bytes asked for. */
  readonly peak: LiveReply;
}

export type Flow = { readonly [K in keyof FlowColumns]: number };
export type Live = { readonly [K in keyof LiveColumns]: number };

/** Everything about one line of the program. */
export interface LineFacts {
  readonly place: Place;
  readonly flow: Flow;
  /** Alive late in the run, and at its peak. */
  readonly late: Live;
  readonly peak: Live;
  /** Live bytes at `positions`. */
  readonly samples: readonly number[];
  /** As `GrowthReply` says. */
  readonly heaps: number;
  readonly heapBlocks: number;
  readonly heapBytes: number;
  readonly heapAt: number;
  readonly heapGoneAt: number;
  readonly turns: number;
  readonly mostMoves: number;
  readonly mostMovedBytes: number;
}

/** Live blocks of one size, type and line. */
export interface AlikeFacts {
  readonly place: Place | null;
  readonly requested: number;
  readonly occupied: number;
  readonly count: number;
  readonly type: string;
}

export interface AdviceFacts {
  readonly config: ResolvedConfig;
  readonly summary: RunSummary;
  /** Requests within which a block that is freed again counts as churn. */
  readonly churnWithin: number;
  /** Where "late" is: the position from which on only frees come. */
  readonly lateAt: number;
  readonly positions: readonly number[];
  /** Lines that asked for anything; without "unknown". */
  readonly lines: readonly LineFacts[];
  /** Of all lines and of what has no line. */
  readonly total: { readonly flow: Flow; readonly late: Live; readonly peak: Live };
  readonly lateAlike: readonly AlikeFacts[];
  readonly peakAlike: readonly AlikeFacts[];
  readonly peakAt: number;
  readonly pins: PinsReply;
  /** What lines that import others brought in. */
  readonly imports: readonly ImportFacts[];
  /** The line of a site; `null` = not known. */
  readonly placeOf: (site: number) => Place | null;
}

export function adviceFacts(input: AdviceInput): AdviceFacts {
  const { lines, flows, growth, late, peak, summary, config, pins } = input;
  const { registry } = lines;
  const flow = byGroup(lines, flows.sites);
  const lateBy = byGroup(lines, late.sites);
  const peakBy = byGroup(lines, peak.sites);
  const { live, positions, at: _at, ...columns } = growth;
  const grown = byGroup(lines, columns);
  const most = largestByGroup(lines, growth);
  const samples = positions.map((_, k) =>
    sumByGroup(
      lines,
      Float64Array.from({ length: live.length / positions.length }, (_s, site) => live[site * positions.length + k]),
    ),
  );
  const placeOf = (site: number): Place | null => {
    const group = lines.ofSite[site] ?? 0;
    return group === 0 ? null : registry.place(group);
  };
  const alike = (reply: LiveReply): AlikeFacts[] =>
    reply.alike.map(({ site, ...group }) => ({ ...group, place: placeOf(site) }));
  const groups = Array.from({ length: registry.count }, (_, group) => group);
  return {
    config,
    summary,
    churnWithin: flows.churnWithin,
    lateAt: late.at,
    positions,
    lines: groups
      .filter((group) => group > 0 && flow.blocks[group] + flow.refused[group] > 0)
      .map((group) => ({
        place: registry.place(group),
        flow: row(flow, group),
        late: row(lateBy, group),
        peak: row(peakBy, group),
        samples: samples.map((sums) => sums[group]),
        ...row(grown, group),
        ...most[group],
      })),
    total: {
      flow: row(byGroup(null, flows.sites), 0),
      late: row(byGroup(null, late.sites), 0),
      peak: row(byGroup(null, peak.sites), 0),
    },
    lateAlike: alike(late),
    peakAlike: alike(peak),
    peakAt: peak.at,
    pins,
    imports: importsOf(input),
    placeOf,
  };
}

type Columns = Readonly<Record<string, Float64Array>>;
type ColumnsOf<T> = { readonly [K in keyof T]: Float64Array };

/** Sums of every column by group; `null` = all in one group. */
function byGroup<T extends object>(groups: SiteGroups | null, columns: T & ColumnsOf<T>): ColumnsOf<T> {
  const named: Columns = columns;
  const sums = Object.entries(named).map(([name, column]) => [
    name,
    groups ? sumByGroup(groups, column) : Float64Array.of(column.reduce((sum, value) => sum + value, 0)),
  ]);
  // The same names with columns of the same kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(sums) as ColumnsOf<T>;
}

function row<T extends object>(columns: T & ColumnsOf<T>, group: number): { readonly [K in keyof T]: number } {
  const named: Columns = columns;
  const values = Object.entries(named).map(([name, column]) => [name, column[group] ?? 0]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(values) as { [K in keyof T]: number };
}

type Most = Pick<LineFacts, 'heapBlocks' | 'heapBytes' | 'heapAt' | 'heapGoneAt' | 'mostMoves' | 'mostMovedBytes'>;

/** What is not summed up but the largest of a line's sites. */
function largestByGroup({ ofSite, registry }: SiteGroups, growth: GrowthReply): Most[] {
  const most = Array.from({ length: registry.count }, () => ({
    heapBlocks: 0,
    heapBytes: 0,
    heapAt: 0,
    heapGoneAt: 0,
    mostMoves: 0,
    mostMovedBytes: 0,
  }));
  for (let site = 0; site < growth.heaps.length; site++) {
    const known = most[ofSite[site] ?? 0];
    if (growth.heapBytes[site] > known.heapBytes) {
      known.heapBlocks = growth.heapBlocks[site];
      known.heapBytes = growth.heapBytes[site];
      known.heapAt = growth.heapAt[site];
      known.heapGoneAt = growth.heapGoneAt[site];
    }
    if (growth.mostMoves[site] > known.mostMoves) {
      known.mostMoves = growth.mostMoves[site];
      known.mostMovedBytes = growth.mostMovedBytes[site];
    }
  }
  return most;
}
