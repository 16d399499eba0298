/** The toy party as the service models it: the guests, and what each strategy makes of them. */
import { signal } from '@preact/signals';
import type { CreatedSession, SessionRequest } from '@heapcast/contracts';
import { json } from '../../service/rest.js';
import { keepToken } from '../../service/tokens.js';
import { type Kind, KINDS } from './toys.js';

export interface Guests {
  readonly group: string;
  /** Hours after the beginning. */
  readonly arrives: number;
  readonly leaves: number | null;
  readonly children: number;
  readonly toysEach: number;
  readonly kind: string;
}

export interface PartyMoment {
  readonly at: number;
  readonly orders: number;
  readonly toysOut: number;
  readonly sentence: string;
}

export interface StrategyResult {
  readonly strategy: Strategy;
  readonly bill: { readonly total: number; readonly hours: number };
  readonly peakOrders: number;
  readonly deliveries: number;
  readonly turnedAway: readonly string[];
  readonly timeline: readonly PartyMoment[];
}

export type Strategy = 'everything-at-once' | 'as-needed' | 'give-back' | 'keep-one';

export interface PartyAnswer {
  readonly terms: { readonly toysPerCollection: number; readonly collectionsPerOrder: number };
  readonly guests: readonly Guests[];
  readonly strategies: readonly StrategyResult[];
  readonly cheapest: { readonly strategy: Strategy; readonly total: number };
}

/** What each is called, and what an allocator does that decides so. */
export const STRATEGIES: Readonly<Record<Strategy, readonly [title: string, allocator: string]>> = {
  'everything-at-once': ['Everything at once', 'a heap that is mapped whole at the start'],
  'as-needed': ['As needed', 'as CPython until 2.4: nothing goes back'],
  'give-back': ['Give back', 'as CPython 2.5 to 3.8: a free arena goes back at once'],
  'keep-one': ['Keep one', 'as CPython from 3.9: one free arena stays'],
};

/** When an arena goes back, as the options of pymalloc call it; the first strategy is no allocator's. */
const RELEASE: Readonly<Partial<Record<Strategy, string>>> = {
  'as-needed': 'never',
  'give-back': 'when-free',
  'keep-one': 'keep-last',
};

const TOY_BYTES: Readonly<Record<Kind, number>> = { ball: 16, car: 32, bear: 48, train: 64 };
/** The smallest arenas that pymalloc can have for such toys: eight boxes to an order, as in the pictures of the talk. */
const PARTY_SIZED = { arenaSize: 2048, poolSize: 256, alignment: 16, smallThreshold: 64, arenaMisalignment: 'aligned' };
const BATCH = 1000;

export const FIELDS = [
  ['groups', 'Groups of children', 1, 500],
  ['hours', 'Hours', 1, 100],
  ['seed', 'Seed of the guest list', 0, 0xffff_ffff],
  ['toysPerCollection', 'Toys in a collection', 1, 1000],
  ['collectionsPerOrder', 'Collections in an order', 1, 100],
  ['pricePerHour', 'Coins for an order, an hour', 0, 1_000_000],
  ['estimatedToys', 'Toys ordered ahead', 0, 10_000],
] as const;
export type FieldName = (typeof FIELDS)[number][0];

export class ToyParty {
  readonly fields = signal<Readonly<Record<FieldName, number>>>({
    groups: 12,
    hours: 8,
    seed: 106,
    toysPerCollection: 12,
    collectionsPerOrder: 8,
    pricePerHour: 10,
    estimatedToys: 0,
  });
  readonly answer = signal<PartyAnswer | null>(null);
  readonly isBusy = signal(false);
  readonly trouble = signal<string | null>(null);

  async give(): Promise<void> {
    const { groups, hours, seed, ...terms } = this.fields.value;
    await this.#try(async () => {
      const body = { ...terms, generate: { seed, groups, hours } };
      this.answer.value = await json<PartyAnswer>('/v1/party', { method: 'POST', body });
    });
  }

  /** The same guests as requests of a live session, in orders of eight boxes. Answers with its page. */
  async watch(strategy: Strategy): Promise<string | null> {
    const { answer } = this;
    const release = RELEASE[strategy];
    if (!answer.value || release === undefined) return null;
    const { guests } = answer.value;
    let path: string | null = null;
    await this.#try(async () => {
      const allocator = { model: 'pymalloc', profile: 'cpython-3.8', options: { ...PARTY_SIZED, release } };
      const body = { name: `Toy party: ${STRATEGIES[strategy][0].toLowerCase()}`, allocator };
      const { id, ownerToken: token } = await json<CreatedSession>('/v1/sessions', { method: 'POST', body });
      keepToken(id, token);
      const requests = requestsOf(guests);
      for (let from = 0; from < requests.length; from += BATCH) {
        const batch = { requests: requests.slice(from, from + BATCH) };
        await json(`/v1/sessions/${id}/requests`, { method: 'POST', body: batch, token });
      }
      path = `/s/${id}/party?e=${fullest(requests)}`;
    });
    return path;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.isBusy.value = true;
    this.trouble.value = null;
    try {
      await work();
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
    }
    this.isBusy.value = false;
  }
}

/** After so many requests most toys are out. */
function fullest(requests: readonly SessionRequest[]): number {
  let [out, most, at] = [0, 0, 0];
  for (const [nth, { op }] of requests.entries()) {
    if (op !== 'mark') out += op === 'free' ? -1 : 1;
    if (out > most) [most, at] = [out, nth + 1];
  }
  return at;
}

/** Who comes asks for toys, one request each; who leaves brings them back. Those who leave make room for those who come. */
export function requestsOf(guests: readonly Guests[]): SessionRequest[] {
  const visits = guests.flatMap((each) => [
    { at: each.arrives, isComing: true, each },
    ...(each.leaves === null ? [] : [{ at: each.leaves, isComing: false, each }]),
  ]);
  visits.sort((a, b) => a.at - b.at || Number(a.isComing) - Number(b.isComing));
  return visits.flatMap(({ isComing, each }): SessionRequest[] => {
    const { group, children, toysEach, kind } = each;
    const ids = Array.from({ length: children * toysEach }, (_, nth) => `${group} ${nth + 1}`);
    const size = TOY_BYTES[KINDS.find((known) => known === kind) ?? 'ball'];
    const label = `${group} ${isComing ? 'come' : 'leave'}`;
    return [
      { op: 'mark', label },
      ...ids.map((id): SessionRequest => (isComing ? { op: 'malloc', size, id } : { op: 'free', id })),
    ];
  });
}
