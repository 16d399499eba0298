/** Reads the stops of a program: all of them, or of a long program those around the present moment. */
import type { SessionDetail } from '@heapcast/contracts';
import type { ProgramSubject, Steps } from '../../service/program.js';
import type { LineReader } from './line-reader.js';
import { type More, type Stop, stopsOfMoves, stopsOfSteps } from './stops.js';

/** Bars in the dock; of a longer program a window of so many. */
const WINDOW = 200;
const ALL = { before: false, after: false };

/** Where the page is, and what it knows. */
interface Known {
  readonly at: number;
  readonly end: number;
  readonly known: readonly Stop[];
  readonly isWindow: boolean;
}

interface Read {
  readonly steps: Steps | null;
  readonly stops: readonly Stop[];
  readonly more: More;
}

export class StopReader {
  /** Bytes at events that were asked for: they do not change. */
  readonly #held = new Map<number, number>();

  constructor(
    private readonly subject: ProgramSubject,
    /** Of a snippet. */
    private readonly lines: LineReader,
  ) {}

  async read(detail: SessionDetail, now: Known): Promise<Read> {
    const steps = await this.subject.steps(detail);
    if (detail.kind === 'program') return { steps, ...(await this.#commands(now)) };
    if (steps) {
      const stops = stopsOfSteps(steps.steps, now.end);
      const held = await Promise.all(stops.map(({ end }) => this.#heldAt(end)));
      return { steps, stops: stops.map((stop, i) => ({ ...stop, reachable: held[i] ?? null })), more: ALL };
    }
    if (detail.kind === 'snippet') return { steps, ...(await this.lines.read(now.at, now.end)) };
    return { steps, stops: [], more: ALL };
  }

  async #heldAt(at: number): Promise<number> {
    const known = this.#held.get(at) ?? (await this.subject.held(at));
    this.#held.set(at, known);
    return known;
  }

  async #commands({ at, known, isWindow }: Known): Promise<Omit<Read, 'steps'>> {
    const last = known.at(-1);
    // A program that grew by a little is not read from its beginning.
    if (last && !isWindow && known.length < WINDOW) {
      const { items, more } = await this.subject.commandsAfter(Math.max(0, last.seq - 1), WINDOW);
      if (!more.after && known.length + items.length <= WINDOW) {
        const kept = known.filter(({ seq }) => seq < (items[0]?.seq ?? Infinity));
        return { stops: [...kept, ...stopsOfMoves(items)], more: ALL };
      }
    }
    const first = await this.subject.commandsAfter(0, WINDOW);
    if (!first.more.after) return { stops: stopsOfMoves(first.items), more: ALL };
    const [before, after] = await Promise.all([
      this.subject.commandsBefore(at, WINDOW / 2),
      this.subject.commandsAfter(at, WINDOW / 2),
    ]);
    return {
      stops: stopsOfMoves([...before.items, ...after.items]),
      more: { before: before.more.before, after: after.more.after },
    };
  }
}
