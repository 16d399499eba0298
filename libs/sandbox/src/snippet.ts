/** A snippet as the service orders it, and the ways in which it can end. */
export type SnippetLanguage = 'python' | 'c' | 'cpp';

/**
 * `lines` adds each line as it is executed, `frames` each line with the locals of every frame at that moment. `nothing` is for measuring
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
