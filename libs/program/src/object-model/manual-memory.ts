/**
 * The memory of a C or C++ program: variables and blocks of bytes, pointers stored in both, and memcheck watching.
 *
 * A place is an address here: `p` is the variable itself, `p.next` a word of the block that p points to, `p[3]` its fourth
 * element. Errors that memcheck reports are the command's outcome; the command goes on, as the program would.
 */
import type {
  AccessCommand,
  DeleteCommand,
  DeleteKind,
  ListPage,
  ListWindow,
  NewKind,
  Place,
  ProgramValue,
  ProgramVariable,
  ResizeCommand,
} from '@heapcast/contracts';
import type { Allocator } from '../memcheck/blocks.js';
import type { LeakFinding } from './leak-report.js';
import { findManualLeaks } from './manual-leaks.js';
import { ManualObjects, type SavedManualObjects } from './manual-objects.js';
import { ManualPlaces, pointerTo } from './manual-places.js';
import { ManualViews } from './manual-views.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import type { Inspection, NewObject, ProgramMemory } from './program-memory.js';
import { isArray } from './type-sizes.js';
import type { Wardens } from './wardens.js';

const WORD = 8;
const FREED_BY: Readonly<Record<Allocator, DeleteKind>> = {
  malloc: 'free',
  calloc: 'free',
  realloc: 'free',
  new: 'delete',
  'new[]': 'delete[]',
};

export class ManualMemory implements ProgramMemory {
  private readonly objects: ManualObjects;
  private readonly places: ManualPlaces;
  private readonly views: ManualViews;

  constructor(private readonly wardens: Wardens) {
    this.objects = new ManualObjects(wardens);
    this.places = new ManualPlaces(wardens, this.objects);
    this.views = new ManualViews(this.objects);
  }

  call(args: Readonly<Record<string, ProgramValue>>, enter: () => void): void {
    const operands = Object.entries(args).map(([name, value]) => [name, this.places.evaluate(value)] as const);
    this.objects.requireLocals(operands.length);
    this.objects.call(enter);
    for (const [name, operand] of operands) this.places.store(this.places.declare(name, 'local'), operand);
  }

  return(value: ProgramValue | undefined, to: Place | undefined, leave: () => void): void {
    const operand = value === undefined ? null : this.places.evaluate(value);
    const place = to === undefined ? null : this.places.parse(to);
    if (place !== null && place.steps.length > 0 && !this.objects.isKnownToCaller(place.variable)) {
      throw new Misstep('unknownName', `the caller has no variable ${place.variable}`);
    }
    this.objects.return();
    leave();
    if (place === null || operand === null || this.wardens.stack.depth === 0) return;
    this.places.store(this.places.targetOrNew(place), operand);
  }

  let(name: string, value: ProgramValue, scope: 'local' | 'global'): void {
    const operand = this.places.evaluate(value);
    this.places.store(this.places.declare(name, scope), operand);
  }

  assign(to: Place, value: ProgramValue): void {
    const operand = this.places.evaluate(value);
    this.places.store(this.places.target(this.places.parse(to)), operand);
  }

  create(object: NewObject): ObjectRecord {
    if (object.container !== undefined || object.finalizer !== undefined) {
      const what = object.finalizer === undefined ? '"container"' : 'a finalizer';
      throw new Misstep('notAllowed', `${what} is for programs with a collector; in C++ an object has a destructor`);
    }
    this.wardens.register.requireRoom(object.fields === undefined ? 0 : fieldCount(object.fields));
    const target = object.to === undefined ? null : this.places.targetOrNew(this.places.parse(object.to));
    const kind: NewKind = object.kind ?? (isArray(object.type) ? 'new[]' : 'new');
    const { record, address } = this.objects.make(object, kind);
    if (target !== null) this.places.store(target, pointerTo(address));
    return record;
  }

  newOwner(object: NewObject, closesInFinalizer: boolean): ObjectRecord {
    if (closesInFinalizer) throw new Misstep('notAllowed', 'C++ has no finalizers; a destructor closes, or nobody');
    return this.create(object);
  }

  /** realloc: the old pointer is dangling afterwards, unless it is the one that is assigned. */
  resize({ to, from, size }: ResizeCommand): void {
    const { word } = this.places.pointer(from ?? to);
    const target = this.places.targetOrNew(this.places.parse(to));
    this.wardens.register.requireRoom(0);
    this.places.store(target, pointerTo(this.objects.reallocate(word.address, size)));
  }

  delete({ place, kind }: DeleteCommand): void {
    const { word } = this.places.pointer(place);
    const { address } = word;
    if (address === 0) {
      this.objects.freeNull();
      return;
    }
    const pointed = this.objects.at(address);
    this.objects.free(
      address,
      kind ?? FREED_BY[pointed?.record.kind === 'object' ? 'new' : (pointed?.record.kind ?? 'new')],
    );
  }

  unset(place: Place): void {
    this.places.store(this.places.target(this.places.parse(place)), pointerTo(0));
  }

  objectAt(place: Place): ObjectRecord {
    const pointed = this.objects.at(this.places.dereference(place));
    if (pointed === null) throw new Misstep('notAnObject', `${place} points to no object`);
    if (pointed.isFreed) {
      throw new Misstep(
        'useAfterFree',
        `${place} points to ${pointed.record.type}#${pointed.record.id}, which is freed`,
      );
    }
    return pointed.record;
  }

  requireFinalizer(): void {
    throw new Misstep('notAllowed', 'C++ has no finalizers; a destructor closes, or nobody');
  }

  weakReference(): void {
    throw new Misstep(
      'notAllowed',
      'pointers are neither strong nor weak; weak references are for programs with a collector',
    );
  }

  collect(): number {
    throw new Misstep('notAllowed', 'nobody collects here; "delete" gives an object back');
  }

  gc(): void {
    throw new Misstep('notAllowed', 'nobody collects here; "delete" gives an object back');
  }

  access({ op, place, offset = 0, size = WORD }: AccessCommand): void {
    const start = this.places.dereference(place);
    const address = start + offset;
    this.objects.losses.moves(start, address);
    if (op === 'read') {
      this.objects.memcheck.readData(address, size);
      return;
    }
    this.objects.overwrite(address, size);
    this.objects.memcheck.writeData(address, size);
  }

  /** What follows is this command, at this line of the innermost function. */
  step(command: number, line: number): void {
    this.objects.memcheck.step(command, line);
  }

  settle(): void {
    this.objects.losses.settle();
  }

  locals(depth: number, window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.views.variables(this.objects.memcheck.localsAt(depth), window);
  }

  globals(window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.views.variables(this.objects.memcheck.globalVariables(), window);
  }

  inspect(): Inspection {
    return this.views.inspect();
  }

  gcState(): null {
    return null;
  }

  leaks(): LeakFinding {
    return findManualLeaks(this.objects);
  }

  save(): SavedManualObjects {
    return this.objects.save();
  }

  restore(saved: SavedManualObjects): void {
    this.objects.restore(saved);
  }
}

function fieldCount(fields: number | readonly string[]): number {
  return typeof fields === 'number' ? fields : fields.length;
}
