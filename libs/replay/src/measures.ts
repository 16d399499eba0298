/**
 * What can be counted over a replay beside its state: who holds memory, who asked for it and for how long, what keeps an
 * arena, what became of one block, how the curve went in a window. Plain columns; what they mean is told elsewhere.
 *
 * Columns "by site" are indexed by site, 0 = not known; they may be shorter than the site table: sites beyond did
 * nothing. Columns "by type" follow `types`: the type is what stands before the `#` of a block's name (`dict#7`), index 0
 * are blocks without such a name. Bytes are bytes asked for, at the model and at the system allocator, unless said
 * otherwise. Blocks that came from elsewhere are not counted.
 */
import type { Extremes, MappingEvent, Totals } from '@heapcast/allocators';
import type { SearchQuery, SearchReply } from './event-search.js';
import type { LifeMapQuery, LifeMapReply } from './life-map.js';
import type { MarksQuery, MarksReply } from './marks.js';
import type { TintsQuery, TintsReply } from './tints.js';

export type MeasureQuery =
  | { readonly kind: 'live'; readonly countAlike: boolean }
  | { readonly kind: 'flows'; readonly churnWithin: number }
  | {
      readonly kind: 'lifetimes';
      /** Group of each site, 0 = not known; shorter columns and absent groups count as 0. */
      readonly groups: Uint32Array;
      readonly groupCount: number;
    }
  | {
      readonly kind: 'growth';
      /** How many samples of the live bytes, the last one at position `sampledTo`. */
      readonly samples: number;
      readonly sampledTo: number;
    }
  | PinsQuery
  | { readonly kind: 'story'; readonly number: number }
  | {
      readonly kind: 'beside';
      readonly region: number;
      readonly offset: number;
      /** Most live blocks on each side. */
      readonly count: number;
    }
  | { readonly kind: 'window'; readonly from: number; readonly buckets: number }
  | LifeMapQuery
  | SearchQuery
  | MarksQuery
  | TintsQuery;

/** Live blocks at a position. Their sums are the totals': blocks = live + raw, bytes = requested + raw. */
export interface LiveReply {
  readonly at: number;
  readonly totals: Totals;
  readonly sites: LiveColumns;
  readonly types: readonly string[];
  readonly byType: LiveColumns;
  /** Live blocks by site and block size, the largest `count`s first, at most 64; empty unless asked for. */
  readonly alike: readonly AlikeBlocks[];
}

export interface LiveColumns {
  readonly blocks: Float64Array;
  readonly bytes: Float64Array;
  /** What the blocks occupy; blocks at the system allocator with what was asked for. */
  readonly occupied: Float64Array;
  /** Of `bytes`: at the system allocator. */
  readonly raw: Float64Array;
}

/** Live blocks that one line asked for and that are of one size. */
export interface AlikeBlocks {
  readonly site: number;
  readonly requested: number;
  /** Bytes that each occupies; 0 = at the system allocator. */
  readonly occupied: number;
  readonly count: number;
  readonly type: string;
}

/** What happened in the requests [0, at). Live bytes of a site = `bytes - freedBytes`, live blocks likewise. */
export interface FlowsReply {
  readonly at: number;
  /** The first position from which on no block comes: what follows only frees. */
  readonly quietFrom: number;
  readonly churnWithin: number;
  readonly sites: FlowColumns;
  readonly types: readonly string[];
  readonly byType: FlowColumns;
}

export interface FlowColumns {
  /** Blocks that came to a site: asked for, or moved by its realloc. A block grown in place adds bytes, but no block. */
  readonly blocks: Float64Array;
  readonly bytes: Float64Array;
  /** Blocks that went: freed, or moved by a realloc (of any site). */
  readonly freedBlocks: Float64Array;
  readonly freedBytes: Float64Array;
  /** Blocks freed at most `churnWithin` requests after they were asked for. */
  readonly churnBlocks: Float64Array;
  readonly churnBytes: Float64Array;
  /** Of those, the ones that were asked for more bytes than a plain number takes in CPython (32): things with parts. */
  readonly churnObjects: Float64Array;
  readonly churnObjectBytes: Float64Array;
  /** Lives that ended, and their sum in requests; of those with times, how many and their nanoseconds. */
  readonly lives: Float64Array;
  readonly lifeEvents: Float64Array;
  readonly timedLives: Float64Array;
  readonly lifeNanoseconds: Float64Array;
  /** Times that realloc moved a block, and the bytes copied. */
  readonly moves: Float64Array;
  readonly movedBytes: Float64Array;
  /** Requests that realloc carried from the model to the system allocator. */
  readonly outgrown: Float64Array;
  /** Requests for which there was no memory. */
  readonly refused: Float64Array;
  readonly refusedBytes: Float64Array;
}

/** How long blocks lived: in requests, and in nanoseconds where both ends have a time. Row g of each table is group g. */
export interface LifetimesReply {
  readonly at: number;
  readonly byEvents: Float64Array;
  readonly byTime: Float64Array | null;
  /** Blocks of each group that are alive at `at`. */
  readonly alive: Float64Array;
  readonly sumEvents: Float64Array;
  readonly sumNanoseconds: Float64Array;
}

/** How the sites' memory grew and shrank: what advice is drawn from. */
export interface GrowthReply {
  readonly at: number;
  /** Positions of the samples. */
  readonly positions: readonly number[];
  /** Live bytes of each site at each position: row s, column k at `s * positions.length + k`. */
  readonly live: Float64Array;
  /** Times that a site's blocks were gathered (no fewer than 64) and then nearly all dropped at once. */
  readonly heaps: Float64Array;
  /** Most blocks and bytes that were gathered so, the position of that, and the one where they were nearly all gone. */
  readonly heapBlocks: Float64Array;
  readonly heapBytes: Float64Array;
  readonly heapAt: Float64Array;
  readonly heapGoneAt: Float64Array;
  /** The realloc that a site did most on one block, and the bytes of that block in the end. */
  readonly mostMoves: Float64Array;
  readonly mostMovedBytes: Float64Array;
  /** Times that a site began to ask again after another one had asked. */
  readonly turns: Float64Array;
}

export interface PinsQuery {
  readonly kind: 'pins';
  /** A region is pinned when it holds at most this share of the bytes that it once held; 0 … 1. */
  readonly below: number;
  /** … and once held at least this share of its size. */
  readonly full: number;
  /** Most regions, blocks of each, and sites of the answer. */
  readonly regions: number;
  readonly blocks: number;
  readonly sites: number;
}

export interface PinsReply {
  readonly at: number;
  readonly totals: Totals;
  /** Mapped regions, and how many of them are pinned: those of the answer are the ones that hold most for least. */
  readonly mapped: number;
  readonly pinned: number;
  readonly regions: readonly PinnedRegion[];
  /** If every block of the regions of this answer died. */
  readonly together: WouldComeBack;
  readonly sites: readonly PinningSite[];
}

/** What the model gives back when some blocks are freed: tried on a copy of its state. */
export interface WouldComeBack {
  readonly blocks: number;
  /** Mapped bytes fewer, and regions unmapped. */
  readonly bytes: number;
  readonly regions: number;
}

export interface PinnedRegion {
  readonly region: number;
  /** Bytes mapped. */
  readonly size: number;
  readonly base: number;
  readonly mappedAt: number;
  readonly liveBlocks: number;
  readonly requestedBytes: number;
  readonly occupiedBytes: number;
  /** The most bytes (asked for) that it held, and the first position of that. */
  readonly peak: { readonly bytes: number; readonly at: number };
  readonly comesBack: WouldComeBack;
  /** Those that lie lowest. */
  readonly blocks: readonly PinningBlock[];
}

export interface PinningBlock {
  readonly number: number;
  readonly name: string | null;
  readonly site: number;
  readonly requested: number;
  readonly occupied: number;
  readonly address: number;
  readonly pool: number;
  readonly index: number;
  /** Index of the request that placed or last moved it; its age is `at - placedAt`. */
  readonly placedAt: number;
}

/** Greedy: the site whose death gives back most, then the one that gives back most beside it, and so on. */
export interface PinningSite {
  readonly site: number;
  /** Its blocks in the pinned regions of the answer. */
  readonly blocks: number;
  readonly bytes: number;
  readonly regions: number;
  /** What its death gives back when the sites before it in the list have died. */
  readonly comesBack: WouldComeBack;
}

/** One request that concerned a block. */
export interface BlockStep {
  /** Index of the request. */
  readonly event: number;
  readonly op: number;
  readonly outcome: number;
  readonly requested: number;
  readonly site: number;
  /** Nanoseconds; `null` = not recorded. */
  readonly time: number | null;
  /** -1 = not in the model. */
  readonly region: number;
  readonly pool: number;
  readonly index: number;
  readonly offset: number;
  readonly address: number;
  readonly occupied: number;
  readonly mappings: readonly MappingEvent[];
}

/** Everything that happened to one block, over all events: at most 1,000 steps, with the number of all. */
export interface StoryReply {
  readonly number: number;
  /** Block numbers that there are. */
  readonly numbers: number;
  readonly name: string | null;
  readonly steps: readonly BlockStep[];
  readonly total: number;
}

/** Live blocks of one region around an offset, by address; the one at the offset itself, if it lives, is among them. */
export interface BesideReply {
  readonly at: number;
  readonly blocks: readonly PinningBlock[];
}

/**
 * The curve between two positions. Bucket i covers the positions `edges[i]` … `edges[i + 1]`, both included; extremes are
 * exact over them. Each has as many entries as buckets.
 */
export interface WindowReply {
  readonly edges: readonly number[];
  readonly extremes: readonly Extremes[];
}

export type MeasureReply<Q extends MeasureQuery> = Q extends { kind: 'live' }
  ? LiveReply
  : Q extends { kind: 'flows' }
    ? FlowsReply
    : Q extends { kind: 'lifetimes' }
      ? LifetimesReply
      : Q extends { kind: 'growth' }
        ? GrowthReply
        : Q extends PinsQuery
          ? PinsReply
          : Q extends { kind: 'story' }
            ? StoryReply
            : Q extends { kind: 'beside' }
              ? BesideReply
              : Q extends { kind: 'window' }
                ? WindowReply
                : Q extends LifeMapQuery
                  ? LifeMapReply
                  : Q extends SearchQuery
                    ? SearchReply
                    : Q extends MarksQuery
                      ? MarksReply
                      : Q extends TintsQuery
                        ? TintsReply
                        : never;
