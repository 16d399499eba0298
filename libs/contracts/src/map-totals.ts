/** The totals of a heap as numbers in a row, as maps and their changes carry them. */
import type { SessionTotals } from './session-event.js';

export const TOTALS = [
  'events',
  'liveBlocks',
  'requestedBytes',
  'allocatedBytes',
  'mappedBytes',
  'rawBlocks',
  'rawBytes',
] as const satisfies readonly (keyof SessionTotals)[];

/** @param columns one number for each of `TOTALS` */
export function totalsOf(columns: Float64Array): SessionTotals {
  const [events, liveBlocks, requestedBytes, allocatedBytes, mappedBytes, rawBlocks, rawBytes] = columns;
  return { events, liveBlocks, requestedBytes, allocatedBytes, mappedBytes, rawBlocks, rawBytes };
}
