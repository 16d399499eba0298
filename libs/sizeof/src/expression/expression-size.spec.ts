/** What expressions make is compared with real CPythons in `recorded/recordings.spec.ts`; here the rest. */
import { describe, expect, it } from '@jest/globals';
import { Expression, expressionSize } from './expression-size.js';

const on = (version: string, text: string) => expressionSize(text, { version, dataModel: 'linux-64' });

describe('the objects of an expression', () => {
  it('are listed from the whole inwards, with the references to each', () => {
    const { objects } = on('3.13', '[1000, (1000, None)]');
    expect(objects.map(({ source, type, references }) => [source, type, references])).toEqual([
      ['[1000, (1000, None)]', 'list', 0],
      ['1000', 'int', 2],
      ['(1000, None)', 'tuple', 1],
      ['None', 'NoneType', 1],
    ]);
  });

  it('that exist already ask for nothing', () => {
    const { objects, shared, requested } = on('3.13', "[1, 'a', 'ab']");
    expect(objects.map(({ isShared }) => isShared)).toEqual([false, true, true, false]);
    expect(shared).toEqual({ count: 2, size: 28 + 42 });
    expect(requested.reduce((sum, { bytes, times }) => sum + bytes * times, 0)).toBe(56 + 32 + 43);
  });

  it('that are equal constants are one, made at run time they are two', () => {
    expect(on('3.13', "['ab', 'ab']").count).toBe(2);
    expect(on('3.13', '[[1], [1]]').count).toBe(4);
    // 2**200 is too large for the compiler since 3.7, but not for that of 3.6.
    expect(on('3.13', '[2**200, 2**200]').count).toBe(3);
    expect(on('3.6', '[2**200, 2**200]').count).toBe(2);
  });

  it('are others in 2.7: range makes a list, plain text is bytes, / divides whole numbers', () => {
    expect(on('2.7', 'range(10)')).toMatchObject({ shallow: 152, count: 11 });
    expect(on('2.7', "'\u00e9'").shallow).toBe(37 + 2);
    expect(on('2.7', "u'\u00e9'").shallow).toBe(56);
    expect(on('2.7', '7 / 2').objects[0]?.type).toBe('int');
    expect(on('3.6', '7 / 2').objects[0]?.type).toBe('float');
  });

  it('keep one of keys that are equal: 1, 1.0 and True; a tuple written in two ways', () => {
    expect(on('3.13', '{1: 2, 1.0: 3, True: 4}').objects.map(({ source }) => source)).toEqual([
      '{1: 2, 1.0: 3, True: 4}',
      '1',
      '4',
    ]);
    expect(on('3.13', '{(1,) * 2, (1, 1)}').count).toBe(3);
  });

  it('of a long range are counted, not made', () => {
    const { deep, count } = on('3.13', 'list(range(-10, 999999990))');
    expect(count).toBe(1 + 1_000_000_000);
    // 8 bytes each in the list (an even number of slots); ints of 30 bits take 28 bytes, zero as well.
    expect(deep).toBe(56 + 8 * 1_000_000_000 + 28 * 1_000_000_000);
  });

  it('are read once for many builds', () => {
    const expression = new Expression('{"a": [1, 2, 3]}');
    const deep = ['2.7', '3.6', '3.11'].map((version) => expression.size({ version, dataModel: 'linux-64' }).deep);
    expect(deep).toEqual(['2.7', '3.6', '3.11'].map((version) => on(version, '{"a": [1, 2, 3]}').deep));
  });
});

describe('text as Python writes it', () => {
  it.each([
    [String.raw`'\x41\u0042\101\n'`, 41 + 4],
    [String.raw`'\U0001F600'`, 60 + 4],
    [String.raw`r'\x41'`, 41 + 4],
    [String.raw`'\q'`, 41 + 2],
    [`"""a\nb"""`, 41 + 3],
    [String.raw`b'\x00\xff\u'`, 33 + 4],
    [`'a' 'b' "c"`, 41 + 3],
    ["'\u{1F600}'", 60 + 4],
  ])('%s takes %i bytes', (text, bytes) => {
    expect(on('3.13', text).shallow).toBe(bytes);
  });

  it.each([
    [String.raw`'\x4'`, 'expression has an escape that is cut short', 1],
    [String.raw`'ab\N{BULLET}'`, 'expression has a character by name, which is not read here', 3],
    [String.raw`'\Uffffffff'`, 'expression has no such character', 1],
    ["b'\u0101'", 'expression has bytes that are not ASCII', 0],
    ["'a' b'a'", 'expression joins text and bytes', 0],
    ["f'{1}'", 'expression has a formatted string', 0],
  ])('%s is refused', (text, message, offset) => {
    expect(() => on('3.13', text)).toThrow(message);
    expect(() => on('3.13', text)).toThrow(expect.objectContaining({ offset }));
  });
});
