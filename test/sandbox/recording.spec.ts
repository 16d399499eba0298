/** What is recorded of a Python program: exactly what it asked for, where, and the same every time. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createModel, Outcome, resolveConfig } from '@heapcast/allocators';
import type { SandboxHost } from '@heapcast/sandbox';
import { concatChunks, Op, OP_MASK, TraceBuilder, type TraceChunk } from '@heapcast/trace';
import { messageOf, openSandbox, run, type Told } from './sandbox-under-test.js';

let host: SandboxHost;
/** A recorded run of `MIXED`. */
let mixed: Told;

beforeAll(async () => {
  host = openSandbox({ warm: 1 });
  mixed = await run(host, MIXED);
}, 180_000);

afterAll(() => host.close());

const MIXED = `
import json

class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next

def chain(n):
    node = None
    for i in range(n):
        node = Node(str(i) * 3, node)
    return node

def squares(n):
    for i in range(n):
        yield {'n': i, 'square': i * i, 'text': 'x' * (i % 700)}

kept = chain(300)
tables = list(squares(500))
del tables[::2]
text = json.dumps(tables)
words = sorted(set(text.split()), key=lambda word: (len(word), word))
big = bytearray(100000)
big += bytes(200000)
try:
    chain(-1).value
except AttributeError as error:
    caught = str(error)
`;

/** The requests as a trace, built like any other: whatever is wrong with ids or sites is a fault. */
function traceOf(told: Told) {
  const chunks: TraceChunk[] = [];
  const builder = new TraceBuilder((chunk) => chunks.push(chunk));
  for (const site of told.sites) builder.addSite(site);
  for (const { op, size, id, site, time, length } of told.chunks) {
    for (let i = 0; i < length; i++) {
      const code = op[i] & OP_MASK;
      const domain = op[i] & ~OP_MASK;
      if (code === Op.free) builder.free(id[i], domain);
      else if (code === Op.realloc) builder.realloc(size[i], id[i], domain);
      else expect(builder.place(op[i], size[i], id[i])).toBe(id[i]);
      builder.site(site[i]);
      builder.time(time[i]);
    }
  }
  const header = builder.finish();
  return { header, trace: concatChunks(chunks) };
}

/** Sizes placed at each line, in order. */
function placedAt(told: Told, line: number): number[] {
  const sizes: number[] = [];
  for (const { op, size, site, length } of told.chunks) {
    for (let i = 0; i < length; i++) {
      const places = [Op.malloc, Op.calloc, Op.reallocNull].some((code) => code === (op[i] & OP_MASK));
      if (places && told.sites[site[i] - 1]?.line === line) sizes.push(size[i]);
    }
  }
  return sizes;
}

describe('requests', () => {
  it('are the same in two fresh processes', async () => {
    const [one, other] = [mixed, await run(host, MIXED)];
    const columns = ({ chunks, sites }: Told) => ({
      sites,
      requests: (['op', 'size', 'id', 'site'] as const).map((name) => chunks.flatMap((chunk) => [...chunk[name]])),
    });
    expect(one.finished.events).toBeGreaterThan(5000);
    expect(columns(one)).toEqual(columns(other));
  });

  it('replay on every kind of allocator without a request that fails', async () => {
    const { header, trace } = traceOf(mixed);
    expect(header.hasSites && header.hasTimes).toBe(true);
    for (const [model, profile] of [
      ['pymalloc', 'cpython-3.13'],
      ['pymalloc', 'cpython-2.3'],
      ['pymalloc', 'cpython-3.14-32bit'],
      ['freelist', undefined],
    ] as const) {
      const answer = resolveConfig({ model, ...(profile && { profile }) });
      if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
      const allocator = createModel(answer.resolved, header.origin);
      const out = {
        outcome: new Uint8Array(trace.length),
        region: new Int32Array(trace.length),
        offset: new Int32Array(trace.length),
      };
      allocator.apply(trace, 0, trace.length, out);
      const { placed, raw, inPlace, moved, freed } = Outcome;
      for (const outcome of new Set(out.outcome)) expect([placed, raw, inPlace, moved, freed]).toContain(outcome);
    }
  });

  it('belong to the line that made them, and to the calls that led there', async () => {
    const source = `
def inner(n):
    x = [None] * n
    y = bytearray(n)
    return len(x) + len(y)

def outer():
    a = inner(777)
    b = [
        None,
        bytearray(888),
    ]
    return inner(999)

outer()
lazy = (bytearray(n) for n in (1111, 2222))
next(lazy)
try:
    raise ValueError
except ValueError:
    z = bytearray(3333)
`;
    const told = await run(host, source);
    expect(placedAt(told, 3)).toEqual(expect.arrayContaining([777 * 4, 999 * 4]));
    expect(placedAt(told, 4)).toEqual(expect.arrayContaining([778, 1000]));
    expect(placedAt(told, 11)).toContain(889);
    expect(placedAt(told, 16)).toContain(1112);
    expect(placedAt(told, 21)).toContain(3334);
    const paths = told.sites
      .filter(({ line }) => line === 4)
      .map((site) => {
        const path: string[] = [];
        for (let at: typeof site | undefined = site; at; at = told.sites[at.parent - 1])
          path.push(`${at.function}:${at.line}`);
        return path.join(' < ');
      });
    expect(paths).toEqual(['inner:4 < outer:8 < <module>:15', 'inner:4 < outer:13 < <module>:15']);
    expect(new Set(told.sites.map(({ file }) => file))).toEqual(new Set(['snippet.py']));
  });

  it('of a library belong to the line that called it', async () => {
    const told = await run(host, 'import json\n\ntext = json.dumps(list(range(2000)))\n');
    expect(placedAt(told, 3).length).toBeGreaterThan(50);
    expect(told.sites.every(({ line }) => line === 1 || line === 3)).toBe(true);
  });

  it('go on at the right line after a generator, an exception and a deep recursion', async () => {
    const source = `
def numbers():
    yield 1
    yield 2

def fails(n):
    if n == 0:
        raise KeyError(n)
    return fails(n - 1)

for n in numbers():
    x = bytearray(4000 + n)
try:
    fails(200)
except KeyError:
    pass
y = bytearray(5000)
gen = numbers()
next(gen)
gen.close()
z = bytearray(6000)
`;
    const told = await run(host, source);
    expect(placedAt(told, 12)).toEqual(expect.arrayContaining([4002, 4003]));
    expect(placedAt(told, 17)).toContain(5001);
    expect(placedAt(told, 21)).toContain(6001);
    for (const site of told.sites.filter(({ line }) => line === 17 || line === 21)) expect(site.parent).toBe(0);
  });
});

describe('with more detail', () => {
  it('every executed line is told in its order', async () => {
    const told = await run(host, 'x = 0\nfor i in range(3):\n    x += i\nprint(x)\n', { record: 'lines' });
    const lines = told.messages
      .filter((message) => message.kind === 'lines')
      .flatMap(({ site }) => [...site].map((at) => told.sites[at - 1].line));
    expect(lines).toEqual([1, 2, 3, 2, 3, 2, 3, 2, 4]);
  });

  it('every line is told with the frames and what their locals refer to', async () => {
    const source = 'def foo(a=[]):\n    b = {1: 2}\n    a.append(b)\n    return a\n\nfoo()\nlast = foo()\n';
    const told = await run(host, source, { record: 'frames' });
    const records = told.messages.filter((message) => message.kind === 'frames').flatMap(({ records: some }) => some);
    const at = records.filter(({ site }) => told.sites[site - 1].line === 4).at(-1);
    expect(at?.frames.map((frame) => frame.function)).toEqual(['foo', '<module>']);
    const [a, b] = at?.frames[0].locals ?? [];
    expect(a).toMatchObject({ name: 'a', type: 'list' });
    expect(b).toMatchObject({ name: 'b', type: 'dict', references: expect.any(Number) });
    expect(b.references).toBeGreaterThanOrEqual(2);
    expect(at?.frames[1].locals.map(({ name }) => name)).toEqual(['foo']);
  });

  it('frames do not change what is requested', async () => {
    const frames = await run(host, MIXED, { record: 'frames', limits: { lines: 500 } });
    const sizes = (told: Told) => told.chunks.flatMap((chunk) => [...chunk.size]);
    expect(sizes(frames)).toEqual(sizes(mixed));
  });
});

describe('the objects left', () => {
  it('are counted by type', async () => {
    const source =
      'class Toy: pass\nkept = [Toy() for _ in range(123)]\ngone = [Toy() for _ in range(50)]\ngone.clear()\n';
    const { types } = messageOf(await run(host, source), 'census');
    expect(types.find(({ type }) => type === 'Toy')?.count).toBe(123);
  });
});

describe('the talk’s examples run as printed', () => {
  it('a default argument that grows', async () => {
    const told = await run(
      host,
      'def foo(a=[]): \n    a.append(time.time()) \n    return a\n\nfoo()\nprint len(foo())\n',
    );
    expect(told.output).toBe('2\n');
    expect(messageOf(told, 'started').translations).toEqual([
      expect.objectContaining({ line: 6, from: 'print ...', to: 'print(...)' }),
      expect.objectContaining({ line: 2, from: 'time', to: 'import time' }),
    ]);
  });

  it('the list of dicts', async () => {
    const source = `iterations = 2000
l = []
for i in xrange( iterations ):
        l.append( None )
for i in xrange( iterations ):
        l[i] = {}
for i in xrange( iterations ):
        l[i] = None
for i in xrange( iterations ):
        l[i] = {}
`;
    const told = await run(host, source);
    expect(told.finished.outcome).toBe('finished');
    expect(messageOf(told, 'started').translations).toEqual([
      expect.objectContaining({ line: 3, from: 'xrange', to: 'range' }),
    ]);
    expect(placedAt(told, 6).length).toBeGreaterThan(1900);
    expect(placedAt(told, 8)).toEqual([]);
  });

  it('print statements of every form', async () => {
    const forms: [string, string][] = [
      ['print "a", 1', 'a 1\n'],
      ['print', '\n'],
      ['print "a",\nprint "b"', 'a b\n'],
      ['for i in 1, 2: print i', '1\n2\n'],
      ['if 1: print "x"; print "y"', 'x\ny\n'],
      ['print ("a"), "b" # c', 'a b\n'],
      ['print ("a")', 'a\n'],
      ['x = "print 1"\nprint x', 'print 1\n'],
      ['print "a\\\nb"', 'ab\n'],
      ['print [1,\n  2]', '[1, 2]\n'],
    ];
    const told = await run(host, `${forms.map(([source]) => source).join('\n')}\n`);
    expect(told.output).toBe(forms.map(([, output]) => output).join(''));
  });

  it('and a name of its own keeps its meaning', async () => {
    const told = await run(host, 'def xrange(n): return [n]\nclass time:\n    now = 5\nprint(xrange(3), time.now)\n');
    expect(told.output).toBe('[3] 5\n');
    expect(messageOf(told, 'started').translations).toEqual([]);
  });
});
