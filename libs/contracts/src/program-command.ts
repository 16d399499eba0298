/**
 * What a program can be told to do: every command with its fields, and where in the program's text it stands. Limits are in
 * `program.ts`.
 */

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
