/**
 * The talk's analogy as a model of its own. Groups of children come and go; each child gets so many toys. Toys lie in
 * collections of a fixed number, all of one kind while one of them is out. The vendor rents out no toy and no collection,
 * only whole orders of collections, by the hour. Whoever gives the party decides when to order and when to give back.
 *
 * The same decisions are an allocator's: children - program, toy - memory, collection - chunk, order - pool of
 * collections, vendor - operating system.
 */

/** What the vendor asks for, and what was estimated. Toys and collections are counted, time is in hours. */
export interface PartyTerms {
  readonly toysPerCollection: number;
  readonly collectionsPerOrder: number;
  /** For one order, for one hour. */
  readonly pricePerHour: number;
  /** Toys that are thought to be needed: so much is ordered before the first children come. */
  readonly estimatedToys: number;
  /** `started`: every hour that has begun is paid for; `exact`: to the minute. */
  readonly billing: 'started' | 'exact';
  /** Orders that the vendor has; null = as many as anybody wants. */
  readonly vendorOrders: number | null;
}

export interface Guests {
  readonly group: string;
  /** Hours after the party began. */
  readonly arrives: number;
  /** null = they stay to the end. */
  readonly leaves: number | null;
  readonly children: number;
  readonly toysEach: number;
  /** Kind of toy: a ball does not go into the collection of trains. */
  readonly kind: string;
}

export const PARTY_STRATEGIES = ['everything-at-once', 'as-needed', 'give-back', 'keep-one'] as const;
/**
 * - `everything-at-once`: all that the whole party will need is ordered at the beginning, and kept to the end
 * - `as-needed`: another order when the toys run out; nothing goes back before the end
 * - `give-back`: as needed; an order goes back the moment all its toys are in it
 * - `keep-one`: the same, but one wholly free order is kept for the next group
 */
export type PartyStrategy = (typeof PARTY_STRATEGIES)[number];

export interface OrderBill {
  readonly order: number;
  readonly from: number;
  readonly to: number;
  /** That are paid for. */
  readonly hours: number;
  readonly cost: number;
}

export interface PartyMoment {
  readonly at: number;
  readonly what: 'begins' | 'arrives' | 'leaves' | 'turnedAway' | 'ends';
  readonly group: string | null;
  /** Orders in the room afterwards. */
  readonly orders: number;
  readonly collectionsInUse: number;
  readonly toysOut: number;
  /** Toys in the room that nobody plays with. */
  readonly toysIdle: number;
  readonly rented: readonly number[];
  readonly givenBack: readonly number[];
  readonly sentence: string;
}

export interface PartyResult {
  readonly strategy: PartyStrategy;
  readonly bill: { readonly total: number; readonly hours: number; readonly orders: readonly OrderBill[] };
  readonly peakOrders: number;
  readonly peakToysOut: number;
  /** How often the vendor had to come: with orders, and for orders. */
  readonly deliveries: number;
  readonly turnedAway: readonly string[];
  readonly timeline: readonly PartyMoment[];
}
