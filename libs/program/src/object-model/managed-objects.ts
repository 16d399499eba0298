/**
 * The heap of a managed program and what is known of each object in it: births and deaths on their way from the heap to
 * the register, finalizers that save, stamps of references that go.
 */
import type { GcCommand } from '@heapcast/contracts';
import { CycleCollector } from '../cpython-collector/cycle-collector.js';
import type { Collection, CollectorListener, ObjectHandle } from '../cpython-collector/events.js';
import { NO_OBJECT } from '../cpython-collector/object-table.js';
import { type CollectorRules, collectorRules, type Generation } from '../cpython-collector/rules.js';
import type { SavedCollector } from '../cpython-collector/saved-collector.js';
import { handOnStamps } from './last-reach.js';
import { MarkSweepHeap, type SavedMarkSweep } from './mark-sweep-heap.js';
import { Misstep } from './misstep.js';
import type { ObjectRecord } from './object-record.js';
import type { NewObject } from './program-memory.js';
import type { ReferenceHeap } from './reference-heap.js';
import type { Scopes } from './scopes.js';
import type { Wardens } from './wardens.js';

/** Bytes of a weak reference object: `sys.getsizeof(weakref.ref(x))` of 64-bit CPython 3.11. */
const WEAK_REFERENCE_BYTES = 72;
/** Finalizers that displace each other for ever (2.7) go on with the next command. */
const MAX_TURNS = 1_000;

export interface SavedManagedObjects {
  readonly heap: SavedCollector | SavedMarkSweep;
  /** Object id by handle. */
  readonly ids: readonly (readonly [handle: number, id: number])[];
  readonly displaced: readonly ObjectHandle[];
  readonly enabled: boolean;
  readonly examined: number;
  readonly longestPause: number;
}

export class ManagedObjects implements CollectorListener {
  readonly heap: ReferenceHeap;
  /** Null for a tracing collector. */
  readonly collector: CycleCollector | null;
  /** Null for the others. */
  readonly tracing: MarkSweepHeap | null;
  /** By handle. */
  private readonly records: (ObjectRecord | undefined)[] = [];
  /** By object id. */
  private readonly handles = new Map<number, ObjectHandle>();
  /** What finalizers displaced: released when the heap is at rest. */
  private displaced: ObjectHandle[] = [];
  /** `mark-sweep`: the budget may ask for a collection. */
  enabled = true;
  /** Objects looked at by all collections, and the most by one. */
  examined = 0;
  longestPause = 0;

  constructor(
    private readonly wardens: Wardens,
    private readonly scopes: Scopes,
  ) {
    const { ownership, version, thresholds } = wardens.choice;
    if (ownership === 'mark-sweep') {
      this.tracing = new MarkSweepHeap(this);
      this.collector = null;
      this.heap = this.tracing;
    } else {
      this.collector = new CycleCollector(rulesOf(version), this, thresholds);
      if (ownership === 'refcount') this.collector.disable();
      this.tracing = null;
      this.heap = this.collector;
    }
  }

  record(object: ObjectHandle): ObjectRecord {
    const record = this.records[object];
    if (record === undefined) throw new RangeError(`No object has the handle ${object}.`);
    return record;
  }

  handle(record: ObjectRecord): ObjectHandle {
    return this.handles.get(record.id) ?? NO_OBJECT;
  }

  inSlot(owner: ObjectHandle, slot: number): ObjectHandle {
    return slot < this.heap.slotCount(owner) ? (this.heap.slot(owner, slot) ?? NO_OBJECT) : NO_OBJECT;
  }

  /** A new object with one reference, the caller's. May collect first. */
  make(object: NewObject, container: boolean, finalizer: boolean): ObjectHandle {
    const { fields } = object;
    const slots = typeof fields === 'number' ? fields : (fields?.length ?? 0);
    this.wardens.register.requireRoom(slots);
    this.requireBudget(object.size);
    const handle = container ? this.heap.newContainer(slots, finalizer) : this.heap.newLeaf();
    const savesTo = typeof object.finalizer === 'object' ? object.finalizer.savesTo : null;
    this.born(handle, object.type, object.size, fields, savesTo);
    return handle;
  }

  newWeakReference(to: ObjectHandle): ObjectHandle {
    this.wardens.register.requireRoom(0);
    this.requireBudget(WEAK_REFERENCE_BYTES);
    const handle = this.heap.newWeakReference(to);
    if (handle === null) {
      throw new Misstep('notAllowed', 'only containers can be referred to weakly, and by one weak reference at a time');
    }
    this.born(handle, 'weakref', WEAK_REFERENCE_BYTES, undefined, null);
    return handle;
  }

  /** Gives back a reference that the program had. */
  drop(object: ObjectHandle): void {
    this.stamp(object);
    this.heap.release(object);
  }

  stamp(object: ObjectHandle): void {
    this.wardens.register.stamp(this.record(object));
  }

  /** `mark-sweep`: collects if so many more bytes are beyond the budget; throws a `Misstep` if that did not help. */
  requireBudget(bytes: number): void {
    const { register, choice } = this.wardens;
    if (this.tracing === null || bytes <= 0 || register.liveBytes + bytes <= choice.heapBudget) return;
    if (this.enabled) this.tracing.collectAutomatically();
    if (register.liveBytes + bytes <= choice.heapBudget) return;
    throw new Misstep(
      'outOfBudget',
      `${register.liveBytes} bytes are live, ${bytes} more are beyond the budget of ${choice.heapBudget}` +
        (this.enabled ? ', and all are in reach' : '; collection is disabled'),
    );
  }

  collect(generation: Generation): number {
    if (this.wardens.choice.ownership === 'refcount') {
      throw new Misstep('notAllowed', 'a program with nothing but reference counts has no collector');
    }
    return this.heap.collect(generation);
  }

  gc(command: GcCommand): void {
    const { collector } = this;
    const { ownership } = this.wardens.choice;
    if (ownership === 'refcount') throw new Misstep('notAllowed', 'there is no collector to tell');
    if (command.do === 'enable' || command.do === 'disable') {
      this.enabled = command.do === 'enable';
      if (this.enabled) collector?.enable();
      else collector?.disable();
      return;
    }
    if (collector === null) throw new Misstep('notAllowed', 'a tracing collector has a budget and no generations');
    if (command.do === 'threshold') collector.setThreshold(command.values ?? []);
    else if (!(command.do === 'freeze' ? collector.freeze() : collector.unfreeze())) {
      throw new Misstep('notAllowed', `CPython ${collector.rules.version} has no gc.${command.do}()`);
    }
  }

  settle(): void {
    this.collector?.checkBreaker();
    for (let turn = 0; turn < MAX_TURNS && this.displaced.length > 0; turn++) {
      const { displaced } = this;
      this.displaced = [];
      for (const object of displaced) this.drop(object);
    }
  }

  found(trash: readonly ObjectHandle[]): void {
    const lost = trash.map((object) => this.record(object));
    handOnStamps(lost, (of, visit) => this.visitReferents(this.handle(of), visit));
  }

  finalize(object: ObjectHandle): void {
    const record = this.record(object);
    this.wardens.happenings.add('finalized', record.id);
    this.wardens.owners.finalized(record);
    const { savesTo } = record;
    if (savesTo === null || !this.hasRoomFor(savesTo)) return;
    const cell = this.scopes.declare(savesTo, 'global');
    if (cell.object !== NO_OBJECT) this.displaced.push(cell.object);
    cell.object = object;
    cell.value = null;
    this.heap.retain(object);
    this.wardens.happenings.add('resurrected', record.id);
  }

  weakReferenceCalled(weakReference: ObjectHandle): void {
    this.wardens.happenings.add('called', this.record(weakReference).id);
  }

  cleared(object: ObjectHandle): void {
    this.handDown(object);
  }

  died(object: ObjectHandle): void {
    const record = this.record(object);
    this.handDown(object);
    this.wardens.happenings.add('died', record.id);
    this.wardens.owners.died(record, this.tracing === null);
  }

  freed(object: ObjectHandle): void {
    const record = this.record(object);
    this.records[object] = undefined;
    this.handles.delete(record.id);
    this.wardens.register.remove(record);
  }

  collected(collection: Collection): void {
    this.examined += collection.examined;
    this.longestPause = Math.max(this.longestPause, collection.examined);
    this.wardens.happenings.collected(collection);
  }

  visitReferents(object: ObjectHandle, visit: (referent: ObjectRecord) => void): void {
    const slots = this.heap.slotCount(object);
    for (let slot = 0; slot < slots; slot++) {
      // While a heap is swept, what an object refers to may be gone already.
      const referent = this.records[this.heap.slot(object, slot) ?? NO_OBJECT];
      if (referent !== undefined) visit(referent);
    }
  }

  /** By handle: 1 = a variable leads there. */
  reached(): Uint8Array {
    const reached = new Uint8Array(this.records.length);
    const unscanned: ObjectHandle[] = [];
    const meet = (object: ObjectHandle): void => {
      if (object === NO_OBJECT || reached[object] === 1) return;
      reached[object] = 1;
      unscanned.push(object);
    };
    for (const cell of this.scopes.all()) meet(cell.object);
    for (let object = unscanned.pop(); object !== undefined; object = unscanned.pop()) {
      const slots = this.heap.slotCount(object);
      for (let slot = 0; slot < slots; slot++) meet(this.heap.slot(object, slot) ?? NO_OBJECT);
    }
    return reached;
  }

  finalizerState(record: ObjectRecord): 'none' | 'due' | 'called' {
    return this.heap.finalizerState(this.handle(record));
  }

  save(): SavedManagedObjects {
    const { enabled, examined, longestPause } = this;
    const ids = Array.from(this.handles, ([id, handle]) => [handle, id] as const);
    const heap = this.collector?.save() ?? this.tracing?.save();
    if (heap === undefined) throw new RangeError('A managed program has a heap.');
    return { heap, ids, displaced: [...this.displaced], enabled, examined, longestPause };
  }

  restore(saved: SavedManagedObjects): void {
    if ('version' in saved.heap) this.collector?.restore(saved.heap);
    else this.tracing?.restore(saved.heap);
    this.records.length = 0;
    this.handles.clear();
    for (const [handle, id] of saved.ids) {
      this.records[handle] = this.wardens.register.find(id);
      this.handles.set(id, handle);
    }
    this.displaced = [...saved.displaced];
    this.enabled = saved.enabled;
    this.examined = saved.examined;
    this.longestPause = saved.longestPause;
  }

  private born(
    handle: ObjectHandle,
    type: string,
    size: number,
    fields: number | readonly string[] | undefined,
    savesTo: string | null,
  ): void {
    const record = this.wardens.register.add({ type, size, kind: 'object', fields, savesTo });
    this.records[handle] = record;
    this.handles.set(record.id, handle);
  }

  /**
   * The object is about to let go of what it refers to: that was last in reach when the object was. Members of the
   * collection at work know already.
   */
  private handDown(object: ObjectHandle): void {
    const { lastCommand, lastSeq } = this.record(object);
    this.visitReferents(object, (referent) => {
      if (referent.lastCommand >= lastCommand) return;
      referent.lastCommand = lastCommand;
      referent.lastSeq = lastSeq;
    });
  }

  private hasRoomFor(global: string): boolean {
    if (this.scopes.has(global, 'global')) return true;
    try {
      this.scopes.requireRoom('global');
      return true;
    } catch (error) {
      if (error instanceof Misstep) return false;
      throw error;
    }
  }
}

function rulesOf(version: string): CollectorRules {
  const rules = collectorRules(version);
  if (rules === undefined) throw new RangeError(`There are no rules of CPython ${version}.`);
  return rules;
}
