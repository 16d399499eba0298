/** A line gathers many objects, and then all of them are dropped at once: a list that was filled to be read once. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const SMALLEST = 16 * 1024;
/** Of the run's peak that the gathered objects must make up. */
const SHARE = 0.2;

export const gatheredThenDropped: Rule = {
  name: 'gathered-then-dropped',
  practice: 'generators',
  title: 'One line gathers many objects that are then all dropped at once',
  find({ lines, summary }) {
    const peak = summary.peaks.requestedBytes.value + summary.peaks.rawBytes.value;
    return lines
      .filter(({ heaps, heapBytes }) => heaps > 0 && heapBytes >= Math.max(SMALLEST, SHARE * peak))
      .map(({ place, heaps, heapBlocks, heapBytes, heapAt, mostMoves }) => ({
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
        confidence: {
          level: heaps > 1 || mostMoves > 2 ? 'high' : 'medium',
          reason: `The trace shows that they come and go together${heaps > 1 ? ', again and again' : ''}; it does not show how often they are read.`,
        },
        bytes: heapBytes,
      }));
  },
};
