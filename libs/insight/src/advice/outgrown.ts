/** Blocks that start small and grow out of the small-object allocator: each is moved, and its place is left to others. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const FEWEST = 100;
const SHARE = 0.01;

export const outgrown: Rule = {
  name: 'outgrown',
  practice: 'profile-first',
  title: 'Many blocks grow from the small-object allocator into the system allocator',
  find({ lines, total, lateAt, config }) {
    const threshold = config.options.smallThreshold;
    if (typeof threshold !== 'number') return [];
    return lines
      .filter(({ flow }) => flow.outgrown >= Math.max(FEWEST, SHARE * total.flow.blocks))
      .map(({ place, flow }) => ({
        sentence:
          `${placeInWords(place)} lets ${count(flow.outgrown, 'block')} grow beyond ${count(threshold, 'byte')}: each is copied from its pool to the system allocator ` +
          `(${bytesInWords(flow.movedBytes)} in all). Ask for the final size at once.`,
        evidence: [
          {
            place,
            at: lateAt,
            numbers: {
              outgrown: flow.outgrown,
              threshold,
              copiedBytes: flow.movedBytes,
              shareOfBlocks: flow.outgrown / total.flow.blocks,
            },
          },
        ] as const,
        confidence: {
          level: 'high' as const,
          reason: `${perCent(flow.outgrown / Math.max(1, flow.moves))} of the line's moves leave the pools.`,
        },
        bytes: flow.movedBytes,
      }));
  },
};
