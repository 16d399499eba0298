/**
 * A tracing collector: mark what the program's variables lead to, sweep the rest.
 *
 * Nobody counts references. `retain` and `release` say how many variables hold an object, which makes it a root; all else
 * is found by walking. A collection looks at every object of the heap once, in the order of birth.
 *
 * An object with a finalizer takes two collections, as in Java and Go: the first runs the finalizer and spares the object
 * with all it leads to, the next one finds it without. Weak references are emptied before finalizers run.
 * Literature: McCarthy 1960; Jones, Hosking, Moss: The Garbage Collection Handbook, chapters 2 and 12.
 */
import { CollectionStatistics, type GenerationStatistics } from '../cpython-collector/collection-statistics.js';
import type { CollectorListener, ObjectHandle } from '../cpython-collector/events.js';
import {
  Finalizer,
  Kind,
  NO_OBJECT,
  ObjectTable,
  OUTSIDE,
  type SavedObjects,
} from '../cpython-collector/object-table.js';
import { TRASH } from '../cpython-collector/tracked-lists.js';
import type { ReferenceHeap } from './reference-heap.js';

export interface SavedMarkSweep {
  readonly objects: SavedObjects;
  readonly statistics: readonly GenerationStatistics[];
}

/** All objects, in the order of birth, are in this list of the table. */
const HEAP = 0;
const MARKED = 1;
const FULL = 2;

export class MarkSweepHeap implements ReferenceHeap {
  private readonly objects = new ObjectTable();
  private readonly statistics = new CollectionStatistics();
  private readonly unscanned: number[] = [];

  constructor(private readonly listener: CollectorListener) {}

  newContainer(slots: number, finalizer: boolean): ObjectHandle {
    return this.add(Kind.container, slots, finalizer);
  }

  newLeaf(): ObjectHandle {
    return this.add(Kind.leaf, 0, false);
  }

  newWeakReference(to: ObjectHandle): ObjectHandle | null {
    const { kind, partner } = this.objects;
    if (kind[to] !== Kind.container || partner[to] !== NO_OBJECT) return null;
    const weakReference = this.add(Kind.weakReference, 0, false);
    this.objects.partner[weakReference] = to;
    this.objects.partner[to] = weakReference;
    return weakReference;
  }

  retain(object: ObjectHandle): void {
    this.objects.references[object]++;
  }

  release(object: ObjectHandle): void {
    this.objects.references[object]--;
  }

  setSlot(from: ObjectHandle, slot: number, to: ObjectHandle): void {
    this.objects.slots.cells[this.objects.slotStart[from] + slot] = to;
  }

  clearSlot(from: ObjectHandle, slot: number): boolean {
    const cell = this.objects.slotStart[from] + slot;
    const { cells } = this.objects.slots;
    const wasFull = cells[cell] !== NO_OBJECT;
    cells[cell] = NO_OBJECT;
    return wasFull;
  }

  slot(from: ObjectHandle, slot: number): ObjectHandle | null {
    const object = this.objects.slots.cells[this.objects.slotStart[from] + slot];
    return object === NO_OBJECT ? null : object;
  }

  slotCount(object: ObjectHandle): number {
    return this.objects.slotCount[object];
  }

  extend(container: ObjectHandle, slots: number): void {
    this.objects.extend(container, slots);
  }

  isContainer(object: ObjectHandle): boolean {
    return this.objects.kind[object] === Kind.container;
  }

  isLeaf(object: ObjectHandle): boolean {
    return this.objects.kind[object] === Kind.leaf;
  }

  referent(object: ObjectHandle): ObjectHandle | null {
    const { kind, partner } = this.objects;
    return kind[object] === Kind.weakReference && partner[object] !== NO_OBJECT ? partner[object] : null;
  }

  finalizerState(object: ObjectHandle): 'none' | 'due' | 'called' {
    return (['none', 'due', 'called'] as const)[this.objects.finalizer[object]];
  }

  collect(): number {
    return this.run(false);
  }

  /** A collection that the budget asked for. */
  collectAutomatically(): number {
    return this.run(true);
  }

  stats(): GenerationStatistics[] {
    return this.statistics.all().slice(FULL);
  }

  /** Objects in the heap. */
  get length(): number {
    return this.objects.lists.length(HEAP);
  }

  save(): SavedMarkSweep {
    return { objects: this.objects.save(), statistics: this.statistics.all() };
  }

  restore(saved: SavedMarkSweep): void {
    this.objects.restore(saved.objects);
    this.statistics.restore(saved.statistics);
  }

  private add(
    kind: typeof Kind.leaf | typeof Kind.container | typeof Kind.weakReference,
    slots: number,
    finalizer: boolean,
  ): number {
    const object = this.objects.add(kind, slots, finalizer);
    this.objects.lists.append(object, HEAP);
    return object;
  }

  private run(automatic: boolean): number {
    const { lists, references, kind, finalizer } = this.objects;
    let examined = 0;
    for (let object = lists.first(HEAP); object !== HEAP; object = lists.next[object]) {
      examined++;
      if (references[object] > 0) this.mark(object);
    }
    this.scan();
    this.emptyWeakReferences();

    const due: number[] = [];
    for (let object = lists.first(HEAP); object !== HEAP; object = lists.next[object]) {
      if (!this.isMarked(object) && finalizer[object] === Finalizer.due) due.push(object);
    }
    for (const object of due) {
      finalizer[object] = Finalizer.called;
      this.listener.finalize(object);
      this.mark(object);
    }
    this.scan();

    for (let object = lists.first(HEAP); object !== HEAP;) {
      const after = lists.next[object];
      if (!this.isMarked(object)) lists.move(object, TRASH);
      else this.objects.gcReferences[object] = OUTSIDE;
      object = after;
    }
    const trash = lists.members(TRASH);
    if (trash.length > 0) this.listener.found?.(trash);
    for (const object of trash) {
      this.listener.died(object, true);
      this.objects.slots.cells.fill(
        0,
        this.objects.slotStart[object],
        this.objects.slotStart[object] + this.slotCount(object),
      );
      if (kind[object] === Kind.weakReference) this.objects.separate(object);
      lists.remove(object);
      this.objects.remove(object);
      this.listener.freed(object);
    }
    const collection = { generation: FULL, collected: trash.length, uncollectable: 0, examined, automatic } as const;
    this.statistics.add(FULL, trash.length, 0);
    this.listener.collected(collection);
    return trash.length;
  }

  /** Those whose object is not marked; those that are marked themselves are called, in the order of birth. */
  private emptyWeakReferences(): void {
    const { lists, kind, partner } = this.objects;
    for (let object = lists.first(HEAP); object !== HEAP; object = lists.next[object]) {
      if (kind[object] !== Kind.weakReference) continue;
      const referent = partner[object];
      if (referent === NO_OBJECT || this.isMarked(referent)) continue;
      this.objects.separate(object);
      if (this.isMarked(object)) this.listener.weakReferenceCalled(object);
    }
  }

  private isMarked(object: number): boolean {
    return this.objects.gcReferences[object] === MARKED;
  }

  private mark(object: number): void {
    if (this.isMarked(object)) return;
    this.objects.gcReferences[object] = MARKED;
    this.unscanned.push(object);
  }

  private scan(): void {
    const { slotStart, slotCount } = this.objects;
    const { cells } = this.objects.slots;
    for (let object = this.unscanned.pop(); object !== undefined; object = this.unscanned.pop()) {
      const end = slotStart[object] + slotCount[object];
      for (let cell = slotStart[object]; cell < end; cell++) {
        if (cells[cell] !== NO_OBJECT) this.mark(cells[cell]);
      }
    }
  }
}
