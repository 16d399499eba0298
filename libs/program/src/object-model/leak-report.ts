/**
 * The leak report as clients read it, from what a memory finds: the same shape whether memcheck's rules or exact
 * reachability decided.
 */
import type {
  LeakDifference,
  LeakKindName,
  LeakQuery,
  LeakReport,
  LeakSummary,
  LossRecordView,
  ProgramMoment,
} from '@heapcast/contracts';
import type { CallPaths } from '../memcheck/call-paths.js';
import type { LeakCheck } from '../memcheck/leak-check.js';
import { leakSummary, type LossRecord, lossRecords } from '../memcheck/loss-records.js';
import { some } from './happenings.js';
import type { Stamped } from './last-reach.js';
import type { ObjectRecord } from './object-record.js';
import { pageOf } from './pages.js';

/** What was found, one entry per live object in the order of birth or address. */
export interface LeakFinding {
  /** Its ids are ids of objects. */
  readonly check: LeakCheck;
  readonly objects: readonly ObjectRecord[];
  /** By entry, of lost objects: when it was last in reach. */
  readonly lastReach: ReadonlyMap<number, Stamped>;
  readonly differs: readonly LeakDifference[];
  readonly note: string;
}

const MAX_TYPES = 8;
const MAX_PLACES = 32;

export function summaryOf({ check }: Pick<LeakFinding, 'check'>): LeakSummary {
  const found = leakSummary(check);
  const total = (kind: LeakKindName): { readonly bytes: number; readonly blocks: number } => ({
    bytes: found[kind][0],
    blocks: found[kind][1],
  });
  return {
    definite: total('definite'),
    indirect: total('indirect'),
    possible: total('possible'),
    reachable: total('reachable'),
  };
}

export function reportLeaks(
  finding: LeakFinding,
  paths: CallPaths,
  query: LeakQuery,
): Pick<LeakReport, 'summary' | 'records' | 'differs' | 'note'> {
  const records = lossRecords(finding.check, paths);
  const entryOf = new Map(finding.objects.map((object, entry) => [object.id, entry]));
  return {
    summary: summaryOf(finding),
    records: pageOf(records, records.length, query.records, (record) => describe(record, finding, entryOf, paths)),
    differs: finding.differs,
    note: finding.note,
  };
}

function describe(
  record: LossRecord,
  finding: LeakFinding,
  entryOf: ReadonlyMap<number, number>,
  paths: CallPaths,
): LossRecordView {
  const types = new Map<string, number>();
  let last: Stamped | null = null;
  let isManual = true;
  for (const id of record.ids) {
    const entry = entryOf.get(id);
    if (entry === undefined) continue;
    const { type, kind } = finding.objects[entry];
    isManual &&= kind !== 'object';
    types.set(type, (types.get(type) ?? 0) + 1);
    const stamp = finding.lastReach.get(entry);
    if (stamp !== undefined && (last === null || stamp.lastCommand > last.lastCommand)) last = stamp;
  }
  return {
    kind: record.kind,
    bytes: record.bytes,
    blocks: record.blocks,
    indirectBytes: record.indirectBytes,
    allocator: isManual ? record.alloc : 'object',
    types: [...types]
      .sort((a, b) => b[1] - a[1])
      .slice(0, MAX_TYPES)
      .map(([type]) => type),
    site: record.path,
    path: paths.places(record.path, MAX_PLACES),
    objects: some(record.ids),
    clique: some(record.clique),
    lastReachable: last === null ? null : momentOf(last),
  };
}

function momentOf({ lastCommand, lastSeq }: Stamped): ProgramMoment {
  return { command: lastCommand, seq: lastSeq };
}
