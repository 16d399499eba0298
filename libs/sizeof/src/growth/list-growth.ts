/**
 * Room that a list keeps for elements to come (`listobject.c`). `append` over-allocates by an eighth, so that n appends
 * cost O(n); a list made in one go gets exactly its elements, or nearly.
 */
import { MOST_ITEMS } from '../python/type-definition.js';
import { since, type Version } from '../python/versions.js';
import { stepFor } from './steps.js';

/** `list_resize`: slots after growing from `size` to `newSize` elements, when `newSize` does not fit. */
export function resizedSlots(size: number, newSize: number, version: Version): number {
  if (newSize === 0) return 0;
  if (!since(version, '3.9')) return newSize + Math.floor(newSize / 8) + (newSize < 9 ? 3 : 6);
  // bpo-33234, bpo-38373: rounded down to a multiple of 4, and less eager for a large jump.
  const slots = 4 * Math.floor((newSize + Math.floor(newSize / 8) + 6) / 4);
  return newSize - size > slots - newSize ? 4 * Math.floor((newSize + 3) / 4) : slots;
}

/** Slots of a list of n elements that were appended one at a time. */
export function appendedSlots(n: number, version: Version): number {
  return stepFor(n, since(version, '3.9') ? SINCE_3_9 : UNTIL_3_8);
}

function stepsOf(version: Version): readonly number[] {
  const steps = [0];
  for (let slots = 0; slots < MOST_ITEMS; steps.push(slots)) slots = resizedSlots(slots, slots + 1, version);
  return steps;
}

/** Every size that appending goes through: about 180 up to 10^9. */
const UNTIL_3_8 = stepsOf('3.8');
const SINCE_3_9 = stepsOf('3.9');

/** Slots of `list(iterable of known length n)`. */
export function iterableSlots(n: number, version: Version): number {
  if (n === 0) return 0;
  if (!since(version, '3.8')) return resizedSlots(0, n, version);
  return since(version, '3.10') ? evened(n) : n;
}

/** Slots of `list(set or dictionary)`: from 3.13 on it is copied by a loop of its own, after an ordinary resize. */
export function tableSlots(n: number, version: Version): number {
  return since(version, '3.13') ? resizedSlots(0, n, version) : iterableSlots(n, version);
}

/**
 * Slots of `[c1, c2, ...]` whose elements are all constants: from 3.9 on three or more are kept as a tuple by the
 * compiler and copied. From 3.14 on more than 30 are appended instead.
 */
export function constantSlots(n: number, version: Version): number {
  if (n < 3 || !since(version, '3.9')) return n;
  if (!since(version, '3.10')) return resizedSlots(0, n, version);
  return since(version, '3.14') && n > 30 ? appendedSlots(n, version) : evened(n);
}

/** Slots of `[x1, x2, ...]`: from 3.10 on more than 30 are appended, so that the stack stays small. */
export function displayedSlots(n: number, version: Version): number {
  return since(version, '3.10') && n > 30 ? appendedSlots(n, version) : n;
}

/** `list_preallocate_exact` since 3.10.3: an odd slot would be lost to the alignment of blocks anyway. */
function evened(n: number): number {
  return n + (n % 2);
}
