/** A list of guests that nobody wrote: the same for the same seed, everywhere. */
import type { Guests } from './party.js';

export interface GuestListTerms {
  readonly seed: number;
  readonly groups: number;
  /** Length of the party. */
  readonly hours: number;
}

const KINDS = ['ball', 'car', 'bear', 'train'] as const;
const PLACES = [
  'Park',
  'School',
  'River',
  'Harbour',
  'Castle',
  'Garden',
  'Market',
  'Forest',
  'Hill',
  'Bridge',
] as const;
/** Of those who come, how many are a big party. */
const BIG = 0.15;
const MOST_CHILDREN = 12;
const MOST_CHILDREN_OF_BIG = 40;

/** Times in quarters of an hour; nobody stays beyond the end. */
export function generateGuests({ seed, groups, hours }: GuestListTerms): Guests[] {
  const random = mulberry32(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const quarters = Math.max(1, Math.floor(hours * 4));
  return Array.from({ length: groups }, (_, index): Guests => {
    const arrives = between(0, Math.max(0, quarters - 2));
    const leaves = Math.min(quarters, arrives + between(2, Math.max(2, Math.ceil(quarters / 2))));
    const most = random() < BIG ? MOST_CHILDREN_OF_BIG : MOST_CHILDREN;
    return {
      group: `${PLACES[index % PLACES.length]} kids${index < PLACES.length ? '' : ` ${Math.floor(index / PLACES.length) + 1}`}`,
      arrives: arrives / 4,
      leaves: leaves / 4,
      children: between(2, most),
      toysEach: between(1, 3),
      kind: KINDS[between(0, KINDS.length - 1)],
    };
  });
}

/** Tommy Ettinger's mulberry32: small, and good enough for a party. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
