/**
 * CPython's memory of objects: reference counts, and the generational collector for what counts cannot free.
 *
 * Objects are container, leaf or weak reference; a program holds them by `retain` and `release` (its variables) and by
 * the slots of containers. Every container and weak reference that is allocated adds one to the first of three counts,
 * every one freed takes one off; when the first count passes its threshold, the oldest generation whose count is past
 * its own is collected together with the younger ones. A full collection also waits until a quarter as many objects as
 * survived the last one have come up from the generation below.
 *
 * Which release of CPython this is, is a row of `COLLECTOR_RULES`. What it does is told to a `CollectorListener`.
 * Misuse by the caller (a handle that is not alive, a slot that does not exist) throws a `RangeError`; a program's own
 * mistakes never come this far.
 */
import type { CollectorListener, ObjectHandle } from './events.js';
import { Kind, NO_OBJECT, ObjectTable, type SavedObjects } from './object-table.js';
import { moveUnreachable } from './reachability.js';
import { ReferenceCounts } from './reference-counts.js';
import type { CollectorRules, Generation } from './rules.js';
import { Trash } from './trash.js';
import { PERMANENT, TRASH } from './tracked-lists.js';

export type Triple = readonly [number, number, number];

/** One generation's line of `gc.get_stats()`. */
export interface GenerationStatistics {
  readonly collections: number;
  readonly collected: number;
  readonly uncollectable: number;
}

/** Everything that a collector is, for a checkpoint: plain data, shared with nothing. */
export interface SavedCollector {
  readonly version: string;
  readonly objects: SavedObjects;
  readonly counts: Triple;
  readonly thresholds: Triple;
  readonly enabled: boolean;
  readonly scheduled: boolean;
  readonly longLivedTotal: number;
  readonly longLivedPending: number;
  readonly statistics: readonly GenerationStatistics[];
  readonly garbage: readonly ObjectHandle[];
}

/** Largest number of slots in one container. */
export const MAX_SLOTS = 1 << 24;

export class CycleCollector {
  private readonly objects = new ObjectTable();
  private readonly references: ReferenceCounts;
  private readonly trash: Trash;
  private count: [number, number, number] = [0, 0, 0];
  private threshold: [number, number, number];
  private enabled = true;
  /** 3.12+: a collection waits for the eval breaker. */
  private scheduled = false;
  private longLivedTotal = 0;
  private longLivedPending = 0;
  private statistics: { collections: number; collected: number; uncollectable: number }[] = [0, 1, 2].map(() => ({
    collections: 0,
    collected: 0,
    uncollectable: 0,
  }));
  private readonly uncollectable: ObjectHandle[] = [];
  /** A listener may be at work: nothing may be changed until it is done. */
  private busy = false;

  /** `thresholds`: what to start with instead of the release's own. */
  constructor(
    readonly rules: CollectorRules,
    private readonly listener: CollectorListener,
    thresholds: Triple = rules.thresholds,
  ) {
    this.threshold = [...thresholds];
    this.references = new ReferenceCounts(rules, this.objects, listener, () => {
      if (this.count[0] > 0) this.count[0]--;
    });
    this.trash = new Trash(rules, this.objects, this.references, listener);
  }

  /** A container with empty slots and one reference, the caller's. May collect first. */
  newContainer(slots: number, finalizer: boolean): ObjectHandle {
    if (!Number.isInteger(slots) || slots < 0 || slots > MAX_SLOTS) {
      throw new RangeError(`A container has 0 to ${MAX_SLOTS} slots, not ${slots}.`);
    }
    return this.track(Kind.container, slots, finalizer);
  }

  /** An object that the collector does not know, with one reference, the caller's. */
  newLeaf(): ObjectHandle {
    return this.objects.add(Kind.leaf, 0, false);
  }

  /** A weak reference with a callback, or null if `to` is not a container or has one already. May collect first. */
  newWeakReference(to: ObjectHandle): ObjectHandle | null {
    this.requireAlive(to);
    if (this.objects.kind[to] !== Kind.container || this.objects.partner[to] !== NO_OBJECT) return null;
    const weakReference = this.track(Kind.weakReference, 0, false);
    this.objects.partner[weakReference] = to;
    this.objects.partner[to] = weakReference;
    return weakReference;
  }

  /** Takes one more reference for the caller. */
  retain(object: ObjectHandle): void {
    this.requireAlive(object);
    if (this.objects.references[object] === 0) throw new RangeError(`Object ${object} has died.`);
    this.references.retain(object);
  }

  /** Gives back one of the caller's references. */
  release(object: ObjectHandle): void {
    this.requireAlive(object);
    this.begin();
    this.references.release(object);
    this.busy = false;
  }

  /** Stores `to`, then releases what was there. */
  setSlot(from: ObjectHandle, slot: number, to: ObjectHandle): void {
    const cell = this.cellOf(from, slot);
    this.requireAlive(to);
    const { cells } = this.objects.slots;
    const before = cells[cell];
    this.begin();
    this.references.retain(to);
    cells[cell] = to;
    if (before !== NO_OBJECT) this.references.release(before);
    this.busy = false;
  }

  /** Empties the slot, then releases what was there. False if nothing was. */
  clearSlot(from: ObjectHandle, slot: number): boolean {
    this.cellOf(from, slot);
    this.begin();
    const wasFull = this.references.releaseSlot(from, slot);
    this.busy = false;
    return wasFull;
  }

  /** What is in the slot, or null. */
  slot(from: ObjectHandle, slot: number): ObjectHandle | null {
    const object = this.objects.slots.cells[this.cellOf(from, slot)];
    return object === NO_OBJECT ? null : object;
  }

  slotCount(object: ObjectHandle): number {
    this.requireAlive(object);
    return this.objects.slotCount[object];
  }

  /** Gives a container more slots, all empty: a list grows. */
  extend(container: ObjectHandle, slots: number): void {
    this.requireAlive(container);
    if (
      this.objects.kind[container] !== Kind.container ||
      slots < this.objects.slotCount[container] ||
      slots > MAX_SLOTS
    ) {
      throw new RangeError(`Object ${container} cannot be extended to ${slots} slots.`);
    }
    this.objects.extend(container, slots);
  }

  /** `gc.collect(generation)`: unreachable objects found. Asks neither thresholds nor `enable`. */
  collect(generation: Generation): number {
    return this.collectGeneration(generation, false);
  }

  /** The eval loop checks its breaker: a collection that an allocation asked for (3.12+) runs now. */
  checkBreaker(): void {
    if (!this.scheduled) return;
    this.scheduled = false;
    if (this.rules.asksEnabledAgain && !this.enabled) return;
    this.collectOldestDue();
  }

  /** Thresholds of the first one to three generations; the rest stay. 0 for the first switches collection off. */
  setThreshold(values: readonly number[]): void {
    values.slice(0, 3).forEach((value, generation) => (this.threshold[generation] = value));
  }

  enable(): void {
    this.enabled = true;
  }

  disable(): void {
    this.enabled = false;
  }

  /** Moves all that is tracked to the permanent generation. False if this release has none. */
  freeze(): boolean {
    if (!this.rules.freeze) return false;
    for (const generation of [0, 1, 2]) this.objects.lists.merge(generation, PERMANENT);
    this.count = [0, 0, 0];
    return true;
  }

  /** Moves the permanent generation to the oldest. False if this release has none. */
  unfreeze(): boolean {
    if (!this.rules.freeze) return false;
    this.objects.lists.merge(PERMANENT, 2);
    return true;
  }

  /** `gc.get_count()` */
  get counts(): Triple {
    return [...this.count];
  }

  /** `gc.get_threshold()` */
  get thresholds(): Triple {
    return [...this.threshold];
  }

  /** `gc.isenabled()` */
  get isEnabled(): boolean {
    return this.enabled;
  }

  /** `gc.get_stats()` */
  stats(): GenerationStatistics[] {
    return this.statistics.map((line) => ({ ...line }));
  }

  /** `gc.garbage` (2.7). */
  garbage(): readonly ObjectHandle[] {
    return [...this.uncollectable];
  }

  /** Survivors of the last full collection, and those that have come up from generation 1 since. */
  get longLived(): { readonly total: number; readonly pending: number } {
    return { total: this.longLivedTotal, pending: this.longLivedPending };
  }

  /** The tracked objects of a generation, in list order. */
  generation(generation: Generation | 'permanent'): ObjectHandle[] {
    return this.objects.lists.members(generation === 'permanent' ? PERMANENT : generation);
  }

  /** All objects that are alive, in no particular order. */
  objectsAlive(): IterableIterator<ObjectHandle> {
    return this.objects.alive();
  }

  isAlive(object: ObjectHandle): boolean {
    return this.objects.isAlive(object);
  }

  isContainer(object: ObjectHandle): boolean {
    return this.objects.kind[object] === Kind.container;
  }

  isLeaf(object: ObjectHandle): boolean {
    return this.objects.kind[object] === Kind.leaf;
  }

  /** `sys.getrefcount`, less the one that it takes itself. */
  referenceCount(object: ObjectHandle): number {
    this.requireAlive(object);
    return this.objects.references[object];
  }

  save(): SavedCollector {
    return {
      version: this.rules.version,
      objects: this.objects.save(),
      counts: this.counts,
      thresholds: this.thresholds,
      enabled: this.enabled,
      scheduled: this.scheduled,
      longLivedTotal: this.longLivedTotal,
      longLivedPending: this.longLivedPending,
      statistics: this.stats(),
      garbage: this.garbage(),
    };
  }

  /** Becomes what was saved; the same handles mean the same objects. Throws a `RangeError` for another release's state. */
  restore(saved: SavedCollector): void {
    if (saved.version !== this.rules.version) {
      throw new RangeError(`A state of ${saved.version} cannot go on under the rules of ${this.rules.version}.`);
    }
    this.objects.restore(saved.objects);
    this.count = [...saved.counts];
    this.threshold = [...saved.thresholds];
    this.enabled = saved.enabled;
    this.scheduled = saved.scheduled;
    this.longLivedTotal = saved.longLivedTotal;
    this.longLivedPending = saved.longLivedPending;
    this.statistics = saved.statistics.map((line) => ({ ...line }));
    this.uncollectable.splice(0, this.uncollectable.length, ...saved.garbage);
  }

  /** Counts the allocation, which may collect, and only then puts the newborn into generation 0. */
  private track(
    kind: typeof Kind.container | typeof Kind.weakReference,
    slots: number,
    finalizer: boolean,
  ): ObjectHandle {
    this.requireAtRest();
    this.count[0]++;
    if (this.count[0] > this.threshold[0] && this.threshold[0] !== 0 && this.enabled) {
      if (this.rules.automatic === 'in-the-allocation') this.collectOldestDue();
      else this.scheduled = true;
    }
    const object = this.objects.add(kind, slots, finalizer);
    this.objects.lists.append(object, 0);
    return object;
  }

  private collectOldestDue(): void {
    for (const generation of [2, 1, 0] as const) {
      if (this.count[generation] <= this.threshold[generation]) continue;
      if (generation === 2 && this.longLivedPending < Math.floor(this.longLivedTotal / 4)) continue;
      this.collectGeneration(generation, true);
      return;
    }
  }

  private collectGeneration(generation: Generation, automatic: boolean): number {
    const { objects, trash, rules } = this;
    const { lists } = objects;
    this.begin();
    this.references.collecting = true;

    if (generation < 2) this.count[generation + 1]++;
    for (let younger = 0; younger <= generation; younger++) this.count[younger] = 0;
    for (let younger = 0; younger < generation; younger++) lists.merge(younger, generation);

    const examined = moveUnreachable(objects, generation, TRASH);
    const survivors = examined - lists.length(TRASH);
    const older = generation === 2 ? 2 : generation + 1;
    if (generation === 2) {
      this.longLivedTotal = survivors;
      this.longLivedPending = 0;
    } else {
      if (generation === 1) this.longLivedPending += survivors;
      lists.merge(generation, older);
    }

    if (rules.finalizersInTrash === 'uncollectable') trash.setFinalizersAside();
    const found = lists.length(TRASH);
    trash.callWeakReferences(older);
    if (rules.finalizersInTrash === 'called') trash.callFinalizers();
    const collected = trash.takeOutResurrected(older, found);
    trash.clear(older);
    const uncollectable = trash.keepUncollectable(older, this.uncollectable);

    this.references.collecting = false;
    const line = this.statistics[generation];
    line.collections++;
    line.collected += collected;
    line.uncollectable += uncollectable;
    this.listener.collected({ generation, collected, uncollectable, examined, automatic });
    this.busy = false;
    return collected + uncollectable;
  }

  private begin(): void {
    this.requireAtRest();
    this.busy = true;
  }

  private requireAtRest(): void {
    if (this.busy) throw new RangeError('A listener may only retain objects.');
  }

  private cellOf(container: ObjectHandle, slot: number): number {
    this.requireAlive(container);
    if (!(slot >= 0 && slot < this.objects.slotCount[container])) {
      throw new RangeError(`Object ${container} has no slot ${slot}.`);
    }
    return this.objects.slotStart[container] + slot;
  }

  private requireAlive(object: ObjectHandle): void {
    if (!this.objects.isAlive(object)) throw new RangeError(`No object ${object} is alive.`);
  }
}
