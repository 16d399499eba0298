/**
 * What a leak check prints: blocks of the same kind that the same function returned on the same call path are one loss
 * record. So a place in the code may have a definite record and a reachable one.
 */
import { type Allocator, ALLOCATORS } from './blocks.js';
import type { CallPaths } from './call-paths.js';
import { LEAK_KINDS, NO_LEADER, type LeakCheck, type LeakKind } from './leak-check.js';

export interface LossRecord {
  readonly kind: LeakKind;
  bytes: number;
  blocks: number;
  readonly alloc: Allocator;
  readonly path: number;
  /** Innermost first: `Leak:3 main:1`. */
  readonly pathText: string;
  /** Of definite records: bytes lost through these blocks; else 0. */
  indirectBytes: number;
  /** Ids of the blocks, ascending by address. */
  readonly ids: number[];
  /** Of definite records: ids of the blocks lost through these. */
  readonly clique: number[];
}

export type LeakSummary = Readonly<Record<LeakKind, readonly [bytes: number, blocks: number]>>;

/** The records, by kind, then the most bytes (direct and indirect) first, then path, allocator and ids. */
export function lossRecords(check: LeakCheck, paths: CallPaths): LossRecord[] {
  const records = new Map<number, LossRecord>();
  const recordOf: LossRecord[] = [];
  check.id.forEach((id, entry) => {
    const path = check.allocPath[entry];
    const key = (path * ALLOCATORS.length + check.allocator[entry]) * LEAK_KINDS.length + check.kind[entry];
    let record = records.get(key);
    if (record === undefined) {
      const kind = LEAK_KINDS[check.kind[entry]];
      const alloc = ALLOCATORS[check.allocator[entry]];
      const pathText = paths.text(path);
      record = { kind, bytes: 0, blocks: 0, alloc, path, pathText, indirectBytes: 0, ids: [], clique: [] };
      records.set(key, record);
    }
    record.bytes += check.size[entry];
    record.blocks++;
    record.indirectBytes += check.indirectBytes[entry];
    record.ids.push(id);
    recordOf[entry] = record;
  });
  check.leader.forEach((leader, entry) => {
    if (leader !== NO_LEADER) recordOf[leader].clique.push(check.id[entry]);
  });
  return LEAK_KINDS.flatMap((kind) =>
    [...records.values()].filter((record) => record.kind === kind).sort(compareRecords),
  );
}

/** Bytes and blocks of each kind. */
export function leakSummary(check: LeakCheck): LeakSummary {
  const bytes = LEAK_KINDS.map(() => 0);
  const counts = LEAK_KINDS.map(() => 0);
  check.kind.forEach((kind, entry) => {
    bytes[kind] += check.size[entry];
    counts[kind]++;
  });
  const [definite, indirect, possible, reachable] = LEAK_KINDS.map((_, kind) => [bytes[kind], counts[kind]] as const);
  return { definite, indirect, possible, reachable };
}

function compareRecords(a: LossRecord, b: LossRecord): number {
  return (
    b.bytes + b.indirectBytes - (a.bytes + a.indirectBytes) ||
    compareTexts(a.pathText, b.pathText) ||
    compareTexts(a.alloc, b.alloc) ||
    a.ids[0] - b.ids[0]
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
