/** One sentence about a state: what is mapped, what was asked for, and where most of the rest is. */
import type { Ledger, Totals } from '@heapcast/allocators';
import { purposeOf } from './ledger.js';
import { bytesInWords, count, perCent } from './quantities.js';

export interface DescribedState {
  readonly totals: Totals;
  readonly ledger: Ledger;
  /** Regions mapped now, and what the model calls one (pymalloc: arena); unknown = not said. */
  readonly regions?: { readonly mapped: number; readonly noun: string };
}

/** How a sentence says where bytes are. Headings without words here are said as they are. */
const PLACES = new Map<string, string>([
  ['rounding', 'is lost to rounding up to the block size'],
  ['freeBlocks', 'is held in free blocks'],
  ['freePools', 'is held in free pools'],
  ['poolHeaders', 'is pool headers'],
  ['poolTails', 'is pool tails too small for a block'],
  ['arenaAlignment', 'is lost to arena alignment'],
  ['blockHeaders', 'is block headers'],
  ['heapStart', 'is lost before the first block'],
]);

/** For example `2.0 MiB mapped in 2 arenas, 0.9 MiB requested in 14,020 blocks; 43 % is held in free pools.` */
export function describeState({ totals, ledger, regions }: DescribedState): string {
  const beside =
    totals.rawBlocks === 0
      ? ''
      : ` Beside it the system allocator serves ${bytesInWords(totals.rawBytes)} in ${count(totals.rawBlocks, 'block')}.`;
  if (ledger.mapped === 0) return `Nothing is mapped.${beside}`;
  const held = regions ? ` in ${count(regions.mapped, regions.noun)}` : '';
  const live = `${bytesInWords(totals.requestedBytes)} requested in ${count(totals.liveBlocks, 'block')}`;
  return `${bytesInWords(ledger.mapped)} mapped${held}, ${live}${largestLoss(ledger)}.${beside}`;
}

function largestLoss({ mapped, entries }: Ledger): string {
  let heading = '';
  let most = 0;
  for (const [name, bytes] of Object.entries(entries)) {
    if (purposeOf(name) === 'requested' || bytes <= most) continue;
    heading = name;
    most = bytes;
  }
  return most === 0 ? '' : `; ${perCent(most / mapped)} ${PLACES.get(heading) ?? `is ${heading}`}`;
}
