/** Many objects of one line live only for a moment. Plain numbers do not count: every computation makes some. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

/** Fewer are nobody's trouble. */
const FEWEST = 500;
/** Of all blocks of the run that one line must make. */
const SHARE = 0.1;
/** Of a line's own blocks that must be short-lived. */
const MOSTLY = 0.5;

export const temporaries: Rule = {
  name: 'temporaries',
  practice: 'fewer-objects',
  title: 'One line makes many objects that are freed again at once',
  find({ lines, total, lateAt, churnWithin }) {
    return lines
      .filter(({ flow }) => flow.churnObjects >= Math.max(FEWEST, SHARE * total.flow.blocks))
      .filter(({ flow }) => flow.churnBlocks >= MOSTLY * (flow.blocks - flow.moves))
      .map(({ place, flow }) => {
        const share = flow.churnBlocks / Math.max(1, flow.blocks - flow.moves);
        return {
          sentence:
            `${placeInWords(place)} makes ${count(flow.churnObjects, 'object')} that are freed almost at once: ` +
            `${bytesInWords(flow.churnObjectBytes)} in all, ${perCent(flow.churnObjects / total.flow.blocks)} of everything that is asked for. ` +
            'Reuse one, or do without.',
          evidence: [
            {
              place,
              at: lateAt,
              numbers: {
                temporaryBlocks: flow.churnObjects,
                temporaryBytes: flow.churnObjectBytes,
                averageLifetimeEvents: flow.lifeEvents / Math.max(1, flow.lives),
                shareOfAllBlocks: flow.churnObjects / total.flow.blocks,
              },
            },
          ],
          confidence: {
            level: share >= 0.9 ? 'high' : 'medium',
            reason: `${perCent(share)} of what the line asks for is gone within ${churnWithin} events.`,
          },
          bytes: flow.churnObjectBytes,
        };
      });
  },
};
