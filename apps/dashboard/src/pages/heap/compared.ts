/** The difference between two moments, from the questions that can be asked of each. */
import type { HeapMap } from '@heapcast/contracts';
import type { Subject } from '../../service/subject.js';
import type { Stretch } from './time-span.js';

export interface ChangedLine {
  readonly file: string | null;
  readonly line: number | null;
  readonly blocks: number;
  readonly bytes: number;
}

export interface Compared {
  readonly before: HeapMap;
  readonly total: { readonly blocks: number; readonly bytes: number };
  readonly rows: readonly ChangedLine[];
  readonly note: string | null;
  /** Pinned arenas before and after. */
  readonly pinned: readonly [number, number];
}

export async function comparedBetween(subject: Subject, { from, to }: Stretch): Promise<Compared> {
  const [before, profile, first, second] = await Promise.all([
    subject.map(from, null),
    subject.profileBetween(from, to),
    subject.pins(from),
    subject.pins(to),
  ]);
  const { total, rows, note } = profile;
  return {
    before,
    total,
    rows,
    note,
    pinned: [first.pinned, second.pinned],
  };
}
