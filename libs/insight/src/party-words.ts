/**
 * The words of the talk's toy party for the words of allocators: the one table from which every sentence of the lens takes
 * them. "Children with process or program - Toy with memory bit - Toy collection with memory chunks - Order with memory
 * pool - Vendor with OS - Yourself with memory allocator."
 */
export interface PartyWord {
  /** What an allocator's reader says. */
  readonly memory: string;
  /** What a guest of the party says: one, and many. */
  readonly party: string;
  readonly many: string;
  readonly meaning: string;
}

const words = {
  program: {
    memory: 'program',
    party: 'children',
    many: 'children',
    meaning: 'Who asks: a group of children that comes, plays and leaves.',
  },
  block: {
    memory: 'block of memory',
    party: 'toy',
    many: 'toys',
    meaning: 'What is asked for, used and given back.',
  },
  pool: {
    memory: 'chunk (pymalloc: pool)',
    party: 'collection',
    many: 'collections',
    meaning: 'A fixed number of toys of one size.',
  },
  region: {
    memory: 'pool of collections (pymalloc: arena)',
    party: 'order',
    many: 'orders',
    meaning: 'What the vendor rents out: collections, never a single one.',
  },
  system: {
    memory: 'operating system',
    party: 'vendor',
    many: 'vendors',
    meaning: 'Rents out orders and takes whole orders back.',
  },
  allocator: {
    memory: 'allocator',
    party: 'you',
    many: 'you',
    meaning: 'Hand out toys, open collections, order more, give back.',
  },
  map: { memory: 'map', party: 'rent', many: 'rent', meaning: 'Another order comes from the vendor.' },
  unmap: { memory: 'unmap', party: 'give back', many: 'give back', meaning: 'A whole order goes back; its rent ends.' },
  raw: {
    memory: 'served by the system allocator',
    party: 'a toy too big for any collection',
    many: 'toys too big for any collection',
    meaning: 'The vendor lends it directly.',
  },
  rounding: {
    memory: 'internal fragmentation',
    party: 'a toy larger than was asked for',
    many: 'toys larger than was asked for',
    meaning: 'The next larger size that there is.',
  },
  fragmentation: {
    memory: 'external fragmentation',
    party: 'an order that cannot go back',
    many: 'orders that cannot go back',
    meaning: 'A single toy of it is still out.',
  },
} as const satisfies Readonly<Record<string, PartyWord>>;

export type PartyConcept = keyof typeof words;

/** By concept. */
export const PARTY_WORDS: Readonly<Record<PartyConcept, PartyWord>> = words;

export function partyWord(concept: PartyConcept): string {
  return PARTY_WORDS[concept].party;
}

export function partyWords(concept: PartyConcept, count: number): string {
  return count === 1 ? PARTY_WORDS[concept].party : PARTY_WORDS[concept].many;
}
