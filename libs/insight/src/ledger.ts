/** The byte ledger: every mapped byte is under exactly one heading. */
import type { Ledger } from '@heapcast/allocators';

/** Does every heading hold a whole number of bytes from 0 on, and do they sum to the mapped bytes exactly? */
export function ledgerHolds({ mapped, entries }: Ledger): boolean {
  let sum = 0;
  for (const bytes of Object.values(entries)) {
    if (!Number.isSafeInteger(bytes) || bytes < 0) return false;
    sum += bytes;
  }
  return sum === mapped;
}

/** What a heading's bytes are good for. */
export type Purpose =
  /** What the program asked for. */
  | 'requested'
  /** Lost inside live blocks: the block is larger than was asked for. */
  | 'internal'
  /** The allocator's own: headers, tails too small for a block, alignment. */
  | 'overhead'
  /** Held and free: in blocks and pools that wait to be used again. */
  | 'external';

const PURPOSES = new Map<string, Purpose>([
  ['requested', 'requested'],
  ['rounding', 'internal'],
  ['freeBlocks', 'external'],
  ['freePools', 'external'],
]);

/** Headings that no purpose is known for are the allocator's own. */
export function purposeOf(heading: string): Purpose {
  return PURPOSES.get(heading) ?? 'overhead';
}
