import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { checkRequests } from './request-check.js';

const LIMIT = 5;
const errorsOf = (body: unknown): readonly { path: string; message: string }[] => {
  const checked = checkRequests(body, LIMIT);
  return 'errors' in checked ? checked.errors : [];
};
const pathsOf = (body: unknown): string[] => errorsOf(body).map(({ path }) => path);

describe('what is asked of a session', () => {
  it('may be one request, a list, or a list in an object', () => {
    const request = { op: 'malloc', size: 24 };
    for (const body of [request, [request], { requests: [request] }]) {
      expect(checkRequests(body, LIMIT)).toEqual({ requests: [request] });
    }
  });

  it.each([
    { op: 'malloc', size: 0 },
    { op: 'malloc', size: 4_294_967_295, id: 'a', time: 12 },
    { op: 'calloc', size: 8, count: 3, id: 'b' },
    { op: 'calloc', size: 8 },
    { op: 'realloc', id: 'a', size: 7 },
    { op: 'realloc', id: null, size: 7 },
    { op: 'realloc', id: 12, size: 0 },
    { op: 'realloc', id: null, size: 7, as: 'b' },
    { op: 'free', id: 'ünïcode ☃ 𝒂' },
    { op: 'free', id: null },
    { op: 'mark' },
    { op: 'mark', label: 'after import' },
  ])('accepts %j', (request) => {
    expect(errorsOf(request)).toEqual([]);
  });

  it.each([
    ['no object', 'malloc', ''],
    ['nothing', null, ''],
    ['no list', { requests: {} }, 'requests'],
    ['an empty list', { requests: [] }, 'requests'],
    ['an empty bare list', [], ''],
    ['a field beside the list', { requests: [{ op: 'mark' }], extra: 1 }, 'extra'],
    ['a list in a list', [[{ op: 'mark' }]], '[0]'],
    ['null in a list', { requests: [null] }, 'requests[0]'],
    ['no operation', {}, 'op'],
    ['an unknown operation', { op: 'mmap' }, 'op'],
    ['the name of an inherited property', { op: 'toString' }, 'op'],
    ['a missing size', { op: 'malloc' }, 'size'],
    ['a negative size', { op: 'malloc', size: -1 }, 'size'],
    ['a fractional size', { op: 'malloc', size: 1.5 }, 'size'],
    ['a size that is text', { op: 'malloc', size: '24' }, 'size'],
    ['a size beyond 32 bits', { op: 'malloc', size: 2 ** 32 }, 'size'],
    ['an absurd size', { op: 'malloc', size: 1e300 }, 'size'],
    ['an absurd product', { op: 'calloc', size: 65_536, count: 65_536 }, 'count'],
    ['a fractional count', { op: 'calloc', size: 1, count: 0.1 }, 'count'],
    ['a block to allocate by number', { op: 'malloc', size: 1, id: 3 }, 'id'],
    ['NULL as a new name', { op: 'malloc', size: 1, id: null }, 'id'],
    ['an empty name', { op: 'malloc', size: 1, id: '' }, 'id'],
    ['a name with a line break', { op: 'malloc', size: 1, id: 'a\nb' }, 'id'],
    ['a name with a C1 control', { op: 'malloc', size: 1, id: 'a\u0085' }, 'id'],
    ['a name with half a character', { op: 'malloc', size: 1, id: 'a\ud800' }, 'id'],
    ['a name of 65 characters', { op: 'malloc', size: 1, id: 'x'.repeat(65) }, 'id'],
    ['block 0', { op: 'free', id: 0 }, 'id'],
    ['a negative block', { op: 'free', id: -1 }, 'id'],
    ['half a block', { op: 'free', id: 1.5 }, 'id'],
    ['no block', { op: 'free' }, 'id'],
    ['a list as a block', { op: 'realloc', id: [1], size: 1 }, 'id'],
    ['a new name for a block that has one', { op: 'realloc', id: 'a', size: 1, as: 'b' }, 'as'],
    ['a new name that is empty', { op: 'realloc', id: null, size: 1, as: '' }, 'as'],
    ['a size for free', { op: 'free', id: 1, size: 3 }, 'size'],
    ['an unknown field', { op: 'malloc', size: 1, colour: 'red' }, 'colour'],
    ['a label that is a number', { op: 'mark', label: 3 }, 'label'],
    ['a time before the start', { op: 'mark', time: -1 }, 'time'],
    ['a time beyond 2^53', { op: 'mark', time: 2 ** 53 }, 'time'],
  ])('refuses %s, and says where', (_, body, path) => {
    expect(pathsOf(body)).toEqual([path]);
  });

  it('names the place in a batch, and everything that is wrong there', () => {
    const good = { op: 'malloc', size: 1 };
    const bad = { op: 'calloc', size: -1, count: 'x', id: '', extra: true };
    expect(pathsOf({ requests: [good, good, good, bad] })).toEqual([
      'requests[3].size',
      'requests[3].id',
      'requests[3].count',
      'requests[3].extra',
    ]);
    expect(pathsOf([good, { op: 'free' }])).toEqual(['[1].id']);
  });

  it('refuses a batch above the limit and says the limit', () => {
    const batch = Array.from({ length: LIMIT + 1 }, () => ({ op: 'mark' }));
    expect(errorsOf(batch)).toEqual([{ path: '', message: expect.stringContaining(`at most ${LIMIT}`) }]);
  });

  it('lists at most about twenty mistakes', () => {
    const checked = checkRequests(
      Array.from({ length: 1000 }, () => ({ op: 'nonsense' })),
      1000,
    );
    expect('errors' in checked && checked.errors).toHaveLength(20);
  });

  it('never throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        expect(() => checkRequests(body, LIMIT)).not.toThrow();
      }),
    );
  });
});
