/** Very many small objects of one kind are alive at once: each costs a header and rounding beside what it holds. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const FEWEST = 500;
/** Of the memory at the peak. */
const SHARE = 0.2;
const LARGEST = 512;

export const manyAlike: Rule = {
  name: 'many-alike',
  practice: 'count-objects',
  title: 'Very many small objects of one size from one line are alive at once',
  find({ peakAlike, total, peakAt }) {
    return peakAlike
      .filter(({ place, count: blocks, requested }) => place !== null && blocks >= FEWEST && requested <= LARGEST)
      .filter(
        ({ count: blocks, occupied, requested }) =>
          blocks * Math.max(occupied, requested) >= SHARE * total.peak.occupied,
      )
      .flatMap(({ place, count: blocks, occupied, requested, type }) => {
        if (place === null) return [];
        const bytes = blocks * Math.max(occupied, requested);
        const share = bytes / total.peak.occupied;
        const kind = type === '' ? 'object' : `${type} object`;
        return [
          {
            sentence:
              `At the peak ${count(blocks, kind)} of ${count(requested, 'byte')} from ${placeInWords(place)} are alive: ` +
              `${bytesInWords(bytes)}, ${perCent(share)} of the memory. Fewer and plainer ones (tuples, slots, an array) need less.`,
            evidence: [
              {
                place,
                at: peakAt,
                numbers: {
                  liveBlocks: blocks,
                  bytesEach: requested,
                  occupiedEach: occupied,
                  bytes,
                  shareOfPeak: share,
                },
              },
            ] as const,
            confidence: {
              level: share >= 0.5 ? ('high' as const) : ('medium' as const),
              reason: `They are ${perCent(share)} of what is alive at the peak; whether each is needed the trace cannot say.`,
            },
            bytes,
          },
        ];
      });
  },
};
