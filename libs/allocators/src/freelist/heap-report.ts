/** A heap of blocks as JSON: statistics, and the blocks themselves in address order, page by page. */
import type { BlockOwners, HeapQuery, Ledger, Totals } from '../contract.js';
import { type BlockTable, FREE, NIL } from './block-table.js';
import type { FreeList } from './free-list.js';
import type { Tally } from './heap.js';
import type { FreelistOptions } from './options.js';

/** What a report reads; it changes nothing. */
export interface HeapView {
  readonly options: FreelistOptions;
  readonly blocks: BlockTable;
  readonly list: FreeList;
  readonly tally: Readonly<Tally>;
  readonly totals: Totals;
  readonly ledger: Ledger;
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

/**
 * `externalFragmentation` is 1 - largest free block / all free bytes: 0 when the free space is one block (or none), near
 * 1 when it is crumbs. `bySize` counts free blocks by powers of two. `searches.meanLength` is the number of free blocks
 * that a search of the plain linked list looks at.
 */
export function describeStatistics(view: HeapView): Record<string, unknown> {
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

/**
 * `summary`: numbers only. `regions` and `pools`: the one region (there are no pools). `blocks`: its blocks in address
 * order, `limit` of them from the `offset`-th; `next` is the offset of the following page, `null` on the last.
 */
export function describeHeap(view: HeapView, query: HeapQuery, owners: BlockOwners): Record<string, unknown> {
  const free = freeSpaceOf(view);
  const { mappedBytes, liveBlocks, requestedBytes, allocatedBytes } = view.totals;
  const mapped = mappedBytes > 0 && (query.region ?? 0) === 0;
  const summary = {
    detail: query.detail,
    unit: view.options.alignment,
    headerSize: view.options.headerSize,
    regionCount: mapped ? 1 : 0,
    ledger: view.ledger,
  };
  if (query.detail === 'summary') return summary;
  const region = {
    region: 0,
    base: view.base,
    bytes: mappedBytes,
    liveBlocks,
    requestedBytes,
    allocatedBytes,
    freeBlocks: free.blocks,
    freeBytes: free.bytes,
    largestFree: free.largest,
  };
  if (!mapped) return { ...summary, regions: [], total: 0, next: null };
  if (query.detail !== 'blocks') {
    const page = [region].slice(query.offset, query.offset + query.limit);
    return { ...summary, regions: page, total: 1, next: null };
  }
  const total = liveBlocks + free.blocks;
  const end = query.offset + query.limit;
  const blocks = pageOf(view, query.offset, end, owners);
  return { ...summary, regions: [{ ...region, blocks }], total, next: end < total ? end : null };
}

/** `position` of a free block is its place in the list, 1 = searched first. */
function pageOf(view: HeapView, from: number, end: number, owners: BlockOwners): Record<string, unknown>[] {
  const { blocks, list, options } = view;
  const positions = new Map(list.toArray().map((block, index) => [block, index + 1]));
  const page: Record<string, unknown>[] = [];
  let index = 0;
  for (let block = blocks.first; block !== NIL && index < end; block = blocks.upper[block], index++) {
    if (index < from) continue;
    const slot = blocks.slot[block];
    const place = {
      address: addressOf(view, block),
      offset: blocks.start[block] + view.leadUnits,
      bytes: blocks.units[block] * options.alignment,
    };
    if (slot === FREE)
      page.push({ state: 'free', ...place, position: positions.get(block), rover: block === list.rover });
    else {
      page.push({
        state: 'live',
        ...place,
        requested: blocks.requested[block],
        number: owners.number(slot),
        placedAt: owners.placedAt(slot),
        site: owners.site(slot),
        name: owners.name(slot),
      });
    }
  }
  return page;
}

/** Of the payload: what the program gets, or would get. */
function addressOf(view: HeapView, block: number): number {
  return view.base + (view.blocks.start[block] + view.leadUnits) * view.options.alignment;
}

function freeSpaceOf({ blocks, options }: HeapView): FreeSpace {
  const counts = new Map<number, { blocks: number; bytes: number }>();
  let count = 0;
  let units = 0;
  let largest = 0;
  for (let block = blocks.first; block !== NIL; block = blocks.upper[block]) {
    if (blocks.slot[block] !== FREE) continue;
    const length = blocks.units[block];
    count++;
    units += length;
    if (length > largest) largest = length;
    const from = 2 ** Math.floor(Math.log2(length * options.alignment));
    const bin = counts.get(from) ?? { blocks: 0, bytes: 0 };
    bin.blocks++;
    bin.bytes += length * options.alignment;
    counts.set(from, bin);
  }
  return {
    blocks: count,
    bytes: units * options.alignment,
    largest: largest * options.alignment,
    bySize: [...counts].sort(([a], [b]) => a - b).map(([from, bin]) => ({ from, below: from * 2, ...bin })),
  };
}
