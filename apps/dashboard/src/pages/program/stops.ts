/**
 * Moments at which a program can be looked at: one per command, per step of a scenario, or per line that a snippet ran. Each is a bar
 * in the dock.
 */
import type { ProgramMove, SessionEvent } from '@heapcast/contracts';
import type { SiteItem, Step } from '../../service/program.js';
import { describeCommand } from './words.js';

export interface Stop {
  /** Its first event, and its last: the moment just after it. */
  readonly seq: number;
  readonly end: number;
  /** Line of the source; 0 = not known. */
  readonly line: number;
  readonly words: string;
  /** Bytes after it; `null` = not known. */
  readonly reachable: number | null;
  readonly lost: number;
  /** The program did something wrong. */
  readonly isWrong: boolean;
  /** Of a command. */
  readonly move: ProgramMove | null;
  /** Of a snippet that tells its frames. */
  readonly frames: readonly ToldFrame[] | null;
}

/** A frame as a snippet's mark tells it. */
export interface ToldFrame {
  readonly function: string;
  readonly locals: readonly {
    readonly name: string;
    readonly type: string;
    /** 0 = it lies in no block of the recording. */
    readonly block: number;
    readonly references: number;
  }[];
}

export function stopsOfMoves(items: readonly ProgramMove[]): Stop[] {
  return items.map((move) => {
    const { seq, end, event, heap } = move;
    return {
      seq,
      end,
      line: event.line,
      words: describeCommand(event),
      reachable: heap?.reachable ?? null,
      lost: heap?.lost ?? 0,
      isWrong: event.outcome !== 'ok',
      move,
      frames: null,
    };
  });
}

/** Of a scenario whose steps are requests of an allocator. */
export function stopsOfSteps(steps: readonly Step[], last: number): Stop[] {
  const begun = steps.filter(({ from }) => from !== null);
  return begun.map(({ from, line, sentence }, i) => ({
    ...PLAIN,
    seq: from ?? 0,
    end: (begun[i + 1]?.from ?? last + 1) - 1,
    line,
    words: sentence,
  }));
}

const PLAIN = { reachable: null, lost: 0, isWrong: false, move: null, frames: null };

/** Lines that a snippet ran, among what it asked for. A line and its frames are two marks, but one moment. */
export function stopsOfMarks(events: readonly SessionEvent[], sites: readonly SiteItem[]): Stop[] {
  const lineOf = new Map(sites.map((site) => [site.index, site]));
  const sizes = new Map<number, number>();
  type Open = { -readonly [Key in keyof Stop]: Stop[Key] };
  const stops: Open[] = [];
  /** Lines with no request after them, whose frames may come in the next marks. */
  let waiting: { readonly site: number; readonly stop: Open }[] = [];
  let live = 0;
  for (const { seq, op, outcome, block, size, site = 0, label } of events) {
    const open = stops.at(-1);
    if (op === 'mark') {
      const frames = label === undefined ? null : framesOf(label);
      const told =
        frames === null ? undefined : waiting.find((each) => each.site === site && each.stop.frames === null);
      if (told) {
        told.stop.frames = frames;
        if (open) open.end = seq;
        continue;
      }
      const place = lineOf.get(site);
      const words = place ? `${place.function}, line ${place.line}` : 'A line';
      const stop = { ...PLAIN, seq, end: seq, line: place?.line ?? 0, words, reachable: live, frames };
      stops.push(stop);
      waiting.push({ site, stop });
      continue;
    }
    waiting = [];
    if (outcome === 'freed') {
      live -= sizes.get(block) ?? 0;
      sizes.delete(block);
    } else if (outcome === 'placed' || outcome === 'raw' || outcome === 'moved' || outcome === 'inPlace') {
      live += size - (sizes.get(block) ?? 0);
      sizes.set(block, size);
    }
    if (open) Object.assign(open, { end: seq, reachable: live });
  }
  return stops;
}

function framesOf(label: string): readonly ToldFrame[] | null {
  try {
    const told: { readonly frames?: readonly ToldFrame[] } = JSON.parse(label);
    return Array.isArray(told.frames) ? told.frames : null;
  } catch {
    return null;
  }
}

/** The last stop that has begun at event `at`; -1 = none. */
export function stopAt(stops: readonly Stop[], at: number): number {
  let low = 0;
  let high = stops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stops[middle]?.seq ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The step in which a stop is: the last one that had begun. */
export function stepAt(steps: readonly Step[], seq: number): Step | null {
  return steps.findLast(({ from }) => from !== null && from <= seq) ?? null;
}
