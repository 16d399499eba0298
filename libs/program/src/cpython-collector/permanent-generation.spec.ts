import { describe, expect, it } from '@jest/globals';
import { collect, container, drop, freeze, ref, selfCycle, tell, unfreeze } from '../oracle/collector-story.js';
import { COLLECTOR_RULES } from './rules.js';

const VERSIONS = COLLECTOR_RULES.map((rules) => rules.version);
const WITHOUT = VERSIONS.slice(0, 2);
const WITH = VERSIONS.slice(2);

describe('gc.freeze', () => {
  it.each(WITHOUT)('%s has none', (version) => {
    const told = tell(version, container('a'), freeze, unfreeze);
    expect(told.records.map((record) => record.unsupported)).toEqual([undefined, true, true]);
    expect(told.end.count).toEqual([1, 0, 0]);
    expect('permanent' in told.lists).toBe(false);
  });

  it.each(WITH)(
    '%s moves all generations, the youngest first, to the permanent one and zeroes the counts',
    (version) => {
      const told = tell(
        version,
        container('old'),
        collect(1),
        container('mid'),
        collect(0),
        container('young'),
        freeze,
      );
      expect(told.lists.permanent?.map(([id]) => id)).toEqual(['young', 'mid', 'old']);
      expect([told.lists[0], told.lists[1], told.lists[2]]).toEqual([[], [], []]);
      expect(told.end.count).toEqual([0, 0, 0]);
    },
  );

  it.each(WITH)('%s never looks at a frozen object, though counting still frees it', (version) => {
    const told = tell(
      version,
      container('a'),
      ref('a', 0, 'a'),
      container('b'),
      freeze,
      drop('a'),
      collect(2),
      drop('b'),
    );
    expect(told.records[5].ret).toBe(0);
    expect(told.events).toEqual(['d b rc']);
    expect(told.lists.permanent).toEqual([['a', 1]]);
  });

  it.each(WITH)('%s unfreezes to the end of generation 2, where trash is found again; counts stay', (version) => {
    const told = tell(
      version,
      container('b'),
      collect(1),
      selfCycle('a'),
      freeze,
      container('c'),
      collect(1),
      unfreeze,
    );
    expect(told.lists[2].map(([id]) => id)).toEqual(['c', 'a', 'b']);
    expect(told.end.count).toEqual([0, 0, 1]);
    expect(told.lists.long_lived).toEqual([0, 2]);
  });
});
