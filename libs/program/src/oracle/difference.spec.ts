import { describe, expect, it } from '@jest/globals';
import { firstDifference } from './difference.js';

describe('the first difference', () => {
  it('is none between equal data, whatever the order of fields', () => {
    expect(firstDifference({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBeNull();
  });

  it.each([
    [{ a: 1 }, { a: 2 }, 'a', 1, 2],
    [{ a: [1, 2] }, { a: [1] }, 'a[1]', 2, undefined],
    [{ a: [1] }, { a: [1, 2] }, 'a[1]', undefined, 2],
    [{ a: {} }, { a: { b: { c: 3 } } }, 'a.b', undefined, { c: 3 }],
    [{ a: [] }, { a: {} }, 'a', [], {}],
    [{ a: null }, { a: [] }, 'a', null, []],
    [undefined, 1, '', undefined, 1],
    [{ x: [{ y: '1' }] }, { x: [{ y: 1 }] }, 'x[0].y', '1', 1],
  ])('between %j and %j is at "%s"', (one, other, at, expected, got) => {
    expect(firstDifference(one, other)).toEqual({ at, expected, got });
  });
});
