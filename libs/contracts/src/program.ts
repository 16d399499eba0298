/**
 * A program in memory, as clients write and read it: a call stack, globals, heap objects that refer to each other, and
 * resources that objects own.
 *
 * A program is a sequence of commands. What the program does wrong (a double free, a name that does not exist, a return
 * from nowhere) is an outcome of the command, never an error of the service. Every command becomes one event, and one
 * `mark` in the session's trace whose label is that event as JSON (at most 4,096 bytes), followed by the requests which
 * the command made of the allocator.
 *
 * Commands are numbered 1, 2, 3 …; objects are numbered in the order of birth and never again; `block` is the number
 * that the session's trace gave the block in which an object lives.
 */

/** Characters in the name of a variable, field, function or type. */
export const MAX_PROGRAM_NAME = 64;
/** Characters in a place such as `head.next.next[3]`. */
export const MAX_PLACE_LENGTH = 256;
/** Characters in a text value. */
export const MAX_TEXT_VALUE = 128;
/** Bytes of one command as JSON. */
export const MAX_COMMAND_BYTES = 2048;
/** Bytes of one event as JSON. */
export const MAX_PROGRAM_EVENT_BYTES = 4096;
/** Bytes of the source text that a program shows. */
export const MAX_SOURCE_BYTES = 65_536;

export const OWNERSHIPS = ['manual', 'refcount', 'cpython', 'mark-sweep'] as const;
/**
 * Who gives memory back:
 * - `manual`: the program, with free, delete or delete[] (C and C++)
 * - `refcount`: the last reference that goes; cycles stay for ever
 * - `cpython`: reference counts, and the generational cycle collector of the `version`
 * - `mark-sweep`: a tracing collector, when the `heapBudget` is exceeded or when it is told to
 */
export type Ownership = (typeof OWNERSHIPS)[number];

export const DATA_MODELS = ['LP64', 'LLP64', 'ILP32'] as const;
/** Sizes of long and of pointers: 64-bit Linux, 64-bit Windows, 32-bit. */
export type DataModel = (typeof DATA_MODELS)[number];

/** The text that the program's lines are lines of, shown beside it. */
export interface ProgramSource {
  readonly file: string;
  readonly text: string;
}

/** What a program is, chosen once. */
export interface ProgramChoice {
  readonly ownership: Ownership;
  /** Of CPython: whose collector rules (`cpython`), whose object sizes (all but `manual`). Default: the newest known. */
  readonly version?: string;
  readonly source?: ProgramSource | null;
  /** The function in which it starts. Default: `main` (`manual`), `<module>`. */
  readonly entry?: string;
  /** Bytes of the call stack. Default: 8 MiB. */
  readonly stackLimit?: number;
  /** `mark-sweep`: bytes of live objects beyond which it collects. Default: 8 MiB. */
  readonly heapBudget?: number;
  /** Default: LP64. `manual` programs have 8-byte pointers whatever it says of types. */
  readonly dataModel?: DataModel;
  /** `cpython`: what `gc.get_threshold()` says at the start. Default: the version's own. */
  readonly thresholds?: readonly [number, number, number];
}

/** With every default filled in. */
export interface ResolvedProgramChoice extends Required<Omit<ProgramChoice, 'source'>> {
  readonly source: ProgramSource | null;
}
