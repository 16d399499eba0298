/**
 * What happens to trash between its discovery and its end, in this order: trash that may not be touched is set aside
 * (2.7), weak references to trash are emptied and called, finalizers run (3.4+), whatever they saved is taken out, and
 * the rest is cleared, first come first served. Every step works on the `TRASH` list; survivors go to the end of the
 * list `older`, the generation that the collection's survivors have already joined.
 */
import { type CollectorListener, type ObjectHandle } from './events.js';
import { Finalizer, Kind, NO_OBJECT, OUTSIDE, UNREACHABLE, type ObjectTable } from './object-table.js';
import { isHeldFromOutside, moveUnreachable } from './reachability.js';
import type { ReferenceCounts } from './reference-counts.js';
import type { CollectorRules } from './rules.js';
import { FINAL_TRASH, SET_ASIDE, TRASH } from './tracked-lists.js';

export class Trash {
  constructor(
    private readonly rules: CollectorRules,
    private readonly objects: ObjectTable,
    private readonly counts: ReferenceCounts,
    private readonly listener: CollectorListener,
  ) {}

  /** 2.7: trash with a finalizer, in order, then all trash that it reaches, breadth first, will not be touched. */
  setFinalizersAside(): void {
    const { objects } = this;
    const { gcReferences, lists, slotStart, slotCount } = objects;
    const { cells } = objects.slots;
    for (let object = lists.first(TRASH); object !== TRASH;) {
      const after = lists.next[object];
      if (objects.finalizer[object] !== Finalizer.none) {
        lists.move(object, SET_ASIDE);
        gcReferences[object] = OUTSIDE;
      }
      object = after;
    }
    for (let object = lists.first(SET_ASIDE); object !== SET_ASIDE; object = lists.next[object]) {
      const end = slotStart[object] + slotCount[object];
      for (let cell = slotStart[object]; cell < end; cell++) {
        const referent = cells[cell];
        if (gcReferences[referent] !== UNREACHABLE) continue;
        lists.move(referent, SET_ASIDE);
        gcReferences[referent] = OUTSIDE;
      }
    }
  }

  /**
   * Empties every weak reference to trash before anything else can look through it. One that is not trash itself is
   * called, after all have been emptied, and moves to `older`, whatever generation it was in.
   */
  callWeakReferences(older: number): void {
    const { objects } = this;
    const { gcReferences, kind, lists, partner } = objects;
    const emptied = this.rules.weakReferencesInTrash === 'emptied';
    const toCall: number[] = [];
    for (let object = lists.first(TRASH); object !== TRASH; object = lists.next[object]) {
      if (kind[object] === Kind.weakReference) {
        if (emptied) objects.separate(object);
        continue;
      }
      const weakReference = partner[object];
      if (weakReference === NO_OBJECT) continue;
      objects.separate(object);
      if (gcReferences[weakReference] === UNREACHABLE) continue;
      this.counts.retain(weakReference);
      toCall.push(weakReference);
    }
    for (const weakReference of toCall) {
      this.listener.weakReferenceCalled(weakReference);
      lists.move(weakReference, older);
      this.counts.release(weakReference);
    }
  }

  callFinalizers(): void {
    const { lists } = this.objects;
    for (let object = lists.first(TRASH); object !== TRASH; object = lists.next[object]) this.counts.finalize(object);
  }

  /** Takes out what finalizers saved. Returns the number of objects that the collection will say it collected. */
  takeOutResurrected(older: number, found: number): number {
    const { lists } = this.objects;
    switch (this.rules.resurrectionInTrash) {
      case 'saves-what-it-reaches': {
        moveUnreachable(this.objects, TRASH, FINAL_TRASH);
        lists.merge(TRASH, older);
        const cleared = lists.length(FINAL_TRASH);
        lists.merge(FINAL_TRASH, TRASH);
        return cleared;
      }
      case 'saves-all-says-all':
        if (isHeldFromOutside(this.objects, TRASH)) lists.merge(TRASH, older);
        return found;
      case 'saves-all-says-none':
        if (!isHeldFromOutside(this.objects, TRASH)) return found;
        lists.merge(TRASH, older);
        return 0;
      default:
        return found;
    }
  }

  /** Clears the first of the trash until none is left. One that is still alive afterwards will die soon. */
  clear(older: number): void {
    const { lists, gcReferences } = this.objects;
    for (let object = lists.first(TRASH); object !== TRASH; object = lists.first(TRASH)) {
      this.counts.clear(object);
      if (lists.first(TRASH) !== object) continue;
      gcReferences[object] = OUTSIDE;
      lists.move(object, older);
    }
  }

  /** 2.7: what was set aside joins `older`; those with a finalizer also go to `garbage`. Returns how many there were. */
  keepUncollectable(older: number, garbage: ObjectHandle[]): number {
    const { objects } = this;
    const { lists } = objects;
    const aside = lists.members(SET_ASIDE);
    for (const object of aside) {
      if (objects.finalizer[object] === Finalizer.none) continue;
      this.counts.retain(object);
      garbage.push(object);
    }
    lists.merge(SET_ASIDE, older);
    return aside.length;
  }
}
