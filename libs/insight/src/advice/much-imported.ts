/** One line imports several modules, and what they bring makes up much of the memory. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

const SMALLEST = 64 * 1024;
const FEWEST_MODULES = 3;
/** Of what is alive late in the run. */
const SHARE = 0.5;

export const muchImported: Rule = {
  name: 'much-imported',
  practice: 'import-only-needed',
  title: 'One line imports several modules, and what they bring is most of the memory',
  find({ imports, total, lateAt }) {
    return imports
      .filter(
        ({ modules, bytes }) => modules >= FEWEST_MODULES && bytes >= Math.max(SMALLEST, SHARE * total.late.bytes),
      )
      .map(({ place, modules, blocks, bytes }) => {
        const share = bytes / total.late.bytes;
        return {
          sentence:
            `${placeInWords(place)} imports ${count(modules, 'module')}: ${bytesInWords(bytes)} in ${count(blocks, 'block')} stay, ` +
            `${perCent(share)} of everything alive. Import only the one that is used.`,
          evidence: [{ place, at: lateAt, numbers: { modules, liveBlocks: blocks, liveBytes: bytes, share } }] as const,
          confidence: {
            level: share >= 0.75 ? ('medium' as const) : ('low' as const),
            reason: 'All of it is loaded and stays; which of it is used the trace cannot say.',
          },
          bytes,
        };
      });
  },
};
