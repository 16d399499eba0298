/**
 * The heap as a reader sees it: statistics, and the blocks themselves in address order, page by page. Addresses are text,
 * as JavaScript tools print numbers above 2^32 badly. Reading a page walks the heap up to it.
 */
import type { BlockOwners, HeapQuery, Totals } from '../contract.js';
import { type BlockTable, FREE, NIL } from './block-table.js';
import type { FreeList } from './free-list.js';
import { REGION, type Tally } from './heap.js';
import type { FreelistOptions } from './options.js';

/** What a report reads; it changes nothing. */
export interface HeapView {
  readonly options: FreelistOptions;
  readonly blocks: BlockTable;
  readonly list: FreeList;
  readonly tally: Readonly<Tally>;
  readonly totals: Totals;
  /** Address of the heap's first byte. */
  readonly base: number;
  readonly leadUnits: number;
}

/** Sizes in bytes, headers included. */
interface FreeSpace {
  readonly blocks: number;
  readonly bytes: number;
  readonly largest: number;
  readonly bySize: readonly {
    readonly from: number;
    readonly below: number;
    readonly blocks: number;
    readonly bytes: number;
  }[];
}

export interface RegionView {
  readonly region: number;
  readonly base: string;
  readonly bytes: number;
  readonly liveBlocks: number;
  readonly freeBlocks: number;
  readonly freeBytes: number;
  readonly largestFree: number;
}

export interface BlockView {
  readonly region: number;
  /** Of the payload: what the program got, or would get. */
  readonly address: string;
  /** The same as placements have it. */
  readonly offset: number;
  /** Bytes that it occupies, its header included. */
  readonly size: number;
  readonly state: 'live' | 'free';
  /** Of free blocks only: place in the list, 1 = searched first, and whether the rover stands here. */
  readonly position?: number;
  readonly rover?: boolean;
  /** Of live blocks only. */
  readonly number?: number;
  readonly requested?: number;
  readonly placedAt?: number;
  readonly site?: number;
  readonly name?: string;
}

/** A type, not an interface: the contract wants plain JSON. */
export type HeapPage = {
  readonly detail: HeapQuery['detail'];
  readonly mapped: number;
  readonly unit: number;
  readonly headerSize: number;
  readonly liveBlocks: number;
  readonly freeBlocks: number;
  /** Items in all, of which this page starts at `offset`. */
  readonly total: number;
  readonly offset: number;
  readonly items: readonly (RegionView | BlockView)[];
};

/**
 * `externalFragmentation` is 1 - largest free block / all free bytes: 0 when the free space is one block (or none), near
 * 1 when it is crumbs. `bySize` counts free blocks by powers of two. `searches.meanLength` is the number of free blocks
 * that a search of the plain linked list looks at.
 */
export function describeStatistics(view: HeapView): FreelistStatistics {
  const free = freeSpaceOf(view);
  const { searches, examined, ...happened } = view.tally;
  return {
    freeList: {
      length: free.blocks,
      bytes: free.bytes,
      largest: free.largest,
      bySize: free.bySize,
      rover: view.list.rover === NIL ? null : addressOf(view, view.list.rover),
    },
    externalFragmentation: free.bytes === 0 ? 0 : 1 - free.largest / free.bytes,
    searches: { count: searches, examined, meanLength: searches === 0 ? 0 : examined / searches },
    ...happened,
  };
}

/** As `describeStatistics` says. */
export type FreelistStatistics = Omit<Tally, 'searches' | 'examined'> & {
  readonly freeList: {
    readonly length: number;
    readonly bytes: number;
    readonly largest: number;
    readonly bySize: FreeSpace['bySize'];
    /** Address of the block at which the next search starts; `null` = at the first. */
    readonly rover: string | null;
  };
  readonly externalFragmentation: number;
  readonly searches: { readonly count: number; readonly examined: number; readonly meanLength: number };
};

/** `summary`: no items. `regions`: the heap, when it is mapped. `pools`: there are none. `blocks`: in address order. */
export function describeHeap(view: HeapView, query: HeapQuery, owners: BlockOwners): HeapPage {
  const { mappedBytes, liveBlocks } = view.totals;
  const free = freeSpaceOf(view);
  const { detail, offset, limit } = query;
  const head = {
    detail,
    mapped: mappedBytes,
    unit: view.options.alignment,
    headerSize: view.options.headerSize,
    liveBlocks,
    freeBlocks: free.blocks,
    offset,
  };
  const asked = (query.region ?? REGION) === REGION && query.pool === undefined && mappedBytes > 0;
  if (!asked || detail === 'summary' || detail === 'pools') return { ...head, total: 0, items: [] };
  if (detail === 'blocks') {
    return { ...head, total: liveBlocks + free.blocks, items: blockPage(view, offset, offset + limit, owners) };
  }
  const region: RegionView = {
    region: REGION,
    base: hex(view.base),
    bytes: mappedBytes,
    liveBlocks,
    freeBlocks: free.blocks,
    freeBytes: free.bytes,
    largestFree: free.largest,
  };
  return { ...head, total: 1, items: [region].slice(offset, offset + limit) };
}

function blockPage(view: HeapView, from: number, end: number, owners: BlockOwners): BlockView[] {
  const { blocks, list, options } = view;
  const lifo = options.order === 'lifo' ? new Map(list.toArray().map((block, index) => [block, index + 1])) : null;
  const page: BlockView[] = [];
  let index = 0;
  let free = 0;
  for (let block = blocks.first; block !== NIL && index < end; block = blocks.upper[block], index++) {
    const slot = blocks.slot[block];
    if (slot === FREE) free++;
    if (index < from) continue;
    const place = {
      region: REGION,
      address: addressOf(view, block),
      offset: blocks.start[block] + view.leadUnits,
      size: blocks.units[block] * options.alignment,
    };
    if (slot === FREE) {
      page.push({ ...place, state: 'free', position: lifo ? lifo.get(block) : free, rover: block === list.rover });
    } else {
      page.push({
        ...place,
        state: 'live',
        number: owners.number(slot),
        requested: blocks.requested[block],
        placedAt: owners.placedAt(slot),
        site: owners.site(slot),
        name: owners.name(slot),
      });
    }
  }
  return page;
}

function addressOf(view: HeapView, block: number): string {
  return hex(view.base + (view.blocks.start[block] + view.leadUnits) * view.options.alignment);
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function freeSpaceOf({ blocks, options }: HeapView): FreeSpace {
  const bins = new Map<number, { blocks: number; bytes: number }>();
  let count = 0;
  let bytes = 0;
  let largest = 0;
  for (let block = blocks.first; block !== NIL; block = blocks.upper[block]) {
    if (blocks.slot[block] !== FREE) continue;
    const size = blocks.units[block] * options.alignment;
    count++;
    bytes += size;
    if (size > largest) largest = size;
    const from = 2 ** Math.floor(Math.log2(size));
    const bin = bins.get(from) ?? { blocks: 0, bytes: 0 };
    bin.blocks++;
    bin.bytes += size;
    bins.set(from, bin);
  }
  const bySize = [...bins].sort(([a], [b]) => a - b).map(([from, bin]) => ({ from, below: from * 2, ...bin }));
  return { blocks: count, bytes, largest, bySize };
}
