/**
 * What was recorded of a program while it ran: requests and where they come from, lines, frames with their locals, and the
 * objects that were left.
 */
import type { Site } from '@heapcast/trace';

/** Sites `first`, `first` + 1 … (1-based) of the table that `chunk.site` and `lines.site` point into. */
export interface SitesMessage {
  readonly kind: 'sites';
  readonly first: number;
  readonly sites: readonly Site[];
}

/**
 * Requests `firstEvent` (0-based) and following, at most 65,536. Same meaning as a `TraceChunk`, but blocks are named by
 * their number: 1, 2, 3 … in the order of asking.
 */
export interface ChunkMessage {
  readonly kind: 'chunk';
  readonly firstEvent: number;
  readonly length: number;
  /** Nanoseconds since `started`; whole, never falling, sampled at least every 256 requests. */
  readonly time: Float64Array;
  /** Bytes asked for. */
  readonly size: Uint32Array;
  /** Block number; 0 for free(NULL). */
  readonly id: Uint32Array;
  /** 1-based; 0 = not known. */
  readonly site: Uint32Array;
  /** `Op` | `Domain`: malloc, calloc, realloc, free, reallocNull, and staleFree, staleRealloc where a C program errs. */
  readonly op: Uint8Array;
}

/** Lines in the order of execution. */
export interface LinesMessage {
  readonly kind: 'lines';
  readonly length: number;
  /** Requests made before the line began. */
  readonly event: Uint32Array;
  /** The line and the call path that led to it. */
  readonly site: Uint32Array;
}

/** Texts `first`, `first` + 1 … (1-based) of the table that `locals` names functions, variables and types by. */
export interface TextsMessage {
  readonly kind: 'texts';
  readonly first: number;
  readonly texts: readonly string[];
}

/** Places for frames, and after them the one for the module's variables. */
export const FRAME_PLACES = 64;
/** Variables of a place, and of the module's. */
export const PLACE_VARIABLES = 256;
export const MODULE_VARIABLES = 1024;
/** In `LocalsMessage.type`, of a frame: it shows the module's variables, not those of its place. */
export const SHOWS_MODULE = 1;

/**
 * Frames as the child tells them: what is not as it was at the line before. A frame has a place, its caller the place before,
 * round and round.
 *
 * A change is of a frame (`place << 16`: its function is `name`, what was known of its variables is void) or of a variable
 * (`place << 16 | index + 1`; type 0: it has no value). `count[i]` changes lead to record `i`; those behind the last record
 * belong to the first of the next message.
 */
export interface LocalsMessage {
  readonly kind: 'locals';
  /** Records. */
  readonly length: number;
  readonly changes: number;
  /** Requests made before the line began. */
  readonly event: Uint32Array;
  readonly site: Uint32Array;
  /** Place of the innermost frame. */
  readonly innermost: Uint32Array;
  /** Frames; 0 … `FRAME_PLACES`. */
  readonly depth: Uint32Array;
  readonly count: Uint32Array;
  readonly place: Uint32Array;
  readonly name: Uint32Array;
  readonly type: Uint32Array;
  /** As in `LocalVariable`; references as a signed number. */
  readonly block: Uint32Array;
  readonly references: Uint32Array;
}

export interface LocalVariable {
  readonly name: string;
  readonly type: string;
  /** Number of the block that the object lives in; 0 = not from this program's requests (a constant, a shared object). */
  readonly block: number;
  /** Reference count; -1 = immortal. */
  readonly references: number;
}

export interface FrameView {
  readonly function: string;
  readonly locals: readonly LocalVariable[];
}

export interface FrameRecord {
  /** Requests made before the line began. */
  readonly event: number;
  /** The line and its call path. */
  readonly site: number;
  /** Innermost first. A frame that did not change since the record before is the same object. */
  readonly frames: readonly FrameView[];
}

/** What `locals` say, put together by the reader. */
export interface FramesMessage {
  readonly kind: 'frames';
  readonly records: readonly FrameRecord[];
}

/** Objects of the program that are alive at its end, by type, the most bytes first. */
export interface CensusMessage {
  readonly kind: 'census';
  readonly types: readonly {
    readonly type: string;
    readonly count: number;
    /** Bytes of the blocks that hold them, summed: shallow. */
    readonly bytes: number;
  }[];
}
