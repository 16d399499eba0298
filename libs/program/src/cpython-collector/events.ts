/**
 * What a collector tells while it works. The engine holds no names and runs no Python code: a finalizer or a weak
 * reference's callback *is* a call of the listener, in the order in which CPython would have run it.
 */
import type { Generation } from './rules.js';

/** One object of one collector; given again after the object was freed. */
export type ObjectHandle = number;

export interface Collection {
  readonly generation: Generation;
  /** Unreachable objects found and freed, as `gc.get_stats()` counts them. */
  readonly collected: number;
  readonly uncollectable: number;
  /** Objects looked at: the members of the collected generation and of the younger ones. The pause, in objects. */
  readonly examined: number;
  /** Asked for by a threshold, not by `gc.collect()`. */
  readonly automatic: boolean;
}

/** Inside these calls the listener may `retain` an object that is still alive, and nothing else. */
export interface CollectorListener {
  /** A collection has found these unreachable, in this order; nothing has happened to them yet. Not told if there are none. */
  found?(trash: readonly ObjectHandle[]): void;
  /** The finalizer runs. An object that is retained here lives on. */
  finalize(object: ObjectHandle): void;
  /** The weak reference has just been emptied and its callback runs. */
  weakReferenceCalled(weakReference: ObjectHandle): void;
  /** The collector empties the object to break a cycle. */
  cleared(object: ObjectHandle): void;
  /** The object can no longer be saved; its slots are released next. `collecting`: a collection is running. */
  died(object: ObjectHandle, collecting: boolean): void;
  /** Its memory is given back; from here on the handle may be given to another object. */
  freed(object: ObjectHandle): void;
  collected(collection: Collection): void;
}

/** Hears nothing; a start for listeners that want few of the events. */
export const SILENT_LISTENER: CollectorListener = {
  finalize: () => undefined,
  weakReferenceCalled: () => undefined,
  cleared: () => undefined,
  died: () => undefined,
  freed: () => undefined,
  collected: () => undefined,
};
