/** What a command did: its outcome, the objects that came and went, the collections that it set off. */
import type { ProgramCommand } from './program-command.js';

export const PROGRAM_OUTCOMES = [
  'ok',
  'doubleFree',
  'invalidFree',
  'mismatchedDelete',
  'useAfterFree',
  'invalidRead',
  'invalidWrite',
  'nullDereference',
  'unknownName',
  'noSuchField',
  'notAnObject',
  'noResource',
  'alreadyClosed',
  'nothingToReturnFrom',
  'stackOverflow',
  'outOfBudget',
  'limitReached',
  'notAllowed',
  'ended',
] as const;
/**
 * - `ok`
 * - `doubleFree`, `invalidFree`: not the start of a live block; nothing was freed
 * - `mismatchedDelete`: freed, but by the wrong function (`new[]` with `delete` …)
 * - `useAfterFree`, `invalidRead`, `invalidWrite`: memory that is not the program's (any more); it happened all the same
 * - `nullDereference`: a field, an access or a deletion through null that needs an object; nothing happened
 * - `unknownName`: no variable of that name; `noSuchField`: no such field; `notAnObject`: a place that holds no object
 * - `noResource`, `alreadyClosed`: nothing to close
 * - `nothingToReturnFrom`: no function was called
 * - `stackOverflow`: the frame does not fit the stack; the call did not happen
 * - `outOfBudget`: the heap budget is exceeded and collecting did not help; the object was not made
 * - `limitReached`: Heapcast's own bound on objects, fields, frames or names; nothing happened
 * - `notAllowed`: not in this ownership mode (`delete` under a collector); nothing happened
 * - `ended`: the program has ended before; nothing happened
 */
export type ProgramOutcome = (typeof PROGRAM_OUTCOMES)[number];

/** How many, and the first few by number. */
export interface Some {
  readonly count: number;
  readonly first: readonly number[];
}

export interface ProgramCollection {
  /** Of `mark-sweep` always 2. */
  readonly generation: 0 | 1 | 2;
  readonly collected: number;
  readonly uncollectable: number;
  /** Objects looked at: the pause. */
  readonly examined: number;
  /** Asked for by a threshold or the budget, not by `collect`. */
  readonly automatic: boolean;
}

export const LEAK_KIND_NAMES = ['definite', 'indirect', 'possible', 'reachable'] as const;
/**
 * - `definite`: definitely lost: nothing refers to it, or only what it leads to itself
 * - `indirect`: indirectly lost: only lost objects refer to it
 * - `possible`: possibly lost: only pointers to the inside of objects lead there (`manual`)
 * - `reachable`: still reachable: a variable leads there
 */
export type LeakKindName = (typeof LEAK_KIND_NAMES)[number];

export interface LeakTotal {
  readonly bytes: number;
  readonly blocks: number;
}

export type LeakSummary = Readonly<Record<LeakKindName, LeakTotal>>;

/** What a command did; a field that has nothing to say is left out. */
export interface ProgramEffects {
  /** Objects. */
  readonly born?: Some;
  readonly died?: Some;
  readonly collections?: readonly ProgramCollection[];
  /** Objects whose finalizer ran. */
  readonly finalized?: Some;
  /** Objects that were unreachable and are saved by a finalizer. */
  readonly resurrected?: Some;
  /** Weak references whose callback ran. */
  readonly called?: Some;
  /** Resources. */
  readonly opened?: Some;
  readonly closed?: Some;
  /** Resources whose owner went without closing them. */
  readonly abandoned?: Some;
  /** Of `collect`: what `gc.collect()` returned. */
  readonly returned?: number;
  /** Of `check`, and when the program ends. */
  readonly leaks?: LeakSummary;
}

/** One command and what came of it. */
export interface ProgramEvent {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly command: ProgramCommand;
  readonly outcome: ProgramOutcome;
  /** The function that did it, and its line; 0 = not known. */
  readonly function: string;
  readonly line: number;
  /** Functions running afterwards; 0 = the program has returned from its first. */
  readonly depth: number;
  readonly effects?: ProgramEffects;
  /** What went wrong, for people. */
  readonly error?: string;
  /** The program ended with this command. */
  readonly ended?: true;
}
