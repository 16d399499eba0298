/** One Python type: what `n` and the variants of it mean, and how its blocks come about. */
import type { Block } from './composition.js';
import type { Build } from './structs.js';

export type TypeGroup = 'scalars' | 'text' | 'containers' | 'functions' | 'classes' | 'iterators' | 'library';

export interface CountMeaning {
  /** What is counted: `elements`, `attributes`, `bits of the absolute value`. */
  readonly what: string;
  readonly default: number;
  readonly maximum: number;
}

export interface TypeDefinition {
  /** As Python calls it. */
  readonly name: string;
  readonly title: string;
  readonly group: TypeGroup;
  /** Other names that mean it. */
  readonly aliases?: readonly string[];
  /** Versions that have it; absent = all (`versions.ts`, ranges). */
  readonly range?: string;
  /** Absent: the type has no size parameter. */
  readonly count?: CountMeaning;
  /** Ways of being made, or kinds of content, that differ in size. The first is the default. */
  readonly variants?: readonly { readonly name: string; readonly title: string }[];
  /** Variants that keep room for elements to come: their sizes grow in steps. */
  readonly grows?: readonly string[];
  /** What is taken for granted, in a sentence. */
  readonly assumes?: string;
  compose(build: Build, n: number, variant: string): readonly Block[];
}

/** No container or text of more elements is sized: 10^9. */
export const MOST_ITEMS = 1_000_000_000;
