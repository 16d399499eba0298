/**
 * The free list in list order, for first and next fit: a treap whose in-order walk is the list, each node with the
 * number of blocks and the largest block of its subtree. "The first block from here on that is large enough" and "how
 * many blocks were passed on the way" are then one descent.
 */
import { type BlockTable, type Column, enlarged, NIL } from './block-table.js';
import { type FreeList, type FreeListState, type Order, priority } from './free-list.js';

export class OrderedList implements FreeList {
  examined = 0;
  rover = NIL;
  private root = NIL;
  private left = new Int32Array(64);
  private right = new Int32Array(64);
  private parent = new Int32Array(64);
  /** Of the subtree: blocks, and units of the largest one. NIL's stay 0. */
  private count = new Int32Array(64);
  private largest = new Int32Array(64);
  private readonly byAddress: boolean;

  constructor(
    private readonly blocks: BlockTable,
    order: Order,
  ) {
    this.byAddress = order === 'address';
  }

  get length(): number {
    return this.count[this.root];
  }

  find(units: number): number {
    this.examined = 0;
    const root = this.root;
    if (this.largest[root] < units) {
      this.examined = this.count[root];
      return NIL;
    }
    return this.rover === NIL ? this.firstIn(root, units) : this.firstFrom(this.rover, units);
  }

  insert(block: number): void {
    if (block >= this.left.length) this.enlarge(this.blocks.capacity);
    const { left, right, parent, count, largest } = this;
    const start = this.blocks.start;
    const units = this.blocks.units[block];
    const at = start[block];
    const byAddress = this.byAddress;
    let above = NIL;
    let node = this.root;
    let goLeft = true;
    while (node !== NIL) {
      above = node;
      count[node]++;
      if (largest[node] < units) largest[node] = units;
      goLeft = !byAddress || at < start[node];
      node = goLeft ? left[node] : right[node];
    }
    left[block] = NIL;
    right[block] = NIL;
    parent[block] = above;
    count[block] = 1;
    largest[block] = units;
    if (above === NIL) {
      this.root = block;
      return;
    }
    if (goLeft) left[above] = block;
    else right[above] = block;
    const weight = priority(block);
    while (parent[block] !== NIL && priority(parent[block]) < weight) this.rotateUp(block);
  }

  remove(block: number): void {
    if (this.rover === block) this.rover = this.next(block);
    this.detach(block);
  }

  absorb(block: number, into: number): void {
    if (this.rover === block) this.rover = into;
    this.detach(block);
  }

  reshape(block: number, start: number, units: number): void {
    this.blocks.start[block] = start;
    this.blocks.units[block] = units;
    const parent = this.parent;
    for (let node = block; node !== NIL && this.measure(node); node = parent[node]);
  }

  next(block: number): number {
    const { left, right, parent } = this;
    if (right[block] !== NIL) {
      let node = right[block];
      while (left[node] !== NIL) node = left[node];
      return node;
    }
    let node = block;
    while (parent[node] !== NIL && right[parent[node]] === node) node = parent[node];
    return parent[node];
  }

  toArray(): number[] {
    const list: number[] = [];
    let node = this.root;
    while (node !== NIL && this.left[node] !== NIL) node = this.left[node];
    for (; node !== NIL; node = this.next(node)) list.push(node);
    return list;
  }

  save(): FreeListState {
    const used = this.blocks.used;
    const columns = this.columns().map((column) => column.slice(0, used));
    return { kind: 'ordered', root: this.root, rover: this.rover, columns };
  }

  restore(state: FreeListState): void {
    if (state.kind !== 'ordered')
      throw new Error('a state of best or worst fit cannot be restored to first or next fit');
    if (this.blocks.capacity > this.left.length) this.enlarge(this.blocks.capacity);
    this.root = state.root;
    this.rover = state.rover;
    this.columns().forEach((column, index) => column.set(state.columns[index]));
  }

  /** The first block of a subtree that is large enough; the subtree holds one. */
  private firstIn(node: number, units: number): number {
    const { left, right, largest, count } = this;
    const size = this.blocks.units;
    let examined = this.examined;
    for (;;) {
      const before = left[node];
      if (largest[before] >= units) node = before;
      else {
        examined += count[before] + 1;
        if (size[node] >= units) break;
        node = right[node];
      }
    }
    this.examined = examined;
    return node;
  }

  /** The same from `from` on to the end, then from the first to `from`; the list holds one. */
  private firstFrom(from: number, units: number): number {
    const { left, right, parent, largest, count } = this;
    const size = this.blocks.units;
    let node = from;
    for (let cameFromLeft = true; ;) {
      if (cameFromLeft) {
        this.examined++;
        if (size[node] >= units) return node;
        const after = right[node];
        if (largest[after] >= units) return this.firstIn(after, units);
        this.examined += count[after];
      }
      const above = parent[node];
      if (above === NIL) return this.firstIn(this.root, units);
      cameFromLeft = left[above] === node;
      node = above;
    }
  }

  private detach(block: number): void {
    const { left, right, parent, count } = this;
    while (left[block] !== NIL && right[block] !== NIL) {
      const before = left[block];
      const after = right[block];
      this.rotateUp(priority(before) > priority(after) ? before : after);
    }
    const child = left[block] === NIL ? right[block] : left[block];
    const above = parent[block];
    if (child !== NIL) parent[child] = above;
    if (above === NIL) this.root = child;
    else if (left[above] === block) left[above] = child;
    else right[above] = child;
    let stale = true;
    for (let node = above; node !== NIL; node = parent[node]) {
      count[node]--;
      if (stale) stale = this.measure(node);
    }
  }

  /** Recomputes the largest block of a subtree from its children; says whether it changed. */
  private measure(node: number): boolean {
    const largest = this.largest;
    let most = this.blocks.units[node];
    const before = largest[this.left[node]];
    const after = largest[this.right[node]];
    if (before > most) most = before;
    if (after > most) most = after;
    if (largest[node] === most) return false;
    largest[node] = most;
    return true;
  }

  private rotateUp(node: number): void {
    const { left, right, parent, count } = this;
    const above = parent[node];
    const top = parent[above];
    if (left[above] === node) {
      const inner = right[node];
      left[above] = inner;
      if (inner !== NIL) parent[inner] = above;
      right[node] = above;
    } else {
      const inner = left[node];
      right[above] = inner;
      if (inner !== NIL) parent[inner] = above;
      left[node] = above;
    }
    parent[above] = node;
    parent[node] = top;
    if (top === NIL) this.root = node;
    else if (left[top] === above) left[top] = node;
    else right[top] = node;
    count[node] = count[above];
    count[above] = count[left[above]] + count[right[above]] + 1;
    this.largest[node] = this.largest[above];
    this.measure(above);
  }

  private columns(): Column[] {
    return [this.left, this.right, this.parent, this.count, this.largest];
  }

  private enlarge(capacity: number): void {
    this.left = enlarged(this.left, capacity);
    this.right = enlarged(this.right, capacity);
    this.parent = enlarged(this.parent, capacity);
    this.count = enlarged(this.count, capacity);
    this.largest = enlarged(this.largest, capacity);
  }
}
