/** One sentence about one request and what became of it. */
import type { MappingEvent, OutcomeName } from '@heapcast/allocators';
import type { OpName } from '@heapcast/replay';
import { bytesInWords, count } from './quantities.js';

export interface DescribedEvent {
  readonly op: OpName;
  /** Bytes asked for, or the number of a mark. */
  readonly size: number;
  readonly outcome: OutcomeName;
  /** Block number; 0 = none. */
  readonly number: number;
  /** Of the block, or the label of a mark. */
  readonly name?: string;
  /** -1 = the model did not place it. */
  readonly region: number;
  /** -1 = a model without pools. */
  readonly pool: number;
  readonly index: number;
  /** Bytes that the block occupies; 0 = not placed by the model. */
  readonly blockBytes: number;
  readonly mappings?: readonly Pick<MappingEvent, 'kind' | 'bytes'>[];
  /** What the model calls a region; default `arena`. */
  readonly regionNoun?: string;
}

/** For example `malloc of 24 bytes for block 7 "a": block 3 of pool 0 in arena 1, 32 bytes; an arena of 1.0 MiB was mapped.` */
export function describeEvent(event: DescribedEvent): string {
  return `${request(event)}: ${result(event)}${mappings(event)}.`;
}

function request({ op, size, number, name }: DescribedEvent): string {
  const block = number === 0 ? '' : `block ${number}${name === undefined ? '' : ` "${name}"`}`;
  switch (op) {
    case 'malloc':
    case 'calloc':
      return `${op} of ${count(size, 'byte')} for ${block}`;
    case 'reallocNull':
      return `realloc of NULL to ${count(size, 'byte')} for ${block}`;
    case 'realloc':
    case 'staleRealloc':
      return `realloc of ${block || 'an unknown block'} to ${count(size, 'byte')}`;
    case 'free':
      return `free of ${block || 'NULL'}`;
    case 'staleFree':
      return `free of ${block || 'an unknown block'}`;
    case 'foreign':
      return `${block} of ${count(size, 'byte')} came from elsewhere`;
    case 'mark':
      return `mark ${size}${name === undefined ? '' : ` "${name}"`}`;
    default:
      return op;
  }
}

function result(event: DescribedEvent): string {
  switch (event.outcome) {
    case 'placed':
      return place(event);
    case 'moved':
      return `moved to ${place(event)}`;
    case 'inPlace':
      return event.region < 0 ? 'it stays where it is' : `it stays in ${place(event)}`;
    case 'raw':
      return 'served by the system allocator';
    case 'freed':
      return event.region < 0 ? 'given back' : `${spot(event)} is free again`;
    case 'outOfMemory':
      return 'out of memory: nothing changed';
    case 'doubleFree':
      return 'a double free: the block is freed already; nothing changed';
    case 'invalidFree':
      return 'an invalid free: this never was a block; nothing changed';
    case 'invalidRealloc':
      return 'an invalid realloc: this is no live block; nothing changed';
    case 'none':
    default:
      return 'nothing to do';
  }
}

function place(event: DescribedEvent): string {
  return `${spot(event)}, ${count(event.blockBytes, 'byte')}`;
}

function spot({ region, pool, index, regionNoun = 'arena' }: DescribedEvent): string {
  return pool < 0 ? `a block in ${regionNoun} ${region}` : `block ${index} of pool ${pool} in ${regionNoun} ${region}`;
}

function mappings({ mappings: list = [], regionNoun = 'arena' }: DescribedEvent): string {
  return list
    .map(
      ({ kind, bytes }) =>
        `; ${article(regionNoun)} of ${bytesInWords(bytes)} was ${kind === 'map' ? 'mapped' : 'unmapped'}`,
    )
    .join('');
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
