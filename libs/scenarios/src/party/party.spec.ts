import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateGuests } from './guest-list.js';
import { giveParty } from './party-host.js';
import { type Guests, PARTY_STRATEGIES, type PartyTerms } from './party.js';
import { ToyRoom } from './toy-room.js';

const TERMS: PartyTerms = {
  toysPerCollection: 4,
  collectionsPerOrder: 3,
  pricePerHour: 10,
  estimatedToys: 0,
  billing: 'started',
  vendorOrders: null,
};

function guests(group: string, arrives: number, leaves: number | null, toys: number, kind = 'ball'): Guests {
  return { group, arrives, leaves, children: toys, toysEach: 1, kind };
}

const anyTerms = fc.record({
  toysPerCollection: fc.integer({ min: 1, max: 6 }),
  collectionsPerOrder: fc.integer({ min: 1, max: 4 }),
  pricePerHour: fc.integer({ min: 0, max: 20 }),
  estimatedToys: fc.integer({ min: 0, max: 60 }),
  billing: fc.constantFrom('started' as const, 'exact' as const),
  vendorOrders: fc.option(fc.integer({ min: 1, max: 8 })),
});
const anyGuests = fc.array(
  fc
    .record({
      arrives: fc.integer({ min: 0, max: 12 }),
      stays: fc.option(fc.integer({ min: 0, max: 8 })),
      children: fc.integer({ min: 0, max: 9 }),
      toysEach: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom('ball', 'car'),
    })
    .map(({ stays, ...rest }) => ({ ...rest, group: 'g', leaves: stays === null ? null : rest.arrives + stays })),
  { maxLength: 12 },
);

describe('a party', () => {
  it('pays for the hours of every order that was in the room', () => {
    const list = [guests('a', 0, 2, 12), guests('b', 1, 4, 12)];
    const { bill } = giveParty(TERMS, list, 'as-needed');
    expect(bill.orders).toEqual([
      { order: 1, from: 0, to: 4, hours: 4, cost: 40 },
      { order: 2, from: 1, to: 4, hours: 3, cost: 30 },
    ]);
    expect(bill.total).toBe(70);
  });

  it('pays for every hour that has begun, or to the minute', () => {
    const list = [guests('a', 0, 1.25, 1), guests('b', 0, 0, 12)];
    const hours = (billing: 'started' | 'exact') => {
      return giveParty({ ...TERMS, billing }, list, 'give-back').bill.orders.map((line) => line.hours);
    };
    expect(hours('started')).toEqual([1, 2]);
    expect(hours('exact')).toEqual([0, 1.25]);
  });

  it('pays less when it gives back what is wholly free', () => {
    const list = [guests('a', 0, 2, 12), guests('b', 1, 4, 12)];
    expect(giveParty(TERMS, list, 'give-back').bill.total).toBe(20 + 30);
    expect(giveParty(TERMS, list, 'keep-one').bill.total).toBe(40 + 30);
    expect(giveParty(TERMS, list, 'everything-at-once').bill.total).toBe(80);
  });

  it('keeps a whole order for one toy', () => {
    const list = [guests('a', 0, 1, 11), guests('b', 0, 9, 1), guests('c', 2, 3, 1, 'car')];
    const { timeline, bill } = giveParty(TERMS, list, 'give-back');
    expect(timeline.find(({ what, group }) => what === 'leaves' && group === 'a')?.sentence).toBe(
      'a leave 11 toys. Order 1 cannot go back: 1 toy is still out.',
    );
    expect(bill.total).toBe(90);
  });

  it('keeps one free order for the next group, which need not wait for the vendor', () => {
    const list = [guests('a', 0, 1, 12), guests('b', 2, 3, 12)];
    const keep = giveParty(TERMS, list, 'keep-one');
    const back = giveParty(TERMS, list, 'give-back');
    expect([keep.bill.total, back.bill.total]).toEqual([30, 20]);
    expect(keep.deliveries).toBeLessThan(back.deliveries);
  });

  it('begins with what was estimated', () => {
    const [begins] = giveParty({ ...TERMS, estimatedToys: 13 }, [], 'as-needed').timeline;
    expect(begins).toMatchObject({ orders: 2, toysIdle: 24, rented: [1, 2] });
  });

  it('sends a group away when the vendor has nothing left, and takes its toys back', () => {
    const list = [guests('a', 0, 2, 10), guests('b', 1, 3, 5), guests('c', 1, 3, 2)];
    const { turnedAway, timeline } = giveParty({ ...TERMS, vendorOrders: 1 }, list, 'as-needed');
    expect(turnedAway).toEqual(['b']);
    expect(timeline.at(-1)).toMatchObject({ toysOut: 0, orders: 0 });
  });

  it('is a bill of hours times orders, whatever happens', () => {
    fc.assert(
      fc.property(anyTerms, anyGuests, fc.constantFrom(...PARTY_STRATEGIES), (terms, list, strategy) => {
        const { bill, timeline } = giveParty({ ...terms, billing: 'exact' }, list, strategy);
        let held = 0;
        for (const [index, { at, orders }] of timeline.entries())
          held += orders * ((timeline[index + 1]?.at ?? at) - at);
        expect(bill.hours).toBeCloseTo(held, 6);
        expect(bill.total).toBeCloseTo(held * terms.pricePerHour, 6);
        expect(bill.total).toBeCloseTo(
          bill.orders.reduce((sum, { cost }) => sum + cost, 0),
          6,
        );
      }),
    );
  });

  it('has every toy either out or in the room, and all of them back at the end', () => {
    fc.assert(
      fc.property(anyTerms, anyGuests, fc.constantFrom(...PARTY_STRATEGIES), (terms, list, strategy) => {
        const { timeline } = giveParty(terms, list, strategy);
        const perOrder = terms.toysPerCollection * terms.collectionsPerOrder;
        for (const { orders, toysOut, toysIdle } of timeline) expect(toysOut + toysIdle).toBe(orders * perOrder);
        expect(timeline.at(-1)).toMatchObject({ toysOut: 0, orders: 0 });
      }),
    );
  });

  it('never costs more to order as needed than to order everything at once, paid to the minute', () => {
    fc.assert(
      fc.property(anyTerms, anyGuests, (terms, list) => {
        const exact = { ...terms, billing: 'exact' as const, estimatedToys: 0, vendorOrders: null };
        const total = (strategy: (typeof PARTY_STRATEGIES)[number]) => giveParty(exact, list, strategy).bill.total;
        expect(total('as-needed')).toBeLessThanOrEqual(total('everything-at-once') + 1e-6);
      }),
    );
  });

  it('is the same for the same seed', () => {
    const terms = { seed: 106, groups: 30, hours: 8 };
    expect(generateGuests(terms)).toEqual(generateGuests(terms));
    expect(generateGuests(terms)).not.toEqual(generateGuests({ ...terms, seed: 107 }));
    for (const { arrives, leaves } of generateGuests(terms)) expect(leaves ?? 0).toBeGreaterThanOrEqual(arrives);
  });
});

describe('the room', () => {
  it('gives no toy twice, and none of another kind from a collection in use', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom('ball', 'car'), fc.nat())), (moves) => {
        const room = new ToyRoom(3, 2);
        const out = new Map<string, { kind: string; toy: ReturnType<ToyRoom['take']> & object }>();
        room.bring();
        for (const [takes, kind, which] of moves) {
          if (takes) {
            const toy = room.take(kind) ?? (room.bring(), room.take(kind));
            if (!toy) throw new Error('a new order has toys');
            const name = `${toy.order}.${toy.collection}.${toy.toy}`;
            expect(out.has(name)).toBe(false);
            for (const other of out.values()) {
              if (other.toy.order === toy.order && other.toy.collection === toy.collection)
                expect(other.kind).toBe(kind);
            }
            out.set(name, { kind, toy });
          } else if (out.size > 0) {
            const [name, { toy }] = [...out][which % out.size];
            out.delete(name);
            room.giveBack(toy);
          }
          expect(room.toysOut).toBe(out.size);
        }
      }),
    );
  });

  it('takes from the order that is used most, so that another becomes free', () => {
    const room = new ToyRoom(1, 4);
    const [first, second] = [room.bring(), room.bring()];
    const toys = Array.from({ length: 6 }, () => room.take('ball'));
    expect(toys.map((toy) => toy?.order)).toEqual([first, first, first, first, second, second]);
    for (const toy of toys.slice(0, 3)) if (toy) room.giveBack(toy);
    expect(room.take('ball')?.order).toBe(second);
  });

  it('refuses to send back what is not whole', () => {
    const room = new ToyRoom(2, 2);
    const order = room.bring();
    const toy = room.take('ball');
    expect(() => room.sendBack(order)).toThrow(RangeError);
    if (toy) room.giveBack(toy);
    if (toy) expect(() => room.giveBack(toy)).toThrow(RangeError);
    room.sendBack(order);
    expect(room.orders).toBe(0);
  });
});
