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
import { CollectionStatistics, type GenerationStatistics } from './collection-statistics.js';
import type { CollectorListener, ObjectHandle } from './events.js';
import { GenerationCounts, type Triple } from './generation-counts.js';
import { Kind, NO_OBJECT, ObjectTable } from './object-table.js';
import { moveUnreachable } from './reachability.js';
import { ReferenceCounts } from './reference-counts.js';
import type { CollectorRules, Generation } from './rules.js';
import type { SavedCollector } from './saved-collector.js';
import { Trash } from './trash.js';
import { PERMANENT, TRASH } from './tracked-lists.js';

/** Largest number of slots in one container. */
export const MAX_SLOTS = 1 << 24;

export class CycleCollector {
  private readonly objects = new ObjectTable();
  private readonly references: ReferenceCounts;
  private readonly trash: Trash;
  private readonly generations: GenerationCounts;
  /** 3.12+: a collection waits for the eval breaker. */
  private scheduled = false;
  private readonly statistics = new CollectionStatistics();
  private readonly uncollectable: ObjectHandle[] = [];
  /** A listener may be at work: nothing may be changed until it is done. */
  private busy = false;

  /** `thresholds`: what to start with instead of the release's own. */
  constructor(
    readonly rules: CollectorRules,
    private readonly listener: CollectorListener,
    thresholds: Triple = rules.thresholds,
  ) {
    this.generations = new GenerationCounts(thresholds);
    this.references = new ReferenceCounts(rules, this.objects, listener, () => this.generations.freed());
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
    if (this.rules.asksEnabledAgain && !this.generations.enabled) return;
    this.collectOldestDue();
  }

  /** Thresholds of the first one to three generations; the rest stay. 0 for the first switches collection off. */
  setThreshold(values: readonly number[]): void {
    this.generations.setThresholds(values);
  }

  enable(): void {
    this.generations.enabled = true;
  }

  disable(): void {
    this.generations.enabled = false;
  }

  /** Moves all that is tracked to the permanent generation. False if this release has none. */
  freeze(): boolean {
    if (!this.rules.freeze) return false;
    for (const generation of [0, 1, 2]) this.objects.lists.merge(generation, PERMANENT);
    this.generations.reset();
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
    return this.generations.current;
  }

  /** `gc.get_threshold()` */
  get thresholds(): Triple {
    return this.generations.thresholds;
  }

  /** `gc.isenabled()` */
  get isEnabled(): boolean {
    return this.generations.enabled;
  }

  /** `gc.get_stats()` */
  stats(): GenerationStatistics[] {
    return this.statistics.all();
  }

  /** `gc.garbage` (2.7). */
  garbage(): readonly ObjectHandle[] {
    return [...this.uncollectable];
  }

  /** Survivors of the last full collection, and those that have come up from generation 1 since. */
  get longLived(): { readonly total: number; readonly pending: number } {
    return this.generations.longLived;
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

  /** What a weak reference refers to; null if it is empty, or no weak reference. */
  referent(object: ObjectHandle): ObjectHandle | null {
    const { kind, partner } = this.objects;
    return kind[object] === Kind.weakReference && partner[object] !== NO_OBJECT ? partner[object] : null;
  }

  /** Whether a finalizer is still to run, has run, or there is none. */
  finalizerState(object: ObjectHandle): 'none' | 'due' | 'called' {
    return (['none', 'due', 'called'] as const)[this.objects.finalizer[object]];
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
      generations: this.generations.save(),
      scheduled: this.scheduled,
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
    this.generations.restore(saved.generations);
    this.scheduled = saved.scheduled;
    this.statistics.restore(saved.statistics);
    this.uncollectable.splice(0, this.uncollectable.length, ...saved.garbage);
  }

  /** Counts the allocation, which may collect, and only then puts the newborn into generation 0. */
  private track(
    kind: typeof Kind.container | typeof Kind.weakReference,
    slots: number,
    finalizer: boolean,
  ): ObjectHandle {
    this.requireAtRest();
    if (this.generations.allocated()) {
      if (this.rules.automatic === 'in-the-allocation') this.collectOldestDue();
      else this.scheduled = true;
    }
    const object = this.objects.add(kind, slots, finalizer);
    this.objects.lists.append(object, 0);
    return object;
  }

  private collectOldestDue(): void {
    const generation = this.generations.oldestDue();
    if (generation !== null) this.collectGeneration(generation, true);
  }

  private collectGeneration(generation: Generation, automatic: boolean): number {
    const { objects, trash, rules } = this;
    const { lists } = objects;
    this.begin();
    this.references.collecting = true;

    this.generations.begun(generation);
    for (let younger = 0; younger < generation; younger++) lists.merge(younger, generation);

    const examined = moveUnreachable(objects, generation, TRASH);
    this.generations.survived(generation, examined - lists.length(TRASH));
    if (this.listener.found !== undefined && lists.first(TRASH) !== TRASH) this.listener.found(lists.members(TRASH));
    const older = generation === 2 ? 2 : generation + 1;
    if (generation !== 2) lists.merge(generation, older);

    if (rules.finalizersInTrash === 'uncollectable') trash.setFinalizersAside();
    const found = lists.length(TRASH);
    trash.callWeakReferences(older);
    if (rules.finalizersInTrash === 'called') trash.callFinalizers();
    const collected = trash.takeOutResurrected(older, found);
    trash.clear(older);
    const uncollectable = trash.keepUncollectable(older, this.uncollectable);

    this.references.collecting = false;
    this.statistics.add(generation, collected, uncollectable);
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
