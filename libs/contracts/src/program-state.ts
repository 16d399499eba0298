/** What a program looks like after a command: frames and their variables, objects, resources, the collector, errors. */
import type { Closer, NewKind, ResourceKind, Scalar } from './program-command.js';
import type { ProgramOutcome, Some } from './program-event.js';
import type { ResolvedProgramChoice } from './program.js';

/** The part of a list that is wanted. */
export interface ListWindow {
  /** Default: 100; at most 1,000. */
  readonly limit?: number;
  /** Default: 0. */
  readonly offset?: number;
}

/** Part of a list. */
export interface ListPage<Item> {
  readonly total: number;
  readonly offset: number;
  readonly items: readonly Item[];
}

/** What a variable or field holds: a value, or a reference. */
export interface Held {
  /** Of a reference: null. */
  readonly value: Scalar;
  /** The object referred to. */
  readonly object?: number;
  /** `manual`: bytes into (or beyond) the object; absent = its start. */
  readonly offset?: number;
  /** `manual`: the object is freed. */
  readonly dangling?: true;
  /** `manual`: never initialised. */
  readonly uninitialised?: true;
  /** `manual`: the variable pointed to, or `unknown` for an address that is nothing's. */
  readonly pointsTo?: string;
}

export interface ProgramVariable extends Held {
  readonly name: string;
}

export interface ProgramFrame {
  /** 0 = the function in which the program started. */
  readonly depth: number;
  readonly function: string;
  /** Where it is; 0 = not known. */
  readonly line: number;
  /** The caller's line; 0 = none or not known. */
  readonly callLine: number;
  /** Bytes on the stack. */
  readonly size: number;
  readonly locals: ListPage<ProgramVariable>;
}

export interface SourcePlace {
  readonly function: string;
  readonly line: number;
}

export interface ProgramObject {
  readonly id: number;
  readonly type: string;
  /** Bytes asked for. */
  readonly size: number;
  /** Number of its block in the session's trace. */
  readonly block: number;
  /** The block's name in the trace, such as `dict#3`. */
  readonly name: string;
  /** Index (1-based) into the program's sites; 0 = not known. */
  readonly site: number;
  /** Where it was made, innermost first; at most 16 places. */
  readonly path: readonly SourcePlace[];
  /** The command that made it. */
  readonly born: number;
  readonly fields: ListPage<ProgramVariable>;
  /** A variable leads to it; in `manual` programs possibly through a pointer to the inside of an object. */
  readonly reachable: boolean;
  /** What `sys.getrefcount` would say, less its own one; null where nobody counts. */
  readonly references: number | null;
  /** `cpython`: null = the collector does not know it. */
  readonly generation: 0 | 1 | 2 | 'permanent' | null;
  readonly finalizer: 'none' | 'due' | 'called';
  readonly weakReference?: { readonly of: number | null };
  /** `manual`: what it was made with. */
  readonly kind?: NewKind | 'realloc';
  /** Resources that it owns. */
  readonly resources?: readonly number[];
}

export interface ProgramResource {
  readonly id: number;
  readonly kind: ResourceKind;
  readonly name: string;
  /** The operating system's number for it: the smallest that was free. */
  readonly descriptor: number;
  /** The object that owns it; null = it went without closing it. */
  readonly owner: number | null;
  readonly open: boolean;
  readonly closedBy: Closer;
  /** Commands. */
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly path: readonly SourcePlace[];
}

export interface GenerationLine {
  readonly collections: number;
  readonly collected: number;
  readonly uncollectable: number;
  /** Objects in it now. */
  readonly objects: number;
}

/** `gc.get_count()`, `gc.get_threshold()`, `gc.isenabled()`, `gc.get_stats()`, `gc.garbage`. */
export interface ProgramGc {
  readonly enabled: boolean;
  readonly counts: readonly [number, number, number];
  readonly thresholds: readonly [number, number, number];
  /** Generation 0 first; `mark-sweep` has only one line. */
  readonly stats: readonly GenerationLine[];
  /** Objects in the permanent generation. */
  readonly permanent: number;
  readonly garbage: Some;
  /** Objects examined by all collections so far: the collector's work. */
  readonly examined: number;
  /** The longest pause so far, in objects examined. */
  readonly longestPause: number;
  /** `mark-sweep`. */
  readonly budget?: number;
}

/** Something that the program did wrong, every time at the same place counted together. */
export interface ProgramError {
  readonly outcome: ProgramOutcome;
  /** The first command that did it. */
  readonly at: number;
  readonly function: string;
  readonly line: number;
  readonly path: readonly SourcePlace[];
  readonly count: number;
  readonly text: string;
}

export interface ProgramState {
  /** Commands so far. */
  readonly commands: number;
  readonly choice: ResolvedProgramChoice;
  readonly ended: boolean;
  /** Innermost first. */
  readonly frames: ListPage<ProgramFrame>;
  readonly stack: { readonly used: number; readonly limit: number; readonly peak: number };
  readonly globals: ListPage<ProgramVariable>;
  /** Live ones, in the order of birth. */
  readonly objects: ListPage<ProgramObject>;
  readonly heap: {
    readonly liveBytes: number;
    readonly liveObjects: number;
    /** The most at once. */
    readonly peakBytes: number;
    /** Ever. */
    readonly born: number;
    readonly died: number;
  };
  /** Open ones first, then those closed lately. */
  readonly resources: ListPage<ProgramResource>;
  readonly openResources: number;
  /** Null in `manual` programs; under `refcount` the counts are kept but nothing collects. */
  readonly gc: ProgramGc | null;
  readonly errors: ListPage<ProgramError>;
}

export interface ProgramStateQuery {
  readonly frames?: ListWindow;
  /** In every frame. */
  readonly locals?: ListWindow;
  readonly globals?: ListWindow;
  readonly objects?: ListWindow;
  readonly resources?: ListWindow;
  readonly errors?: ListWindow;
}
