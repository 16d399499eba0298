/**
 * The request stream, in columns: what a program asked of its allocator, one entry per request.
 *
 * A request names a block by its **slot**: a small number that is taken when the block is asked for and given back
 * when the block is freed, always the last one given back first. Tables that a reader keeps per block are therefore
 * O(peak live), never O(trace). A block's **number** (1, 2, 3 … in the order of asking) is not stored: whoever walks a
 * trace from its start counts it.
 *
 * Invariant: every `malloc`, `calloc`, `foreign` and `reallocNull` takes a slot that is not taken; every `realloc` and
 * `free` names one that is.
 */

/** Requests in a stored chunk. Every chunk of a trace but the last holds exactly this many. */
export const CHUNK_EVENTS = 65_536;

/** Largest request size, in bytes: sizes are unsigned 32-bit. */
export const MAX_SIZE = 0xffff_ffff;

/** `slot` of `free(NULL)` and of marks. */
export const NO_SLOT = -1;

/** Low nibble of an op byte. */
export const Op = {
  malloc: 1,
  /** `size` is count × element size. */
  calloc: 2,
  /** Resizes the live block in `slot`; the block keeps its slot and number. */
  realloc: 3,
  /** Frees the live block in `slot`; with `NO_SLOT` it is `free(NULL)`, which does nothing. */
  free: 4,
  /** `realloc(NULL, size)`: places a new block, like malloc. */
  reallocNull: 5,
  /** A block that came from somewhere else: it has a number and a slot, but no model places it. */
  foreign: 6,
  /** A named or numbered moment; `size` is its number. */
  mark: 7,
  /** A free of a block that is already freed (`slot` = its number) or that never was one (`slot` = 0). */
  staleFree: 8,
  /** A realloc of such a block. */
  staleRealloc: 9,
} as const;
export type OpCode = (typeof Op)[keyof typeof Op];
export const OP_MASK = 0x0f;

/** High nibble of an op byte: the allocator domain that asked (PEP 445). Information only. */
export const Domain = { unknown: 0, mem: 0x10, obj: 0x20 } as const;

/** What an allocator model reads. `op` keeps the domain nibble: mask it with `OP_MASK`. */
export interface RequestColumns {
  readonly op: Uint8Array;
  /** Bytes asked for, or the number of a mark. */
  readonly size: Uint32Array;
  readonly slot: Int32Array;
}

/** A run of consecutive requests with everything that the trace knows of them. Absent columns are `null`: no cost. */
export interface TraceChunk extends RequestColumns {
  readonly length: number;
  /** Index into the trace's site table, 1-based; 0 = not known. */
  readonly site: Uint32Array | null;
  /** Nanoseconds since the start of the trace; whole numbers up to 2^53. */
  readonly time: Float64Array | null;
  /** Names that clients gave to blocks (at the request that places them) and labels of marks, by index in the chunk. */
  readonly names: ReadonlyMap<number, string> | null;
}

/** A place in the program's source, and the call that led there. */
export interface Site {
  readonly function: string;
  readonly file: string;
  /** 1-based; 0 = not known. */
  readonly line: number;
  /** Index (1-based) of the caller's site, always smaller than this site's own; 0 = none. */
  readonly parent: number;
}

/** What was true of the process that made the trace. Kept and hashed with it. */
export interface TraceOrigin {
  /** For example `cpython-3.11.7`; empty = not known. */
  readonly recordedOn: string;
  /** Bytes per arena and pool of the recorded allocator; 0 = not known. */
  readonly arenaSize: number;
  readonly poolSize: number;
  /** (base of the k-th arena mapped mod pool size) / 4096. An input: the operating system chose it. */
  readonly arenaMisalignment: Uint8Array;
}

export const UNKNOWN_ORIGIN: TraceOrigin = {
  recordedOn: '',
  arenaSize: 0,
  poolSize: 0,
  arenaMisalignment: new Uint8Array(0),
};

/** A trace without its events. */
export interface TraceHeader {
  readonly events: number;
  /** Block numbers given: 1 … blocks. */
  readonly blocks: number;
  /** Slots ever taken at once: the length of any per-block table. */
  readonly slots: number;
  readonly origin: TraceOrigin;
  readonly sites: readonly Site[];
  readonly hasSites: boolean;
  readonly hasTimes: boolean;
  readonly hasNames: boolean;
}
