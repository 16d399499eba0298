/**
 * Tables of dictionaries (`dictobject.c`). 2.7: an open table of entries, at most two thirds full, that quadruples (and
 * doubles beyond 50,000). 3.6 and later: entries in order of insertion beside an index of 1, 2, 4 or 8 bytes per slot;
 * two thirds of the slots are usable. From 3.11 on a table whose keys are all strings keeps no hashes.
 */
import { since, type Version } from '../python/versions.js';

/** Fewest slots of a table; 2.7 has these inside the dictionary. */
export const SMALLEST = 8;

/** `USABLE_FRACTION`. */
export function usableSlots(slots: number): number {
  return Math.floor((slots * 2) / 3);
}

function powerOfTwo(atLeast: number): number {
  let slots = SMALLEST;
  while (slots < atLeast) slots *= 2;
  return slots;
}

/** `GROWTH_RATE`: slots asked for when a table with `used` entries is full. */
function grown(used: number, slots: number, version: Version): number {
  return powerOfTwo(since(version, '3.7') ? used * 3 : used * 2 + Math.floor(slots / 2));
}

/** Slots after n different keys went into an empty dictionary, none removed; 0 = the shared empty table (3.8+). */
export function dictSlots(n: number, version: Version): number {
  if (version === '2.7') return dictSlots27(n);
  if (n === 0) return since(version, '3.8') ? 0 : SMALLEST;
  let slots = SMALLEST;
  while (usableSlots(slots) < n) slots = grown(usableSlots(slots), slots, version);
  return slots;
}

/** `PyDict_SetItem` of 2.7: after an insertion that leaves the table two thirds full. */
function dictSlots27(n: number): number {
  let slots = SMALLEST;
  for (;;) {
    const full = Math.ceil((slots * 2) / 3);
    if (n < full) return slots;
    const wanted = full * (full > 50_000 ? 2 : 4);
    // dictresize wants strictly more.
    while (slots <= wanted) slots *= 2;
  }
}

/** Bytes of one entry of the index. */
export function indexWidth(slots: number): 1 | 2 | 4 | 8 {
  if (slots <= 0xff) return 1;
  if (slots <= 0xff_ff) return 2;
  return slots <= 0xff_ff_ff_ff ? 4 : 8;
}
