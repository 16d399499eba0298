/** The device has little memory, and the run came near to its end, or to it. */
import { bytesInWords, count, perCent } from '../quantities.js';
import { type Evidence, placeInWords, type Rule } from './advice.js';

const NEAR = 0.8;

export const memoryLimit: Rule = {
  name: 'memory-limit',
  practice: 'small-device',
  title: 'The limit of mapped memory is near, or was reached',
  find({ config, summary, lines, total, peakAt }) {
    const limit = config.options.mappedLimit;
    const refused = summary.outcomes.outOfMemory ?? 0;
    if (typeof limit !== 'number') return [];
    // Blocks, not arenas: half an arena that is free is room that is left.
    const { value, at } = summary.peaks.allocatedBytes;
    const held = value + total.peak.raw;
    if (refused === 0 && held < NEAR * limit) return [];
    const largest = [...lines]
      .sort((one, other) => other.flow.refusedBytes - one.flow.refusedBytes || other.peak.bytes - one.peak.bytes)
      .slice(0, 3)
      .map(({ place, flow, peak }): Evidence => ({
        place,
        at: peakAt,
        numbers: { bytesAtPeak: peak.bytes, refused: flow.refused, refusedBytes: flow.refusedBytes },
      }));
    const whole: Evidence = {
      place: null,
      at,
      numbers: { limit, held, mapped: summary.peaks.mappedBytes.value, refused, refusedBytes: total.flow.refusedBytes },
    };
    const who = largest[0]?.place ? ` Begin with ${placeInWords(largest[0].place)}.` : '';
    return [
      {
        sentence:
          refused > 0
            ? `${count(refused, 'request')} found no memory: the limit is ${bytesInWords(limit)}.${who}`
            : `${bytesInWords(held)} were held at once, ${perCent(held / limit)} of the limit of ${bytesInWords(limit)}.${who}`,
        evidence: [whole, ...largest],
        confidence: {
          level: refused > 0 ? 'high' : 'medium',
          reason: refused > 0 ? 'Requests were refused.' : 'Nothing was refused yet.',
        },
        bytes: refused > 0 ? Math.max(total.flow.refusedBytes, 1) : held,
      },
    ];
  },
};
