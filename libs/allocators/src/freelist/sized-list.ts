/**
 * The free list by size, for best fit: blocks are binned (exact sizes first, then eight bins per power of
 * two), a bitmap says which bins hold any, and each bin is a treap ordered by size, then by place in the list. The first
 * block of a size in that order is the one that a walk of the plain list would have settled on.
 *
 * A place in the list is a key: the block's start in address order, a falling count in LIFO order (each new block comes
 * before all others).
 */
import { type BlockTable, type Column, enlarged, NIL } from './block-table.js';
import type { FreeList, FreeListState, Order } from './free-list.js';

/** Sizes of 1 … 63 units have a bin each; [2^6, 2^31) is cut into 8 bins per power of two. */
const EXACT_LOG = 6;
const EXACT = 1 << EXACT_LOG;
const BINS = EXACT + (31 - EXACT_LOG) * 8;
const WORDS = Math.ceil(BINS / 32);

function binOf(units: number): number {
  if (units < EXACT) return units;
  const log = 31 - Math.clz32(units);
  return EXACT + (log - EXACT_LOG) * 8 + ((units >>> (log - 3)) & 7);
}

export class SizedList implements FreeList {
  length = 0;
  examined = 0;
  /** Best fit looks at every block and has none to go on from. */
  rover = NIL;
  private readonly roots = new Int32Array(BINS);
  private readonly occupied = new Int32Array(WORDS);
  private left = new Int32Array(64);
  private right = new Int32Array(64);
  private parent = new Int32Array(64);
  private key = new Float64Array(64);
  /** Blocks that entered a LIFO list so far. */
  private entered = 0;
  private readonly byAddress: boolean;

  constructor(
    private readonly blocks: BlockTable,
    order: Order,
  ) {
    this.byAddress = order === 'address';
  }

  find(units: number): number {
    this.examined = this.length;
    const bin = binOf(units);
    const found = this.firstOfAtLeast(this.roots[bin], units);
    if (found !== NIL) return found;
    const above = this.nextOccupied(bin + 1);
    return above < 0 ? NIL : this.leftmost(this.roots[above]);
  }

  insert(block: number): void {
    if (block >= this.left.length) this.enlarge(this.blocks.capacity);
    this.key[block] = this.byAddress ? this.blocks.start[block] : -++this.entered;
    this.length++;
    this.attach(block);
  }

  remove(block: number): void {
    this.length--;
    this.detach(block);
  }

  absorb(block: number): void {
    this.remove(block);
  }

  reshape(block: number, start: number, units: number): void {
    this.detach(block);
    this.blocks.start[block] = start;
    this.blocks.units[block] = units;
    if (this.byAddress) this.key[block] = start;
    this.attach(block);
  }

  next(): number {
    return NIL;
  }

  toArray(): number[] {
    const list: number[] = [];
    for (const root of this.roots) {
      let node = this.leftmost(root);
      for (; node !== NIL; node = this.successor(node)) list.push(node);
    }
    return list.sort((a, b) => this.key[a] - this.key[b]);
  }

  save(): FreeListState {
    const columns = this.columns().map((column) => column.slice(0, this.blocks.used));
    return {
      kind: 'sized',
      length: this.length,
      entered: this.entered,
      columns: [...columns, this.roots.slice(), this.occupied.slice()],
    };
  }

  restore(state: FreeListState): void {
    if (state.kind !== 'sized') throw new Error('a state of another fit cannot be restored to best fit');
    if (this.blocks.capacity > this.left.length) this.enlarge(this.blocks.capacity);
    this.length = state.length;
    this.entered = state.entered;
    [...this.columns(), this.roots, this.occupied].forEach((column, index) => column.set(state.columns[index]));
  }

  /** First node, in the order of a bin's tree, of at least so many units. */
  private firstOfAtLeast(root: number, units: number): number {
    const { left, right } = this;
    const size = this.blocks.units;
    let found = NIL;
    for (let node = root; node !== NIL;) {
      if (size[node] >= units) {
        found = node;
        node = left[node];
      } else node = right[node];
    }
    return found;
  }

  private nextOccupied(bin: number): number {
    let word = bin >>> 5;
    if (word >= WORDS) return -1;
    let bits = this.occupied[word] & (-1 << (bin & 31));
    while (bits === 0) {
      if (++word === WORDS) return -1;
      bits = this.occupied[word];
    }
    return (word << 5) + 31 - Math.clz32(bits & -bits);
  }

  private leftmost(root: number): number {
    let node = root;
    while (this.left[node] !== NIL) node = this.left[node];
    return node;
  }

  private successor(block: number): number {
    if (this.right[block] !== NIL) return this.leftmost(this.right[block]);
    let node = block;
    while (this.parent[node] !== NIL && this.right[this.parent[node]] === node) node = this.parent[node];
    return this.parent[node];
  }

  private attach(block: number): void {
    const { left, right, parent, key } = this;
    const size = this.blocks.units;
    const units = size[block];
    const place = key[block];
    const bin = binOf(units);
    let above = NIL;
    let goLeft = true;
    for (let node = this.roots[bin]; node !== NIL;) {
      above = node;
      goLeft = units < size[node] || (units === size[node] && place < key[node]);
      node = goLeft ? left[node] : right[node];
    }
    left[block] = NIL;
    right[block] = NIL;
    parent[block] = above;
    if (above === NIL) {
      this.roots[bin] = block;
      this.occupied[bin >>> 5] |= 1 << (bin & 31);
      return;
    }
    if (goLeft) left[above] = block;
    else right[above] = block;
    const weight = priority(block);
    while (parent[block] !== NIL && priority(parent[block]) < weight) this.rotateUp(block);
    if (parent[block] === NIL) this.roots[bin] = block;
  }

  private detach(block: number): void {
    const { left, right, parent } = this;
    // The root changes only where the block is the root: then the first child that passes it is the new one.
    const bin = parent[block] === NIL ? binOf(this.blocks.units[block]) : -1;
    let root = NIL;
    while (left[block] !== NIL && right[block] !== NIL) {
      const before = left[block];
      const after = right[block];
      const heavier = priority(before) > priority(after) ? before : after;
      this.rotateUp(heavier);
      if (root === NIL) root = heavier;
    }
    const child = left[block] === NIL ? right[block] : left[block];
    const above = parent[block];
    if (child !== NIL) parent[child] = above;
    if (above !== NIL) {
      if (left[above] === block) left[above] = child;
      else right[above] = child;
    }
    if (bin < 0) return;
    if (root === NIL) root = child;
    this.roots[bin] = root;
    if (root === NIL) this.occupied[bin >>> 5] &= ~(1 << (bin & 31));
  }

  /** Exchanges a node with its parent; the caller keeps the root. */
  private rotateUp(node: number): void {
    const { left, right, parent } = this;
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
    if (top === NIL) return;
    if (left[top] === above) left[top] = node;
    else right[top] = node;
  }

  private columns(): Column[] {
    return [this.left, this.right, this.parent, this.key];
  }

  private enlarge(capacity: number): void {
    this.left = enlarged(this.left, capacity);
    this.right = enlarged(this.right, capacity);
    this.parent = enlarged(this.parent, capacity);
    const key = new Float64Array(capacity);
    key.set(this.key);
    this.key = key;
  }
}

/**
 * A handle's priority in its treap: a scramble of its number. Answers do not depend on it, only the balance does.
 */
function priority(block: number): number {
  let bits = Math.imul(block ^ (block >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}
