import { describe, expect, it } from '@jest/globals';
import { SizeofError } from '../sizeof-error.js';
import { cSize } from './c-size.js';
import { dataModels } from './data-models.js';

const MODELS = ['lp64', 'llp64', 'ilp32', 'ilp32-i386'];

function errorOf(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return error;
  }
}

describe('sizeof in C', () => {
  it.each([
    ['char', [1, 1, 1, 1]],
    ['unsigned short', [2, 2, 2, 2]],
    ['int', [4, 4, 4, 4]],
    ['long', [8, 4, 4, 4]],
    ['unsigned long long', [8, 8, 8, 8]],
    ['float', [4, 4, 4, 4]],
    ['double', [8, 8, 8, 8]],
    ['long double', [16, 8, 16, 12]],
    ['size_t', [8, 8, 4, 4]],
    ['wchar_t', [4, 2, 4, 4]],
    ['void *', [8, 8, 4, 4]],
    ['const char **', [8, 8, 4, 4]],
    ['int[10]', [40, 40, 40, 40]],
    ['char[3][5]', [15, 15, 15, 15]],
    ['struct tag *', [8, 8, 4, 4]],
    ['FILE *', [8, 8, 4, 4]],
    // By hand: char, 7 bytes of padding, long (LP64).
    ['struct { char c; long n; }', [16, 8, 8, 8]],
    ['struct { char c; double d; char e; }', [24, 24, 24, 16]],
    ['struct { char a, b[3], *p; }', [16, 16, 8, 8]],
    ['union { char c[5]; int n; }', [8, 8, 8, 8]],
    ['struct { struct { char c; int n; } inner[2]; short s; }', [20, 20, 20, 20]],
    ['struct point { int x; int y; }[3]', [24, 24, 24, 24]],
  ])('of %s is %j on LP64, LLP64, ILP32 and i386', (type, sizes) => {
    expect(MODELS.map((model) => cSize(type, model).size)).toEqual(sizes);
  });

  it('shows members, offsets and padding', () => {
    const { fields, padding, align } = cSize('struct { char c; int n; short s; }', 'lp64');
    expect(fields).toEqual([
      { name: 'c', type: 'char', offset: 0, size: 1, padding: 3 },
      { name: 'n', type: 'int', offset: 4, size: 4, padding: 0 },
      { name: 's', type: 'short', offset: 8, size: 2, padding: 2 },
    ]);
    expect([padding, align]).toEqual([5, 4]);
  });

  it.each([
    ['', 'type ends where a type was expected', 0],
    ['int[', 'type ends where a number of elements was expected', 4],
    ['int[x]', 'type has "x" where a number of elements was expected', 4],
    ['int 5', 'type has "5" where the end was expected', 4],
    ['struct { }', 'type has a struct without members', 9],
    ['struct { int a int b; }', 'type has "int" where ";" was expected', 15],
    ['struct { int 5; }', 'type has "5" where the name of a member was expected', 13],
    ['struct s', 'type has no size: it is incomplete', 8],
    ['void', 'type has no size: it is incomplete', 4],
    ['FILE', 'type "FILE" is not a C type known here', 0],
    ['int $', 'type has "$", which C types do not', 4],
    ['char[99999999][99999999][99999999]', 'type is larger than 2^53 bytes', 15],
    ['struct{'.repeat(40), 'type nests deeper than 16 structs', 112],
  ])('refuses %s and says where', (type, message, offset) => {
    const error = errorOf(() => cSize(type, 'lp64'));
    expect(error).toBeInstanceOf(SizeofError);
    expect(error).toMatchObject({ message, offset });
  });

  it('knows each data model by its own name and its platform', () => {
    for (const { name, platform } of dataModels) {
      expect(cSize('long', name)).toEqual(cSize('long', platform));
    }
    expect(() => cSize('int', 'vax')).toThrow('platform is not one of linux-64, windows-64, 32-bit, linux-32');
  });
});
