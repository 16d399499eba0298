import { describe, expect, it } from '@jest/globals';
import type { LiveColumns } from '@heapcast/replay';
import type { Site } from '@heapcast/trace';
import * as fc from 'fast-check';
import { collapsedStacks } from './collapsed.js';
import { differenceBySite, differenceByType } from './difference.js';
import { lifetimeHistogram } from './lifetimes.js';
import { GROUPINGS, groupSites, type Grouping, PlaceRegistry } from './places.js';
import { measured, type Measured, profileBySite, profileByType } from './profile.js';
import { speedscopeFile } from './speedscope.js';
import { stacksOf } from './stacks.js';
import { sumByGroup, sumWithCallees } from './sums.js';

const quick = async (): Promise<void> => {};
const MAIN: Site = { function: 'main', file: 'a.py', line: 1, parent: 0 };
const LOAD: Site = { function: 'load', file: 'a.py', line: 5, parent: 1 };
const LOAD_AGAIN: Site = { function: 'load', file: 'a.py', line: 6, parent: 2 };
const OTHER: Site = { function: 'load', file: 'b.py', line: 5, parent: 1 };
const SITES = [MAIN, LOAD, LOAD_AGAIN, OTHER];

/** Live columns with these bytes by site; as many blocks as tens of bytes. */
function live(...bytes: number[]): LiveColumns {
  const column = Float64Array.from(bytes);
  const blocks = column.map((value) => Math.ceil(value / 10));
  return { bytes: column, blocks, occupied: column.map((value) => 2 * value), raw: new Float64Array(bytes.length) };
}

function columnsOf(...bytes: number[]): Measured {
  return measured('live', live(...bytes));
}

const tables = fc.array(
  fc.record({
    function: fc.constantFrom('f', 'g', ''),
    file: fc.constantFrom('a.py', 'b.py'),
    line: fc.integer({ min: 0, max: 3 }),
    parent: fc.nat(),
  }),
  { maxLength: 40 },
);
const forests = tables.map((sites) => sites.map((site, i) => ({ ...site, parent: site.parent % (i + 1) })));
const amounts = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 45 });

describe('sites in groups', () => {
  it('are grouped by line, function, file or whole call path', async () => {
    const count = async (by: Grouping) => (await groupSites(SITES, by, quick)).registry.count - 1;
    expect(await Promise.all(GROUPINGS.map(count))).toEqual([4, 3, 2, 4]);
    const { registry, ofSite } = await groupSites(SITES, 'path', quick);
    expect(registry.path(ofSite[3], 64).map((place) => place.line)).toEqual([1, 5, 6]);
    expect(registry.path(ofSite[3], 2).map((place) => place.line)).toEqual([5, 6]);
  });

  it('do not name a function where several share the line', async () => {
    const { registry } = await groupSites([LOAD, { ...LOAD, function: '<listcomp>', parent: 0 }], 'line', quick);
    expect(registry.place(1)).toEqual({ function: null, file: 'a.py', line: 5 });
  });

  it('have the same numbers for two tables that share a registry', async () => {
    await fc.assert(
      fc.asyncProperty(forests, forests, fc.constantFrom(...GROUPINGS), async (one, other, by) => {
        const registry = new PlaceRegistry();
        const first = await groupSites(one, by, quick, registry);
        const again = await groupSites(one, by, quick, registry);
        const second = await groupSites(other, by, quick, registry);
        expect([...again.ofSite]).toEqual([...first.ofSite]);
        const words = (group: number) => JSON.stringify([registry.place(group), registry.path(group, 99)]);
        const all = [...first.ofSite, ...second.ofSite].filter((group) => group > 0);
        if (by !== 'line') expect(new Set(all.map(words)).size).toBe(new Set(all).size);
      }),
    );
  });

  it('let others have their turn while a large table is grouped', async () => {
    let turns = 0;
    await groupSites(
      Array.from({ length: 40_000 }, () => MAIN),
      'line',
      async () => void turns++,
    );
    expect(turns).toBe(9);
  });
});

describe('sums', () => {
  it('lose nothing, whatever the table', async () => {
    await fc.assert(
      fc.asyncProperty(forests, amounts, fc.constantFrom(...GROUPINGS), async (sites, column, by) => {
        const groups = await groupSites(sites, by, quick);
        const sums = sumByGroup(groups, column);
        expect(sums.reduce((a, b) => a + b, 0)).toBe(column.reduce((a, b) => a + b, 0));
      }),
    );
  });

  it('with callees count a block once for every group on its path', async () => {
    await fc.assert(
      fc.asyncProperty(forests, amounts, fc.constantFrom(...GROUPINGS), async (sites, column, by) => {
        const groups = await groupSites(sites, by, quick);
        const expected = new Float64Array(groups.registry.count);
        column.forEach((bytes, site) => {
          const onPath = new Set<number>();
          for (let at = site; at > 0 && at <= sites.length; at = sites[at - 1].parent) onPath.add(groups.ofSite[at]);
          if (site === 0 || site > sites.length) onPath.add(0);
          for (const group of onPath) expected[group] += bytes;
        });
        const [sums, again] = sumWithCallees(groups, [column, column.map((bytes) => 2 * bytes)]);
        expect([...sums]).toEqual([...expected]);
        expect([...again]).toEqual(Array.from(expected, (bytes) => 2 * bytes));
      }),
    );
  });

  it('with callees take a path of 200,000 calls', async () => {
    const deep = Array.from({ length: 200_000 }, (_, i) => ({ ...MAIN, line: i, parent: i }));
    const groups = await groupSites(deep, 'path', quick);
    const column = new Float64Array(200_001).fill(1);
    expect(sumWithCallees(groups, [column])[0][1]).toBe(200_000);
    expect(groups.registry.path(groups.ofSite[200_000], 3)).toHaveLength(3);
    const [stack] = stacksOf({ bytes: column, blocks: column }, groups, 5);
    expect(stack.calls.length).toBeLessThanOrEqual(257);
  });
});

describe('a profile', () => {
  it('sums exactly: rows, the rest and what is unknown', async () => {
    await fc.assert(
      fc.asyncProperty(forests, amounts, fc.integer({ min: 1, max: 5 }), async (sites, bytes, limit) => {
        const groups = await groupSites(sites, 'line', quick);
        const { rows, rest, unknown, total } = profileBySite(columnsOf(...bytes), groups, limit);
        for (const name of ['bytes', 'blocks'] as const) {
          expect(rows.reduce((sum, row) => sum + row[name], 0) + rest[name] + unknown[name]).toBe(total[name]);
        }
        expect(total.bytes).toBe(bytes.reduce((a, b) => a + b, 0));
        expect(rows.length).toBeLessThanOrEqual(limit);
        const order = rows.map((row) => row.bytes);
        expect(order).toEqual([...order].sort((a, b) => b - a));
      }),
    );
  });

  it('says of each row what it is, its share, and what its callees have', async () => {
    const groups = await groupSites(SITES, 'function', quick);
    const { rows } = profileBySite(columnsOf(0, 10, 30, 40, 20), groups, 9);
    expect(rows).toMatchObject([
      {
        function: 'load',
        file: 'a.py',
        line: null,
        bytes: 70,
        share: 0.7,
        withCallees: { bytes: 70 },
        occupiedBytes: 140,
      },
      { function: 'load', file: 'b.py', bytes: 20 },
      { function: 'main', bytes: 10, withCallees: { bytes: 100, blocks: 10 } },
    ]);
  });

  it('by type has what tells no type as unknown', () => {
    const { rows, unknown } = profileByType(columnsOf(5, 10, 20), ['', 'list', 'dict'], 9);
    expect([rows.map(({ type }) => type), unknown.bytes]).toEqual([['dict', 'list'], 5]);
  });
});

describe('a difference', () => {
  it('is after less before, largest change first, and sums exactly', async () => {
    await fc.assert(
      fc.asyncProperty(forests, forests, amounts, amounts, async (one, other, before, after) => {
        const registry = new PlaceRegistry();
        const sides = [
          { columns: columnsOf(...before), groups: await groupSites(one, 'path', quick, registry) },
          { columns: columnsOf(...after), groups: await groupSites(other, 'path', quick, registry) },
        ] as const;
        const { total, rows, rest, unknown } = differenceBySite(sides[0], sides[1], 3);
        const sum = (bytes: number[]): number => bytes.reduce((a, b) => a + b, 0);
        expect([total.before.bytes, total.after.bytes]).toEqual([sum(before), sum(after)]);
        expect(total.bytes).toBe(sum(after) - sum(before));
        expect(sum(rows.map(({ bytes }) => bytes)) + rest.bytes + unknown.bytes).toBe(total.bytes);
        const sizes = rows.map(({ bytes }) => Math.abs(bytes));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });

  it('joins types by their names', () => {
    const before = { columns: columnsOf(0, 10, 20), types: ['', 'list', 'dict'] };
    const after = { columns: columnsOf(0, 25, 5), types: ['', 'dict', 'set'] };
    expect(differenceByType(before, after, 9).rows.map(({ type, bytes }) => [type, bytes])).toEqual([
      ['list', -10],
      ['dict', 5],
      ['set', 5],
    ]);
  });
});

describe('stacks', () => {
  it('keep the whole weight, however few may be shown', async () => {
    const groups = await groupSites(SITES, 'path', quick);
    const stacks = stacksOf(columnsOf(5, 10, 30, 40, 20), groups, 2);
    expect(stacks.map(({ calls, bytes }) => [calls.map((call) => call.function), bytes])).toEqual([
      [['main', 'load', 'load'], 40],
      [['main', 'load'], 30],
      [['(other paths)'], 30],
      [['(unknown)'], 5],
    ]);
  });

  it('keep their lines whole, whatever functions are called', async () => {
    const odd = { function: 'f;g\n1', file: 'a b;c.py', line: 3, parent: 0 };
    const groups = await groupSites([odd, { function: '', file: '', line: 0, parent: 1 }], 'path', quick);
    const stacks = stacksOf(columnsOf(0, 10, 20), groups);
    expect([...collapsedStacks(stacks, 'bytes')]).toEqual([
      'f:g 1 (a b:c.py:3);(unnamed) 20\n',
      'f:g 1 (a b:c.py:3) 10\n',
    ]);
  });

  it('are one valid JSON text for speedscope, also when there are none', async () => {
    const groups = await groupSites(SITES, 'path', quick);
    for (const columns of [columnsOf(5, 10, 30), columnsOf(0)]) {
      const file = JSON.parse([...speedscopeFile('a "name"', stacksOf(columns, groups))].join(''));
      expect(file).toMatchObject({ name: 'a "name"', profiles: [{ unit: 'bytes' }, { unit: 'none' }] });
      expect(file.profiles[0].samples.length).toBe(file.profiles[0].weights.length);
    }
  });
});

describe('a histogram of lifetimes', () => {
  it('joins groups and ends with its last block', () => {
    const byEvents = new Float64Array(2 * 33);
    byEvents[1] = 3;
    byEvents[33 + 3] = 2;
    const reply = {
      at: 9,
      byEvents,
      byTime: null,
      alive: Float64Array.of(1, 2),
      sumEvents: Float64Array.of(3, 12),
      sumNanoseconds: new Float64Array(2),
    };
    expect(lifetimeHistogram(reply, [0, 1])).toEqual({
      ended: 5,
      alive: 3,
      averageEvents: 3,
      averageNanoseconds: null,
      nanoseconds: null,
      events: [
        { from: 0, to: 0, blocks: 0 },
        { from: 1, to: 1, blocks: 3 },
        { from: 2, to: 3, blocks: 0 },
        { from: 4, to: 7, blocks: 2 },
      ],
    });
    expect(lifetimeHistogram({ ...reply, byEvents: new Float64Array(66) }, [0])).toMatchObject({
      ended: 0,
      averageEvents: null,
      events: [],
    });
  });
});
