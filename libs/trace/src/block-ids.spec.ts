import { describe, expect, it } from '@jest/globals';
import { BlockIds, UNKNOWN } from './block-ids.js';
import { DEAD_IDS_KEPT, DeadIds } from './dead-ids.js';

describe('BlockIds', () => {
  it('knows every freed id of a trace that counts, however long ago it was', () => {
    const ids = new BlockIds();
    for (let id = 0; id < 200_000; id++) {
      ids.bind(id, 0, id + 1);
      if (id > 0) ids.take(id);
    }
    expect(ids.find(0)).toBe(0);
    expect(ids.find(1)).toBe(~2);
    expect(ids.find(199_999)).toBe(~200_000);
    expect(ids.find(200_000)).toBe(UNKNOWN);
  });

  it('finds an old block among many young ones', () => {
    const ids = new BlockIds();
    for (let id = 1; id <= 100_000; id++) ids.bind(id, id * 3, id);
    expect(ids.take(5)).toBe(15);
    expect(ids.take(5)).toBe(~5);
    expect(ids.take(99_999)).toBe(299_997);
  });

  it('refuses a whole number that is in use, and takes it again after the free', () => {
    const ids = new BlockIds();
    expect(ids.bind(4096, 0, 1)).toBe(true);
    expect(ids.bind(8192, 1, 2)).toBe(true);
    expect(ids.bind(4096, 2, 3)).toBe(false);
    ids.take(4096);
    ids.remember(4096, 1);
    expect(ids.find(4096)).toBe(~1);
    expect(ids.bind(4096, 2, 3)).toBe(true);
    expect(ids.find(4096)).toBe(2);
  });

  it('rebinds a string that is in use', () => {
    const ids = new BlockIds();
    ids.bind('p', 0, 1);
    ids.bind('p', 1, 2);
    expect(ids.take('p')).toBe(1);
    ids.remember('p', 2);
    expect(ids.take('p')).toBe(~2);
    expect(ids.find('q')).toBe(UNKNOWN);
  });
});

describe('DeadIds', () => {
  it('forgets the one that died first, beyond its limit', () => {
    const dead = new DeadIds<string>(3);
    for (const [index, id] of ['a', 'b', 'c', 'a', 'd'].entries()) dead.remember(id, index + 1);
    expect(dead.entries()).toEqual([
      ['c', 3],
      ['a', 4],
      ['d', 5],
    ]);
    expect(dead.number('b')).toBe(0);
  });

  it('stays fast when it is full', () => {
    const dead = new DeadIds<number>();
    const rounds = DEAD_IDS_KEPT * 8;
    for (let id = 1; id <= rounds; id++) dead.remember(id, id);
    expect(dead.entries()).toHaveLength(DEAD_IDS_KEPT);
    expect(dead.number(rounds - DEAD_IDS_KEPT)).toBe(0);
    expect(dead.number(rounds - DEAD_IDS_KEPT + 1)).toBe(rounds - DEAD_IDS_KEPT + 1);
  });
});
