/**
 * Which members of a list nothing outside of it refers to: the heart of the collector.
 *
 * First every member's reference count is copied and each reference that comes from another member is taken off: what is
 * left above zero is held from outside. Then one walk: a member with something left is reachable, and so is what it
 * refers to; a member with nothing left is moved to the trash, for now. When a later member turns out to reach it, it
 * comes back at the end of the list, where the walk will meet it again. This is what reorders survivors.
 */
import { OUTSIDE, UNREACHABLE, type ObjectTable } from './object-table.js';

/**
 * Moves the unreachable members of `list` to the end of `trash`, in the order in which the walk gave them up.
 * Members of `trash` are left marked `UNREACHABLE`, all others `OUTSIDE`. Returns how many members were examined.
 */
export function moveUnreachable(objects: ObjectTable, list: number, trash: number): number {
  const examined = subtractInternalReferences(objects, list);
  const { gcReferences, lists, slotStart, slotCount } = objects;
  const { cells } = objects.slots;
  const { next } = lists;
  for (let object = next[list]; object !== list;) {
    if (gcReferences[object] === 0) {
      const after = next[object];
      lists.move(object, trash);
      gcReferences[object] = UNREACHABLE;
      object = after;
      continue;
    }
    gcReferences[object] = OUTSIDE;
    const end = slotStart[object] + slotCount[object];
    for (let cell = slotStart[object]; cell < end; cell++) {
      const referent = cells[cell];
      const left = gcReferences[referent];
      if (left === 0) gcReferences[referent] = 1;
      else if (left === UNREACHABLE) {
        lists.move(referent, list);
        gcReferences[referent] = 1;
      }
    }
    object = next[object];
  }
  return examined;
}

function subtractInternalReferences(objects: ObjectTable, list: number): number {
  const { gcReferences, references, slotStart, slotCount } = objects;
  const { cells } = objects.slots;
  const { next } = objects.lists;
  let examined = 0;
  for (let object = next[list]; object !== list; object = next[object]) {
    gcReferences[object] = references[object];
    examined++;
  }
  for (let object = next[list]; object !== list; object = next[object]) {
    const end = slotStart[object] + slotCount[object];
    for (let cell = slotStart[object]; cell < end; cell++) {
      const referent = cells[cell];
      if (gcReferences[referent] > 0) gcReferences[referent]--;
    }
  }
  return examined;
}

/** Forgets the marks of a list's members. */
function unmark(objects: ObjectTable, list: number): void {
  const { next } = objects.lists;
  for (let object = next[list]; object !== list; object = next[object]) objects.gcReferences[object] = OUTSIDE;
}

/** Whether something outside of the list refers to a member. Leaves the members unmarked. */
export function isHeldFromOutside(objects: ObjectTable, list: number): boolean {
  subtractInternalReferences(objects, list);
  const { gcReferences } = objects;
  const { next } = objects.lists;
  let held = false;
  for (let object = next[list]; object !== list; object = next[object]) held ||= gcReferences[object] > 0;
  unmark(objects, list);
  return held;
}
