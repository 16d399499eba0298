/** A line gathers many objects, and then all of them are dropped at once: a list that was filled to be read once. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { type Confidence, placeInWords, type Rule } from './advice.js';

const SMALLEST = 16 * 1024;
/** Of the run's peak that the gathered objects must make up. */
const SHARE = 0.2;

export const gatheredThenDropped: Rule = {
  name: 'gathered-then-dropped',
  practice: 'generators',
  title: 'One line gathers many objects that are then all dropped at once',
  find({ lines, summary, lateAt }) {
    const peak = summary.peaks.requestedBytes.value + summary.peaks.rawBytes.value;
    return lines
      .filter(({ heaps, heapBytes }) => heaps > 0 && heapBytes >= Math.max(SMALLEST, SHARE * peak))
      .map(({ place, heaps, heapBlocks, heapBytes, heapAt, heapGoneAt }) => ({
        sentence:
          `${placeInWords(place)} gathers ${count(heapBlocks, 'object')} (${bytesInWords(heapBytes)}, ${perCent(heapBytes / peak)} of the peak) ` +
          `and then nearly all are dropped at once${heaps > 1 ? `, ${count(heaps, 'time')}` : ''}. ` +
          'If they are read one after the other, a generator or a file needs room for one of them.',
        evidence: [
          {
            place,
            at: heapAt,
            numbers: {
              gatheredBlocks: heapBlocks,
              gatheredBytes: heapBytes,
              times: heaps,
              shareOfPeak: heapBytes / peak,
            },
          },
        ],
        confidence: confidenceOf(heaps, heapGoneAt > lateAt),
        bytes: heapBytes,
      }));
  },
};

function confidenceOf(heaps: number, atTheEnd: boolean): Confidence {
  if (heaps > 1) {
    return {
      level: 'high',
      reason: 'They come and go together, again and again; how often they are read is not recorded.',
    };
  }
  if (!atTheEnd)
    return { level: 'medium', reason: 'They come and go together; how often they are read is not recorded.' };
  return { level: 'low', reason: 'They go when nothing is asked for any more: perhaps only because the program ends.' };
}
