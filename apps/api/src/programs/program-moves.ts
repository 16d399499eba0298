/** What a program did, command by command, and what the heap held after each: found in the marks of its session. */
import type { ProgramEvent, ProgramMove, ProgramMoves, SessionEvent } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { invalid } from '../problems/index.js';
import type { LiveSession } from '../sessions/live-session.js';
import { noSuchEvent } from '../sessions/session-problems.js';
import type { LiveProgram } from './live-program.js';
import type { CommandsQueryDto } from './program-query.dto.js';
import { ProgramHost } from './program-host.js';

/** Events that are read at once. */
const PIECE = 2048;
/** Events that are looked through for one answer. */
const MOST_EVENTS = 200_000;
/** With more live objects than this the heap is not looked through after every command. */
const MOST_OBJECTS = 5_000;
const NOTHING = { limit: 0 };

interface Marked {
  readonly seq: number;
  readonly event: ProgramEvent;
}

@Injectable()
export class ProgramMovesView {
  constructor(private readonly programs: ProgramHost) {}

  /** @throws ProblemException `invalid-request`, `invalid-position`, `wrong-session-kind`, `program-version-changed` */
  async list(session: LiveSession, { from, to, limit = 100 }: CommandsQueryDto): Promise<ProgramMoves> {
    if (from !== undefined && to !== undefined) throw invalid('to', 'cannot be combined with from');
    const program = this.programs.of(session);
    const end = session.seq;
    for (const [name, at] of [['from', from] as const, ['to', to] as const]) {
      if (at !== undefined && at > end) throw noSuchEvent(name, at, end);
    }
    // One more than wanted tells whether there are more, and where the last command ends.
    const found = to === undefined ? await after(session, from ?? 0, limit + 1) : await before(session, to, limit + 1);
    const isMore = found.length > limit;
    const marks = to === undefined ? found.slice(0, limit) : found.slice(isMore ? 1 : 0);
    const next = to === undefined ? found.slice(limit) : await after(session, marks.at(-1)?.seq ?? to, 1);
    const ends = [...marks.slice(1), ...next].map(({ seq }) => seq - 1);
    const items = await this.#measured(session, program, marks, (i) => ends[i] ?? end);
    const hasEarlier = to === undefined ? (marks[0]?.event.number ?? 1) > 1 : isMore;
    return { items, more: { before: hasEarlier, after: next.length > 0 } };
  }

  async #measured(
    session: LiveSession,
    program: LiveProgram,
    marks: readonly Marked[],
    endOf: (i: number) => number,
  ): Promise<ProgramMove[]> {
    const items: ProgramMove[] = [];
    let isSmall = true;
    for (const [i, { seq, event }] of marks.entries()) {
      // How many objects there are changes slowly from one command to the next: now and then is often enough.
      if (isSmall && i % 20 === 0) {
        const { heap } = await program.look(session, seq, { kind: 'state', ...WITHOUT_LISTS });
        isSmall = heap.liveObjects <= MOST_OBJECTS;
      }
      if (!isSmall) {
        items.push({ seq, end: endOf(i), event, heap: null });
        continue;
      }
      const { summary } = await program.look(session, seq, { kind: 'leaks', records: NOTHING, resources: NOTHING });
      const { definite, indirect, possible, reachable } = summary;
      const lost = definite.bytes + indirect.bytes + possible.bytes;
      items.push({ seq, end: endOf(i), event, heap: { reachable: reachable.bytes, lost } });
    }
    return items;
  }
}

const WITHOUT_LISTS = {
  frames: NOTHING,
  locals: NOTHING,
  globals: NOTHING,
  objects: NOTHING,
  resources: NOTHING,
  errors: NOTHING,
};

/** The first `count` commands after event `from`. */
async function after(session: LiveSession, from: number, count: number): Promise<Marked[]> {
  const found: Marked[] = [];
  const end = Math.min(session.seq, from + MOST_EVENTS);
  for (let at = from; at < end && found.length < count;) {
    const events = await session.read(at + 1, Math.min(PIECE, end - at));
    if (events.length === 0) break;
    found.push(...marksOf(events));
    at += events.length;
  }
  return found.slice(0, count);
}

/** The last `count` commands at or before event `to`, in order. */
async function before(session: LiveSession, to: number, count: number): Promise<Marked[]> {
  let found: Marked[] = [];
  const start = Math.max(0, to - MOST_EVENTS);
  for (let end = to; end > start && found.length < count;) {
    const from = Math.max(start, end - PIECE);
    found = [...marksOf(await session.read(from + 1, end - from)), ...found];
    end = from;
  }
  return found.slice(-count);
}

function marksOf(events: readonly SessionEvent[]): Marked[] {
  return events.flatMap(({ seq, op, label }) => (op === 'mark' && label ? [{ seq, event: eventOf(label) }] : []));
}

/** Of a program session every mark is a command's. */
function eventOf(label: string): ProgramEvent {
  return JSON.parse(label);
}
