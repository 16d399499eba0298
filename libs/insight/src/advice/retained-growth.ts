/** What a line asks for grows over the whole run and is never freed: a leak, a cache without end, a default that grows. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { type Confidence, type Evidence, placeInWords, type Rule } from './advice.js';
import type { LineFacts } from './facts.js';

const SMALLEST = 2048;
/** Of what is alive late in the run. */
const SHARE = 0.1;
/** Of the steps between samples in which it must grow. */
const STEADY = 0.6;
/** Ended lives for each live block. */
const FREED = 0.05;
/** Turns between other lines from which on code that runs once (a module's) counts as a loop. */
const LOOPED = 32;

export const retainedGrowth: Rule = {
  name: 'retained-growth',
  practice: 'profile-first',
  title: 'What one line asks for grows from the beginning to the end and is not freed',
  find({ lines, total, lateAt, positions }) {
    return lines
      .filter(({ late }) => late.bytes >= Math.max(SMALLEST, SHARE * total.late.bytes))
      .filter(({ flow, late }) => flow.lives <= FREED * (flow.lives + late.blocks))
      .filter((line) => growingShare(line) >= STEADY && isSpread(line) && isRepeated(line))
      .map((line) => {
        const { place, late, samples } = line;
        const growing = growingShare(line);
        const evidence: Evidence = {
          place,
          at: lateAt,
          numbers: {
            liveBlocks: late.blocks,
            liveBytes: late.bytes,
            bytesAtHalf: samples[samples.length / 2 - 1],
            growingShareOfRun: growing,
            bytesPerThousandEvents: (1000 * late.bytes) / Math.max(1, positions.at(-1) ?? lateAt),
          },
        };
        return {
          sentence:
            `What ${placeInWords(place)} asks for is never freed and grows all the time: ${bytesInWords(late.bytes)} in ${count(late.blocks, 'block')} ` +
            `late in the run, ${perCent(late.bytes / total.late.bytes)} of everything alive. A service that does this runs out of memory.`,
          evidence: [evidence] as const,
          confidence: confidenceOf(line, growing),
          bytes: late.bytes,
        };
      });
  },
};

/** Of the steps between samples, those in which the line's live bytes grew. */
function growingShare({ samples }: LineFacts): number {
  const grown = samples.filter((bytes, k) => bytes > (k === 0 ? 0 : samples[k - 1]));
  return grown.length / samples.length;
}

/** Something was there by half of the run, and something came after it: it is no burst. */
function isSpread({ samples }: LineFacts): boolean {
  const half = samples[samples.length / 2 - 1];
  const end = samples[samples.length - 1];
  return half > 0 && end >= 1.25 * half;
}

/** The line is in a function, or other lines ask in between: it is not one load at the start. */
function isRepeated({ place, turns }: LineFacts): boolean {
  return place.function !== '<module>' || turns >= LOOPED;
}

function confidenceOf({ flow, place }: LineFacts, growing: number): Confidence {
  const reason = `It grew in ${perCent(growing)} of the run, and ${flow.lives === 0 ? 'nothing' : 'nearly nothing'} of it was freed`;
  if (place.function === '<module>')
    return { level: 'low', reason: `${reason}; a module's own code may only fill a table once.` };
  return { level: growing >= 0.9 ? 'high' : 'medium', reason: `${reason}.` };
}
