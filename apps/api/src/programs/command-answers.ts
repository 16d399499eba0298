/** What commands became -> the answers that clients get, the first time and again. */
import {
  type CommandAnswer,
  type CommandResult,
  MAX_LISTED_REQUESTS,
  type ProgramEvent,
  type SessionEvent,
} from '@heapcast/contracts';
import type { AppliedCommands } from '@heapcast/engine';
import type { LiveSession } from '../sessions/live-session.js';

/** Events that one answer is made of: from the batch's first on. */
export const LISTED = MAX_LISTED_REQUESTS;

/** Events that are read at once when an answer is told again. */
const PAGE = 4096;

/** @param told the batch's first events, at most `LISTED` */
export function answerOf(
  { firstSeq, events, seqs, chunk }: AppliedCommands,
  told: readonly SessionEvent[],
): CommandAnswer {
  const seq = firstSeq + chunk.length - 1;
  const results = events.map((event, i): CommandResult => {
    const end = seqs[i + 1] ?? seq + 1;
    const from = seqs[i] + 1 - firstSeq;
    return { seq: seqs[i], event, requests: told.slice(from, end - firstSeq), requestCount: end - seqs[i] - 1 };
  });
  return { seq, results };
}

/** The same from what is stored: `count` events from `firstSeq` on. */
export async function retell(session: LiveSession, firstSeq: number, count: number): Promise<CommandAnswer> {
  const end = firstSeq + count;
  const results: (CommandResult & { requests: SessionEvent[]; requestCount: number })[] = [];
  for (let at = firstSeq; at < end;) {
    const page = await session.read(at, Math.min(PAGE, end - at));
    if (page.length === 0) break;
    for (const event of page) {
      const last = results.at(-1);
      if (event.op === 'mark') results.push({ seq: event.seq, event: eventOf(event), requests: [], requestCount: 0 });
      else if (last) {
        last.requestCount += 1;
        if (event.seq < firstSeq + LISTED) last.requests.push(event);
      }
    }
    at += page.length;
  }
  return { seq: end - 1, results };
}

function eventOf({ label = '{}' }: SessionEvent): ProgramEvent {
  return JSON.parse(label);
}
