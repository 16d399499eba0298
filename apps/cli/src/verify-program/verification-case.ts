/**
 * One thing to verify: a name for its line, and what finds its first difference. Whatever goes wrong on the way, an
 * unreadable file or text that is no script, is a difference too, told with its reason.
 */
import type { Difference } from '@heapcast/program';

export interface VerificationCase {
  readonly name: string;
  /** The first difference in words, or null if there is none. May throw: the message is the difference then. */
  readonly run: () => string | null;
}

/** Longest part of a value that a line shows. */
const LONGEST = 160;

/** Null if all is exact. Never throws. */
export function runCase({ run }: VerificationCase): string | null {
  try {
    return run();
  } catch (error) {
    return `cannot be compared: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** For a case that is known not to run. */
export function brokenCase(name: string, reason: string): VerificationCase {
  return { name, run: () => `cannot be compared: ${reason}` };
}

/** `place: expected X; got Y` */
export function describeDifference({ at, expected, got }: Difference): string {
  return `${at === '' ? '' : `${at}: `}expected ${show(expected)}; got ${show(got)}`;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
