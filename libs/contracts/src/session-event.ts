/**
 * What became of a request: the event that its sender gets as the answer and that every subscriber is told.
 *
 * `seq` numbers the events of a session 1, 2, 3 … without gaps; "at=N" anywhere in the API means the state just after
 * event N.
 */

export const OPERATIONS = ['malloc', 'calloc', 'realloc', 'free', 'mark'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** In the order of their codes in binary frames: `none` is 0. */
export const OUTCOMES = [
  'none',
  'placed',
  'raw',
  'inPlace',
  'moved',
  'freed',
  'outOfMemory',
  'doubleFree',
  'invalidFree',
  'invalidRealloc',
] as const;
/**
 * - `none`: nothing to place (a mark, `free(NULL)`)
 * - `placed`: a block of the model
 * - `raw`: served by the system allocator beside the model (pymalloc: above the small threshold)
 * - `inPlace`, `moved`: a realloc that kept its block, or got another one
 * - `freed`
 * - `outOfMemory`: the simulated machine has no memory left for it; nothing changed
 * - `doubleFree`, `invalidFree`, `invalidRealloc`: what the program did wrong; nothing changed
 */
export type OutcomeName = (typeof OUTCOMES)[number];

/** A region (pymalloc: an arena) that the model took from the simulated operating system, or gave back. */
export interface MappedRegion {
  /** Ordinal in the order of mapping, never reused. */
  readonly arena: number;
  readonly base: number;
  readonly bytes: number;
}

export interface SessionEvent {
  readonly seq: number;
  readonly op: Operation;
  readonly outcome: OutcomeName;
  /** The block's number; 0 = the request named none. */
  readonly block: number;
  /** Bytes asked for (calloc: count × size); 0 for free and mark. */
  readonly size: number;
  /** Simulated address; `null` = the model did not place it. */
  readonly address: number | null;
  /** Ordinal of the arena (or of another model's region), `null` = none. */
  readonly arena: number | null;
  /** Pool within the arena, block within the pool; `null` from models without pools. */
  readonly pool: number | null;
  readonly index: number | null;
  /** Bytes that the block occupies; 0 = not placed by the model. */
  readonly blockSize: number;
  /** The name that the request gave the block, or by which it named it. */
  readonly name?: string;
  /** A mark's label. */
  readonly label?: string;
  readonly site?: number;
  readonly time?: number;
  /** Through a lens only. */
  readonly sentence?: string;
  readonly mapped?: readonly MappedRegion[];
  readonly unmapped?: readonly MappedRegion[];
}

/** Bytes and blocks after an event. */
export interface SessionTotals {
  readonly events: number;
  readonly liveBlocks: number;
  readonly requestedBytes: number;
  readonly allocatedBytes: number;
  readonly mappedBytes: number;
  readonly rawBlocks: number;
  readonly rawBytes: number;
}

/** Where the mapped bytes are; the entries sum to `mapped` exactly. */
export interface SessionLedger {
  readonly mapped: number;
  readonly entries: Readonly<Record<string, number>>;
}
