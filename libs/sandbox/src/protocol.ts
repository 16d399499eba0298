/**
 * What the service and the child that runs a snippet say to each other.
 *
 * The service writes one request to the child's standard input; the child answers with messages on file descriptor 3.
 * Standard output and error are not part of the protocol: what a program prints comes as `output` messages, and bytes that
 * reach a descriptor by another way are counted and thrown away. A child serves one request and ends.
 *
 * One message: u32 length of what follows, u32 length of the header, the header (UTF-8 JSON, one of `ChildMessage`
 * without its columns), then the columns, back to back, in the order of `MESSAGE_COLUMNS`. All numbers little-endian.
 *
 * Order: `ready`, (request), `started`, then `sites`, `chunk`, `lines`, `frames` and `output` as they come, then at most one
 * `exception`, at most one `census` or `leaks`, and `finished`. `diagnostics` come right after `started`. The sites of a chunk are sent before it. The child runs what a stranger
 * wrote: the reader checks every field, and a child that says anything else is killed.
 */
import type { Site } from '@heapcast/trace';

export type SnippetLanguage = 'python' | 'c' | 'cpp';

/**
 * `lines` adds each line as it is executed, `frames` also the locals of every frame at that moment. `nothing` is for measuring
 * what recording costs; a C program's requests are recorded all the same.
 */
export type SnippetRecording = 'nothing' | 'requests' | 'lines' | 'frames';

export interface SnippetLimits {
  /** From the moment the snippet starts, start of the child excluded. */
  readonly timeMs: number;
  /** Of the program's memory: the wasm memory that the child may grow to, and its files. */
  readonly memoryBytes: number;
  /** Requests (malloc, calloc, realloc, free). */
  readonly events: number;
  /** Lines recorded, with `lines` and `frames`; what is executed after that is not told, the program goes on. */
  readonly lines: number;
  /** Standard output and error together, in UTF-8 bytes. */
  readonly outputBytes: number;
  readonly sourceBytes: number;
}

export interface SnippetRequest {
  readonly language: SnippetLanguage;
  /** How the source is called in sites and messages, for example `snippet.py`. */
  readonly file: string;
  readonly source: string;
  /** `sys.argv[1:]`, or `argv[1]` … of `main`. */
  readonly args: readonly string[];
  readonly record: SnippetRecording;
  readonly limits: SnippetLimits;
}

/**
 * - `finished`: ran to its end. `exception`: ended by an uncaught exception, a trap or an exit status other than 0.
 * - `doesNotCompile`: the compiler refused it; the `exception` message says where.
 * - `timeLimit`, `memoryLimit`, `outputLimit`, `eventLimit`: stopped there; everything until then was delivered.
 * - `killed`: the child died (it killed itself, the engine gave up) or the service closed.
 * - `refused`: not run at all; `detail` says why (a layer of the sandbox is missing, the queue is full, too large).
 */
export type SnippetOutcome =
  | 'finished'
  | 'exception'
  | 'doesNotCompile'
  | 'timeLimit'
  | 'memoryLimit'
  | 'outputLimit'
  | 'eventLimit'
  | 'killed'
  | 'refused';

/** Something in the source that was read as what it meant: nothing moves to another line. */
export interface TranslationNote {
  /** 1-based line of the first place. */
  readonly line: number;
  /** What was written, for example `xrange`. */
  readonly from: string;
  /** What was run in its place, for example `range`. */
  readonly to: string;
  /** One sentence for people. */
  readonly note: string;
}

/** The walls around a snippet, from the outside in. See `docs/sandbox.md`. */
export type LayerName = 'process' | 'network' | 'realm' | 'interpreter';

export interface LayerFinding {
  readonly layer: LayerName;
  readonly inForce: boolean;
  /** What was tried, and what came of it. */
  readonly detail: string;
}

export interface ReadyMessage {
  readonly kind: 'ready';
  /** For example `CPython 3.14.2, wasm32 (pyodide 314.0.7)`. */
  readonly runtime: string;
  /** What the child found of the layers inside it; any that is not in force, and it will not run anything. */
  readonly layers: readonly LayerFinding[];
  /** Milliseconds from the start of the process. */
  readonly startMs: number;
}

export interface StartedMessage {
  readonly kind: 'started';
  readonly translations: readonly TranslationNote[];
  /** What anybody who reads the numbers should know, for example that sizes are those of a 32-bit build. */
  readonly remarks: readonly string[];
}

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

export interface OutputMessage {
  readonly kind: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
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

export interface LocalVariable {
  readonly name: string;
  readonly type: string;
  /** Number of the block that the object lives in; 0 = not from this program's requests (a constant, a shared object). */
  readonly block: number;
  /** Reference count; -1 = immortal. */
  readonly references: number;
}

export interface FrameRecord {
  /** Requests made before the line began. */
  readonly event: number;
  /** The line and its call path. */
  readonly site: number;
  /** Innermost first. */
  readonly frames: readonly { readonly function: string; readonly locals: readonly LocalVariable[] }[];
}

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

export interface ExceptionMessage {
  readonly kind: 'exception';
  /** For example `ZeroDivisionError`. */
  readonly type: string;
  readonly message: string;
  /** 1-based line of the snippet; 0 = not known. */
  readonly line: number;
  /** As the language prints it, frames of the snippet and its libraries only. */
  readonly traceback: string;
}

/** One sentence of the compiler or the linker. */
export interface CompilerDiagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  /** Empty and 0, 0 = of the whole program. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** C and C++: everything that the compiler had to say, warnings of a program that runs included. */
export interface DiagnosticsMessage {
  readonly kind: 'diagnostics';
  readonly diagnostics: readonly CompilerDiagnostic[];
}

/** Which function gave a block or takes it back. */
export type HeapCallName =
  'malloc' | 'calloc' | 'realloc' | 'aligned_alloc' | 'new' | 'new[]' | 'free' | 'delete' | 'delete[]';

export type LeakKindWord = 'definite' | 'indirect' | 'possible' | 'reachable';

/** Blocks of one kind that one function gave on one call path. */
export interface LossRecordMessage {
  readonly kind: LeakKindWord;
  readonly bytes: number;
  readonly blocks: number;
  /** Of a definite record: bytes and blocks that are lost through its blocks. */
  readonly indirectBytes: number;
  readonly indirectBlocks: number;
  readonly givenBy: HeapCallName;
  /** Where; 0 = not known. */
  readonly site: number;
}

/** Something wrong that the program did with its heap; the program went on. */
export interface HeapErrorMessage {
  readonly kind: 'doubleFree' | 'invalidFree' | 'mismatchedFree';
  readonly call: HeapCallName;
  /** Where it was called. */
  readonly site: number;
  /** Number of the block that is meant; 0 = there was never one. */
  readonly block: number;
  /** Bytes of that block. */
  readonly size: number;
  /** From the start of that block to the pointer. */
  readonly offset: number;
  readonly givenBy: HeapCallName;
  readonly givenAt: number;
  /** Where it was freed before; 0 = it was not. */
  readonly freedAt: number;
  /** Requests made before. */
  readonly event: number;
  /** How often it happened at this place. */
  readonly times: number;
}

/** C and C++: the heap at the end of the program, or where it was stopped, as memcheck would see it. */
export interface LeaksMessage {
  readonly kind: 'leaks';
  readonly summary: Readonly<Record<LeakKindWord, { readonly bytes: number; readonly blocks: number }>>;
  /** By kind, then the most bytes first. */
  readonly records: readonly LossRecordMessage[];
  /** Records that are only in the summary. */
  readonly recordsDropped: number;
  readonly errors: readonly HeapErrorMessage[];
  readonly errorsDropped: number;
  /** The most bytes in use at once. */
  readonly peakBytes: number;
  /** Requests that found no memory. */
  readonly failedRequests: number;
}

export interface FinishedMessage {
  readonly kind: 'finished';
  readonly outcome: SnippetOutcome;
  /** One sentence: which limit, which signal. Empty where the outcome says it all. */
  readonly detail: string;
  /** Of the snippet, start of the child excluded. */
  readonly ms: number;
  readonly events: number;
  /** Block numbers given. */
  readonly blocks: number;
  readonly outputBytes: number;
  /** Exit status that the program asked for (`sys.exit(3)`, `return 3`); null = none. */
  readonly exitStatus: number | null;
}

export type ChildMessage =
  | ReadyMessage
  | StartedMessage
  | SitesMessage
  | ChunkMessage
  | OutputMessage
  | LinesMessage
  | FramesMessage
  | CensusMessage
  | DiagnosticsMessage
  | LeaksMessage
  | ExceptionMessage
  | FinishedMessage;

/** What the consumer of a run sees: everything after `ready`. The last one is always `finished`. */
export type SnippetMessage = Exclude<ChildMessage, ReadyMessage>;

export type ColumnType = 'f64' | 'u32' | 'u8';

/** The columns behind the header, by kind, in their order. Each holds `length` elements. */
export const MESSAGE_COLUMNS = {
  chunk: [
    ['time', 'f64'],
    ['size', 'u32'],
    ['id', 'u32'],
    ['site', 'u32'],
    ['op', 'u8'],
  ],
  lines: [
    ['event', 'u32'],
    ['site', 'u32'],
  ],
} as const satisfies Record<string, readonly (readonly [string, ColumnType])[]>;

/** A longer message is a fault of the child. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
