import { describe, expect, it } from '@jest/globals';
import { parseCollectorScript } from './collector-script.js';
import { batch, collect, container, drop, leaf, load, ref, tell, unref, weakref } from './collector-story.js';

describe('a collector script', () => {
  it('numbers names in the order of first mention and leaves comments out', () => {
    const script = parseCollectorScript(
      [
        '{"op":"comment","text":"x and y"}',
        '{"op":"ref","from":"y","slot":0,"to":"x"}',
        '',
        '{"op":"new","id":"x","type":"container"}',
        '{"op":"new","id":"y","type":"leaf"}',
      ].join('\n'),
    );
    expect(script.names).toEqual(['y', 'x']);
    expect(script.commands).toEqual([
      { op: 'ref', from: 0, slot: 0, to: 1 },
      { op: 'new', id: 1, slots: 4, finalizer: 'none' },
      { op: 'leaf', id: 0 },
    ]);
  });

  it.each([
    ['not JSON', '{"op"', 'this is not JSON'],
    ['no object', '[1]', 'a line holds one JSON object'],
    ['no such command', '{"op":"fly"}', '"op" must be one of new, '],
    ['no name', '{"op":"drop"}', '"id" must be a string, not undefined'],
    ['a slot below 0', '{"op":"load","from":"a","slot":-1}', '"slot" must be a whole number from 0'],
    ['a strange type', '{"op":"new","id":"b","type":"tuple"}', '"type" must be one of container, leaf'],
    [
      'a strange finalizer',
      '{"op":"new","id":"b","type":"container","finalizer":1}',
      '"finalizer" must be one of none',
    ],
    ['too many slots', '{"op":"new","id":"b","type":"container","slots":1e9}', '"slots" must be a whole number from 0'],
    ['no such generation', '{"op":"collect","generation":3}', '"generation" must be a whole number from 0 to 2'],
    ['no threshold', '{"op":"threshold","values":[]}', '"values" must be 1 to 3 whole numbers'],
    ['a broken threshold', '{"op":"threshold","values":[1,"2"]}', '"values" must be 1 to 3 whole numbers'],
    ['a name used twice', '{"op":"new","id":"a","type":"leaf"}', '"a" was used before'],
  ])('with %s is refused, with the line', (_, line, message) => {
    expect(() => parseCollectorScript(`{"op":"new","id":"a","type":"leaf"}\n${line}`)).toThrow(`line 2: ${message}`);
  });
});

describe('a command that cannot apply does nothing and is skipped', () => {
  const a = container('a', 'none', 2);

  it('because a name is not bound', () => {
    expect(skipped(a, ref('a', 0, 'nobody'))).toBe(true);
    expect(skipped(a, ref('nobody', 0, 'a'))).toBe(true);
    expect(skipped(a, drop('a'), drop('a'))).toBe(true);
    expect(skipped(a, drop('a'), weakref('w', 'a'))).toBe(true);
  });

  it('because a slot is empty or does not exist', () => {
    expect(skipped(a, unref('a', 0))).toBe(true);
    expect(skipped(a, load('a', 0))).toBe(true);
    expect(skipped(a, ref('a', 2, 'a'))).toBe(true);
    expect(skipped(leaf('l'), ref('l', 0, 'l'))).toBe(true);
    expect(skipped(a, weakref('w', 'a'), ref('w', 0, 'a'))).toBe(true);
  });

  it('because the name to bind is bound, or the object cannot have the weak reference', () => {
    expect(skipped(a, leaf('l'), ref('a', 0, 'l'), load('a', 0))).toBe(true);
    expect(skipped(a, leaf('l'), ref('a', 0, 'l'), drop('l'), load('a', 0))).toBe(false);
    expect(skipped(a, weakref('w', 'a'), weakref('v', 'a'))).toBe(true);
    expect(skipped(a, weakref('w', 'a'), weakref('v', 'w'))).toBe(true);
    expect(skipped(leaf('l'), weakref('w', 'l'))).toBe(true);
  });
});

describe('a recording', () => {
  it('leaves out what has nothing to say', () => {
    expect(tell('3.11', container('a')).last).toEqual({ i: 0, count: [1, 0, 0] });
  });

  it('lists names and leaves in the order of first mention', () => {
    const { lists } = tell('3.11', ref('late', 0, 'later'), leaf('early'), leaf('later'), leaf('late'));
    expect(lists.names).toEqual(['late', 'later', 'early']);
    expect(lists.leaves).toEqual([
      ['late', 1],
      ['later', 1],
      ['early', 1],
    ]);
  });

  it('gives a batch inside a batch no meaning of its own', () => {
    const story = [batch(3), batch(50), container('a'), container('b'), collect(0)];
    expect(tell('3.12', { op: 'threshold', values: [1] }, ...story).records.map((record) => record.gc_after)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      [[0, 0, 0]],
      undefined,
    ]);
  });
});

/** Whether the last command was. */
function skipped(...story: Parameters<typeof tell>[1][]): boolean {
  return tell('3.11', ...story).last.skip === true;
}
