/** What will the party's bill be? The party is the talk's analogy, and the bill is the party model's. */
import {
  generateGuests,
  giveParty,
  type Guests,
  PARTY_STRATEGIES,
  type PartyResult,
  type PartyStrategy,
  type PartyTerms,
} from '@heapcast/scenarios';
import { letter } from './choices.js';
import type { Moment } from './moment.js';
import { NotAskable, type PartyOptions, type Question, type QuestionOptions } from './question.js';
import type { Seed } from './seed.js';

/** So few groups that a class can think them through. */
const GROUPS = 4;
const HOURS = 6;
const SEEDS = 1000;

const HOST: Readonly<Record<PartyStrategy, string>> = {
  'everything-at-once': 'orders at the beginning all that the party will need and keeps it to the end',
  'as-needed': 'orders when toys run out and gives nothing back before the end',
  'give-back': 'orders when toys run out and gives an order back the moment all its toys are in it',
  'keep-one': 'orders when toys run out and gives free orders back, but keeps one for the next group',
};

export async function askPartyBill(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  const party = options.party ?? {};
  const strategy = strategyOf(party) ?? seed.pick(PARTY_STRATEGIES) ?? 'as-needed';
  const terms = termsOf(party);
  const guests = generateGuests({
    seed: party.seed ?? seed.below(SEEDS),
    groups: party.groups ?? GROUPS,
    hours: party.hours ?? HOURS,
  });
  const result = giveParty(terms, guests, strategy);
  const { total } = result.bill;
  const head = {
    kind: 'party-bill',
    event: moment.at,
    prompt: `${describeTerms(terms)} ${guests.map(describeGuests).join(' ')} The host ${HOST[strategy]}. What is the bill?`,
    explanation: explain(result, terms),
    unit: 'coins',
  } as const;
  if (options.asNumber) return { ...head, choices: [], right: coins(total) };
  const wrong = plausible(terms, guests, result).filter((bill) => bill >= 0 && coins(bill) !== coins(total));
  return { ...head, ...letter(choiceOf(total), wrong.map(choiceOf), seed) };
}

function strategyOf({ strategy }: PartyOptions): PartyStrategy | undefined {
  if (strategy === undefined) return undefined;
  const known = PARTY_STRATEGIES.find((each) => each === strategy);
  if (known) return known;
  throw new NotAskable(`The strategies are ${PARTY_STRATEGIES.join(', ')}.`, null, 'party');
}

function termsOf(party: PartyOptions): PartyTerms {
  const {
    toysPerCollection = 6,
    collectionsPerOrder = 2,
    pricePerHour = 10,
    estimatedToys = 0,
    billing = 'started',
  } = party;
  return { toysPerCollection, collectionsPerOrder, pricePerHour, estimatedToys, billing, vendorOrders: null };
}

function describeTerms(terms: PartyTerms): string {
  const { toysPerCollection, collectionsPerOrder, pricePerHour, billing, estimatedToys } = terms;
  const paid = billing === 'started' ? 'every hour that has begun is paid for' : 'paid to the minute';
  const ahead = estimatedToys > 0 ? ` ${estimatedToys} toys are ordered ahead.` : '';
  return `An order is ${collectionsPerOrder} collections of ${toysPerCollection} toys and costs ${pricePerHour} coins an hour (${paid}); a collection holds one kind of toy at a time.${ahead}`;
}

function describeGuests({ group, arrives, leaves, children, toysEach, kind }: Guests): string {
  const until = leaves === null ? 'stay to the end' : `to ${clock(leaves)}`;
  return `${group}: ${children} children, ${toysEach} ${kind}${toysEach === 1 ? '' : 's'} each, from ${clock(arrives)} ${until}.`;
}

/** `1:30` */
function clock(hours: number): string {
  const minutes = Math.round(hours * 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Bills of the other hosts, of the other way to bill, and of one order more or less for an hour. */
function plausible(terms: PartyTerms, guests: readonly Guests[], { strategy, bill }: PartyResult): number[] {
  const hosts = PARTY_STRATEGIES.filter((each) => each !== strategy);
  const otherBilling = { ...terms, billing: terms.billing === 'exact' ? 'started' : 'exact' } as const;
  return [
    ...hosts.map((each) => giveParty(terms, guests, each).bill.total),
    giveParty(otherBilling, guests, strategy).bill.total,
    bill.total + terms.pricePerHour,
    bill.total - terms.pricePerHour,
    bill.total + 2 * terms.pricePerHour,
  ];
}

function explain({ bill, peakOrders }: PartyResult, { pricePerHour }: PartyTerms): string {
  const orders = bill.orders.length === 1 ? '1 order is' : `${bill.orders.length} orders are`;
  return `${orders} rented in all, at most ${peakOrders} at once, for ${decimal(bill.hours)} hours together: ${decimal(bill.hours)} × ${pricePerHour} = ${coins(bill.total)} coins.`;
}

function choiceOf(bill: number): { readonly text: string } {
  return { text: `${coins(bill)} coins` };
}

function coins(bill: number): string {
  return decimal(bill);
}

/** Two decimals at most, and none that say nothing. */
function decimal(value: number): string {
  return String(Math.round(value * 100) / 100);
}
