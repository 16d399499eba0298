/**
 * The memory of a program that does not give its objects back itself: variables hold references, objects hold references
 * in their fields, and a heap underneath decides who lives: by counts, by counts and CPython's cycle collector, or by
 * tracing.
 *
 * The order of things is CPython's: an assignment stores the new reference before it releases the old one, a frame that is
 * left releases its locals in the order of declaration, and a block is given back after all that its object held.
 */
import type {
  AccessCommand,
  DeleteCommand,
  GcCommand,
  ListPage,
  ListWindow,
  Place,
  ProgramGc,
  ProgramValue,
  ProgramVariable,
  ResizeCommand,
  Scalar,
} from '@heapcast/contracts';
import type { ObjectHandle } from '../cpython-collector/events.js';
import { NO_OBJECT } from '../cpython-collector/object-table.js';
import type { Generation } from '../cpython-collector/rules.js';
import { classifyByReach } from './managed-leaks.js';
import { ManagedObjects, type SavedManagedObjects } from './managed-objects.js';
import { ManagedPlaces, NULL } from './managed-places.js';
import type { LeakFinding } from './leak-report.js';
import { gcStateOf, generationsOf, viewOf } from './managed-views.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import { bounds, pageOf } from './pages.js';
import type { ParsedPlace } from './place.js';
import type { Inspection, NewObject, ProgramMemory } from './program-memory.js';
import { type SavedScopes, type Scope, Scopes } from './scopes.js';
import { isAtomic } from './type-sizes.js';
import type { Wardens } from './wardens.js';

export interface SavedManagedMemory {
  readonly scopes: SavedScopes;
  readonly objects: SavedManagedObjects;
}

export class ManagedMemory implements ProgramMemory {
  private readonly scopes = new Scopes();
  private readonly objects: ManagedObjects;
  private readonly places: ManagedPlaces;

  constructor(private readonly wardens: Wardens) {
    this.objects = new ManagedObjects(wardens, this.scopes);
    this.places = new ManagedPlaces(wardens, this.scopes, this.objects);
  }

  call(args: Readonly<Record<string, ProgramValue>>, enter: () => void): void {
    const operands = Object.entries(args).map(([name, value]) => [name, this.places.evaluate(value)] as const);
    this.scopes.requireRoomInNewFrame(operands.length);
    enter();
    this.scopes.enter();
    for (const [name, operand] of operands) this.places.put(this.scopes.declare(name, 'local'), operand);
  }

  return(value: ProgramValue | undefined, to: Place | undefined, leave: () => void): void {
    if (this.wardens.stack.depth === 1) {
      throw new Misstep('nothingToReturnFrom', 'no function was called; a program like this ends with "exit"');
    }
    const operand = value === undefined ? NULL : this.places.evaluate(value);
    const place = to === undefined ? null : this.places.parse(to);
    if (place !== null) this.scopes.asCaller(() => this.places.requireStorable(place));
    this.places.hold(operand);
    leave();
    const locals = [...this.scopes.leave()];
    for (const cell of locals) this.places.drop(cell.object);
    if (place !== null) this.places.store(place, operand);
    this.places.drop(operand.object);
  }

  let(name: string, value: ProgramValue, scope: 'local' | 'global'): void {
    const operand = this.places.evaluate(value);
    if (!this.scopes.has(name, scope)) this.scopes.requireRoom(scope);
    this.places.put(this.scopes.declare(name, scope), operand);
  }

  assign(to: Place, value: ProgramValue): void {
    const operand = this.places.evaluate(value);
    const place = this.places.parse(to);
    if (place.steps.length === 0) this.places.require(place.variable);
    this.places.store(place, operand);
  }

  create(object: NewObject): ObjectRecord {
    if (object.kind !== undefined) {
      throw new Misstep('notAllowed', `"${object.kind}" is for manual programs; here an object is just made`);
    }
    const container = object.container ?? (object.fields !== undefined || !isAtomic(object.type));
    if (!container && object.finalizer !== undefined) {
      throw new Misstep('notAllowed', 'an object that is no container has no finalizer');
    }
    if (!container && object.fields !== undefined) {
      throw new Misstep('notAllowed', 'an object that is no container has no fields');
    }
    return this.make(object, container, object.finalizer !== undefined);
  }

  newOwner(object: NewObject, closesInFinalizer: boolean): ObjectRecord {
    return this.make(object, true, closesInFinalizer);
  }

  resize({ to, from, size }: ResizeCommand): void {
    if (from !== undefined) throw new Misstep('notAllowed', '"from" is for manual programs');
    const record = this.objectAt(to);
    this.objects.requireBudget(size - record.size);
    this.wardens.register.resize(record, size);
  }

  delete(command: DeleteCommand): void {
    throw new Misstep(
      'notAllowed',
      `objects here go by themselves; "unset" takes ${command.place} away from the program`,
    );
  }

  unset(text: Place): void {
    const place = this.places.parse(text);
    if (place.steps.length === 0) {
      this.places.require(place.variable);
      this.places.drop(this.scopes.forget(place.variable)?.object ?? NO_OBJECT);
      return;
    }
    const { owner, record, step } = this.places.owner(place);
    const slot = this.places.slotOf(record, step, place);
    record.scalars?.delete(slot);
    this.places.clear(owner, slot);
  }

  objectAt(place: Place): ObjectRecord {
    const { object, value } = this.places.load(this.places.parse(place));
    if (object !== NO_OBJECT) return this.objects.record(object);
    if (value === null) throw new Misstep('nullDereference', `${place} is null`);
    throw new Misstep('notAnObject', `${place} is a plain value`);
  }

  requireFinalizer(record: ObjectRecord): void {
    if (this.objects.finalizerState(record) === 'due') return;
    throw new Misstep('notAllowed', `${record.type}#${record.id} has no finalizer that is still to run`);
  }

  weakReference(to: Place, of: Place): void {
    const place = this.places.parse(to);
    this.places.requireStorable(place);
    const referent = this.objects.handle(this.objectAt(of));
    this.storeNewborn(place, this.objects.newWeakReference(referent));
  }

  collect(generation: Generation): number {
    return this.objects.collect(generation);
  }

  gc(command: GcCommand): void {
    this.objects.gc(command);
  }

  access(command: AccessCommand): void {
    throw new Misstep('notAllowed', `"${command.op}" is for manual programs: nothing here has an address`);
  }

  settle(): void {
    this.objects.settle();
  }

  locals(depth: number, window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.variables(this.scopes.at(depth), window);
  }

  globals(window: ListWindow | undefined): ListPage<ProgramVariable> {
    return this.variables(this.scopes.globals, window);
  }

  inspect(): Inspection {
    const { objects } = this;
    const reached = objects.reached();
    const generations = generationsOf(objects);
    return {
      isReachable: (record) => reached[objects.handle(record)] === 1,
      describe: (record, fields) => ({ ...viewOf(objects, record, generations), fields: this.fields(record, fields) }),
    };
  }

  gcState(): ProgramGc {
    return gcStateOf(this.objects, this.wardens.choice.heapBudget);
  }

  leaks(): LeakFinding {
    return classifyByReach(this.objects, this.wardens.register);
  }

  save(): SavedManagedMemory {
    return { scopes: this.scopes.save(), objects: this.objects.save() };
  }

  restore(saved: SavedManagedMemory): void {
    this.scopes.restore(saved.scopes);
    this.objects.restore(saved.objects);
  }

  private make(object: NewObject, container: boolean, finalizer: boolean): ObjectRecord {
    const place = object.to === undefined ? null : this.places.parse(object.to);
    if (place !== null) this.places.requireStorable(place);
    const newborn = this.objects.make(object, container, finalizer);
    const record = this.objects.record(newborn);
    if (place === null) this.places.drop(newborn);
    else this.storeNewborn(place, newborn);
    return record;
  }

  /** Stores the only reference to a new object. */
  private storeNewborn(place: ParsedPlace, newborn: ObjectHandle): void {
    this.places.store(place, { object: newborn, value: null });
    this.objects.heap.release(newborn);
  }

  private fields(record: ObjectRecord, window: ListWindow | undefined): ListPage<ProgramVariable> {
    const { from, to } = bounds(record.layout.length, window);
    const owner = this.objects.handle(record);
    const items = record.layout.slice(from, to).map((name, index): ProgramVariable => {
      const slot = from + index;
      return this.show(name, this.objects.inSlot(owner, slot), record.scalars?.get(slot) ?? null);
    });
    return { total: record.layout.length, offset: from, items };
  }

  private variables(scope: Scope, window: ListWindow | undefined): ListPage<ProgramVariable> {
    return pageOf(scope, scope.size, window, ([name, { object, value }]) => this.show(name, object, value));
  }

  private show(name: string, object: ObjectHandle, value: Scalar): ProgramVariable {
    return object === NO_OBJECT ? { name, value } : { name, value: null, object: this.objects.record(object).id };
  }
}
