/**
 * The room with the orders: which toy of which collection is with whom. A toy is taken from a collection of its kind that
 * is in use already; else from an empty collection of the order that has the fewest of them; else nothing is there. That
 * is pymalloc's rule, and for its reason: an order that is used least becomes free the soonest.
 */

export interface Toy {
  readonly order: number;
  readonly collection: number;
  readonly toy: number;
}

interface Collection {
  readonly order: number;
  readonly number: number;
  kind: string | null;
  /** Toys that are here; the last one given back is the first one taken. */
  readonly here: number[];
}

interface Order {
  readonly number: number;
  readonly collections: readonly Collection[];
  toysOut: number;
  emptyCollections: number;
}

export class ToyRoom {
  readonly #orders = new Map<number, Order>();
  /** Collections that are in use and have toys left, by kind. */
  readonly #partly = new Map<string, Set<Collection>>();
  /** Orders with an empty collection. */
  readonly #withEmpty = new Set<Order>();
  #ordersEver = 0;
  #toysOut = 0;

  constructor(
    private readonly toysPerCollection: number,
    private readonly collectionsPerOrder: number,
  ) {}

  get orders(): number {
    return this.#orders.size;
  }

  get toysOut(): number {
    return this.#toysOut;
  }

  get toysIdle(): number {
    return this.orders * this.collectionsPerOrder * this.toysPerCollection - this.#toysOut;
  }

  get collectionsInUse(): number {
    let inUse = 0;
    for (const { collections } of this.#orders.values()) {
      for (const { kind } of collections) if (kind !== null) inUse++;
    }
    return inUse;
  }

  /** Numbers of the orders in the room, in the order in which they came. */
  orderNumbers(): number[] {
    return [...this.#orders.keys()];
  }

  /** Orders of which no toy is out. */
  freeOrders(): number[] {
    return [...this.#orders.values()].filter(({ toysOut }) => toysOut === 0).map(({ number }) => number);
  }

  /** The order with the fewest toys out, of those that have any out. */
  nearlyFree(): { readonly order: number; readonly toysOut: number } | null {
    let least: Order | null = null;
    for (const order of this.#orders.values()) {
      if (order.toysOut > 0 && (least === null || order.toysOut < least.toysOut)) least = order;
    }
    return least && { order: least.number, toysOut: least.toysOut };
  }

  /** Another order comes in; answers its number: 1, 2, 3 …, never used again. */
  bring(): number {
    const number = ++this.#ordersEver;
    const collections = Array.from({ length: this.collectionsPerOrder }, (_, index): Collection => {
      const here = Array.from({ length: this.toysPerCollection }, (__, toy) => this.toysPerCollection - 1 - toy);
      return { order: number, number: index, kind: null, here };
    });
    const order: Order = { number, collections, toysOut: 0, emptyCollections: collections.length };
    this.#orders.set(number, order);
    this.#withEmpty.add(order);
    return number;
  }

  /** An order goes back. @throws RangeError while a toy of it is out */
  sendBack(number: number): void {
    const order = this.#orders.get(number);
    if (!order || order.toysOut > 0) throw new RangeError(`order ${number} cannot go back`);
    this.#orders.delete(number);
    this.#withEmpty.delete(order);
  }

  /** A toy of the kind, or null when the room has none left. */
  take(kind: string): Toy | null {
    const collection = this.#inUse(kind) ?? this.#open(kind);
    const toy = collection?.here.pop();
    const order = collection && this.#orders.get(collection.order);
    if (!collection || !order || toy === undefined) return null;
    if (collection.here.length === 0) this.#partly.get(kind)?.delete(collection);
    order.toysOut++;
    this.#toysOut++;
    return { order: collection.order, collection: collection.number, toy };
  }

  /** @throws RangeError for a toy that is not out */
  giveBack({ order: number, collection: index, toy }: Toy): void {
    const order = this.#orders.get(number);
    const collection = order?.collections[index];
    if (!order || !collection || collection.kind === null || collection.here.includes(toy)) {
      throw new RangeError('this toy is not out');
    }
    collection.here.push(toy);
    if (collection.here.length === this.toysPerCollection) {
      this.#partly.get(collection.kind)?.delete(collection);
      collection.kind = null;
      order.emptyCollections++;
      this.#withEmpty.add(order);
    } else this.#partlyOf(collection.kind).add(collection);
    order.toysOut--;
    this.#toysOut--;
  }

  #partlyOf(kind: string): Set<Collection> {
    let collections = this.#partly.get(kind);
    if (!collections) this.#partly.set(kind, (collections = new Set()));
    return collections;
  }

  #inUse(kind: string): Collection | null {
    for (const collection of this.#partly.get(kind) ?? []) return collection;
    return null;
  }

  /** An empty collection, for toys of this kind from now on. */
  #open(kind: string): Collection | null {
    let best: Order | null = null;
    let fewest = Infinity;
    for (const order of this.#withEmpty) {
      if (order.emptyCollections < fewest) [best, fewest] = [order, order.emptyCollections];
      if (fewest === 1) break;
    }
    const collection = best?.collections.find((each) => each.kind === null);
    if (!best || !collection) return null;
    if (--best.emptyCollections === 0) this.#withEmpty.delete(best);
    collection.kind = kind;
    this.#partlyOf(kind).add(collection);
    return collection;
  }
}
