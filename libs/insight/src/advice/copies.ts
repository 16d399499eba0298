/**
 * The same set of objects again and again: several sizes from one function, each alive equally often. What is made once
 * per use, like a configuration, could be shared.
 */
import type { Place } from '../profile/places.js';
import { bytesInWords, count } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';
import type { AlikeFacts } from './facts.js';

const FEWEST_COPIES = 8;
/** Kinds of objects in one copy. */
const FEWEST_KINDS = 2;
const SMALLEST = 4096;

interface CopySet {
  readonly place: Place;
  readonly copies: number;
  readonly members: AlikeFacts[];
}

export const copies: Rule = {
  name: 'copies',
  practice: 'share-objects',
  title: 'The same set of objects is alive many times',
  find({ lateAlike, lateAt }) {
    const sets = new Map<string, CopySet>();
    for (const group of lateAlike) {
      const { place, count: blocks } = group;
      if (place === null || blocks < FEWEST_COPIES) continue;
      const key = `${place.file}\0${place.function}\0${blocks}`;
      const known = sets.get(key) ?? { place: { ...place, line: null }, copies: blocks, members: [] };
      known.members.push(group);
      sets.set(key, known);
    }
    return [...sets.values()]
      .filter(({ members }) => members.length >= FEWEST_KINDS)
      .map((set) => ({
        set,
        each: set.members.reduce((sum, { occupied, requested }) => sum + Math.max(occupied, requested), 0),
      }))
      .filter(({ set, each }) => each * set.copies >= SMALLEST)
      .map(({ set: { place, copies: number, members }, each }) => ({
        sentence:
          `${placeInWords(place)} keeps ${count(number, 'copy', 'copies')} of the same ${members.length} kinds of objects, ` +
          `${bytesInWords(each)} each: ${bytesInWords(each * number)}. One that all share would do with ${bytesInWords(each)}.`,
        evidence: [
          {
            place,
            at: lateAt,
            numbers: {
              copies: number,
              kinds: members.length,
              bytesEach: each,
              bytes: each * number,
              saved: each * (number - 1),
            },
          },
        ] as const,
        confidence: {
          level: members.length >= 4 ? ('high' as const) : ('medium' as const),
          reason: `${count(members.length, 'size')} from one function are alive exactly ${number} times each; what is in them is not recorded.`,
        },
        bytes: each * (number - 1),
      }));
  },
};
