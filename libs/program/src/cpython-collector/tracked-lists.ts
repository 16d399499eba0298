/**
 * The collector's lists: three generations, the permanent one, and the lists it sorts trash into while it works.
 *
 * As in CPython's gcmodule.c they are doubly linked through the objects themselves, so that moving an object between
 * lists costs the same however long they are. Here the links are two columns; the first indices are the lists' heads,
 * objects come after them.
 *
 * Invariant: a tracked object is in exactly one list; `next` of an untracked one is `UNTRACKED`.
 */

export const PERMANENT = 3;
export const TRASH = 4;
/** 2.7: trash that is set aside because of finalizers. */
export const SET_ASIDE = 5;
/** 3.9+: what is still trash after the finalizers have run. */
export const FINAL_TRASH = 6;
/** The first index that is an object. */
export const FIRST_OBJECT = 7;

const UNTRACKED = -1;

export interface SavedLists {
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

export class TrackedLists {
  next: Int32Array;
  private previous: Int32Array;

  constructor(capacity: number) {
    this.next = new Int32Array(capacity).fill(UNTRACKED);
    this.previous = new Int32Array(capacity).fill(UNTRACKED);
    for (let head = 0; head < FIRST_OBJECT; head++) this.empty(head);
  }

  /** Makes room for objects below `capacity`. */
  grow(capacity: number): void {
    const { length } = this.next;
    const next = new Int32Array(capacity).fill(UNTRACKED, length);
    const previous = new Int32Array(capacity).fill(UNTRACKED, length);
    next.set(this.next);
    previous.set(this.previous);
    this.next = next;
    this.previous = previous;
  }

  isTracked(object: number): boolean {
    return this.next[object] !== UNTRACKED;
  }

  first(head: number): number {
    return this.next[head];
  }

  append(object: number, head: number): void {
    const last = this.previous[head];
    this.next[last] = object;
    this.previous[object] = last;
    this.next[object] = head;
    this.previous[head] = object;
  }

  remove(object: number): void {
    const after = this.next[object];
    const before = this.previous[object];
    this.next[before] = after;
    this.previous[after] = before;
    this.next[object] = UNTRACKED;
    this.previous[object] = UNTRACKED;
  }

  /** To the end of the list. */
  move(object: number, head: number): void {
    this.remove(object);
    this.append(object, head);
  }

  /** Appends all of `from`, in its order, and leaves it empty. */
  merge(from: number, to: number): void {
    const first = this.next[from];
    if (first === from) return;
    const last = this.previous[from];
    const tail = this.previous[to];
    this.next[tail] = first;
    this.previous[first] = tail;
    this.next[last] = to;
    this.previous[to] = last;
    this.empty(from);
  }

  length(head: number): number {
    let length = 0;
    for (let object = this.next[head]; object !== head; object = this.next[object]) length++;
    return length;
  }

  members(head: number): number[] {
    const members: number[] = [];
    for (let object = this.next[head]; object !== head; object = this.next[object]) members.push(object);
    return members;
  }

  save(): SavedLists {
    return { next: this.next.slice(), previous: this.previous.slice() };
  }

  restore(saved: SavedLists): void {
    this.next = saved.next.slice();
    this.previous = saved.previous.slice();
  }

  private empty(head: number): void {
    this.next[head] = head;
    this.previous[head] = head;
  }
}
