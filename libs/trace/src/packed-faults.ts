/** The two ways in which a chunk cannot be packed or unpacked. */
import { TraceFormatError } from './format-error.js';

/** For bytes that `packChunk` did not write. */
export function damaged(why: string): TraceFormatError {
  return new TraceFormatError('malformed', `a stored chunk is damaged: ${why}`);
}

/** For columns that the law in columns.ts does not allow. */
export function notCanonical(at: number): RangeError {
  return new RangeError(`request ${at} of the chunk is not canonical: see columns.ts for what a request may hold`);
}
