/** Objects that are a little larger than a block size: a good part of each block is lost. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const FEWEST = 256;
const SMALLEST = 4096;
/** Of each block that must be lost. */
const LOST = 0.2;
/** Of the memory at the peak that must be lost so. */
const SHARE = 0.05;

export const rounding: Rule = {
  name: 'rounding',
  practice: 'count-objects',
  title: 'Many objects are a little larger than a block size',
  find({ peakAlike, total, peakAt }) {
    return peakAlike
      .filter(
        ({ count: blocks, occupied, requested }) =>
          blocks >= FEWEST && occupied > 0 && occupied - requested >= LOST * occupied,
      )
      .flatMap(({ place, count: blocks, occupied, requested, type }) => {
        const lost = blocks * (occupied - requested);
        if (place === null || lost < Math.max(SMALLEST, SHARE * total.peak.occupied)) return [];
        return [
          {
            sentence:
              `${count(blocks, type === '' ? 'object' : `${type} object`)} of ${count(requested, 'byte')} from ${placeInWords(place)} occupy ${count(occupied, 'byte')} each: ` +
              `${bytesInWords(lost)} are lost to rounding, ${perCent(lost / total.peak.occupied)} of the memory at the peak. A field less may do.`,
            evidence: [
              {
                place,
                at: peakAt,
                numbers: { blocks, requestedEach: requested, occupiedEach: occupied, lostBytes: lost },
              },
            ] as const,
            confidence: { level: 'high' as const, reason: 'The block sizes are those of the allocator.' },
            bytes: lost,
          },
        ];
      });
  },
};
