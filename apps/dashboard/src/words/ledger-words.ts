/** What each entry of a ledger is called, its colour, and the order in which they stand in a bar. */
import type { SessionLedger } from '@heapcast/contracts';

const HEADINGS: Readonly<Record<string, readonly [label: string, colour: string, about: string]>> = {
  requested: ['Requested', 'use', 'what the program asked for'],
  rounding: ['Rounding', 'round', 'each block is as large as its size class'],
  poolHeaders: ['Headers', 'over', 'at the start of each pool'],
  freeBlocks: ['Free blocks', 'hold', 'in pools that are in use'],
  poolTails: ['Tails', 'over2', 'too short for one more block'],
  freePools: ['Free pools', 'hold2', 'in arenas that are mapped'],
  arenaAlignment: ['Alignment', 'over2', 'the pool lost in an arena that is not pool-aligned'],
  blockHeaders: ['Headers', 'over', 'before each block'],
  heapStart: ['Alignment', 'over2', 'before the first block'],
};
const ORDER = ['requested', 'rounding', 'poolHeaders', 'blockHeaders', 'freeBlocks', 'poolTails', 'freePools'];
const HELD: ReadonlySet<string> = new Set(['freeBlocks', 'freePools']);

export interface LedgerRow {
  readonly name: string;
  /** Bytes. */
  readonly value: number;
  readonly label: string;
  /** A token of the theme. */
  readonly colour: string;
  readonly about: string;
}

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

export function ledgerRows({ entries }: SessionLedger): LedgerRow[] {
  return Object.entries(entries)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => {
      const [label, colour, about] = HEADINGS[name] ?? [name, 'over2', ''];
      return { name, value, label, colour, about };
    });
}

/** Bytes that are mapped and could be handed out. */
export function heldEmpty({ entries }: SessionLedger): number {
  return Object.entries(entries).reduce((sum, [name, value]) => (HELD.has(name) ? sum + value : sum), 0);
}
