/**
 * What the engine asks of a program's memory, whether the program manages it or a collector does. Every method that a
 * command leads to throws a `Misstep`, before anything has changed, where the program may not do that.
 */
import type {
  AccessCommand,
  DeleteCommand,
  GcCommand,
  ListPage,
  ListWindow,
  NewCommand,
  Place,
  ProgramGc,
  ProgramObject,
  ProgramValue,
  ProgramVariable,
  ResizeCommand,
} from '@heapcast/contracts';
import type { LeakFinding } from './leak-report.js';
import type { ObjectRecord } from './object-record.js';

/** A new object with everything about it decided. */
export interface NewObject extends Omit<NewCommand, 'op' | 'line'> {
  readonly type: string;
  readonly size: number;
}

/** A look at the heap as it is now: good until the next command. */
export interface Inspection {
  /** Whether a variable leads to the object. */
  isReachable(record: ObjectRecord): boolean;
  describe(record: ObjectRecord, fields: ListWindow | undefined): MemoryView;
}

export interface ProgramMemory {
  /** Evaluates the arguments, lets `enter` push the frame, binds them there. */
  call(args: Readonly<Record<string, ProgramValue>>, enter: () => void): void;
  /** Evaluates the value, lets `leave` pop the frame, stores the value in the caller, if it has a place. */
  return(value: ProgramValue | undefined, to: Place | undefined, leave: () => void): void;
  let(name: string, value: ProgramValue, scope: 'local' | 'global'): void;
  assign(to: Place, value: ProgramValue): void;
  create(object: NewObject): ObjectRecord;
  /** A new object that closes a resource in its finalizer, if it does. */
  newOwner(object: NewObject, closesInFinalizer: boolean): ObjectRecord;
  resize(command: ResizeCommand): void;
  delete(command: DeleteCommand): void;
  unset(place: Place): void;
  /** The object that the place holds. */
  objectAt(place: Place): ObjectRecord;
  /** Throws a `Misstep` if no finalizer of the object is going to run. */
  requireFinalizer(record: ObjectRecord): void;
  weakReference(to: Place, of: Place): void;
  collect(generation: 0 | 1 | 2): number;
  gc(command: GcCommand): void;
  access(command: AccessCommand): void;
  /** What the command left to do: collections that waited, references that finalizers displaced. */
  settle(): void;

  locals(depth: number, window: ListWindow | undefined): ListPage<ProgramVariable>;
  globals(window: ListWindow | undefined): ListPage<ProgramVariable>;
  inspect(): Inspection;
  gcState(): ProgramGc | null;
  leaks(): LeakFinding;
  save(): unknown;
}

/** What only the memory knows of an object. */
export type MemoryView = Pick<
  ProgramObject,
  'fields' | 'references' | 'generation' | 'finalizer' | 'weakReference' | 'kind'
>;
