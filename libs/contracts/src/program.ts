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

// Commands ------------------------------------------------------------------------------------------------------------

/**
 * Where something is: a variable (a local of the innermost frame, else a global), and from there fields and indices:
 * `head`, `head.next`, `table[3].name`.
 */
export type Place = string;

/** A number, text, truth value or null (`None`, a null pointer) is no object here: it lies in the variable or field itself. */
export type Scalar = number | string | boolean | null;

export type ProgramValue =
  | Scalar
  /** What the place holds. `manual` only: `delta` bytes further. */
  | { readonly ref: Place; readonly delta?: number }
  /** `manual`: a pointer to the variable itself. */
  | { readonly addressOf: string };

interface AtLine {
  /** The line that the command stands for, inside its function. Default: where the function is. */
  readonly line?: number;
}

/** Enters a function. `line` is the line of the call. */
export interface CallCommand extends AtLine {
  readonly op: 'call';
  readonly function: string;
  /** Bytes on the stack. Default: 64 for a `manual` program, else 512. */
  readonly frameSize?: number;
  /** Its first locals; the values are the caller's. */
  readonly args?: Readonly<Record<string, ProgramValue>>;
}

/** Leaves the innermost function. From `main` of a `manual` program: the program ends. */
export interface ReturnCommand extends AtLine {
  readonly op: 'return';
  readonly value?: ProgramValue;
  /** Where in the caller the value goes; a new name becomes a local. Without it the value is dropped. */
  readonly to?: Place;
}

/** Declares a variable, or assigns to it if it exists. */
export interface LetCommand extends AtLine {
  readonly op: 'let';
  readonly name: string;
  /** Default: null. */
  readonly value?: ProgramValue;
  /** Default: local. What the outermost frame of a program declares that is not `manual` is global, as in Python. */
  readonly scope?: 'local' | 'global';
}

export interface AssignCommand extends AtLine {
  readonly op: 'assign';
  readonly to: Place;
  readonly value: ProgramValue;
}

export const NEW_KINDS = ['malloc', 'calloc', 'new', 'new[]'] as const;
export type NewKind = (typeof NEW_KINDS)[number];

/** `runs`: it runs and does nothing else; `savesTo`: it stores the object in this global, and so saves it. */
export type FinalizerChoice = 'runs' | { readonly savesTo: string };

/** A new object, in a block of its own. */
export interface NewCommand extends AtLine {
  readonly op: 'new';
  /** Where the reference goes; a new name becomes a local. Without it nobody ever refers to the object. */
  readonly to?: Place;
  /** `dict`, `Node`, `int[10]` … Default: `object`, in `manual` programs `bytes`. */
  readonly type?: string;
  /** Bytes. Default: what an object of this type takes; needed if that is not known. */
  readonly size?: number;
  /** `manual` only. Default: `new`, `new[]` if the type is an array. */
  readonly kind?: NewKind;
  /**
   * The fields that can hold references, in order: names, or how many by index. A field that is assigned later is added
   * behind them (not in `manual`: there each takes a word of the block, in order).
   */
  readonly fields?: number | readonly string[];
  /** `false`: an object without fields that the collector does not know, such as a number. Default: by type. */
  readonly container?: boolean;
  /** Not in `manual`. */
  readonly finalizer?: FinalizerChoice;
}

/** `realloc`, or a list that grows or shrinks. */
export interface ResizeCommand extends AtLine {
  readonly op: 'resize';
  /** `manual`: receives the pointer that realloc returns. */
  readonly to: Place;
  /** `manual`: the pointer to resize. Default: `to`. */
  readonly from?: Place;
  readonly size: number;
}

export const DELETE_KINDS = ['free', 'delete', 'delete[]'] as const;
export type DeleteKind = (typeof DELETE_KINDS)[number];

/** `manual`: gives an object back; the pointer stays as it is, dangling. */
export interface DeleteCommand extends AtLine {
  readonly op: 'delete';
  readonly place: Place;
  /** Default: the one that fits the object. */
  readonly kind?: DeleteKind;
}

/** Forgets a variable or empties a field (`del x`); in `manual` programs the pointer becomes null. */
export interface UnsetCommand extends AtLine {
  readonly op: 'unset';
  readonly place: Place;
}

export const RESOURCE_KINDS = ['file', 'socket', 'database', 'window'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export const CLOSERS = ['nothing', 'destructor', 'finalizer'] as const;
/**
 * What closes the resource when its owner goes:
 * - `nothing`: nobody; it must be closed by hand
 * - `destructor`: the death of the owner itself: `delete` in C++, a type's deallocation in CPython
 * - `finalizer`: the owner's `__del__`, when it is called
 */
export type Closer = (typeof CLOSERS)[number];

/** Opens a resource: owned by a new object (`to`), or by one that is there (`owner`). Exactly one of the two. */
export interface OpenCommand extends AtLine {
  readonly op: 'open';
  readonly to?: Place;
  readonly owner?: Place;
  readonly kind: ResourceKind;
  /** A path, an address, a title. */
  readonly name?: string;
  /** Default: `nothing`. */
  readonly closedBy?: Closer;
  /** Bytes of the new object. Default: by kind. */
  readonly size?: number;
}

/** Closes the resources of the object at the place. */
export interface CloseCommand extends AtLine {
  readonly op: 'close';
  readonly place: Place;
}

/** A weak reference to an object, itself an object; it is told when the other goes. Not in `manual`. */
export interface WeakReferenceCommand extends AtLine {
  readonly op: 'weakref';
  readonly to: Place;
  readonly of: Place;
}

/** `gc.collect(generation)`; `mark-sweep` has one generation. */
export interface CollectCommand extends AtLine {
  readonly op: 'collect';
  /** Default: 2. */
  readonly generation?: 0 | 1 | 2;
}

export const GC_ACTIONS = ['enable', 'disable', 'threshold', 'freeze', 'unfreeze'] as const;
export type GcAction = (typeof GC_ACTIONS)[number];

export interface GcCommand extends AtLine {
  readonly op: 'gc';
  readonly do: GcAction;
  /** Of `threshold`: one to three; the rest stay. */
  readonly values?: readonly number[];
}

/** The innermost function goes on at this line. */
export interface LineCommand {
  readonly op: 'line';
  readonly line: number;
}

/** `manual`: reads or writes data (no pointer) at a distance from where the place's pointer points. */
export interface AccessCommand extends AtLine {
  readonly op: 'read' | 'write';
  readonly place: Place;
  /** Bytes; may be negative. Default: 0. */
  readonly offset?: number;
  /** Default: 8. */
  readonly size?: 1 | 2 | 4 | 8;
}

/** Looks for leaks now: the event has the summary. */
export interface CheckCommand extends AtLine {
  readonly op: 'check';
}

/** The process ends with all frames still standing. */
export interface ExitCommand extends AtLine {
  readonly op: 'exit';
}

export type ProgramCommand =
  | CallCommand
  | ReturnCommand
  | LetCommand
  | AssignCommand
  | NewCommand
  | ResizeCommand
  | DeleteCommand
  | UnsetCommand
  | OpenCommand
  | CloseCommand
  | WeakReferenceCommand
  | CollectCommand
  | GcCommand
  | LineCommand
  | AccessCommand
  | CheckCommand
  | ExitCommand;

export const PROGRAM_OPS = [
  ...(['call', 'return', 'let', 'assign', 'new', 'resize', 'delete', 'unset', 'open', 'close', 'weakref'] as const),
  ...(['collect', 'gc', 'line', 'read', 'write', 'check', 'exit'] as const),
] satisfies readonly ProgramCommand['op'][];

// Events --------------------------------------------------------------------------------------------------------------

export const PROGRAM_OUTCOMES = [
  'ok',
  'doubleFree',
  'invalidFree',
  'mismatchedDelete',
  'useAfterFree',
  'invalidRead',
  'invalidWrite',
  'nullDereference',
  'unknownName',
  'noSuchField',
  'notAnObject',
  'noResource',
  'alreadyClosed',
  'nothingToReturnFrom',
  'stackOverflow',
  'outOfBudget',
  'limitReached',
  'notAllowed',
  'ended',
] as const;
/**
 * - `ok`
 * - `doubleFree`, `invalidFree`: not the start of a live block; nothing was freed
 * - `mismatchedDelete`: freed, but by the wrong function (`new[]` with `delete` …)
 * - `useAfterFree`, `invalidRead`, `invalidWrite`: memory that is not the program's (any more); it happened all the same
 * - `nullDereference`: a field, an access or a deletion through null that needs an object; nothing happened
 * - `unknownName`: no variable of that name; `noSuchField`: no such field; `notAnObject`: a place that holds no object
 * - `noResource`, `alreadyClosed`: nothing to close
 * - `nothingToReturnFrom`: no function was called
 * - `stackOverflow`: the frame does not fit the stack; the call did not happen
 * - `outOfBudget`: the heap budget is exceeded and collecting did not help; the object was not made
 * - `limitReached`: Heapcast's own bound on objects, fields, frames or names; nothing happened
 * - `notAllowed`: not in this ownership mode (`delete` under a collector); nothing happened
 * - `ended`: the program has ended before; nothing happened
 */
export type ProgramOutcome = (typeof PROGRAM_OUTCOMES)[number];

/** How many, and the first few by number. */
export interface Some {
  readonly count: number;
  readonly first: readonly number[];
}

export interface ProgramCollection {
  /** Of `mark-sweep` always 2. */
  readonly generation: 0 | 1 | 2;
  readonly collected: number;
  readonly uncollectable: number;
  /** Objects looked at: the pause. */
  readonly examined: number;
  /** Asked for by a threshold or the budget, not by `collect`. */
  readonly automatic: boolean;
}

/** What a command did; a field that has nothing to say is left out. */
export interface ProgramEffects {
  /** Objects. */
  readonly born?: Some;
  readonly died?: Some;
  readonly collections?: readonly ProgramCollection[];
  /** Objects whose finalizer ran. */
  readonly finalized?: Some;
  /** Objects that were unreachable and are saved by a finalizer. */
  readonly resurrected?: Some;
  /** Weak references whose callback ran. */
  readonly called?: Some;
  /** Resources. */
  readonly opened?: Some;
  readonly closed?: Some;
  /** Resources whose owner went without closing them. */
  readonly abandoned?: Some;
  /** Of `collect`: what `gc.collect()` returned. */
  readonly returned?: number;
  /** Of `check`, and when the program ends. */
  readonly leaks?: LeakSummary;
}

/** One command and what came of it. */
export interface ProgramEvent {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly command: ProgramCommand;
  readonly outcome: ProgramOutcome;
  /** The function that did it, and its line; 0 = not known. */
  readonly function: string;
  readonly line: number;
  /** Functions running afterwards; 0 = the program has returned from its first. */
  readonly depth: number;
  readonly effects?: ProgramEffects;
  /** What went wrong, for people. */
  readonly error?: string;
  /** The program ended with this command. */
  readonly ended?: true;
}

// State ---------------------------------------------------------------------------------------------------------------

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

// Leaks ---------------------------------------------------------------------------------------------------------------

export const LEAK_KIND_NAMES = ['definite', 'indirect', 'possible', 'reachable'] as const;
/**
 * - `definite`: definitely lost: nothing refers to it, or only what it leads to itself
 * - `indirect`: indirectly lost: only lost objects refer to it
 * - `possible`: possibly lost: only pointers to the inside of objects lead there (`manual`)
 * - `reachable`: still reachable: a variable leads there
 */
export type LeakKindName = (typeof LEAK_KIND_NAMES)[number];

export interface LeakTotal {
  readonly bytes: number;
  readonly blocks: number;
}

export type LeakSummary = Readonly<Record<LeakKindName, LeakTotal>>;

/** A moment: the command, and the number that its mark has in the session. */
export interface ProgramMoment {
  readonly command: number;
  readonly seq: number;
}

/** Objects of one kind that were made at the same place through the same calls. */
export interface LossRecordView {
  readonly kind: LeakKindName;
  readonly bytes: number;
  readonly blocks: number;
  /** Of definite records: bytes lost through these. */
  readonly indirectBytes: number;
  /** The allocating function, or `object` where no function is called for it. */
  readonly allocator: NewKind | 'realloc' | 'object';
  /** Types of the objects, most frequent first, at most 8. */
  readonly types: readonly string[];
  readonly site: number;
  /** Innermost first; at most 32 places. */
  readonly path: readonly SourcePlace[];
  readonly objects: Some;
  /** Of definite records: objects lost through these. */
  readonly clique: Some;
  /** The command that made the last of them unreachable; null for reachable ones. */
  readonly lastReachable: ProgramMoment | null;
}

/** A resource that nobody has closed. */
export interface LeakedResource extends ProgramResource {
  /** `lost`: its owner is gone or unreachable; `held`: a variable still leads to its owner. */
  readonly state: 'lost' | 'held';
  /** Whether and when a collector would have closed it. */
  readonly note: string;
}

/** Where memcheck's answer is not the one that a graph theorist would give, and why. */
export interface LeakDifference {
  readonly rule: 'lowestOfCycle' | 'sharedByLostOwners' | 'lateOwner' | 'interiorPointer' | 'hiddenPointer';
  readonly text: string;
  readonly objects: Some;
}

export interface LeakReport {
  readonly at: ProgramMoment;
  readonly ended: boolean;
  readonly summary: LeakSummary;
  /** By kind, then the most bytes first. */
  readonly records: ListPage<LossRecordView>;
  readonly resources: ListPage<LeakedResource>;
  readonly differs: readonly LeakDifference[];
  /** What the answer rests on: memcheck's rules, or exact reachability. */
  readonly note: string;
}

export interface LeakQuery {
  readonly records?: ListWindow;
  readonly resources?: ListWindow;
}
