/** Room that a bytearray keeps (`PyByteArray_Resize`): one byte for the final NUL, an eighth more when it grows. */

import { MOST_ITEMS } from '../python/type-definition.js';
import { stepFor } from './steps.js';

/** Bytes allocated for a bytearray made with n bytes. */
export function madeBytes(n: number): number {
  return n === 0 ? 0 : n + 1;
}

/** Bytes allocated after growing to `size`, when it held `allocated`. */
export function resizedBytes(allocated: number, size: number): number {
  if (size < allocated) return allocated;
  // Larger than an eighth more: exactly what is asked for.
  return size <= allocated * 1.125 ? size + Math.floor(size / 8) + (size < 9 ? 3 : 6) : size + 1;
}

/** Bytes allocated after n bytes were appended one at a time: always more than n, for the final NUL. */
export function appendedBytes(n: number): number {
  return n === 0 ? 0 : stepFor(n + 1, STEPS);
}

function allSteps(): readonly number[] {
  const steps = [0];
  for (let allocated = 0, size = 1; allocated <= MOST_ITEMS; size = allocated) {
    allocated = resizedBytes(allocated, size);
    steps.push(allocated);
  }
  return steps;
}

/** Every size that appending goes through. */
const STEPS = allSteps();
