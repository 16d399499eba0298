/**
 * Every label in two words: the party's, and the allocator's. Both come from the one table of the service (`GET /v1/party/words`); of an
 * allocator's word the one that its model uses is taken.
 */
import { json } from '../../service/rest.js';

export interface PartyWord {
  readonly memory: string;
  readonly party: string;
  readonly many: string;
  readonly meaning: string;
}
export type PartyTable = Readonly<Record<string, PartyWord>>;

export type Vocabulary = 'party' | 'allocator';

export async function readPartyWords(): Promise<PartyTable> {
  return (await json<{ readonly words: PartyTable }>('/v1/party/words')).words;
}

/** `chunk (pymalloc: pool)` is a pool to pymalloc, and a chunk to others. */
function memoryWord(text: string, model: string): string {
  const [, general = text, own, word] = /^(.*?) \((\w+): (.*)\)$/.exec(text) ?? [];
  return (own === model && word !== undefined ? word : general).replace(/ of (memory|collections)$/, '');
}

export class Words {
  constructor(
    private readonly table: PartyTable,
    readonly vocabulary: Vocabulary,
    private readonly model: string,
  ) {}

  /** `toy`, `2 toys` without the number. */
  of(concept: string, count = 1): string {
    const word = this.table[concept];
    if (!word) return concept;
    if (this.vocabulary === 'party') return count === 1 ? word.party : word.many;
    const one = memoryWord(word.memory, this.model);
    return count === 1 ? one : `${one}s`;
  }

  /** With a capital. */
  title(concept: string, count = 1): string {
    const word = this.of(concept, count);
    return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  }

  /** What a block is that is in use: a toy that is out, a block that is live. */
  get out(): string {
    return this.vocabulary === 'party' ? 'out' : 'live';
  }
}
