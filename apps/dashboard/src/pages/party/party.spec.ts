import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HeapMap } from '@heapcast/contracts';
import { fewestOut, ordersOf, stuckOrder } from './orders.js';
import { hourOf, orderBytes, rentOf } from './rent.js';
import { layOutScene, MOST_ON_RUG, ordersThatFit } from './scene-layout.js';
import { groupsOf, kindOf, type Toy } from './toys.js';
import { requestsOf } from './toy-party.js';
import { Words } from './words.js';

/** A heap of orders with so many boxes each; `used` is the number of toys out, box by box. */
function heapOf(used: readonly (readonly number[])[], capacity = 12): HeapMap {
  const boxes = used.flat();
  const firstCell = used.reduce<number[]>((all, order) => [...all, (all.at(-1) ?? 0) + order.length], [0]);
  return {
    at: 0,
    cellBytes: 256,
    base: Float64Array.from(used, (_, nth) => nth * 2048),
    region: Uint32Array.from(used, (_, nth) => nth),
    slot: Uint32Array.from(used, (_, nth) => nth),
    lead: new Uint32Array(used.length),
    firstCell: Uint32Array.from(firstCell),
    blockBytes: Uint16Array.from(boxes, (toys) => (toys > 0 ? 16 : 0)),
    capacity: Uint16Array.from(boxes, (toys) => (toys > 0 ? capacity : 0)),
    used: Uint16Array.from(boxes),
    touched: Uint16Array.from(boxes),
    releasedRegion: new Uint32Array(0),
    releasedSlot: new Uint32Array(0),
    releasedBase: new Float64Array(0),
    statesOf: 0,
    states: Uint8Array.from(
      (used[0] ?? []).flatMap((toys) =>
        toys > 0 ? Array.from({ length: capacity }, (_, index) => (index < toys ? 2 : 1)) : [],
      ),
    ),
    totals: {
      events: 0,
      liveBlocks: 0,
      requestedBytes: 0,
      allocatedBytes: 0,
      mappedBytes: 2048 * used.length,
      rawBlocks: 0,
      rawBytes: 0,
    },
    ledger: { mapped: 2048 * used.length, entries: {} },
  };
}

function toy(group: string, index: number, region = 0): Toy {
  return { region, pool: 0, index, kind: 'ball', name: `${group} ${index}`, group };
}

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

function corners({ x, y, width, height }: Rectangle): Point[] {
  return [
    { x, y },
    { x: x + width, y: y + height },
  ];
}

function isWithin(points: readonly Point[], { x, y, width, height }: Rectangle): boolean {
  const most = 1e-6;
  return points.every(
    (point) =>
      point.x >= x - most && point.y >= y - most && point.x <= x + width + most && point.y <= y + height + most,
  );
}

describe('the orders of a party', () => {
  it('name the one that a few toys keep, and none when all are in use alike', () => {
    const orders = ordersOf(heapOf([[12, 11], [1], [9]]));
    expect(orders.map(({ toysOut }) => toysOut)).toEqual([23, 1, 9]);
    expect(stuckOrder(orders)?.region).toBe(1);
    expect(stuckOrder(ordersOf(heapOf([[12], [11]])))).toBeNull();
  });

  it('take no order for stuck whose toys are all in it', () => {
    const orders = ordersOf(heapOf([[0, 0], [2], [12]]));
    expect(fewestOut(orders)?.region).toBe(1);
  });
});

describe('the rent', () => {
  it('is a coin for each order and hour until now', () => {
    const map = { ...heapOf([[1], [1]]), at: 40 };
    const curve = { edges: [0, 20, 40, 60], mappedMax: [2048, 4096, 8192], allocatedMax: [], requestedMax: [] };
    const about = {
      name: '',
      events: 60,
      grows: false,
      allocator: { model: 'pymalloc', profile: '', options: { arenaSize: 2048 } },
    };
    expect(hourOf(60)).toBe(10);
    expect(rentOf(map, curve, about)).toEqual({ paid: 2 * 1 + 2 * 2, perHour: 2, orders: 2, hour: 10 });
    expect(hourOf(273_581)).toBe(10_000);
  });

  it('knows what an order is without one being there', () => {
    expect(orderBytes(null, { model: 'pymalloc', profile: '', options: { arenaSize: 1 << 20 } })).toBe(1 << 20);
    expect(orderBytes(null, { model: 'freelist', profile: '', options: {} })).toBe(1);
  });
});

describe('toys', () => {
  it('are of four kinds, larger blocks never of an earlier kind than smaller small ones', () => {
    expect([16, 32, 48, 64].map(kindOf)).toEqual(['ball', 'car', 'bear', 'train']);
    expect([128, 256, 512].map(kindOf)).toEqual(['car', 'bear', 'train']);
  });

  it('lie on three rugs at most, those of the order in question first', () => {
    const toys = ['a', 'b', 'c', 'd'].flatMap((group) => [toy(group, 1), toy(group, 2)]).concat(toy('e', 1, 7));
    const groups = groupsOf(toys, 7, 'nobody', 'others');
    expect(groups.map(({ name }) => name)).toEqual(['e', 'a', 'others']);
    expect(groups.reduce((sum, group) => sum + group.toys.length, 0)).toBe(toys.length);
  });
});

describe('the scene', () => {
  it('keeps every box and every toy within its crate, and crates within the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 64 }), {
          minLength: 1,
          maxLength: 9,
        }),
        fc.integer({ min: 320, max: 1920 }),
        (used, width) => {
          const map = heapOf(used);
          const orders = ordersOf(map);
          const room = { width, orders, from: 0, shown: orders[0] ?? null };
          const toys = Array.from({ length: 40 }, (_, index) => toy('kids', index));
          const groups = groupsOf(toys, 0, 'nobody', 'others');
          const scene = layOutScene({ ...room, map, stuck: null, groups, toysBySlot: new Map() });
          expect(scene.crates).toHaveLength(Math.min(orders.length, ordersThatFit(room)));
          const astray = scene.crates.flatMap((crate) => [
            ...crate.boxes.filter((box) => !isWithin(corners(box), crate)),
            ...crate.boxes.flatMap((box) => box.slots.filter((slot) => !isWithin([slot], box))),
          ]);
          expect(astray).toEqual([]);
          expect(scene.crates.filter(({ x, width: wide }) => x + wide > width + 1)).toEqual([]);
          const [rug] = scene.rugs;
          expect(rug?.places.length).toBeLessThanOrEqual(MOST_ON_RUG);
          expect((rug?.places.length ?? 0) + (rug?.more ?? 0)).toBe(toys.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leads from the empty slot of a stuck order to the toy that is out', () => {
    const map = heapOf([
      [1, 0],
      [12, 12],
    ]);
    const orders = ordersOf(map);
    const [stuck = null] = orders;
    const groups = groupsOf([toy('kids', 0)], 0, 'nobody', 'others');
    const scene = layOutScene({
      width: 1440,
      map,
      orders,
      from: 0,
      shown: stuck,
      stuck,
      groups,
      toysBySlot: new Map(),
    });
    const slot = scene.crates[0]?.boxes[0]?.slots[0];
    const place = scene.rugs[0]?.places[0];
    expect(scene.lines).toHaveLength(1);
    expect(scene.lines[0]?.from[0]).toBe(slot?.x);
    expect(scene.lines[0]?.to).toEqual([place?.x, place?.y]);
  });
});

describe('the words', () => {
  const table = {
    pool: { memory: 'chunk (pymalloc: pool)', party: 'collection', many: 'collections', meaning: '' },
    block: { memory: 'block of memory', party: 'toy', many: 'toys', meaning: '' },
  };
  it("are the party's, or those of the allocator's own model", () => {
    expect(new Words(table, 'party', 'pymalloc').of('pool', 2)).toBe('collections');
    expect(new Words(table, 'allocator', 'pymalloc').of('pool', 2)).toBe('pools');
    expect(new Words(table, 'allocator', 'freelist').title('pool')).toBe('Chunk');
    expect(new Words(table, 'allocator', 'freelist').of('block')).toBe('block');
  });
});

describe('a party as requests', () => {
  it('asks for every toy once and brings it back once, those who leave before those who come', () => {
    const requests = requestsOf([
      { group: 'A', arrives: 0, leaves: 2, children: 2, toysEach: 2, kind: 'car' },
      { group: 'B', arrives: 2, leaves: null, children: 1, toysEach: 1, kind: 'train' },
    ]);
    expect(requests.map(({ op }) => op).join(' ')).toBe(
      'mark malloc malloc malloc malloc mark free free free free mark malloc',
    );
    expect(requests.at(-1)).toEqual({ op: 'malloc', size: 64, id: 'B 1' });
  });
});
