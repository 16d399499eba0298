/** A module is imported whole, and it is large. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Rule } from './advice.js';

/** Bytes that one module brings. */
const LARGE = 64 * 1024;
/** Of what is alive late in the run. */
const SHARE = 0.5;

export const largeModule: Rule = {
  name: 'large-module',
  practice: 'smaller-modules',
  title: 'A large module is imported whole, and is most of the memory',
  find({ imports, total, lateAt }) {
    return imports
      .filter(({ modules, bytes }) => modules > 0 && bytes / modules >= LARGE && bytes >= SHARE * total.late.bytes)
      .map(({ place, modules, blocks, bytes }) => {
        const share = bytes / total.late.bytes;
        return {
          sentence:
            `The ${modules === 1 ? 'module' : count(modules, 'module')} that ${placeInWords(place)} imports ${modules === 1 ? 'brings' : 'bring'} ${bytesInWords(bytes)} in ${count(blocks, 'block')}, ` +
            `${perCent(share)} of everything alive. Split by purpose, only the needed part would be loaded.`,
          evidence: [
            {
              place,
              at: lateAt,
              numbers: { modules, liveBlocks: blocks, liveBytes: bytes, bytesPerModule: bytes / modules, share },
            },
          ] as const,
          confidence: {
            level: share >= 0.75 ? ('medium' as const) : ('low' as const),
            reason: 'All of it is loaded and stays; which of it is used the trace cannot say.',
          },
          bytes,
        };
      });
  },
};
