/** Makes a question of a kind about a moment: from the real next event, or from a request that is supposed. */
import { QUESTION_KINDS } from '@heapcast/contracts';
import { askArenaReturned } from './arena-returned.js';
import { askLeaked } from './leaked.js';
import type { Moment } from './moment.js';
import { askNextArena } from './next-arena.js';
import { askNextBlock } from './next-block.js';
import { askPartyBill } from './party-bill.js';
import type { GeneratedKind, Question, QuestionOptions } from './question.js';
import { Seed } from './seed.js';
import { askSizeof } from './sizeof.js';

type Asker = (moment: Moment, options: QuestionOptions, seed: Seed) => Promise<Question>;

const ASKERS: Readonly<Record<GeneratedKind, Asker>> = {
  'next-block': askNextBlock,
  'arena-returned': askArenaReturned,
  'next-arena': askNextArena,
  leaked: askLeaked,
  sizeof: askSizeof,
  'party-bill': askPartyBill,
};

export const GENERATED_KINDS: readonly GeneratedKind[] = QUESTION_KINDS.filter((kind) => kind !== 'own');

/** The same for the same moment and options. @throws NotAskable */
export function generateQuestion(
  kind: GeneratedKind,
  moment: Moment,
  options: QuestionOptions = {},
): Promise<Question> {
  return ASKERS[kind](moment, options, new Seed(options.seed ?? moment.at));
}
