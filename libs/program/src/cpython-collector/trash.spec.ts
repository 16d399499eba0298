import { describe, expect, it } from '@jest/globals';
import {
  collect,
  container,
  drop,
  freeze,
  leaf,
  ref,
  type ScriptLine,
  selfCycle,
  tell,
  weakref,
} from '../oracle/collector-story.js';
import { COLLECTOR_RULES } from './rules.js';

const VERSIONS = COLLECTOR_RULES.map((rules) => rules.version);
const SINCE_3_6 = VERSIONS.slice(1);
const SINCE_3_7 = VERSIONS.slice(2);
const SINCE_3_9 = VERSIONS.slice(4);

/** `a` and `b` refer to each other and nobody to them. */
const pair = (a: string, b: string, finalizerOfA: 'none' | 'log' | 'resurrect' = 'none'): ScriptLine[] => [
  container(a, finalizerOfA),
  container(b),
  ref(a, 0, b),
  ref(b, 0, a),
  drop(a),
  drop(b),
];

describe('finding trash', () => {
  it.each(VERSIONS)('%s finds cycles that counts cannot free, and keeps what a name still reaches', (version) => {
    const told = tell(
      version,
      pair('a', 'b'),
      pair('c', 'd'),
      container('held'),
      ...reachedBy('held', 'x'),
      collect(2),
    );
    expect(told.last.ret).toBe(4);
    expect(told.lists[2].map(([id]) => id)).toEqual(['held', 'x']);
  });

  it.each(VERSIONS)('%s takes a reference from an older generation for one from outside', (version) => {
    const old = [container('old'), collect(1), container('young'), ref('old', 0, 'young'), ref('young', 0, 'young')];
    expect(tell(version, ...old, drop('young'), collect(0)).last.ret).toBe(0);
    expect(tell(version, ...old, ref('old', 1, 'old'), drop('young'), drop('old'), collect(0)).last.ret).toBe(0);
    expect(tell(version, ...old, ref('old', 1, 'old'), drop('young'), drop('old'), collect(2)).last.ret).toBe(2);
  });

  it.each(VERSIONS)('%s reorders survivors: what only a later member reaches comes back at the end', (version) => {
    const told = tell(
      version,
      ...['late', 'other', 'holder'].map((id) => container(id)),
      ref('holder', 0, 'late'),
      drop('late'),
      collect(0),
    );
    expect(told.lists[1].map(([id]) => id)).toEqual(['other', 'holder', 'late']);
  });

  it.each(VERSIONS)(
    '%s appends younger lists to the collected one, the youngest first, and then the survivors',
    (version) => {
      const told = tell(
        version,
        container('oldest'),
        collect(1),
        container('older'),
        collect(0),
        container('young'),
        collect(1),
      );
      expect(told.lists[2].map(([id]) => id)).toEqual(['oldest', 'older', 'young']);
    },
  );

  it.each(VERSIONS)(
    '%s adds survivors of generation 1 to the pending ones, and a full collection starts anew',
    (version) => {
      const told = tell(version, container('a'), collect(1), container('b'), collect(0), container('c'), collect(1));
      expect(told.lists.long_lived).toEqual([0, 3]);
      expect(tell(version, container('a'), collect(1), container('b'), collect(2)).lists.long_lived).toEqual([2, 0]);
    },
  );
});

describe('clearing trash', () => {
  it.each(VERSIONS)('%s clears the first of the trash, then the first of what is left', (version) => {
    const told = tell(version, pair('a', 'b'), pair('c', 'd'), collect(2));
    expect(told.last.ev?.map((event) => event.join(' '))).toEqual([
      'c a',
      'd b gc',
      'd a gc',
      'c c',
      'd d gc',
      'd c gc',
    ]);
  });

  it.each(VERSIONS)('%s frees older objects and leaves that only the trash held', (version) => {
    const story = [container('old'), collect(1), container('a'), leaf('l'), ref('a', 0, 'a'), ref('a', 1, 'old')];
    const told = tell(version, ...story, ref('a', 2, 'l'), drop('old'), drop('l'), drop('a'), collect(0));
    expect(told.last.ret).toBe(1);
    expect(told.last.ev).toEqual([
      ['c', 'a'],
      ['d', 'old', 'gc'],
      ['d', 'l', 'gc'],
      ['d', 'a', 'gc'],
    ]);
  });

  it.each(VERSIONS)('%s goes on after an object that clearing did not free: it dies with the next', (version) => {
    // b holds a: clearing a does not free it, clearing b does.
    const told = tell(
      version,
      ...['a', 'b', 'c'].map((id) => container(id)),
      ref('a', 0, 'a'),
      ref('b', 0, 'a'),
      ref('c', 0, 'b'),
      ref('b', 1, 'c'),
      ...['a', 'b', 'c'].map(drop),
      collect(2),
    );
    expect(told.last.ev?.map((event) => event.join(' '))).toEqual(['c a', 'c b', 'd a gc', 'd c gc', 'd b gc']);
    expect(told.lists[2]).toEqual([]);
  });

  it.each(VERSIONS)('%s clears a weak reference that is trash like any object', (version) => {
    const story = [container('x'), weakref('w', 'x'), container('a'), ref('a', 0, 'w'), ref('a', 1, 'a')];
    const told = tell(version, ...story, drop('w'), drop('a'), collect(2));
    expect(told.last.ev).toEqual([
      ['c', 'w'],
      ['c', 'a'],
      ['d', 'w', 'gc'],
      ['d', 'a', 'gc'],
    ]);
  });
});

describe('weak references and trash', () => {
  it.each(VERSIONS)('%s empties and calls one that is not trash, before anything is cleared', (version) => {
    const story = [container('a'), weakref('w', 'a'), ref('a', 0, 'a'), drop('a'), collect(2)];
    expect(tell(version, ...story).events).toEqual(['w w', 'c a', 'd a gc']);
  });

  it.each(VERSIONS)('%s does not call one that is trash with its object', (version) => {
    const story = [
      container('a'),
      weakref('w', 'a'),
      ref('a', 0, 'a'),
      ref('a', 1, 'w'),
      drop('w'),
      drop('a'),
      collect(2),
    ];
    expect(tell(version, ...story).events).toEqual(['c a', 'd w gc', 'd a gc']);
  });

  it.each(VERSIONS)('%s calls them in the order of the trash', (version) => {
    const told = tell(
      version,
      container('b'),
      container('a'),
      weakref('wa', 'a'),
      weakref('wb', 'b'),
      ref('a', 0, 'a'),
      ref('b', 0, 'b'),
      drop('a'),
      drop('b'),
      collect(2),
    );
    expect(told.events.slice(0, 2)).toEqual(['w wb', 'w wa']);
  });

  it.each(VERSIONS)('%s moves one that was called to the next generation, from wherever it was', (version) => {
    const young = tell(version, selfReferring('a'), weakref('w', 'a'), drop('a'), container('b'), collect(0));
    expect(young.lists[1].map(([id]) => id)).toEqual(['b', 'w']);
    // A weak reference older than its object: the object was saved by its finalizer, and is young again.
    const saved = [container('x', 'resurrect'), weakref('w', 'x'), collect(1), drop('x')];
    const older = tell(version, ...saved, ref('x', 0, 'x'), drop('x'), collect(0));
    if (version === '2.7.18') expect(older.events).toEqual(['w w', 'f x']);
    else expect(older.lists[1].map(([id]) => id)).toEqual(['w']);
  });

  it.each(SINCE_3_7)('%s moves one that was called also from the permanent generation', (version) => {
    const told = tell(
      version,
      container('y', 'resurrect'),
      weakref('w', 'y'),
      freeze,
      drop('y'),
      ref('y', 0, 'y'),
      drop('y'),
      collect(0),
    );
    expect(told.lists.permanent).toEqual([]);
    expect(told.lists[1].map(([id]) => id)).toEqual(['w']);
  });

  // The trash is a, w in this order: a is cleared, and x dies of it, while w is still whole.
  const trashHoldsAnOldObject = [
    container('x'),
    collect(0),
    container('a'),
    weakref('w', 'x'),
    ref('a', 0, 'x'),
    ref('a', 1, 'w'),
    ref('a', 2, 'a'),
    drop('x'),
    drop('w'),
    drop('a'),
    collect(0),
  ];

  it.each(VERSIONS.slice(0, 3))('%s calls one that is trash, of an old object that only the trash held', (version) => {
    expect(tell(version, ...trashHoldsAnOldObject).events).toContain('w w');
  });

  it.each(VERSIONS)('%s does not if it is cleared before its object dies', (version) => {
    const [x, aged, a, w, ...rest] = trashHoldsAnOldObject;
    const told = tell(version, x, aged, w, a, ...rest);
    expect(told.events).toEqual(['c w', 'c a', 'd x gc', 'd w gc', 'd a gc']);
  });

  it.each(VERSIONS.slice(3))('%s has emptied it first, and does not', (version) => {
    expect(tell(version, ...trashHoldsAnOldObject).events).not.toContain('w w');
  });
});

describe('finalizers in trash', () => {
  it('2.7 does not call them: what has one, and all it reaches, is uncollectable and goes to gc.garbage', () => {
    const told = tell('2.7', pair('a', 'b', 'log'), selfCycle('c'), collect(0));
    expect(told.last).toMatchObject({ ret: 3, gc: [[0, 1, 2]] });
    expect(told.events).toEqual(['c c', 'd c gc']);
    expect(told.lists.garbage).toEqual(['a']);
    expect(told.lists[1]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('2.7 sets aside first those with a finalizer, then what they reach, breadth first', () => {
    const ids = ['deep', 'left', 'right', 'f', 'g'];
    const told = tell(
      '2.7',
      ...ids.map((id) => container(id, id === 'f' || id === 'g' ? 'log' : 'none')),
      ref('f', 0, 'left'),
      ref('f', 1, 'right'),
      ref('left', 0, 'deep'),
      ref('f', 2, 'f'),
      ref('g', 0, 'g'),
      ...ids.map(drop),
      collect(0),
    );
    expect(told.lists[1].map(([id]) => id)).toEqual(['f', 'g', 'left', 'right', 'deep']);
    expect(told.lists.garbage).toEqual(['f', 'g']);
    expect(told.end.stats[0]).toEqual([1, 0, 5]);
  });

  it('2.7 leaves weak references to what it set aside alone', () => {
    const story = [
      container('a', 'log'),
      weakref('w', 'a'),
      ref('a', 0, 'a'),
      drop('a'),
      collect(0),
      weakref('v', 'a'),
    ];
    expect(tell('2.7', ...story).events).toEqual([]);
  });

  it('2.7 lets an uncollectable object die that only the cleared trash held', () => {
    const told = tell(
      '2.7',
      container('f', 'log'),
      container('a'),
      ref('a', 0, 'f'),
      ref('a', 1, 'a'),
      drop('f'),
      drop('a'),
      collect(0),
    );
    expect(told.events).toEqual(['c a', 'f f', 'd f gc', 'd a gc']);
    expect(told.last).toMatchObject({ ret: 1, gc: [[0, 1, 0]] });
    expect(told.lists.garbage).toEqual([]);
  });

  it.each(SINCE_3_6)('%s calls them all before anything is cleared, in the order of the trash', (version) => {
    const told = tell(version, pair('a', 'b', 'log'), selfCycle('c', 'log'), collect(2));
    expect(told.events).toEqual(['f a', 'f c', 'c a', 'd b gc', 'd a gc', 'c c', 'd c gc']);
    expect(told.lists.garbage).toEqual([]);
  });

  it.each(SINCE_3_6)('%s calls weak references before finalizers', (version) => {
    const story = [container('a', 'log'), weakref('w', 'a'), ref('a', 0, 'a'), drop('a'), collect(2)];
    expect(tell(version, ...story).events).toEqual(['w w', 'f a', 'c a', 'd a gc']);
  });

  it.each(SINCE_3_6)('%s does not call one that was called before', (version) => {
    const told = tell(version, container('a', 'resurrect'), drop('a'), ref('a', 0, 'a'), drop('a'), collect(2));
    expect(told.events).toEqual(['f a', 'c a', 'd a gc']);
  });
});

describe('a finalizer that saves a member of the trash', () => {
  // r (saved) -> s; u is trash of the same collection that r does not reach, though it reaches r.
  const story = [
    container('r', 'resurrect'),
    container('s'),
    container('u'),
    ref('r', 0, 's'),
    ref('s', 0, 'r'),
    ref('u', 0, 'u'),
    ref('u', 1, 'r'),
    drop('r'),
    drop('s'),
    drop('u'),
    collect(0),
  ];

  it('3.6 lets all of the trash live on and says that it collected it', () => {
    const told = tell('3.6', ...story);
    expect(told.events).toEqual(['f r']);
    expect(told.last).toMatchObject({ ret: 3, gc: [[0, 3, 0]] });
    expect(told.lists[1].map(([id]) => id)).toEqual(['r', 's', 'u']);
  });

  it.each(['3.7', '3.8'])('%s lets all of it live on and says that it collected nothing', (version) => {
    const told = tell(version, ...story);
    expect(told.events).toEqual(['f r']);
    expect(told.last).toMatchObject({ ret: 0, gc: [[0, 0, 0]] });
    expect(told.lists[1].map(([id]) => id)).toEqual(['r', 's', 'u']);
  });

  it.each(SINCE_3_9)('%s clears what the saved one does not reach', (version) => {
    const told = tell(version, ...story);
    expect(told.events).toEqual(['f r', 'c u', 'd u gc']);
    expect(told.last).toMatchObject({ ret: 1, gc: [[0, 1, 0]] });
    expect(told.lists[1].map(([id]) => id)).toEqual(['r', 's']);
  });

  it.each(SINCE_3_6)('%s has emptied weak references to it all the same', (version) => {
    const saved = [container('a', 'resurrect'), weakref('w', 'a'), ref('a', 0, 'a'), drop('a'), collect(0)];
    const told = tell(version, ...saved, weakref('v', 'a'));
    expect(told.events).toEqual(['w w', 'f a']);
    expect(told.last.skip).toBeUndefined();
  });

  it.each(SINCE_3_6)('%s does not count it among the long-lived', (version) => {
    expect(tell(version, selfCycle('a', 'resurrect'), container('b'), collect(1)).lists.long_lived).toEqual([0, 1]);
    expect(tell(version, selfCycle('a', 'resurrect'), container('b'), collect(2)).lists.long_lived).toEqual([1, 0]);
  });

  it.each(SINCE_3_6)('%s empties a weak reference in the trash from 3.8 on, also one that is saved', (version) => {
    // w -> x, w is held by a trash cycle that a finalizer saves; x is alive by name.
    const told = tell(
      version,
      container('x'),
      weakref('w', 'x'),
      container('a', 'resurrect'),
      ref('a', 0, 'w'),
      ref('a', 1, 'a'),
      drop('w'),
      drop('a'),
      collect(0),
      drop('x'),
    );
    const isLeft = version.startsWith('3.6') || version.startsWith('3.7');
    expect(told.events).toEqual(isLeft ? ['f a', 'd x rc', 'w w'] : ['f a', 'd x rc']);
  });
});

function reachedBy(holder: string, id: string): ScriptLine[] {
  return [container(id), ref(holder, 1, id), drop(id)];
}

function selfReferring(id: string): ScriptLine[] {
  return [container(id), ref(id, 0, id)];
}
