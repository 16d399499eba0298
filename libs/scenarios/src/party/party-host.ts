/** Gives a party by one strategy: who gets which toys, when the vendor comes, and what it costs. */
import {
  type Guests,
  type OrderBill,
  type PartyMoment,
  type PartyResult,
  type PartyStrategy,
  type PartyTerms,
} from './party.js';
import { type Toy, ToyRoom } from './toy-room.js';

interface Visit {
  readonly at: number;
  readonly what: 'arrives' | 'leaves';
  readonly guests: Guests;
}

/** Two times that differ by less are one. */
const MOMENT = 1e-9;

/** The party by this strategy. What the guests do is the same for all strategies. */
export function giveParty(terms: PartyTerms, guests: readonly Guests[], strategy: PartyStrategy): PartyResult {
  const host = new PartyHost(terms, strategy);
  const ahead =
    strategy === 'everything-at-once'
      ? ordersNeeded(terms, guests)
      : Math.ceil(terms.estimatedToys / toysPerOrder(terms));
  host.begin(ahead);
  const visits = visitsOf(guests);
  for (const visit of visits) host.receive(visit);
  const last = guests.reduce((latest, { arrives, leaves }) => Math.max(latest, arrives, leaves ?? 0), 0);
  return host.end(last);
}

/** Orders that are in the room at the end when none goes back before. */
function ordersNeeded(terms: PartyTerms, guests: readonly Guests[]): number {
  const { peakOrders } = giveParty({ ...terms, estimatedToys: 0 }, guests, 'as-needed');
  return Math.max(peakOrders, Math.ceil(terms.estimatedToys / toysPerOrder(terms)));
}

function toysPerOrder({ toysPerCollection, collectionsPerOrder }: PartyTerms): number {
  return toysPerCollection * collectionsPerOrder;
}

/** In the order of time; those who leave make room for those who come at the same moment. */
function visitsOf(guests: readonly Guests[]): Visit[] {
  const visits = guests.flatMap((each): Visit[] => [
    { at: each.arrives, what: 'arrives', guests: each },
    ...(each.leaves === null ? [] : [{ at: each.leaves, what: 'leaves' as const, guests: each }]),
  ]);
  const rank = ({ what, guests: { arrives, leaves } }: Visit): number =>
    what === 'leaves' && leaves !== arrives ? 0 : what === 'arrives' ? 1 : 2;
  return visits.sort((a, b) => a.at - b.at || rank(a) - rank(b));
}

class PartyHost {
  readonly #room: ToyRoom;
  readonly #toys = new Map<Guests, Toy[]>();
  readonly #rentedAt = new Map<number, number>();
  readonly #bill: OrderBill[] = [];
  readonly #timeline: PartyMoment[] = [];
  readonly #turnedAway: string[] = [];
  #rented: number[] = [];
  #givenBack: number[] = [];
  #peakOrders = 0;
  #peakToysOut = 0;
  #deliveries = 0;

  constructor(
    private readonly terms: PartyTerms,
    private readonly strategy: PartyStrategy,
  ) {
    this.#room = new ToyRoom(terms.toysPerCollection, terms.collectionsPerOrder);
  }

  begin(orders: number): void {
    for (let i = 0; i < orders && this.#rent(0); i++);
    this.#note(
      0,
      'begins',
      null,
      orders === 0
        ? 'The party begins; nothing is ordered yet.'
        : `The party begins with ${count(this.#room.orders, 'order')} in the room.`,
    );
  }

  receive({ at, what, guests }: Visit): void {
    if (what === 'arrives') this.#arrive(at, guests);
    else this.#leave(at, guests);
  }

  end(at: number): PartyResult {
    for (const toys of this.#toys.values()) for (const toy of toys) this.#room.giveBack(toy);
    for (const order of this.#room.orderNumbers()) this.#sendBack(order, at);
    this.#note(at, 'ends', null, 'The party ends, and everything goes back to the vendor.');
    const hours = this.#bill.reduce((sum, line) => sum + line.hours, 0);
    return {
      strategy: this.strategy,
      bill: { total: hours * this.terms.pricePerHour, hours, orders: this.#bill },
      peakOrders: this.#peakOrders,
      peakToysOut: this.#peakToysOut,
      deliveries: this.#deliveries,
      turnedAway: this.#turnedAway,
      timeline: this.#timeline,
    };
  }

  #arrive(at: number, guests: Guests): void {
    const wanted = guests.children * guests.toysEach;
    const toys: Toy[] = [];
    while (toys.length < wanted) {
      const toy = this.#room.take(guests.kind) ?? (this.#rent(at) ? this.#room.take(guests.kind) : null);
      if (!toy) break;
      toys.push(toy);
    }
    const asked = `${guests.group} come: ${count(guests.children, 'child', 'children')}, ${count(wanted, 'toy')}`;
    if (toys.length < wanted) {
      for (const toy of toys) this.#room.giveBack(toy);
      this.#turnedAway.push(guests.group);
      this.#note(at, 'turnedAway', guests.group, `${asked}. The vendor has no order left: they are sent away.`);
      return;
    }
    this.#toys.set(guests, toys);
    const from =
      this.#rented.length === 0
        ? 'from what is in the room'
        : `with ${count(this.#rented.length, 'more order')} from the vendor`;
    this.#note(at, 'arrives', guests.group, `${asked}, ${from}.`);
  }

  #leave(at: number, guests: Guests): void {
    const toys = this.#toys.get(guests);
    if (!toys) return;
    this.#toys.delete(guests);
    for (const toy of toys) this.#room.giveBack(toy);
    if (this.strategy === 'give-back' || this.strategy === 'keep-one') this.#giveBack(at);
    this.#note(at, 'leaves', guests.group, `${guests.group} leave ${count(toys.length, 'toy')}.${this.#consequence()}`);
  }

  #giveBack(at: number): void {
    const free = this.#room.freeOrders();
    // The one that came last is kept.
    if (this.strategy === 'keep-one') free.pop();
    for (const order of free) this.#sendBack(order, at);
  }

  #consequence(): string {
    if (this.#givenBack.length > 0) return ` ${count(this.#givenBack.length, 'order')} went back to the vendor.`;
    const nearly = this.#room.nearlyFree();
    if (this.strategy === 'everything-at-once' || this.strategy === 'as-needed' || !nearly) return '';
    const { order, toysOut } = nearly;
    return ` Order ${order} cannot go back: ${toysOut === 1 ? '1 toy is' : `${toysOut} toys are`} still out.`;
  }

  #rent(at: number): boolean {
    const { vendorOrders } = this.terms;
    if (vendorOrders !== null && this.#room.orders >= vendorOrders) return false;
    const order = this.#room.bring();
    this.#rentedAt.set(order, at);
    this.#rented.push(order);
    this.#peakOrders = Math.max(this.#peakOrders, this.#room.orders);
    return true;
  }

  #sendBack(order: number, at: number): void {
    const from = this.#rentedAt.get(order) ?? at;
    this.#room.sendBack(order);
    const exact = at - from;
    const hours = this.terms.billing === 'exact' ? exact : Math.max(1, Math.ceil(exact - MOMENT));
    this.#bill.push({ order, from, to: at, hours, cost: hours * this.terms.pricePerHour });
    this.#givenBack.push(order);
  }

  #note(at: number, what: PartyMoment['what'], group: string | null, sentence: string): void {
    const { orders, collectionsInUse, toysOut, toysIdle } = this.#room;
    const [rented, givenBack] = [this.#rented, this.#givenBack];
    this.#peakToysOut = Math.max(this.#peakToysOut, toysOut);
    this.#deliveries += (rented.length > 0 ? 1 : 0) + (givenBack.length > 0 ? 1 : 0);
    this.#timeline.push({ at, what, group, orders, collectionsInUse, toysOut, toysIdle, rented, givenBack, sentence });
    this.#rented = [];
    this.#givenBack = [];
  }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
