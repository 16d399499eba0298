/** What a piece of advice is: a rule that fired, the practice that it ties to, the evidence, and how sure it is. */
import type { Place } from '../profile/places.js';
import type { AdviceFacts } from './facts.js';

/** The best practices of the talk, in its words. */
export const PRACTICES = {
  'fewer-objects': 'Create less objects (useless temp object)',
  generators: 'Use generators (and/or use files)',
  'smaller-modules': 'Split your code into smaller modules',
  'import-only-needed': 'Import necessary functions only from another module',
  'profile-first': 'Run profiling tools over your script before creating service',
  'count-objects': 'Find the number of the objects your script is using and optimize it',
  'share-objects': 'Use common object for the same purpose like config',
  'small-device': 'Minimize your code before making a package for low memory requirement system',
} as const;
export type Practice = keyof typeof PRACTICES;

/** Where and how much: every piece of advice has at least one. */
export interface Evidence {
  /** The line, function or file; `null` = the whole run. */
  readonly place: Place | null;
  /** Measured numbers by name: bytes, blocks, events, shares from 0 to 1. */
  readonly numbers: Readonly<Record<string, number>>;
  /** A position of the run at which it can be seen. */
  readonly at: number;
}

export interface Confidence {
  readonly level: 'high' | 'medium' | 'low';
  /** Why no more, or no less. */
  readonly reason: string;
}

export interface Advice {
  readonly rule: string;
  readonly practice: Practice;
  readonly sentence: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly confidence: Confidence;
  /** Bytes that are at stake, for ordering. */
  readonly bytes: number;
}

/** What a rule says: its name and practice are the rule's own. */
export type Finding = Omit<Advice, 'rule' | 'practice'>;

export interface Rule {
  /** Stable. */
  readonly name: string;
  readonly practice: Practice;
  /** What it looks for, in a sentence. */
  readonly title: string;
  /** Pure. Nothing is found without evidence. */
  readonly find: (facts: AdviceFacts) => readonly Finding[];
}

/** `shop.py:12 (load)`; `line 12 (load)` where no file is known. */
export function placeInWords({ function: name, file, line }: Place): string {
  const at = line === null ? '' : `:${line}`;
  const where = file === null || file === '' ? (line === null ? 'an unknown line' : `line ${line}`) : `${file}${at}`;
  return name === null || name === '' ? where : `${where} (${name})`;
}
