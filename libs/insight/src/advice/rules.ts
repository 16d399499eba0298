/** Every rule of advice. A new one is a file beside this one and a line here. */
import type { Advice, Rule } from './advice.js';
import { copies } from './copies.js';
import type { AdviceFacts } from './facts.js';
import { gatheredThenDropped } from './gathered-then-dropped.js';
import { growingByMoves } from './growing-by-moves.js';
import { largeModule } from './large-module.js';
import { lonePeak } from './lone-peak.js';
import { manyAlike } from './many-alike.js';
import { memoryLimit } from './memory-limit.js';
import { muchImported } from './much-imported.js';
import { outgrown } from './outgrown.js';
import { pinnedArenas } from './pinned-arenas.js';
import { retainedGrowth } from './retained-growth.js';
import { rounding } from './rounding.js';
import { temporaries } from './temporaries.js';

export const rules: readonly Rule[] = [
  temporaries,
  growingByMoves,
  gatheredThenDropped,
  lonePeak,
  muchImported,
  largeModule,
  retainedGrowth,
  pinnedArenas,
  outgrown,
  manyAlike,
  rounding,
  copies,
  memoryLimit,
];

/** Findings of one rule that are told: the largest ones. */
const MOST_OF_A_RULE = 3;
const ORDER = { high: 0, medium: 1, low: 2 } as const;

/** What all rules find: surest first, then by the bytes at stake. */
export function advise(facts: AdviceFacts): Advice[] {
  const found = rules.flatMap(({ name, practice, find }) =>
    [...find(facts)]
      .sort((one, other) => other.bytes - one.bytes)
      .slice(0, MOST_OF_A_RULE)
      .map((finding): Advice => ({ rule: name, practice, ...finding })),
  );
  return found.sort(
    (one, other) => ORDER[one.confidence.level] - ORDER[other.confidence.level] || other.bytes - one.bytes,
  );
}
