/**
 * Variables and fields of a managed program, by the places that commands name. References are taken and given back here,
 * in CPython's order: the new one is stored before the old one is released.
 */
import type { Place, ProgramValue, Scalar } from '@heapcast/contracts';
import type { ObjectHandle } from '../cpython-collector/events.js';
import { NO_OBJECT } from '../cpython-collector/object-table.js';
import { MAX_FIELDS } from './limits.js';
import type { ManagedObjects } from './managed-objects.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import { type ParsedPlace, parsePlace, placeText, type Step, stepText } from './place.js';
import type { Cell, Scopes } from './scopes.js';
import type { Wardens } from './wardens.js';

/** A reference, or a value. */
export interface Operand {
  readonly object: ObjectHandle;
  readonly value: Scalar;
}

const MIN_SLOTS = 4;
/** What is in no variable and refers to nothing. */
export const NULL: Operand = { object: NO_OBJECT, value: null };

export class ManagedPlaces {
  constructor(
    private readonly wardens: Wardens,
    private readonly scopes: Scopes,
    private readonly objects: ManagedObjects,
  ) {}

  /** What a value of a command means here. */
  evaluate(value: ProgramValue): Operand {
    if (typeof value !== 'object' || value === null) return { object: NO_OBJECT, value };
    if ('addressOf' in value) {
      throw new Misstep('notAllowed', 'variables here have no address; "addressOf" is for manual programs');
    }
    if (value.delta !== undefined) {
      throw new Misstep('notAllowed', 'a reference here is no number to add to; "delta" is for manual programs');
    }
    return this.load(this.parse(value.ref));
  }

  /** What is at a place. */
  load(place: ParsedPlace): Operand {
    if (place.steps.length === 0) {
      // As it is now: a finalizer may put something else into the variable before the value is used.
      const { object, value } = this.require(place.variable);
      return { object, value };
    }
    const { owner, record, step } = this.owner(place);
    const slot = this.slotOf(record, step, place);
    return { object: this.objects.inSlot(owner, slot), value: record.scalars?.get(slot) ?? null };
  }

  /** The object whose field the place is. */
  owner(place: ParsedPlace): {
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

  /** Number of a field that must be there. */
  slotOf(record: ObjectRecord, step: Step, place: ParsedPlace, at = place.steps.length - 1): number {
    const slot = record.layout.find(step);
    if (slot >= 0) return slot;
    throw new Misstep('noSuchField', `${placeText(place, at)} (${record.type}#${record.id}) has no ${stepText(step)}`);
  }

  /** Throws a `Misstep` if nothing can be stored there. A variable need not exist yet. */
  requireStorable(place: ParsedPlace): void {
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

  /** The new reference is there before the old one goes. A bare name that is new becomes a local. */
  store(place: ParsedPlace, operand: Operand): void {
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

  /** Empties a field. */
  clear(owner: ObjectHandle, slot: number): void {
    const before = this.objects.inSlot(owner, slot);
    if (before === NO_OBJECT) return;
    this.objects.stamp(before);
    this.objects.heap.clearSlot(owner, slot);
  }

  /** Into a variable. */
  put(cell: Cell, operand: Operand): void {
    const before = cell.object;
    this.hold(operand);
    cell.object = operand.object;
    cell.value = operand.value;
    this.drop(before);
  }

  /** Takes a reference, if it is one. */
  hold({ object }: Operand): void {
    if (object !== NO_OBJECT) this.objects.heap.retain(object);
  }

  /** Gives back a reference, if it is one. */
  drop(object: ObjectHandle): void {
    if (object !== NO_OBJECT) this.objects.drop(object);
  }

  /** The variable of that name. */
  require(name: string): Cell {
    const cell = this.scopes.find(name);
    if (cell === undefined) throw new Misstep('unknownName', `there is no variable ${name} here`);
    return cell;
  }

  parse(text: Place): ParsedPlace {
    const place = parsePlace(text);
    if (place === null) throw new Misstep('unknownName', `${text} is no place`);
    return place;
  }
}
