/**
 * Every object of one collector, one row each, in columns. A handle is a row; rows of freed objects are used again,
 * the last freed first. Slots are in their own store, list links in theirs; the row has the rest.
 */
import type { ObjectHandle } from './events.js';
import { SlotStore, type SavedSlots } from './slot-store.js';
import { FIRST_OBJECT, TrackedLists, type SavedLists } from './tracked-lists.js';

export const Kind = {
  none: 0,
  /** An object that the collector does not know, such as a number. Not counted, in no list. */
  leaf: 1,
  container: 2,
  weakReference: 3,
} as const;
type KindCode = (typeof Kind)[keyof typeof Kind];

/** `finalizer` column. */
export const Finalizer = { none: 0, due: 1, called: 2 } as const;

export const NO_OBJECT = 0;

/** `gcReferences` of an object outside the collection at work, or already known to be reachable. */
export const OUTSIDE = -1;
/** `gcReferences` of an object that is thought to be trash. */
export const UNREACHABLE = -2;

export interface SavedObjects {
  readonly used: number;
  readonly kind: Uint8Array;
  readonly finalizer: Uint8Array;
  readonly references: Int32Array;
  readonly partner: Int32Array;
  readonly slotStart: Int32Array;
  readonly slotCount: Int32Array;
  readonly spare: readonly number[];
  readonly slots: SavedSlots;
  readonly lists: SavedLists;
}

const FIRST_CAPACITY = 64;

export class ObjectTable {
  kind = new Uint8Array(FIRST_CAPACITY);
  finalizer = new Uint8Array(FIRST_CAPACITY);
  /** What `sys.getrefcount` would say, less its own one. */
  references = new Int32Array(FIRST_CAPACITY);
  /** Scratch of a collection: references not yet explained from inside. `OUTSIDE` between collections. */
  gcReferences = new Int32Array(FIRST_CAPACITY).fill(OUTSIDE);
  /** A container's weak reference, a weak reference's referent; `NO_OBJECT` if none or emptied. */
  partner = new Int32Array(FIRST_CAPACITY);
  slotStart = new Int32Array(FIRST_CAPACITY);
  slotCount = new Int32Array(FIRST_CAPACITY);
  readonly slots = new SlotStore();
  readonly lists = new TrackedLists(FIRST_CAPACITY);
  private used = FIRST_OBJECT;
  private spare: number[] = [];

  /** A row with one reference and `slots` empty slots, in no list. */
  add(kind: KindCode, slots: number, hasFinalizer: boolean): ObjectHandle {
    const object = this.spare.pop() ?? this.used++;
    if (object === this.kind.length) this.grow(object * 2);
    this.kind[object] = kind;
    this.finalizer[object] = hasFinalizer ? Finalizer.due : Finalizer.none;
    this.references[object] = 1;
    this.gcReferences[object] = OUTSIDE;
    this.partner[object] = NO_OBJECT;
    this.slotStart[object] = this.slots.take(slots);
    this.slotCount[object] = slots;
    return object;
  }

  /** Gives the row back. The object is in no list and its slots are empty. */
  remove(object: number): void {
    this.slots.giveBack(this.slotStart[object], this.slotCount[object]);
    this.kind[object] = Kind.none;
    this.spare.push(object);
  }

  isAlive(object: number): boolean {
    return object >= FIRST_OBJECT && object < this.used && this.kind[object] !== Kind.none;
  }

  /** Live handles, in the order of their rows. */
  *alive(): IterableIterator<ObjectHandle> {
    for (let object = FIRST_OBJECT; object < this.used; object++) {
      if (this.kind[object] !== Kind.none) yield object;
    }
  }

  /** Gives a container more slots, all empty. */
  extend(object: number, count: number): void {
    const start = this.slots.take(count);
    const { cells } = this.slots;
    const from = this.slotStart[object];
    const length = this.slotCount[object];
    for (let slot = 0; slot < length; slot++) {
      cells[start + slot] = cells[from + slot];
      cells[from + slot] = NO_OBJECT;
    }
    this.slots.giveBack(from, length);
    this.slotStart[object] = start;
    this.slotCount[object] = count;
  }

  /** Unhooks a weak reference from its referent, or a referent from its weak reference. */
  separate(object: number): void {
    const partner = this.partner[object];
    if (partner === NO_OBJECT) return;
    this.partner[object] = NO_OBJECT;
    this.partner[partner] = NO_OBJECT;
  }

  save(): SavedObjects {
    const { used } = this;
    return {
      used,
      kind: this.kind.slice(0, used),
      finalizer: this.finalizer.slice(0, used),
      references: this.references.slice(0, used),
      partner: this.partner.slice(0, used),
      slotStart: this.slotStart.slice(0, used),
      slotCount: this.slotCount.slice(0, used),
      spare: [...this.spare],
      slots: this.slots.save(),
      lists: this.lists.save(),
    };
  }

  restore(saved: SavedObjects): void {
    this.lists.restore(saved.lists);
    this.slots.restore(saved.slots);
    this.used = saved.used;
    this.spare = [...saved.spare];
    this.grow(this.lists.next.length);
    this.kind.set(saved.kind);
    this.finalizer.set(saved.finalizer);
    this.references.set(saved.references);
    this.partner.set(saved.partner);
    this.slotStart.set(saved.slotStart);
    this.slotCount.set(saved.slotCount);
    this.gcReferences.fill(OUTSIDE);
    this.kind.fill(Kind.none, saved.used);
  }

  private grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.finalizer = grown(this.finalizer, new Uint8Array(capacity));
    this.references = grown(this.references, new Int32Array(capacity));
    this.gcReferences = grown(this.gcReferences, new Int32Array(capacity).fill(OUTSIDE));
    this.partner = grown(this.partner, new Int32Array(capacity));
    this.slotStart = grown(this.slotStart, new Int32Array(capacity));
    this.slotCount = grown(this.slotCount, new Int32Array(capacity));
    if (capacity > this.lists.next.length) this.lists.grow(capacity);
  }
}

function grown<Column extends Uint8Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from.length > to.length ? from.subarray(0, to.length) : from);
  return to;
}
