/**
 * The table of a dictionary that an expression makes. A display of more than five entries asks for a table of the right
 * size at once (`_PyDict_NewPresized`); from 3.11 on a table for str keys is given up when another key comes.
 */
import { dictSlots, SMALLEST, usableSlots } from '../growth/dict-growth.js';
import { type Block, itemsPart, memoryBlock, objectBlock, structPart } from '../python/composition.js';
import { emptyCallSlots, keysBlock } from '../python/dict-tables.js';
import { type Build, structLayout } from '../python/structs.js';
import { since } from '../python/versions.js';

export interface DictMaking {
  /** `{...}`, or `dict(name=...)`. */
  readonly from: 'display' | 'call';
  /** Entries as written, equal keys included. */
  readonly displayed: number;
  /** Of each different key, in order: whether it is a str. */
  readonly strings: readonly boolean[];
}

export function dictObjectBlocks(build: Build, making: DictMaking): readonly Block[] {
  const object = objectBlock(build, 'gc', structPart('PyDictObject', build));
  const { slots, strings } = tableOf(build, making);
  if (build.version === '2.7') {
    if (slots <= SMALLEST) return [object];
    const entry = structLayout('PyDictEntry', build).size;
    return [object, memoryBlock('table', 'memory', itemsPart('PyDictEntry', slots, entry))];
  }
  return slots === 0 ? [object] : [object, keysBlock(build, slots, strings)];
}

function tableOf(build: Build, { from, displayed, strings }: DictMaking): { slots: number; strings: boolean } {
  const { version } = build;
  const n = strings.length;
  const allStrings = !strings.includes(false);
  if (n === 0) return { slots: from === 'call' ? emptyCallSlots(build) : dictSlots(0, version), strings: true };
  if (version === '2.7') return { slots: from === 'call' ? merged27(n) : displayed27(n, displayed), strings: false };
  const presized = from === 'display' && displayed > usableSlots(SMALLEST) ? displayed : n;
  const slots = dictSlots(presized, version);
  if (allStrings || !since(version, '3.11') || slots > SMALLEST || !strings[0]) {
    return { slots, strings: allStrings };
  }
  return { slots: Math.max(slots, givenUp(strings.indexOf(false), build)), strings: false };
}

/** Slots for any keys after `used` str keys (`calculate_log2_keysize`, which rounded 3 and 6 up to 16 before 3.14). */
function givenUp(used: number, build: Build): number {
  if (used < 3) return since(build.version, '3.14') ? SMALLEST : 2 * SMALLEST;
  return 2 * SMALLEST;
}

function displayed27(n: number, displayed: number): number {
  let slots = SMALLEST;
  if (displayed > 5) while (slots <= displayed) slots *= 2;
  while (n * 3 >= slots * 2) {
    const full = Math.ceil((slots * 2) / 3);
    while (slots <= full * (full > 50_000 ? 2 : 4)) slots *= 2;
  }
  return slots;
}

/** `dict_merge` of 2.7 makes room for twice the entries. */
function merged27(n: number): number {
  let slots = SMALLEST;
  if (n * 3 >= SMALLEST * 2) while (slots <= 2 * n) slots *= 2;
  return slots;
}
