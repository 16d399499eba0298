/**
 * What the object model asks of a memory whose objects refer to each other by slots: that of CPython's collector, and
 * that of the tracing one. `retain` and `release` are the program's variables.
 */
import type { ObjectHandle } from '../cpython-collector/events.js';
import type { Generation } from '../cpython-collector/rules.js';

export interface ReferenceHeap {
  newContainer(slots: number, finalizer: boolean): ObjectHandle;
  newLeaf(): ObjectHandle;
  /** Null if the object cannot be referred to weakly, or is already. */
  newWeakReference(to: ObjectHandle): ObjectHandle | null;
  retain(object: ObjectHandle): void;
  release(object: ObjectHandle): void;
  setSlot(from: ObjectHandle, slot: number, to: ObjectHandle): void;
  /** False if it was empty. */
  clearSlot(from: ObjectHandle, slot: number): boolean;
  /** What is in the slot, or null. */
  slot(from: ObjectHandle, slot: number): ObjectHandle | null;
  slotCount(object: ObjectHandle): number;
  /** Gives a container more slots, all empty. */
  extend(container: ObjectHandle, slots: number): void;
  isContainer(object: ObjectHandle): boolean;
  isLeaf(object: ObjectHandle): boolean;
  /** What a weak reference refers to; null if it is empty or none. */
  referent(object: ObjectHandle): ObjectHandle | null;
  finalizerState(object: ObjectHandle): 'none' | 'due' | 'called';
  /** Unreachable objects found. */
  collect(generation: Generation): number;
}
