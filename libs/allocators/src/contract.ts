/**
 * The contract between a replay and an allocator model.
 *
 * A model is deterministic: the same requests on the same configuration give the same placements, so placements are
 * recomputed, never stored. It reads request columns and fills placement columns; it makes no object per request. It
 * keeps its own table from slot to block, and its own loop over the requests: one loop shared by several models is
 * megamorphic and three times slower.
 *
 * What a program may do wrong (double free, invalid free) and what a device may lack (memory) are outcomes, never
 * exceptions.
 */
import type { RequestColumns } from '@heapcast/trace';
import type { HeapCells } from './heap-cells.js';

/** What became of one request. */
export const Outcome = {
  /** Nothing to place: a mark, `free(NULL)`, a foreign block. */
  none: 0,
  /** A block of the model: `region`, `offset` say where. */
  placed: 1,
  /** Served by the system allocator, which the model does not lay out (`region` = NO_REGION). */
  raw: 2,
  /** realloc returned the same block. */
  inPlace: 3,
  /** realloc placed the block anew (in the model) and freed the old one. */
  moved: 4,
  /** Freed; `region`, `offset` say where the block was (NO_REGION: it was raw, foreign, or never placed). */
  freed: 5,
  outOfMemory: 6,
  /** A free of a block that is already freed. */
  doubleFree: 7,
  /** A free of something that never was a block. */
  invalidFree: 8,
  /** A realloc of a block that is already freed or never was one. */
  invalidRealloc: 9,
} as const;
export type OutcomeCode = (typeof Outcome)[keyof typeof Outcome];
export type OutcomeName = keyof typeof Outcome;

export const NO_REGION = -1;

/** Where requests ended; as long as the request columns they answer. */
export interface PlacementColumns {
  readonly outcome: Uint8Array;
  /** Ordinal of the mapping (pymalloc: arena, in order of mapping, never reused; freelist: 0), or NO_REGION. */
  readonly region: Int32Array;
  /** Distance from the region's first usable address, in units of `AllocatorModel.unit` bytes; 0 without a region. */
  readonly offset: Int32Array;
}

/** Bytes and blocks after the last applied request. All whole numbers. */
export interface Totals {
  /** Requests applied. */
  readonly events: number;
  /** Live blocks that the model placed. */
  readonly liveBlocks: number;
  /** Bytes that those blocks were asked for. */
  readonly requestedBytes: number;
  /** Bytes that those blocks occupy (size of their class). */
  readonly allocatedBytes: number;
  /** Bytes that the model holds from the simulated operating system. */
  readonly mappedBytes: number;
  /** Live blocks, and bytes asked for, at the system allocator beside the model. */
  readonly rawBlocks: number;
  readonly rawBytes: number;
}

/** The largest and smallest totals over a window of requests. */
export interface Extremes {
  readonly requestedMin: number;
  readonly requestedMax: number;
  readonly allocatedMin: number;
  readonly allocatedMax: number;
  readonly mappedMin: number;
  readonly mappedMax: number;
  readonly liveBlocksMax: number;
  readonly rawBytesMax: number;
}

/**
 * Where the mapped bytes are, by the model's own headings in a fixed order. The entries sum to `mapped` exactly, after
 * every request. pymalloc: requested, rounding, poolHeaders, poolTails, freeBlocks, freePools, arenaAlignment.
 */
export interface Ledger {
  readonly mapped: number;
  readonly entries: Readonly<Record<string, number>>;
}

/** A region was mapped or unmapped while the request with index `event` (0-based over all requests) was served. */
export interface MappingEvent {
  readonly event: number;
  readonly kind: 'map' | 'unmap';
  readonly region: number;
  /** pymalloc: index in `arenas[]`. */
  readonly slot: number;
  readonly bytes: number;
  /** Simulated address of the region's first byte. */
  readonly base: number;
  /** Bytes from `base` to the region's first usable address, as `PlacementColumns.offset` counts. */
  readonly lead: number;
}

/** How much of the heap to show. */
export type HeapDetail = 'summary' | 'regions' | 'pools' | 'blocks';
export interface HeapQuery {
  readonly detail: HeapDetail;
  /** Only this region (pymalloc: arena ordinal). */
  readonly region?: number;
  /** Only this pool of that region. */
  readonly pool?: number;
  /** At most this many leaf items (regions, pools or blocks, by detail), from the `offset`-th in address order. */
  readonly limit: number;
  readonly offset: number;
}
/**
 * Told of one live block: the slot that owns it, the bytes it was asked for, where it is and how many bytes it occupies.
 * `region` = NO_REGION: it is at the system allocator, which nobody lays out; `offset` and `bytes` are 0 then.
 */
export type BlockVisitor = (slot: number, requested: number, region: number, offset: number, bytes: number) => void;

/** What the replay knows of a slot's block and the model does not. Answers for live slots only. */
export interface BlockOwners {
  /** The block's number (1-based). */
  number(slot: number): number;
  /** Index of the request that placed it or last moved it. */
  placedAt(slot: number): number;
  /** Bytes asked for is the model's; the call site is the owner's: 0 = not known. */
  site(slot: number): number;
  /** The name a client gave, if any. */
  name(slot: number): string | undefined;
}

/** A placement in the model's own parts. */
export interface BlockPlace {
  /** pymalloc: the pool in the arena, and the block in that pool; -1 in a model without pools. */
  readonly pool: number;
  readonly index: number;
  /** Bytes that the block occupies, whatever it was asked for. */
  readonly bytes: number;
}

/** A copy of a model's whole state: plain data (typed arrays, numbers, strings), safe to clone, store and share. */
export interface ModelState {
  readonly byteLength: number;
  readonly data: unknown;
}

export interface AllocatorModel {
  /** Bytes per unit of `PlacementColumns.offset`. */
  readonly unit: number;

  /**
   * Serves requests[from … to) in order. Fills the same positions of `out`.
   * The columns may be longer than `to`. Never throws for anything a request says.
   */
  apply(requests: RequestColumns, from: number, to: number, out: PlacementColumns): void;

  totals(): Totals;

  /** Extremes since the last call (or the start), including the state at both ends of the window. */
  takeExtremes(): Extremes;

  ledger(): Ledger;

  /** Mappings and unmappings since the last call, in order. */
  takeMappings(): MappingEvent[];

  /** The model's own statistics as JSON (pymalloc: arenas and the per-class table). */
  statistics(): Record<string, unknown>;

  /** The heap as JSON, in address order; a page of it when it is large. */
  heap(query: HeapQuery, owners: BlockOwners): Record<string, unknown>;

  /** Tells of every live block, those at the system allocator too, in no particular order; not of blocks from elsewhere. */
  visitBlocks(visit: BlockVisitor): void;

  /** The heap as a picture: how full each stretch of it is. */
  cells(): HeapCells;

  /** A `BlockState` for each block of a region's cells, cell after cell; empty from models without pools. */
  blockStates(region: number): Uint8Array<ArrayBuffer>;

  /** Simulated address of a placement; for a region that is still mapped or was the last to be unmapped. */
  address(region: number, offset: number): number;

  /**
   * The parts of the last request's placement, also of the block that it freed: whoever wants them (live sessions, event
   * listings) applies one request at a time.
   */
  locate(region: number, offset: number): BlockPlace;

  /** `sys._debugmallocstats()` text; `null` from a model that has no such text. */
  debugMallocStats(): string | null;

  save(): ModelState;
  /** Takes over a state that a model of the same configuration saved; the state may be restored again later. */
  restore(state: ModelState): void;
}

/** What a client writes to choose an allocator. */
export interface AllocatorConfig {
  readonly model: string;
  readonly profile?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A configuration with every option filled in: what a run keeps. */
export interface ResolvedConfig {
  readonly model: string;
  readonly profile: string;
  readonly options: Readonly<Record<string, string | number | boolean | readonly number[] | null>>;
  /** Version of the model's placement rules: two versions may place differently. */
  readonly modelVersion: number;
}

/** Why a configuration is refused, and where: `options.poolSize`. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** One option of a model, as the API documents it. */
export interface OptionDescription {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'integers';
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description: string;
}

export interface ProfileDescription {
  readonly name: string;
  readonly title: string;
  /** How the profile's rules are known: `recorded` (exact against the oracle) or `documented` (no recording). */
  readonly evidence: 'recorded' | 'documented';
  readonly options: ResolvedConfig['options'];
  readonly note?: string;
}

/** What the operating system decided for the recorded process and a model may take as input. */
export interface ModelEnvironment {
  /** See `TraceOrigin.arenaMisalignment`: units of 4096 bytes, by arena ordinal. */
  readonly arenaMisalignment: Uint8Array;
}

/** A model's folder exports one of these; the registry lists them. */
export interface ModelDefinition {
  readonly name: string;
  readonly title: string;
  readonly version: number;
  readonly options: readonly OptionDescription[];
  readonly profiles: readonly ProfileDescription[];
  /** The first profile is the default. Returns every problem at once. */
  resolve(
    config: AllocatorConfig,
  ): { readonly resolved: ResolvedConfig } | { readonly problems: readonly ConfigProblem[] };
  create(config: ResolvedConfig, environment: ModelEnvironment): AllocatorModel;
}
