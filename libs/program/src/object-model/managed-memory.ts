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
import { MAX_FIELDS } from './limits.js';
import { classifyByReach } from './managed-leaks.js';
import { ManagedObjects, type SavedManagedObjects } from './managed-objects.js';
import type { LeakFinding } from './leak-report.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import { bounds, pageOf } from './pages.js';
import { type ParsedPlace, parsePlace, placeText, type Step, stepText } from './place.js';
import type { Inspection, NewObject, ProgramMemory } from './program-memory.js';
import { type Cell, type SavedScopes, type Scope, Scopes } from './scopes.js';
import { isAtomic } from './type-sizes.js';
import type { Wardens } from './wardens.js';

/** A reference that is held while a command is at work, or a value. */
interface Operand {
  readonly object: ObjectHandle;
  readonly value: Scalar;
}

const MIN_SLOTS = 4;
const NULL: Operand = { object: NO_OBJECT, value: null };

export interface SavedManagedMemory {
  readonly scopes: SavedScopes;
  readonly objects: SavedManagedObjects;
}

export class ManagedMemory implements ProgramMemory {
  private readonly scopes = new Scopes();
  private readonly objects: ManagedObjects;

  constructor(private readonly wardens: Wardens) {
    this.objects = new ManagedObjects(wardens, this.scopes);
  }

  call(args: Readonly<Record<string, ProgramValue>>, enter: () => void): void {
    const operands = Object.entries(args).map(([name, value]) => [name, this.evaluate(value)] as const);
    this.scopes.requireRoomInNewFrame(operands.length);
    enter();
    this.scopes.enter();
    for (const [name, operand] of operands) this.put(this.scopes.declare(name, 'local'), operand);
  }

  return(value: ProgramValue | undefined, to: Place | undefined, leave: () => void): void {
    if (this.wardens.stack.depth === 1) {
      throw new Misstep('nothingToReturnFrom', 'no function was called; a program like this ends with "exit"');
    }
    const operand = value === undefined ? NULL : this.evaluate(value);
    const place = to === undefined ? null : this.parse(to);
    if (place !== null) this.scopes.asCaller(() => this.requireStorable(place));
    this.hold(operand);
    leave();
    const locals = [...this.scopes.leave()];
    for (const cell of locals) this.drop(cell.object);
    if (place !== null) this.store(place, operand);
    this.drop(operand.object);
  }

  let(name: string, value: ProgramValue, scope: 'local' | 'global'): void {
    const operand = this.evaluate(value);
    if (!this.scopes.has(name, scope)) this.scopes.requireRoom(scope);
    this.put(this.scopes.declare(name, scope), operand);
  }

  assign(to: Place, value: ProgramValue): void {
    const operand = this.evaluate(value);
    const place = this.parse(to);
    if (place.steps.length === 0) this.require(place.variable);
    this.store(place, operand);
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
    const place = this.parse(text);
    if (place.steps.length === 0) {
      this.require(place.variable);
      this.drop(this.scopes.forget(place.variable)?.object ?? NO_OBJECT);
      return;
    }
    const { owner, record, step } = this.owner(place);
    const slot = this.slotOf(record, step, place);
    record.scalars?.delete(slot);
    this.clear(owner, slot);
  }

  objectAt(place: Place): ObjectRecord {
    const { object, value } = this.load(this.parse(place));
    if (object !== NO_OBJECT) return this.objects.record(object);
    if (value === null) throw new Misstep('nullDereference', `${place} is null`);
    throw new Misstep('notAnObject', `${place} is a plain value`);
  }

  requireFinalizer(record: ObjectRecord): void {
    if (this.objects.finalizerState(record) === 'due') return;
    throw new Misstep('notAllowed', `${record.type}#${record.id} has no finalizer that is still to run`);
  }

  weakReference(to: Place, of: Place): void {
    const place = this.parse(to);
    this.requireStorable(place);
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
    const generations = objects.generations();
    return {
      isReachable: (record) => reached[objects.handle(record)] === 1,
      describe: (record, fields) => ({ ...objects.view(record, generations), fields: this.fields(record, fields) }),
    };
  }

  gcState(): ProgramGc {
    return this.objects.gcState();
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
    const place = object.to === undefined ? null : this.parse(object.to);
    if (place !== null) this.requireStorable(place);
    const newborn = this.objects.make(object, container, finalizer);
    const record = this.objects.record(newborn);
    if (place === null) this.drop(newborn);
    else this.storeNewborn(place, newborn);
    return record;
  }

  /** Stores the only reference to a new object. */
  private storeNewborn(place: ParsedPlace, newborn: ObjectHandle): void {
    this.store(place, { object: newborn, value: null });
    this.objects.heap.release(newborn);
  }

  private evaluate(value: ProgramValue): Operand {
    if (typeof value !== 'object' || value === null) return { object: NO_OBJECT, value };
    if ('addressOf' in value) {
      throw new Misstep('notAllowed', 'variables here have no address; "addressOf" is for manual programs');
    }
    if (value.delta !== undefined) {
      throw new Misstep('notAllowed', 'a reference here is no number to add to; "delta" is for manual programs');
    }
    return this.load(this.parse(value.ref));
  }

  private load(place: ParsedPlace): Operand {
    if (place.steps.length === 0) return this.require(place.variable);
    const { owner, record, step } = this.owner(place);
    const slot = this.slotOf(record, step, place);
    return { object: this.objects.inSlot(owner, slot), value: record.scalars?.get(slot) ?? null };
  }

  /** The object whose field the place is. */
  private owner(place: ParsedPlace): {
    readonly owner: ObjectHandle;
    readonly record: ObjectRecord;
    readonly step: Step;
  } {
    const { steps } = place;
    let { object, value } = this.require(place.variable) as Operand;
    for (let at = 0; ; at++) {
      if (object === NO_OBJECT) {
        const text = placeText(place, at);
        if (value === null) throw new Misstep('nullDereference', `${text} is null and has no ${stepText(steps[at])}`);
        throw new Misstep('notAnObject', `${text} is a plain value and has no ${stepText(steps[at])}`);
      }
      const record = this.objects.record(object);
      if (at === steps.length - 1) return { owner: object, record, step: steps[at] };
      const slot = this.slotOf(record, steps[at], place, at);
      value = record.scalars?.get(slot) ?? null;
      object = this.objects.inSlot(object, slot);
    }
  }

  private slotOf(record: ObjectRecord, step: Step, place: ParsedPlace, at = place.steps.length - 1): number {
    const slot = record.layout.find(step);
    if (slot >= 0) return slot;
    throw new Misstep('noSuchField', `${placeText(place, at)} (${record.type}#${record.id}) has no ${stepText(step)}`);
  }

  /** Throws a `Misstep` if nothing can be stored there. A variable need not exist yet. */
  private requireStorable(place: ParsedPlace): void {
    if (place.steps.length === 0) {
      if (this.scopes.find(place.variable) === undefined) this.scopes.requireRoom('local');
      return;
    }
    const { owner, record, step } = this.owner(place);
    if (record.layout.find(step) >= 0) return;
    if (!this.objects.heap.isContainer(owner)) {
      throw new Misstep('noSuchField', `${placeText(place, place.steps.length - 1)} is an object without fields`);
    }
    if (record.layout.length >= MAX_FIELDS) {
      throw new Misstep('limitReached', `an object here has at most ${MAX_FIELDS} fields`);
    }
    this.wardens.register.requireFields(1);
  }

  private store(place: ParsedPlace, operand: Operand): void {
    this.requireStorable(place);
    if (place.steps.length === 0) {
      const cell = this.scopes.find(place.variable) ?? this.scopes.declare(place.variable, 'local');
      this.put(cell, operand);
      return;
    }
    const { owner, record, step } = this.owner(place);
    const known = record.layout.find(step);
    const slot = known >= 0 ? known : this.addField(owner, record, step);
    if (operand.object === NO_OBJECT) {
      if (operand.value === null) record.scalars?.delete(slot);
      else (record.scalars ??= new Map()).set(slot, operand.value);
      this.clear(owner, slot);
      return;
    }
    record.scalars?.delete(slot);
    const before = this.objects.inSlot(owner, slot);
    if (before !== NO_OBJECT) this.objects.stamp(before);
    this.objects.heap.setSlot(owner, slot, operand.object);
  }

  private addField(owner: ObjectHandle, record: ObjectRecord, step: Step): number {
    const slot = this.wardens.register.addField(record, step);
    const { heap } = this.objects;
    if (slot >= heap.slotCount(owner)) heap.extend(owner, Math.max(MIN_SLOTS, 2 * heap.slotCount(owner), slot + 1));
    return slot;
  }

  private clear(owner: ObjectHandle, slot: number): void {
    const before = this.objects.inSlot(owner, slot);
    if (before === NO_OBJECT) return;
    this.objects.stamp(before);
    this.objects.heap.clearSlot(owner, slot);
  }

  private put(cell: Cell, operand: Operand): void {
    const before = cell.object;
    this.hold(operand);
    cell.object = operand.object;
    cell.value = operand.value;
    this.drop(before);
  }

  private hold({ object }: Operand): void {
    if (object !== NO_OBJECT) this.objects.heap.retain(object);
  }

  private drop(object: ObjectHandle): void {
    if (object !== NO_OBJECT) this.objects.drop(object);
  }

  private require(name: string): Cell {
    const cell = this.scopes.find(name);
    if (cell === undefined) throw new Misstep('unknownName', `there is no variable ${name} here`);
    return cell;
  }

  private parse(text: Place): ParsedPlace {
    const place = parsePlace(text);
    if (place === null) throw new Misstep('unknownName', `${text} is no place`);
    return place;
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
