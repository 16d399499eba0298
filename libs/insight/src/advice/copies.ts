/**
 * The same set of objects again and again: from one line, kinds of objects of which each is alive n times, 2n times …
 * What is made once per use, like a configuration, could be shared. Small sets are records, not copies.
 */
import type { Place } from '../profile/places.js';
import { bytesInWords, count } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';
import type { AlikeFacts } from './facts.js';

const FEWEST_COPIES = 8;
/** Objects in one copy. */
const FEWEST_OBJECTS = 8;
const SMALLEST = 4096;

interface CopySet {
  readonly place: Place;
  readonly copies: number;
  readonly objects: number;
  readonly bytesEach: number;
}

export const copies: Rule = {
  name: 'copies',
  practice: 'share-objects',
  title: 'The same set of objects is alive many times',
  find({ lateAlike, lateAt }) {
    return copySets(lateAlike)
      .filter(({ objects, bytesEach, copies: number }) => objects >= FEWEST_OBJECTS && bytesEach * number >= SMALLEST)
      .map(({ place, copies: number, objects, bytesEach }) => {
        const saved = bytesEach * (number - 1);
        return {
          sentence:
            `${placeInWords(place)} keeps ${count(number, 'copy', 'copies')} of a set of ${objects} objects, ${bytesInWords(bytesEach)} each: ` +
            `${bytesInWords(bytesEach * number)}. One that all share would do with ${bytesInWords(bytesEach)}.`,
          evidence: [
            { place, at: lateAt, numbers: { copies: number, objects, bytesEach, bytes: bytesEach * number, saved } },
          ] as const,
          confidence: {
            level: 'medium' as const,
            reason: `Each kind of object from this line is alive ${number} times, or a multiple of that; what is in them is not recorded.`,
          },
          bytes: saved,
        };
      });
  },
};

/** By line: the kinds of objects whose counts are multiples of the smallest of them. */
function copySets(alike: readonly AlikeFacts[]): CopySet[] {
  const byLine = new Map<string, AlikeFacts[]>();
  for (const group of alike) {
    if (group.place === null || group.count < FEWEST_COPIES) continue;
    const key = `${group.place.file}\0${group.place.line}\0${group.place.function}`;
    byLine.set(key, [...(byLine.get(key) ?? []), group]);
  }
  return [...byLine.values()].flatMap((groups) => {
    const [{ place }] = groups;
    const least = Math.min(...groups.map(({ count: blocks }) => blocks));
    if (place === null || groups.length < 2 || groups.some(({ count: blocks }) => blocks % least !== 0)) return [];
    const sum = (of: (group: AlikeFacts) => number): number =>
      groups.reduce((total, group) => total + of(group), 0) / least;
    return [
      {
        place,
        copies: least,
        objects: sum(({ count: blocks }) => blocks),
        bytesEach: sum(({ count: blocks, occupied, requested }) => blocks * Math.max(occupied, requested)),
      },
    ];
  });
}
