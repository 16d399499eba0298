/** Few small blocks keep whole arenas mapped. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { type Evidence, placeInWords, type Rule } from './advice.js';

/** Of the mapped bytes that would come back. */
const SHARE = 0.1;

export const pinnedArenas: Rule = {
  name: 'pinned-arenas',
  practice: 'profile-first',
  title: 'A few blocks keep arenas mapped that were full before',
  find({ pins, placeOf }) {
    const { together, regions, totals, sites, at } = pins;
    if (together.bytes === 0 || together.bytes < SHARE * totals.mappedBytes) return [];
    const held = regions.reduce((sum, { requestedBytes }) => sum + requestedBytes, 0);
    const [first, ...rest] = sites.slice(0, 5).map(({ site, blocks, bytes, regions: pinned, comesBack }): Evidence => ({
      place: placeOf(site),
      at,
      numbers: { blocks, bytes, arenas: pinned, comesBackBytes: comesBack.bytes },
    }));
    if (!first) return [];
    const who = first.place ? `, most of all by ${placeInWords(first.place)}` : '';
    return [
      {
        sentence:
          `${count(together.blocks, 'block')} of ${bytesInWords(held)} together keep ${count(regions.length, 'arena')} mapped that were full before${who}. ` +
          `If they died, ${bytesInWords(together.bytes)} (${perCent(together.bytes / totals.mappedBytes)} of what is mapped) would come back: ` +
          'make what lives long before what lives short, or in a process of its own.',
        evidence: [first, ...rest],
        confidence: {
          level: 'high',
          reason: 'The blocks were freed on a copy of the heap, and that much came back.',
        },
        bytes: together.bytes,
      },
    ];
  },
};
