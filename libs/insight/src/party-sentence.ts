/** One sentence about one request, and one about a state, in the words of the toy party. */
import type { OutcomeName } from '@heapcast/allocators';
import type { DescribedState } from './state-sentence.js';
import { partyWord, partyWords } from './party-words.js';
import { bytesInWords, count } from './quantities.js';

/** A request and what became of it; unlike `DescribedEvent`, as clients are told of it. */
export interface PartyEvent {
  readonly op: 'malloc' | 'calloc' | 'realloc' | 'free' | 'mark';
  readonly outcome: OutcomeName;
  readonly block: number;
  readonly size: number;
  readonly arena: number | null;
  readonly pool: number | null;
  readonly index: number | null;
  readonly blockSize: number;
  readonly name?: string;
  readonly label?: string;
  readonly mapped?: readonly { readonly bytes: number }[];
  readonly unmapped?: readonly { readonly bytes: number }[];
}

/** For example `The children ask for a toy of 24 bytes: you hand out toy 3 of collection 0 in order 1, 32 bytes.` */
export function describeAtParty(event: PartyEvent): string {
  return `${wish(event)}${answer(event)}${deliveries(event)}.`;
}

/** For example `You rent 2 orders (2.0 MiB); 14,020 toys are out.` */
export function describeStateAtParty({ totals, ledger, regions }: DescribedState): string {
  if (ledger.mapped === 0) return `Nothing is rented, and no ${partyWord('block')} is out.`;
  const orders = regions ? `${regions.mapped} ${partyWords('region', regions.mapped)} ` : '';
  const rented = regions
    ? `(${bytesInWords(ledger.mapped)})`
    : `${partyWords('region', 2)} of ${bytesInWords(ledger.mapped)}`;
  const out = `${totals.liveBlocks.toLocaleString('en')} ${partyWords('block', totals.liveBlocks)} ${totals.liveBlocks === 1 ? 'is' : 'are'} out`;
  const large =
    totals.rawBlocks === 0
      ? ''
      : `, and ${totals.rawBlocks === 1 ? '' : `${totals.rawBlocks.toLocaleString('en')} `}${partyWords('raw', totals.rawBlocks)}`;
  return `You rent ${orders}${rented}; ${out}${large}.`;
}

function wish({ op, size, label, block, name }: PartyEvent): string {
  const children = `The ${partyWord('program')}`;
  const toy = partyWord('block');
  const which = `${toy} ${block}${name === undefined ? '' : ` "${name}"`}`;
  switch (op) {
    case 'malloc':
    case 'calloc':
      return `${children} ask for a ${toy} of ${count(size, 'byte')}: `;
    case 'realloc':
      return `${children} want ${block === 0 ? `a ${toy}` : which} of ${count(size, 'byte')} instead: `;
    case 'free':
      return `${children} bring back ${block === 0 ? `no ${toy} at all` : which}: `;
    case 'mark':
    default:
      return `A moment of the party${label === undefined ? '' : `: "${label}"`}`;
  }
}

function answer(event: PartyEvent): string {
  const { op, outcome } = event;
  if (op === 'mark') return '';
  const you = partyWord('allocator');
  switch (outcome) {
    case 'placed':
      return `${you} hand out ${place(event)}, ${count(event.blockSize, 'byte')}`;
    case 'moved':
      return `${you} take it back and hand out ${place(event)}, ${count(event.blockSize, 'byte')}`;
    case 'inPlace':
      return `they keep the same one, it is large enough`;
    case 'raw':
      return `${partyWord('raw')}; the ${partyWord('system')} lends it directly`;
    case 'freed':
      return event.arena === null
        ? `it goes straight back to the ${partyWord('system')}`
        : `${place(event)} is free for the next`;
    case 'outOfMemory':
      return `the ${partyWord('system')} has nothing left, and they get none`;
    case 'doubleFree':
      return `they brought it back before; nothing changes`;
    case 'invalidFree':
    case 'invalidRealloc':
      return `it was never yours; nothing changes`;
    case 'none':
    default:
      return 'nothing to do';
  }
}

function place({ arena, pool, index }: PartyEvent): string {
  const order = `${partyWord('region')} ${arena ?? 0}`;
  return pool === null || index === null
    ? `a ${partyWord('block')} of ${order}`
    : `${partyWord('block')} ${index} of ${partyWord('pool')} ${pool} in ${order}`;
}

function deliveries({ mapped = [], unmapped = [] }: PartyEvent): string {
  const you = partyWord('allocator');
  const rented = mapped.map(
    ({ bytes }) =>
      `; ${you} ${partyWord('map')} another ${partyWord('region')} of ${bytesInWords(bytes)} from the ${partyWord('system')}`,
  );
  const back = unmapped.map(
    ({ bytes }) =>
      `; a whole ${partyWord('region')} of ${bytesInWords(bytes)} is free, and ${you} give it back to the ${partyWord('system')}`,
  );
  return [...rented, ...back].join('');
}
