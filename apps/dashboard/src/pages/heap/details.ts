/** What is asked for when the page rests. */
import type { SessionEvent } from '@heapcast/contracts';
import type { Subject } from '../../service/subject.js';

/** Events that the log shows before and after the present one. */
const AROUND = 3;

export interface Details {
  readonly at: number;
  readonly events: readonly SessionEvent[];
  readonly sentence: string;
}

export async function detailsAt(subject: Subject, at: number): Promise<Details> {
  const from = Math.max(0, at - 1 - AROUND);
  const [events, sentence] = await Promise.all([subject.events(from, 2 * AROUND + 1), subject.sentence(at)]);
  return { at, events, sentence };
}
