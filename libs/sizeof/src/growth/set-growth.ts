/**
 * Tables of sets (`setobject.c`): eight slots inside the set, then a table of its own that quadruples (and doubles beyond
 * 50,000 elements) when it is two thirds full (2.7, 3.6), three fifths full (3.7 and later).
 */
import { since, type Version } from '../python/versions.js';

/** Slots inside the set itself. */
export const INSIDE = 8;

function isFull(fill: number, slots: number, version: Version): boolean {
  if (version === '2.7') return fill * 3 >= slots * 2;
  return since(version, '3.7') ? fill * 5 >= (slots - 1) * 3 : fill * 3 >= (slots - 1) * 2;
}

/** `set_table_resize`: the first power of two that is larger than `wanted`. */
function tableFor(wanted: number): number {
  let slots = INSIDE;
  while (slots <= wanted) slots *= 2;
  return slots;
}

/** Slots after n elements were added one at a time to an empty set. */
export function addedSlots(n: number, version: Version): number {
  let slots = INSIDE;
  for (let fill = fewestFull(slots, version); fill <= n; fill = fewestFull(slots, version)) {
    slots = tableFor(fill * (fill > 50_000 ? 2 : 4));
  }
  return slots;
}

/** Fewest elements that make a table too full: the smallest for which `isFull` holds. */
function fewestFull(slots: number, version: Version): number {
  if (version === '2.7') return Math.ceil((slots * 2) / 3);
  return since(version, '3.7') ? Math.ceil(((slots - 1) * 3) / 5) : Math.ceil(((slots - 1) * 2) / 3);
}

/** Slots of an empty set that took over all n elements of another one at once (`set_merge`). */
export function mergedSlots(n: number, version: Version): number {
  return isFull(n, INSIDE, version) ? tableFor(n * 2) : INSIDE;
}

/**
 * Slots of `{c1, c2, ...}` whose elements are all constants: from 3.9 on three or more are kept as a frozenset by the
 * compiler and merged. From 3.14 on more than 30 are added one at a time.
 */
export function constantSetSlots(n: number, version: Version): number {
  const merged = since(version, '3.9') && n >= 3 && !(since(version, '3.14') && n > 30);
  return merged ? mergedSlots(n, version) : addedSlots(n, version);
}
