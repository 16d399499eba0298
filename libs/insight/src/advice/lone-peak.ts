/** For a moment the run needs far more than it does otherwise, and pays for that moment ever after. */
import { bytesInWords, perCent } from '../quantities.js';
import type { Rule } from './advice.js';

const SMALLEST = 64 * 1024;
/** The peak for each byte of the usual state. */
const TIMES = 3;
/** Of the run that may be near the peak. */
const RARE = 0.25;

export const lonePeak: Rule = {
  name: 'lone-peak',
  practice: 'generators',
  title: 'The peak is far above what the run needs otherwise',
  find({ summary, lines, peakAt }) {
    const { curve, peaks, end } = summary;
    const { value, at } = peaks.requestedBytes;
    const usual = median(curve.requestedMax);
    if (value < SMALLEST || value < TIMES * usual) return [];
    const near = curve.requestedMax.filter((bytes) => bytes >= 0.8 * value).length / curve.requestedMax.length;
    if (near > RARE) return [];
    const largest = lines.reduce<(typeof lines)[number] | null>(
      (most, line) => (line.peak.bytes > (most?.peak.bytes ?? 0) ? line : most),
      null,
    );
    const stays = end.totals.mappedBytes / Math.max(1, peaks.mappedBytes.value);
    return [
      {
        sentence:
          `At event ${at} ${bytesInWords(value)} are alive; half of the run needs no more than ${bytesInWords(usual)}. ` +
          `${perCent(stays)} of the memory mapped at the peak stays mapped to the end. Do that work in pieces.`,
        evidence: [
          {
            place: largest?.place ?? null,
            at: peakAt,
            numbers: {
              peakBytes: value,
              usualBytes: usual,
              shareOfRunNearPeak: near,
              mappedStays: stays,
              bytesOfLineAtPeak: largest?.peak.bytes ?? 0,
            },
          },
        ],
        confidence: {
          level: value >= 10 * Math.max(1, usual) ? 'high' : 'medium',
          reason: `The run is near its peak for ${perCent(near)} of its events.`,
        },
        bytes: value - usual,
      },
    ];
  },
};

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
