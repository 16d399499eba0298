/**
 * A profile: who holds or asked for memory, by line, function, file, call path or type, largest first. Rows, the rest that
 * did not fit and what has no site sum exactly to the total.
 *
 * Four measures:
 * - `live`: blocks alive at a position
 * - `peak`: the same at the position of a run's peak
 * - `total`: every block that was asked for up to a position (one that realloc moved counts again, as it was asked again)
 * - `churn`: of those, the blocks that were freed again within a few requests
 */
import type { FlowColumns, LiveColumns } from '@heapcast/replay';
import type { Place, SiteGroups } from './places.js';
import { sumByGroup, sumWithCallees } from './sums.js';

export const MEASURES = ['live', 'peak', 'total', 'churn'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Amount {
  readonly blocks: number;
  readonly bytes: number;
}

/** What a row says beside bytes and blocks; `null` = not recorded, absent = not of this measure. */
export interface LiveDetail {
  /** Bytes that the blocks occupy, rounding included; at the system allocator what was asked for. */
  readonly occupiedBytes: number;
  /** Of `bytes`: at the system allocator. */
  readonly rawBytes: number;
}
export interface FlowDetail {
  readonly freedBlocks: number;
  readonly freedBytes: number;
  /** Of the blocks whose life has ended. */
  readonly averageLifetime: { readonly events: number; readonly nanoseconds: number | null } | null;
  /** Times that realloc moved a block, and the bytes copied. */
  readonly moves: number;
  readonly movedBytes: number;
}

/** Where a row's blocks came from. */
export interface RowPlace extends Place {
  /** Call path, outermost first; only in profiles by path. */
  readonly path?: readonly Place[];
  /** Type of the objects; only in profiles by type. */
  readonly type?: string;
}

export interface ProfileRow extends RowPlace, Amount, Partial<LiveDetail>, Partial<FlowDetail> {
  /** Of the total's bytes, 0 … 1. */
  readonly share: number;
  /** With what was asked for by callees; absent by type. */
  readonly withCallees?: Amount;
}

export interface Profile {
  readonly total: Amount & Partial<LiveDetail> & Partial<FlowDetail>;
  readonly unknown: Amount & Partial<LiveDetail> & Partial<FlowDetail>;
  readonly rows: readonly ProfileRow[];
  /** Rows that are not shown. */
  readonly rest: Amount & { readonly rows: number };
}

/** Columns of one measure, row by row: by site, or by type. */
export interface Measured {
  readonly blocks: ArrayLike<number>;
  readonly bytes: ArrayLike<number>;
  readonly live?: LiveColumns;
  readonly flows?: FlowColumns;
}

/** Calls of a path that a row shows: the innermost ones. */
const SHOWN_CALLS = 64;

export function measured(measure: Measure, columns: LiveColumns | FlowColumns): Measured {
  if ('raw' in columns) return { blocks: columns.blocks, bytes: columns.bytes, live: columns };
  if (measure === 'churn') return { blocks: columns.churnBlocks, bytes: columns.churnBytes, flows: columns };
  return { blocks: columns.blocks, bytes: columns.bytes, flows: columns };
}

/** @param limit most rows */
export function profileBySite(columns: Measured, groups: SiteGroups, limit: number): Profile {
  const sum = (column: ArrayLike<number>): Float64Array => sumByGroup(groups, column);
  const [bytesWithCallees, blocksWithCallees] = sumWithCallees(groups, [columns.bytes, columns.blocks]);
  return profileOf(mapColumns(columns, sum), limit, (group) => ({
    ...describePlace(groups, group),
    withCallees: { blocks: blocksWithCallees[group], bytes: bytesWithCallees[group] },
  }));
}

/** The place of a group as rows show it. */
export function describePlace({ by, registry }: SiteGroups, group: number): RowPlace {
  const place = registry.place(group);
  return by === 'path' ? { ...place, path: registry.path(group, SHOWN_CALLS) } : place;
}

/** @param types names by row; row 0 = blocks without a type */
export function profileByType(columns: Measured, types: readonly string[], limit: number): Profile {
  const place = { function: null, file: null, line: null };
  return profileOf(columns, limit, (row) => ({ ...place, type: types[row] }));
}

type Sums = (column: ArrayLike<number>) => ArrayLike<number>;

function mapColumns(columns: Measured, sum: Sums): Measured {
  const { blocks, bytes, live, flows } = columns;
  return {
    blocks: sum(blocks),
    bytes: sum(bytes),
    ...(live ? { live: mapAll(live, sum) } : {}),
    ...(flows ? { flows: mapAll(flows, sum) } : {}),
  };
}

function mapAll<T extends LiveColumns | FlowColumns>(columns: T, sum: Sums): T {
  const entries = Object.entries(columns).map(([name, column]: [string, Float64Array]) => [name, sum(column)]);
  // The same names with columns of the same kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as T;
}

function profileOf(
  columns: Measured,
  limit: number,
  place: (row: number) => RowPlace & Pick<ProfileRow, 'withCallees'>,
): Profile {
  const { blocks, bytes } = columns;
  const whole = total(bytes);
  const { shown, rest } = largest(columns, limit);
  return {
    total: { blocks: total(blocks), bytes: whole, ...detailOf(columns, total) },
    unknown: amountOf(columns, 0),
    rows: shown.map((row) => {
      const share = whole === 0 ? 0 : bytes[row] / whole;
      return { ...place(row), ...amountOf(columns, row), share };
    }),
    rest,
  };
}

/** The rows with most bytes, in order, and the sums of the others. Only those that are shown are sorted. */
function largest(
  { blocks, bytes }: Measured,
  limit: number,
): { readonly shown: readonly number[]; readonly rest: Amount & { readonly rows: number } } {
  const sizes = Float64Array.from(bytes).subarray(1).sort();
  const least = sizes[sizes.length - limit] ?? -Infinity;
  const candidates: number[] = [];
  const rest = { rows: 0, blocks: 0, bytes: 0 };
  const leave = (row: number): void => {
    rest.rows++;
    rest.blocks += blocks[row];
    rest.bytes += bytes[row];
  };
  for (let row = 1; row < bytes.length; row++) {
    if (blocks[row] === 0 && bytes[row] === 0) continue;
    if (bytes[row] > least || (bytes[row] === least && candidates.length < 4 * limit)) candidates.push(row);
    else leave(row);
  }
  candidates.sort((one, other) => bytes[other] - bytes[one] || blocks[other] - blocks[one] || one - other);
  for (const row of candidates.splice(limit)) leave(row);
  return { shown: candidates, rest };
}

function amountOf(columns: Measured, row: number): Amount & Partial<LiveDetail> & Partial<FlowDetail> {
  const pick = (column: ArrayLike<number>): number => column[row] ?? 0;
  return { blocks: pick(columns.blocks), bytes: pick(columns.bytes), ...detailOf(columns, pick) };
}

function detailOf(
  { live, flows }: Measured,
  pick: (column: ArrayLike<number>) => number,
): Partial<LiveDetail> & Partial<FlowDetail> {
  if (live) return { occupiedBytes: pick(live.occupied), rawBytes: pick(live.raw) };
  if (!flows) return {};
  const lives = pick(flows.lives);
  const timed = pick(flows.timedLives);
  const nanoseconds = timed === 0 ? null : pick(flows.lifeNanoseconds) / timed;
  return {
    freedBlocks: pick(flows.freedBlocks),
    freedBytes: pick(flows.freedBytes),
    averageLifetime: lives === 0 ? null : { events: pick(flows.lifeEvents) / lives, nanoseconds },
    moves: pick(flows.moves),
    movedBytes: pick(flows.movedBytes),
  };
}

function total(column: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < column.length; row++) sum += column[row];
  return sum;
}
