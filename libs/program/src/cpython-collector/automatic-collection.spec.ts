import { describe, expect, it } from '@jest/globals';
import {
  batch,
  collect,
  container,
  containers,
  disable,
  drop,
  enable,
  selfCycle,
  tell,
  threshold,
  weakref,
} from '../oracle/collector-story.js';
import { COLLECTOR_RULES } from './rules.js';

const VERSIONS = COLLECTOR_RULES.map((rules) => rules.version);
const IN_THE_ALLOCATION = VERSIONS.slice(0, 7);
const AT_THE_BREAKER = VERSIONS.slice(7);

describe('when a collection starts by itself', () => {
  it.each(IN_THE_ALLOCATION)('%s collects in the 701st net allocation, before the newborn is tracked', (version) => {
    const told = tell(version, containers('o', 701));
    expect(told.records[699].count).toEqual([700, 0, 0]);
    expect(told.last).toEqual({ i: 700, gc: [[0, 0, 0]], count: [0, 1, 0] });
    expect(told.lists[0]).toEqual([['o700', 1]]);
    expect(told.lists[1]).toHaveLength(700);
  });

  it('3.12 collects after the 701st, at the eval breaker, the newborn included', () => {
    const told = tell('3.12', containers('o', 701));
    expect(told.last).toEqual({ i: 700, gc_after: [[0, 0, 0]], count: [0, 1, 0] });
    expect(told.lists[0]).toEqual([]);
    expect(told.lists[1]).toHaveLength(701);
  });

  it('3.13 does so after the 2001st', () => {
    const told = tell('3.13', containers('o', 2001));
    expect(told.records.filter((record) => record.gc_after !== undefined).map((record) => record.i)).toEqual([2000]);
  });

  it.each(VERSIONS)('%s counts the allocation of a weak reference like any other', (version) => {
    const told = tell(version, threshold(1), container('a'), weakref('w', 'a'));
    expect([told.last.gc ?? [], told.last.gc_after ?? []].flat()).toEqual([[0, 0, 0]]);
  });

  it.each(VERSIONS)('%s never does with a first threshold of 0, nor while disabled', (version) => {
    for (const off of [threshold(0), disable]) {
      const told = tell(version, threshold(2), off, containers('o', 30));
      expect(told.end.stats).toEqual([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]);
      expect(told.end.count).toEqual([30, 0, 0]);
    }
  });

  it.each(VERSIONS)('%s goes on counting while disabled, and collects at the first allocation after', (version) => {
    const told = tell(version, threshold(2), disable, containers('o', 5), enable, container('p'));
    expect(told.end.stats[0][0]).toBe(1);
  });

  it('sets as many thresholds as it is given and leaves the rest', () => {
    expect(tell('3.11', threshold(5)).lists.threshold).toEqual([5, 10, 10]);
    expect(tell('3.11', threshold(5, 6)).lists.threshold).toEqual([5, 6, 10]);
    expect(tell('3.11', threshold(5, 6, 7)).lists.threshold).toEqual([5, 6, 7]);
  });
});

describe('one long call', () => {
  it.each(IN_THE_ALLOCATION)('%s collects as often inside as the counts ask for', (version) => {
    const told = tell(version, threshold(3), batch(12), containers('o', 12));
    expect(told.records.filter((record) => record.gc !== undefined).map((record) => record.i)).toEqual([5, 9, 13]);
  });

  it.each(AT_THE_BREAKER)('%s lets the counts run on and collects once at its end', (version) => {
    const told = tell(version, threshold(3), batch(12), containers('o', 12));
    expect(told.records.map((record) => record.gc)).toEqual(told.records.map(() => undefined));
    expect(told.records[12].count).toEqual([11, 0, 0]);
    expect(told.last).toEqual({ i: 13, gc_after: [[0, 0, 0]], count: [0, 1, 0] });
  });

  it.each(AT_THE_BREAKER)('%s collects nothing if no count is past its threshold any more', (version) => {
    const story = [
      threshold(3),
      batch(9),
      ...containers('o', 4),
      ...[0, 1, 2, 3].map((n) => drop(`o${n}`)),
      container('p'),
    ];
    expect(tell(version, ...story).last).toEqual({ i: 10, count: [1, 0, 0] });
  });

  it.each(AT_THE_BREAKER)('%s no longer asks whether the first threshold is 0', (version) => {
    const told = tell(version, threshold(3), batch(5), containers('o', 4), threshold(0));
    expect(told.last.gc_after).toEqual([[0, 0, 0]]);
  });

  it('3.12.1 runs a scheduled collection that was disabled in between, 3.13.0 asks again', () => {
    const story = [threshold(3), batch(5), ...containers('o', 4), disable];
    expect(tell('3.12', ...story).last.gc_after).toEqual([[0, 0, 0]]);
    expect(tell('3.13', ...story).last.gc_after).toBeUndefined();
    expect(tell('3.13', ...story, enable).last.gc_after).toBeUndefined();
  });

  it('ends with the script if it is longer', () => {
    expect(tell('3.12', threshold(3), batch(99), containers('o', 4)).last.gc_after).toEqual([[0, 0, 0]]);
  });
});

describe('which generation', () => {
  it.each(VERSIONS)('%s takes the oldest whose count is past its threshold, with all that are younger', (version) => {
    const taken = collections(version, threshold(1, 2, 1), containers('o', 30));
    expect(taken.slice(0, 9)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 2]);
  });

  it.each(VERSIONS)('%s looks at the older counts only when the first is past its threshold', (version) => {
    const story = [threshold(2, 0, 10), collect(0), ...containers('o', 2)];
    expect(tell(version, ...story).end.count).toEqual([2, 1, 0]);
    expect(collections(version, ...story, container('p'))).toEqual([0, 1]);
  });

  it.each(VERSIONS)('%s waits with a full one until a quarter of the last survivors have come up', (version) => {
    const lastWith = (survivors: number, pending: number): number | undefined =>
      collections(
        version,
        containers('old', survivors),
        collect(2),
        containers('young', pending),
        collect(1),
        threshold(1, 100, 0),
        containers('new', 2),
      ).at(-1);
    expect(lastWith(8, 1)).toBe(0);
    expect(lastWith(8, 2)).toBe(2);
    expect(lastWith(11, 2)).toBe(2);
    expect(lastWith(12, 2)).toBe(0);
  });

  it.each(VERSIONS)('%s makes at most one collection at a time', (version) => {
    const told = tell(version, threshold(1, 0, 0), containers('o', 60));
    for (const { gc = [], gc_after = [] } of told.records) expect(gc.length + gc_after.length).toBeLessThanOrEqual(1);
  });

  it.each(VERSIONS)('%s counts a collection of a generation for the next older one, and its own from 0', (version) => {
    expect(tell(version, container('a'), collect(0)).end.count).toEqual([0, 1, 0]);
    expect(tell(version, container('a'), collect(0), collect(0), collect(1)).end.count).toEqual([0, 0, 1]);
    expect(tell(version, container('a'), collect(0), collect(1), container('b'), collect(2)).end.count).toEqual([
      0, 0, 0,
    ]);
  });

  it.each(VERSIONS)('%s obeys gc.collect() whatever is disabled', (version) => {
    expect(tell(version, disable, threshold(0), selfCycle('a'), collect(0)).last.ret).toBe(1);
  });
});

/** The generations collected, in order. */
function collections(version: string, ...story: Parameters<typeof tell>[1][]): readonly number[] {
  const { records } = tell(version, ...story);
  return records.flatMap(({ gc = [], gc_after = [] }) => [...gc, ...gc_after].map(([generation]) => generation));
}
