/**
 * Moments at which a program can be looked at: one per command, per step of a scenario, or per line that a snippet ran. Each is a bar
 * in the dock.
 */
import type { ProgramMove } from '@heapcast/contracts';
import type { Step } from '../../service/program.js';
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

/** Are there stops before the first one that was read, after the last one? */
export interface More {
  readonly before: boolean;
  readonly after: boolean;
}

/** A frame as a snippet's mark tells it, or as the calls do that led to a request: those have a line, and no locals. */
export interface ToldFrame {
  readonly function: string;
  readonly line?: number;
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

/** Of a stop of which no more is known than where it is. */
export const PLAIN = { reachable: null, lost: 0, isWrong: false, move: null, frames: null };

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
