/** What changed between two profiles: of one run at two positions, or of two runs. Largest change first, either way. */
import type { Amount, Measured, RowPlace } from './profile.js';
import { describePlace } from './profile.js';
import type { SiteGroups } from './places.js';
import { sumByGroup } from './sums.js';

export interface Change extends Amount {
  readonly before: Amount;
  readonly after: Amount;
}

export interface ProfileDifference {
  readonly total: Change;
  readonly unknown: Change;
  readonly rows: readonly (RowPlace & Change)[];
  readonly rest: Change & { readonly rows: number };
}

/** A measure of one side. */
export interface DifferenceSide {
  readonly columns: Pick<Measured, 'blocks' | 'bytes'>;
  /** Made with the same registry on both sides. */
  readonly groups: SiteGroups;
}

export function differenceBySite(before: DifferenceSide, after: DifferenceSide, limit: number): ProfileDifference {
  const sums = ({ columns, groups }: DifferenceSide) => ({
    blocks: sumByGroup(groups, columns.blocks),
    bytes: sumByGroup(groups, columns.bytes),
  });
  return differenceOf(sums(before), sums(after), limit, (group) => describePlace(after.groups, group));
}

/** Types of both sides are joined by name. */
export function differenceByType(
  before: { readonly columns: Pick<Measured, 'blocks' | 'bytes'>; readonly types: readonly string[] },
  after: { readonly columns: Pick<Measured, 'blocks' | 'bytes'>; readonly types: readonly string[] },
  limit: number,
): ProfileDifference {
  const types = [...new Set(['', ...before.types, ...after.types])];
  const numbers = new Map(types.map((type, row) => [type, row]));
  const joined = ({ columns, types: names }: typeof before) => {
    const blocks = new Float64Array(types.length);
    const bytes = new Float64Array(types.length);
    for (const [i, name] of names.entries()) {
      const row = numbers.get(name) ?? 0;
      blocks[row] += columns.blocks[i] ?? 0;
      bytes[row] += columns.bytes[i] ?? 0;
    }
    return { blocks, bytes };
  };
  const place = { function: null, file: null, line: null };
  return differenceOf(joined(before), joined(after), limit, (row) => ({ ...place, type: types[row] }));
}

interface Sums {
  readonly blocks: Float64Array;
  readonly bytes: Float64Array;
}

function differenceOf(before: Sums, after: Sums, limit: number, place: (row: number) => RowPlace): ProfileDifference {
  const count = Math.max(before.bytes.length, after.bytes.length);
  const change = (row: number): Change => changeOf(amount(before, row), amount(after, row));
  const rows: number[] = [];
  for (let row = 1; row < count; row++) {
    const { bytes, blocks } = change(row);
    if (bytes !== 0 || blocks !== 0) rows.push(row);
  }
  rows.sort((a, b) => {
    const one = change(a);
    const other = change(b);
    return Math.abs(other.bytes) - Math.abs(one.bytes) || Math.abs(other.blocks) - Math.abs(one.blocks) || a - b;
  });
  const all = Array.from({ length: count }, (_, row) => row);
  const hidden = rows.slice(limit);
  return {
    total: sumOf(all.map(change)),
    unknown: change(0),
    rows: rows.slice(0, limit).map((row) => ({ ...place(row), ...change(row) })),
    rest: { rows: hidden.length, ...sumOf(hidden.map(change)) },
  };
}

function amount({ blocks, bytes }: Sums, row: number): Amount {
  return { blocks: blocks[row] ?? 0, bytes: bytes[row] ?? 0 };
}

function changeOf(before: Amount, after: Amount): Change {
  return { blocks: after.blocks - before.blocks, bytes: after.bytes - before.bytes, before, after };
}

function sumOf(changes: readonly Change[]): Change {
  const sum = (pick: (change: Change) => Amount): Amount => ({
    blocks: changes.reduce((total, change) => total + pick(change).blocks, 0),
    bytes: changes.reduce((total, change) => total + pick(change).bytes, 0),
  });
  return changeOf(
    sum(({ before }) => before),
    sum(({ after }) => after),
  );
}
