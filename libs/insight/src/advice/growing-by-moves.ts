/** A block grows step by step and is copied again and again on its way. */
import { bytesInWords, count } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const FEWEST_MOVES = 16;
const SMALLEST = 4096;
/** Bytes copied for each byte of the block in the end. */
const TIMES = 4;

export const growingByMoves: Rule = {
  name: 'growing-by-moves',
  practice: 'fewer-objects',
  title: 'One line grows a block in many small steps, and it is copied each time',
  find({ lines, lateAt }) {
    return lines
      .filter(({ flow, mostMoves }) => mostMoves >= FEWEST_MOVES && flow.movedBytes >= SMALLEST)
      .filter(({ flow, mostMovedBytes }) => flow.movedBytes >= TIMES * mostMovedBytes)
      .map(({ place, flow, mostMoves, mostMovedBytes }) => ({
        sentence:
          `${placeInWords(place)} grows one block in ${count(mostMoves, 'move')} to ${bytesInWords(mostMovedBytes)}; ` +
          `${bytesInWords(flow.movedBytes)} are copied for that. Reserve the size, or collect the parts and join them once.`,
        evidence: [
          {
            place,
            at: lateAt,
            numbers: {
              movesOfOneBlock: mostMoves,
              finalBytes: mostMovedBytes,
              moves: flow.moves,
              copiedBytes: flow.movedBytes,
            },
          },
        ] as const,
        confidence: {
          level: flow.movedBytes >= 10 * mostMovedBytes ? ('high' as const) : ('medium' as const),
          reason: `${bytesInWords(flow.movedBytes)} were copied for a block of ${bytesInWords(mostMovedBytes)}.`,
        },
        bytes: flow.movedBytes,
      }));
  },
};
