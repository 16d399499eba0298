/**
 * What a program asks of its allocator, as clients write it, one object per request.
 *
 * A block is named by the client (a string, like a variable: asking for a block under a name that is taken rebinds the
 * name, the earlier block lives on under its number) or by the number that the service gave it (1, 2, 3 … in the order
 * of asking). What a program does wrong (a double free, a free of something unknown) is an outcome, not an error.
 */

export const MAX_NAME_LENGTH = 64;

interface Annotated {
  /** Nanoseconds since the program's start, a whole number up to 2^53. */
  readonly time?: number;
}

export interface MallocRequest extends Annotated {
  readonly op: 'malloc';
  /** Bytes, 0 … 4,294,967,295. */
  readonly size: number;
  /** The block's name from now on. */
  readonly id?: string;
}

export interface CallocRequest extends Annotated {
  readonly op: 'calloc';
  /** Bytes per element. */
  readonly size: number;
  /** Elements; 1 if absent. count × size must fit 32 bits. */
  readonly count?: number;
  readonly id?: string;
}

export interface ReallocRequest extends Annotated {
  readonly op: 'realloc';
  /** A block's name or number; `null` is C's NULL: a new block is placed. */
  readonly id: string | number | null;
  readonly size: number;
  /** With `id: null` only: the new block's name from now on. */
  readonly as?: string;
}

export interface FreeRequest extends Annotated {
  readonly op: 'free';
  /** A block's name or number; `null` is C's NULL: nothing happens. */
  readonly id: string | number | null;
}

export interface MarkRequest extends Annotated {
  readonly op: 'mark';
  /** What the moment is called. */
  readonly label?: string;
}

export type SessionRequest = MallocRequest | CallocRequest | ReallocRequest | FreeRequest | MarkRequest;
