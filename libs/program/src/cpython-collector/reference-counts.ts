/**
 * Reference counting: an object whose count reaches zero dies at once, and so may everything that only it referred to.
 *
 * CPython does this by recursion: a deallocator releases its slots one after the other, and each release may run another
 * deallocator. Here the same order comes from an explicit stack, so a chain of a million objects dies as surely as one
 * of ten. (CPython itself postpones deaths nested deeper than about 50, the trashcan, for some types; this does not.)
 *
 * The last acts of a container, up to where it can no longer be saved: finalizer and weak reference callback, in the
 * order that the rules name. A finalizer runs on an object that is tracked again, so one that it saves is young.
 */
import type { CollectorListener } from './events.js';
import { Finalizer, Kind, NO_OBJECT, type ObjectTable } from './object-table.js';
import type { CollectorRules } from './rules.js';

export class ReferenceCounts {
  /** Deaths happen inside a collection. */
  collecting = false;
  /** The dying containers whose slots are being released, outermost first, and the next slot of each. */
  private readonly dying: number[] = [];
  private readonly nextSlot: number[] = [];

  constructor(
    private readonly rules: CollectorRules,
    private readonly objects: ObjectTable,
    private readonly listener: CollectorListener,
    /** Called for every collector-tracked object whose memory is given back. */
    private readonly onFreed: () => void,
  ) {}

  retain(object: number): void {
    this.objects.references[object]++;
  }

  /** Drops one reference. All that dies of it has died when this returns. */
  release(object: number): void {
    if (--this.objects.references[object] > 0) return;
    const { dying, nextSlot, objects } = this;
    const outermost = dying.length;
    this.die(object);
    while (dying.length > outermost) {
      const top = dying.length - 1;
      const owner = dying[top];
      const slot = nextSlot[top];
      if (slot === objects.slotCount[owner]) {
        dying.pop();
        nextSlot.pop();
        this.free(owner);
        continue;
      }
      nextSlot[top] = slot + 1;
      const cell = objects.slotStart[owner] + slot;
      const child = objects.slots.cells[cell];
      if (child === NO_OBJECT) continue;
      objects.slots.cells[cell] = NO_OBJECT;
      if (--objects.references[child] === 0) this.die(child);
    }
  }

  /** Empties a slot, then releases what was there. False if it was empty. */
  releaseSlot(object: number, slot: number): boolean {
    const { objects } = this;
    const cell = objects.slotStart[object] + slot;
    const child = objects.slots.cells[cell];
    if (child === NO_OBJECT) return false;
    objects.slots.cells[cell] = NO_OBJECT;
    this.release(child);
    return true;
  }

  /** What the collector does to break a cycle (`tp_clear`): holds the object, empties it, lets it go. */
  clear(object: number): void {
    const { objects } = this;
    this.retain(object);
    this.listener.cleared(object);
    if (objects.kind[object] === Kind.weakReference) objects.separate(object);
    for (let slot = 0; slot < objects.slotCount[object]; slot++) this.releaseSlot(object, slot);
    this.release(object);
  }

  /** Runs the finalizer of an object that something still holds, if it is due. */
  finalize(object: number): void {
    const { objects } = this;
    if (objects.finalizer[object] !== Finalizer.due) return;
    if (this.rules.finalizerRuns === 'once') objects.finalizer[object] = Finalizer.called;
    this.retain(object);
    this.listener.finalize(object);
    objects.references[object]--;
  }

  /** The count is zero: leaves and weak references go, containers begin to release their slots unless saved. */
  private die(object: number): void {
    const { objects, listener } = this;
    const kind = objects.kind[object];
    if (kind === Kind.leaf) {
      listener.died(object, this.collecting);
      objects.remove(object);
      listener.freed(object);
      return;
    }
    objects.lists.remove(object);
    if (kind === Kind.weakReference) {
      objects.separate(object);
      listener.died(object, this.collecting);
      this.free(object);
      return;
    }
    const callbackFirst = this.rules.deathByCount === 'callback-first';
    if (callbackFirst) this.callWeakReference(object);
    if (objects.finalizer[object] !== Finalizer.none && this.isSavedByFinalizer(object)) return;
    listener.died(object, this.collecting);
    if (!callbackFirst) this.callWeakReference(object);
    this.dying.push(object);
    this.nextSlot.push(0);
  }

  private isSavedByFinalizer(object: number): boolean {
    const { objects } = this;
    objects.lists.append(object, 0);
    this.finalize(object);
    if (objects.references[object] > 0) return true;
    objects.lists.remove(object);
    return false;
  }

  /** Empties the dying object's weak reference and calls it. */
  private callWeakReference(object: number): void {
    const weakReference = this.objects.partner[object];
    if (weakReference === NO_OBJECT) return;
    this.objects.separate(object);
    this.listener.weakReferenceCalled(weakReference);
  }

  private free(object: number): void {
    this.objects.remove(object);
    this.onFreed();
    this.listener.freed(object);
  }
}
