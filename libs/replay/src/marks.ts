/** The marks of a recording: moments that the program named. They say nothing of memory, so nothing has to be replayed. */
import { Op, OP_MASK } from '@heapcast/trace';
import type { Timeline } from './timeline.js';

export interface MarksQuery {
  readonly kind: 'marks';
  /** Index of the first request to look at; `at` is the end. */
  readonly from: number;
  readonly limit: number;
}

export interface Mark {
  /** 0-based index of the request. */
  readonly event: number;
  /** The mark's number, and its label where it has one. */
  readonly number: number;
  readonly label: string | null;
}

export interface MarksReply {
  /** The first ones. */
  readonly marks: readonly Mark[];
  /** How many there are in all. */
  readonly total: number;
}

/** Labels that begin so are the events of a program, told elsewhere. */
const PROGRAM_EVENT = '{';

export async function findMarks(timeline: Timeline, at: number, { from, limit }: MarksQuery): Promise<MarksReply> {
  const marks: Mark[] = [];
  let total = 0;
  for await (const { first, chunk } of timeline.chunks(Math.min(from, at), at)) {
    const { op, size, names, length } = chunk;
    const end = Math.min(length, at - first);
    for (let i = Math.max(0, from - first); i < end; i++) {
      if ((op[i] & OP_MASK) !== Op.mark) continue;
      const label = names?.get(i) ?? null;
      if (label?.startsWith(PROGRAM_EVENT)) continue;
      total++;
      if (marks.length < limit) marks.push({ event: first + i, number: size[i], label });
    }
    await timeline.breathe();
  }
  return { marks, total };
}
