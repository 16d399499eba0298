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
 * Order: `ready`, (request), `started`, then `sites`, `texts`, `chunk`, `lines`, `locals` and `output` as they come, then at
 * most one `exception`, at most one `census` or `leaks`, and `finished`. `diagnostics` come right after `started`. Sites and
 * texts are sent before what names them; lines and locals right after the chunk that they belong to. The child runs what a
 * stranger wrote: the reader checks every field, and a child that says anything else is killed.
 */
import type { LeaksMessage } from './heap-findings.js';
import type {
  CensusMessage,
  ChunkMessage,
  FramesMessage,
  LinesMessage,
  LocalsMessage,
  SitesMessage,
  TextsMessage,
} from './recorded.js';
import type { SnippetOutcome } from './snippet.js';

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

export interface OutputMessage {
  readonly kind: 'output';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
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
  | TextsMessage
  | ChunkMessage
  | OutputMessage
  | LinesMessage
  | LocalsMessage
  | CensusMessage
  | DiagnosticsMessage
  | LeaksMessage
  | ExceptionMessage
  | FinishedMessage;

/** As they are read: changes of locals have become whole frames. */
export type ReadMessage = Exclude<ChildMessage, TextsMessage | LocalsMessage> | FramesMessage;

/** What the consumer of a run sees: everything after `ready`. The last one is always `finished`. */
export type SnippetMessage = Exclude<ReadMessage, ReadyMessage>;

export type ColumnType = 'f64' | 'u32' | 'u8';

/**
 * The columns behind the header, by kind, in their order: name, type, and the field of the header that says how many elements
 * it holds.
 */
export const MESSAGE_COLUMNS = {
  chunk: [
    ['time', 'f64', 'length'],
    ['size', 'u32', 'length'],
    ['id', 'u32', 'length'],
    ['site', 'u32', 'length'],
    ['op', 'u8', 'length'],
  ],
  lines: [
    ['event', 'u32', 'length'],
    ['site', 'u32', 'length'],
  ],
  locals: [
    ['event', 'u32', 'length'],
    ['site', 'u32', 'length'],
    ['innermost', 'u32', 'length'],
    ['depth', 'u32', 'length'],
    ['count', 'u32', 'length'],
    ['place', 'u32', 'changes'],
    ['name', 'u32', 'changes'],
    ['type', 'u32', 'changes'],
    ['block', 'u32', 'changes'],
    ['references', 'u32', 'changes'],
  ],
} as const satisfies Record<string, readonly (readonly [string, ColumnType, 'length' | 'changes'])[]>;

/** A longer message is a fault of the child. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
