/** How much memory does Python use: asked as a user would, checked against what real CPythons said. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.close());

type Query = Readonly<Record<string, string | number>>;

async function ask(query: Query, path = '/v1/sizeof') {
  const response = await api.http.get(path).query(query);
  expect([response.body.detail, response.status]).toEqual([undefined, 200]);
  return response.body;
}

async function refused(query: Query, path = '/v1/sizeof') {
  return expectProblem(await api.http.get(path).query(query), 'invalid-request', 400);
}

describe('the size of a type', () => {
  it('is told with its formula, its fields and the block that each request gets', async () => {
    const { table, ...question } = await ask({ type: 'list', n: 10, version: '3.11' });
    expect(question).toEqual({ type: 'list', n: 10, variant: 'exact' });
    expect(table).toHaveLength(1);
    expect(table[0]).toMatchObject({
      version: '3.11',
      platform: 'linux-64',
      size: 136,
      formula: '16 + 40 + 80',
      evidence: 'computed',
      requested: 136,
      lost: 8,
    });
    const [object, items] = table[0].requests;
    expect(object).toMatchObject({ what: 'object', bytes: 56, times: 1 });
    expect(object.block).toEqual({
      allocator: 'pymalloc',
      sizeClass: 3,
      blockBytes: 64,
      lost: 8,
      profile: 'cpython-3.11',
    });
    expect(object.parts[1]).toMatchObject({ what: 'PyListObject', bytes: 40, source: 'listobject.h' });
    expect(object.parts[1].fields.map(({ name, offset }: { name: string; offset: number }) => [name, offset])).toEqual([
      ['ob_refcnt', 0],
      ['ob_type', 8],
      ['ob_size', 16],
      ['ob_item', 24],
      ['allocated', 32],
    ]);
    expect(items).toMatchObject({ what: 'items', bytes: 80, block: { blockBytes: 80, lost: 0 } });
  });

  it('is measured where a recording of the same object exists, and says which', async () => {
    const { table } = await ask({ type: 'dict', n: 5, version: '3.13' });
    expect(table[0]).toMatchObject({
      size: 184,
      evidence: 'measured',
      recorded: { sample: 'dict(5)', build: '3.13.0', size: 184 },
    });
    const other = await ask({ type: 'dict', n: 7, version: '3.13' });
    expect(other.table[0].evidence).toBe('computed');
  });

  it('equals the recording of an int on every version', async () => {
    const { getsizeof } = JSON.parse(readFileSync('test/fixtures/sizeof/sizes.json', 'utf8'));
    const { table } = await ask({ type: 'int', n: 31, version: 'all' });
    const recorded = Object.values(getsizeof['2**30']) as number[];
    expect(table.map((row: { version: string }) => row.version)).toEqual(
      '2.7 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14'.split(' '),
    );
    expect(table.slice(0, 9).map((row: { size: number }) => row.size)).toEqual(recorded);
  });

  it('is a table of every version on every platform', async () => {
    const { table } = await ask({ type: 'str', n: 3, version: 'all', platform: 'all' });
    expect(table).toHaveLength(30);
    const of = (version: string, platform: string) =>
      table.find((row: { version: string; platform: string }) => row.version === version && row.platform === platform)
        .size;
    // 2.7 holds its hash in a C long, which has 4 bytes on Windows.
    expect([of('2.7', 'linux-64'), of('2.7', 'windows-64'), of('2.7', '32-bit')]).toEqual([40, 36, 24]);
    expect([of('3.13', 'linux-64'), of('3.13', 'windows-64'), of('3.14', '32-bit')]).toEqual([44, 44, 24]);
  });

  it('shows what sys.getsizeof does not count: the inline values of a 3.13 instance', async () => {
    const { table } = await ask({ type: 'instance', version: '3.10,3.13' });
    expect(table.map((row: { size: number }) => row.size)).toEqual([48, 48]);
    expect(table.map((row: { requested: number }) => row.requested)).toEqual([48, 328]);
  });

  it('knows that the system serves what pymalloc does not', async () => {
    const { table } = await ask({ type: 'list', n: 100, version: '2.7,3.13' });
    expect(table[0].requests[1].block).toEqual({ allocator: 'system', reason: 'PyMem_Malloc is malloc in 2.7' });
    expect(table[1].requests[1].block).toEqual({ allocator: 'system', reason: 'larger than 512 bytes' });
    const none = await ask({ type: 'None' });
    expect(none.table[0].requests[0].block).toEqual({ allocator: 'none', reason: 'part of the interpreter' });
  });

  it('takes the classes of 8 bytes on 32-bit', async () => {
    const { table } = await ask({ type: 'float', platform: '32-bit', version: '3.14' });
    expect(table[0]).toMatchObject({ size: 16, evidence: 'measured' });
    expect(table[0].requests[0].block).toEqual({
      allocator: 'pymalloc',
      sizeClass: 1,
      blockBytes: 16,
      lost: 0,
      profile: 'cpython-3.14-32bit',
    });
  });
});

describe('the size of an expression', () => {
  it('is shallow and deep, with every object once', async () => {
    const { table, expression } = await ask({
      expression: '[1, "a", {"k": (1,2)}]',
      version: '3.11',
      platform: 'linux-64',
    });
    expect(expression).toBe('[1, "a", {"k": (1,2)}]');
    const [{ size, deep }] = table;
    // CPython 3.11.7 says so: test/fixtures/sizeof.
    expect([size, deep.size, deep.objects]).toEqual([80, 476, 7]);
    expect(deep.listed.map((one: { source: string; size: number }) => [one.source, one.size])).toEqual([
      ['[1, "a", {"k": (1,2)}]', 80],
      ['1', 28],
      ['"a"', 50],
      ['{"k": (1,2)}', 184],
      ['"k"', 50],
      ['(1,2)', 56],
      ['2', 28],
    ]);
    expect(deep.shared).toEqual({ objects: 4, size: 156 });
    expect(deep.listed[1]).toMatchObject({ references: 2, isShared: true, blocks: [] });
  });

  it('counts constants and repeated elements once', async () => {
    const { table } = await ask({ expression: '[1000] * 1000', version: '3.13' });
    expect(table[0].deep).toMatchObject({ size: 8056 + 28, objects: 2 });
  });

  it('answers for a million elements at once', async () => {
    const { table } = await ask({ expression: 'list(range(1000000))', version: '3.13' });
    expect(table[0]).toMatchObject({ size: 8_000_056 });
    expect(table[0].deep.size).toBe(8_000_056 + 1_000_000 * 28);
  });
});

describe('the size of a C type', () => {
  it('depends on the data model, and shows the padding', async () => {
    const { table } = await ask({ ctype: 'struct { char c; long n; }', platform: 'all' });
    expect(table.map((row: { size: number; padding: number }) => [row.size, row.padding])).toEqual([
      [16, 7],
      [8, 3],
      [8, 3],
    ]);
    expect(table[0].fields[0]).toEqual({ name: 'c', type: 'char', offset: 0, size: 1, padding: 7 });
  });

  it("is 40 bytes for the talk's int[10]", async () => {
    const { table } = await ask({ ctype: 'int[10]' });
    expect(table[0]).toMatchObject({ size: 40, align: 4 });
    // What is no Python type may be given as `type` too.
    expect(await ask({ type: 'int[10]' })).toEqual({ ctype: 'int[10]', table });
  });
});

describe('growth', () => {
  it('is a table of steps', async () => {
    const { table } = await ask({ type: 'list', n: 10, version: '3.8,3.9' }, '/v1/sizeof/growth');
    expect(table).toEqual([
      {
        version: '3.8',
        platform: 'linux-64',
        complete: true,
        steps: [
          { from: 0, to: 0, size: 56 },
          { from: 1, to: 4, size: 88 },
          { from: 5, to: 8, size: 120 },
          { from: 9, to: 10, size: 184 },
        ],
      },
      {
        version: '3.9',
        platform: 'linux-64',
        complete: true,
        steps: [
          { from: 0, to: 0, size: 56 },
          { from: 1, to: 4, size: 88 },
          { from: 5, to: 8, size: 120 },
          { from: 9, to: 10, size: 184 },
        ],
      },
    ]);
  });

  it('says what has none', async () => {
    const problem = await refused({ type: 'tuple' }, '/v1/sizeof/growth');
    expect(problem.detail).toBe('type has no growth: tuple keeps no room for more elements.');
  });
});

describe('what is known', () => {
  it('is listed, and each type of it answers on every version that has it', async () => {
    const { types, versions } = await ask({}, '/v1/sizeof/types');
    expect(versions).toHaveLength(10);
    expect(types.length).toBeGreaterThan(60);
    for (const type of types) {
      const { table } = await ask({ type: type.name, version: 'all', platform: 'all' });
      expect([type.name, table.length]).toEqual([type.name, type.versions.length * 3]);
    }
  });
});

describe('bad questions', () => {
  it.each([
    [{}, 'type must be given, or `expression`, or `ctype`: one of the three'],
    [{ type: 'list', expression: '[]' }, 'type must be given, or `expression`, or `ctype`: one of the three'],
    [{ type: 'lisst' }, 'type is not a Python or C type known here.'],
    [{ type: '__proto__' }, 'type is not a Python or C type known here.'],
    [{ type: 'list', version: '3.5' }, 'version is not one of 2.7, 3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14.'],
    [
      { type: 'list', version: '3.11,' },
      'version is not one of 2.7, 3.6, 3.7, 3.8, 3.9, 3.10, 3.11, 3.12, 3.13, 3.14.',
    ],
    [{ type: 'list', platform: 'vax' }, 'platform is not one of linux-64, windows-64, 32-bit, linux-32.'],
    [{ type: 'xrange', version: '3.11' }, 'version 3.11 has no type xrange.'],
    [{ type: 'list', n: -1 }, 'n must be a whole number from 0 to 1000000000.'],
    [{ type: 'list', n: 1_000_000_000_000 }, 'n must be a whole number from 0 to 1000000000.'],
    [{ type: 'list', n: '1e3' }, 'n must be a whole number from 0 to 1000000000.'],
    [{ type: 'float', n: 3 }, 'n has no meaning for float, which has one size.'],
    [{ type: 'list', variant: 'huge' }, 'variant must be one of exact, append, literal, iterable.'],
    [{ expression: '[]', n: 3 }, 'n has a meaning only with a Python `type`'],
    [{ type: 'int[10]', n: 3 }, 'n has a meaning only with a Python `type`'],
    [{ type: 'int[10', version: 'all' }, 'type is not a Python or C type known here.'],
    [{ ctype: 'int', version: '3.11' }, 'version has no meaning for a C type'],
    [{ ctype: 'struct { int a' }, 'ctype ends where ";" was expected (at character 15).'],
    [{ ctype: 'FILE' }, 'ctype "FILE" is not a C type known here (at character 1).'],
    [{ type: 'list', colour: 'red' }, 'colour is not a known field.'],
  ])('refuses %j', async (query, detail) => {
    expect((await refused(query)).detail).toBe(detail);
  });

  it.each([
    ['[1,', 3, 'ends too early'],
    ['[1, 2', 5, 'ends too early'],
    ['', 0, 'is empty'],
    ['1; 2', 0, 'is more than one expression'],
    ['x = 1', 0, 'is a statement, not an expression'],
    ['[1, x]', 4, 'has a name at "x"'],
    ['[i for i in range(9)]', 0, 'has a comprehension'],
    ['open("/etc/passwd")', 0, 'calls what is not sized'],
    ['().__class__', 0, 'has an attribute or subscript'],
    ['{[]: 1}', 1, 'uses a list as a key, which Python cannot hash'],
    ['[] + ()', 3, 'uses + on list and tuple, which is not sized'],
    ['1 // 0', 2, 'divides by zero'],
    ['9 ** 9 ** 9', 2, 'has a number of more than 10000 bits'],
    ["'x' * 10 ** 12", 4, 'has a text of more than 1000000000 items'],
    ['[0] * 10 ** 12', 4, 'has more than 1000000000 elements'],
    [
      '[' + '['.repeat(400) + ']'.repeat(400) + ']',
      50,
      'nests too deeply: 50 brackets and 400 operators in a row at most',
    ],
    ['['.repeat(2000), 398, 'nests too deeply'],
    [`1${'+1'.repeat(900)}`, 0, 'nests too deeply'],
    [`"${'a'.repeat(2000)}"`, 2000, 'is longer than 2000 characters'],
  ])('refuses the expression %s with its place', async (expression, offset, detail) => {
    const problem = await refused({ expression });
    expect(problem.detail).toContain(`expression ${detail}`);
    expect(problem.errors[0].path).toBe('expression');
    expect([problem.position, problem.errors[0].byte]).toEqual([offset + 1, offset]);
  });

  it('answers what would grow without bounds, were every element made', async () => {
    const nested = `${'('.repeat(48)}1${',)*9'.repeat(48)}`;
    await ask({ expression: `{${nested}: 1}`, version: 'all', platform: 'all' });
    await ask({ type: 'list', n: 1_000_000_000, version: 'all', platform: 'all' }, '/v1/sizeof/growth');
    await ask({ expression: `[${'[0]*256+'.repeat(200)}[]]`, version: 'all', platform: 'all' });
  });
});
