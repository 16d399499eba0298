import { describe, expect, it } from '@jest/globals';
import { longTrace } from '../../test/arbitrary-trace.js';
import { contentId, readTrace, writeTrace } from '../../test/reading.js';
import { concatChunks } from '../chunk.js';
import { Domain, NO_SLOT, Op } from '../columns.js';
import { TraceFormatError, type TraceFaultCode } from '../format-error.js';
import type { TraceLimits } from '../limits.js';
import { formats } from './registry.js';

function read(text: string, limits: Partial<TraceLimits> = {}) {
  const { header, chunks } = readTrace(formats.ndjson, text, { limits });
  return { header, ...concatChunks(chunks) };
}

function refused(text: string, limits: Partial<TraceLimits> = {}): TraceFormatError {
  try {
    read(text, limits);
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the trace was taken');
}

function promising(events: number): string {
  return `{"heapcast":"trace","version":1,"events":${events}}\n`;
}

const GOOD = '{"op":"malloc","id":1,"size":64}\n';

describe('NDJSON requests', () => {
  it('are every op with its fields', () => {
    const { op, size, slot } = read(`
      {"op":"malloc","id":10,"size":64}
      {"op":"calloc","id":11,"size":48}
      {"op":"calloc","id":12,"count":3,"size":16,"domain":"mem"}
      {"op":"realloc","id":10,"size":96,"domain":"obj"}
      {"op":"realloc","id":null,"as":13,"size":8}
      {"op":"foreign","id":14}
      {"op":"mark","mark":500}
      {"op":"free","id":10}
      {"op":"free","id":null}
      {"op":"free","id":10}
      {"op":"realloc","id":10,"size":5}
      {"op":"free","wild":true}
      {"op":"realloc","wild":true,"size":6}
    `);
    expect([...op]).toEqual([
      Op.malloc,
      Op.calloc,
      Op.calloc | Domain.mem,
      Op.realloc | Domain.obj,
      Op.reallocNull,
      Op.foreign,
      Op.mark,
      Op.free,
      Op.free,
      Op.staleFree,
      Op.staleRealloc,
      Op.staleFree,
      Op.staleRealloc,
    ]);
    expect([...size]).toEqual([64, 48, 48, 96, 8, 0, 500, 0, 0, 0, 5, 0, 6]);
    expect([...slot]).toEqual([0, 1, 2, 0, 3, 4, NO_SLOT, 0, NO_SLOT, 1, 1, 0, 0]);
  });

  it('may have sites, times, names and labels', () => {
    const trace = read(
      [
        '{"heapcast":"trace","version":1,"sites":[{"function":"main","file":"a.py","line":3}]}',
        '{"site":2,"function":"load","file":"a.py","line":9,"parent":1}',
        '{"op":"malloc","id":1,"size":64,"site":2,"time":77}',
        '{"op":"malloc","id":"cart","size":64}',
        '{"op":"malloc","id":"x","name":"basket","size":64}',
        '{"op":"mark","label":"loaded"}',
      ].join('\n'),
    );
    expect(trace.header.sites).toEqual([
      { function: 'main', file: 'a.py', line: 3, parent: 0 },
      { function: 'load', file: 'a.py', line: 9, parent: 1 },
    ]);
    expect(trace.site).toEqual(Uint32Array.of(2, 0, 0, 0));
    expect(trace.time).toEqual(Float64Array.of(77, 0, 0, 0));
    expect(trace.names).toEqual(
      new Map([
        [1, 'cart'],
        [2, 'basket'],
        [3, 'loaded'],
      ]),
    );
  });

  it('take a string id for a variable and a whole number for an identity', () => {
    const { slot } = read(
      '{"op":"malloc","id":"p","size":8}\n{"op":"malloc","id":"p","size":8}\n{"op":"free","id":"p"}',
    );
    expect([...slot]).toEqual([0, 1, 1]);
    expect(refused(GOOD + GOOD)).toMatchObject({ code: 'id-in-use', where: { line: 2, event: 1 } });
  });

  it('rename a block that is resized, as a tracer of addresses does', () => {
    const { op, slot } = read(
      '{"op":"malloc","id":4096,"size":8}\n{"op":"realloc","id":4096,"as":8192,"size":900}\n{"op":"malloc","id":4096,"size":8}\n{"op":"free","id":8192}',
    );
    expect([...op]).toEqual([Op.malloc, Op.realloc, Op.malloc, Op.free]);
    expect([...slot]).toEqual([0, 0, 1, 0]);
  });

  it('are the same in every way of writing JSON', () => {
    const compact = [
      '{"op":"malloc","id":1,"size":64,"time":5}',
      '{"op":"realloc","id":null,"as":2,"size":3}',
      '{"op":"free","id":1,"domain":"mem"}',
    ];
    const forms = [
      compact.join('\n'),
      `${compact.join('\r\n')}\r\n`,
      `\n\n${compact.join('\n \n')}\n\n`,
      `\ufeff${compact.join('\n')}`,
      compact.map((line) => line.replaceAll('":', '": ').replaceAll(',', ', ')).join('\n'),
      compact.map((line) => line.replaceAll('":', '"  :\t').replaceAll(',', ' ,')).join('\n'),
      compact.map((line) => `  ${line}  `).join('\n'),
      compact.map((line) => line.replaceAll('"op"', '"o\\u0070"')).join('\n'),
      compact.map((line) => line.replace(/:(\d+)/g, ':$1.0e0')).join('\n'),
      compact.map((line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse()))).join('\n'),
    ];
    const ids = forms.map((text) => contentId(readTrace(formats.ndjson, text)));
    expect(new Set(ids).size).toBe(1);
  });

  it('may come in pieces of any size', async () => {
    const bytes = await writeTrace(formats.ndjson, longTrace(400));
    const id = contentId(longTrace(400));
    for (const pieceBytes of [1, 2, 3, 7, 64, 511, 512, 513]) {
      expect(contentId(readTrace(formats.ndjson, bytes, { pieceBytes }))).toBe(id);
    }
  });
});

describe('NDJSON refuses, with the line,', () => {
  it.each<[string, string, TraceFaultCode, RegExp]>([
    ['what is not JSON', 'malloc 1 64', 'truncated', /not whole JSON/],
    ['what is not JSON in the middle', 'malloc 1 64\n{}', 'malformed', /not JSON/],
    ['JSON that is no object', '[1,2]\n', 'bad-field', /one JSON object/],
    ['an unknown field', '{"op":"malloc","id":2,"size":1,"sice":3}', 'bad-field', /unknown field "sice"/],
    ['a field of another op', '{"op":"free","id":1,"size":3}', 'bad-field', /a free has no field "size"/],
    ['an unknown op', '{"op":"allocate","id":2,"size":1}', 'bad-field', /"op" is "allocate"/],
    ['an op of the wrong type', '{"op":1,"id":2,"size":1}', 'bad-field', /"op" is 1/],
    ['a missing op', '{"id":2,"size":1}', 'bad-field', /"op" is undefined/],
    ['a missing size', '{"op":"malloc","id":2}', 'bad-field', /has no "size"/],
    ['a missing id', '{"op":"malloc","size":2}', 'bad-field', /has no "id"/],
    ['a free without id', '{"op":"free"}', 'bad-field', /has no "id"/],
    ['a malloc of null', '{"op":"malloc","id":null,"size":2}', 'bad-field', /"id" is null/],
    ['a realloc of null without as', '{"op":"realloc","id":null,"size":2}', 'bad-field', /as "as"/],
    ['an id and wild', '{"op":"free","id":1,"wild":true}', 'bad-field', /both "id" and "wild"/],
    ['wild that is false', '{"op":"free","wild":false}', 'bad-field', /"wild" is false/],
    ['a negative size', '{"op":"malloc","id":2,"size":-1}', 'bad-field', /"size" is -1/],
    ['a fraction', '{"op":"malloc","id":2,"size":1.5}', 'bad-field', /"size" is 1.5/],
    ['a size as text', '{"op":"malloc","id":2,"size":"64"}', 'bad-field', /"size" is "64"/],
    ['a size that is null', '{"op":"malloc","id":2,"size":null}', 'bad-field', /"size" is null/],
    ['a size of 4 GiB', '{"op":"malloc","id":2,"size":4294967296}', 'bad-field', /"size" is 4294967296/],
    ['an absurd size', '{"op":"malloc","id":2,"size":1e300}', 'bad-field', /"size" is 1e\+300/],
    [
      'a calloc that overflows',
      '{"op":"calloc","id":2,"size":65536,"count":65536}',
      'bad-field',
      /times "size" is 4294967296/,
    ],
    ['an id beyond 2^53', '{"op":"malloc","id":9007199254740993,"size":1}', 'bad-field', /"id" is/],
    ['an id of another type', '{"op":"malloc","id":[1],"size":1}', 'bad-field', /"id" is \[1\]/],
    ['an empty id', '{"op":"malloc","id":"","size":1}', 'bad-field', /the name is empty/],
    ['a name with U+0000', '{"op":"malloc","id":"a\\u0000b","size":1}', 'bad-field', /U\+0000/],
    [
      'a name for a resized block',
      '{"op":"realloc","id":1,"size":1,"name":"a"}',
      'bad-field',
      /"name" is for new blocks/,
    ],
    ['a block that never was', '{"op":"free","id":99}', 'unknown-block', /id 99 never named a block/],
    ['a site that is not there', '{"op":"malloc","id":2,"size":1,"site":1}', 'unknown-site', /site 1 is not in/],
    ['a site out of order', '{"site":2,"function":"f"}', 'bad-field', /the next one is 1/],
    ['a site with its own parent', '{"site":1,"function":"f","parent":1}', 'bad-field', /parent/],
    ['a site with an unknown field', '{"site":1,"func":"f"}', 'bad-field', /unknown field "func"/],
    ['an unknown domain', '{"op":"free","id":1,"domain":"raw"}', 'bad-field', /"domain" is "raw"/],
    ['a header that is late', '{"heapcast":"trace","version":1}', 'bad-field', /first line/],
    ['__proto__', '{"op":"free","id":1,"__proto__":1}', 'bad-field', /unknown field "__proto__"/],
  ])('%s', (_what, line, code, message) => {
    const error = refused(`${GOOD}\n${line}`);
    expect(error).toMatchObject({ code, where: { line: 3 } });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^line 3: /);
  });

  it('headers that are not what they should be', () => {
    expect(refused('{"heapcast":"run","version":1}').message).toMatch(/"heapcast" is "run"/);
    expect(refused('{"heapcast":"trace","version":2}').code).toBe('unsupported-version');
    expect(refused('{"heapcast":"trace","version":1,"extra":1}').message).toMatch(/unknown field "extra"/);
    expect(refused('{"heapcast":"trace","version":1,"events":-1}').message).toMatch(/"events"/);
    expect(refused('{"heapcast":"trace","version":1,"origin":{"arenaSize":-1}}').message).toMatch(/"arenaSize"/);
    expect(refused('{"heapcast":"trace","version":1,"origin":{"arenaMisalignment":[256]}}').message).toMatch(
      /"arenaMisalignment"/,
    );
    expect(refused('{"heapcast":"trace","version":1,"sites":{}}').message).toMatch(/"sites" is not a list/);
  });

  it('a trace with fewer or more requests than its header promises', () => {
    expect(read(promising(1) + GOOD).header.events).toBe(1);
    expect(refused(promising(2) + GOOD).code).toBe('truncated');
    expect(refused(promising(0) + GOOD).code).toBe('count-mismatch');
  });

  it('an input that is empty, not UTF-8, or has a line without end', () => {
    expect(refused('').code).toBe('truncated');
    expect(refused('\n \n').code).toBe('truncated');
    expect(() => readTrace(formats.ndjson, Uint8Array.of(123, 0xff, 125, 10))).toThrow(/not UTF-8/);
    const endless = `{"op":"malloc","id":1,${' '.repeat(3000)}`;
    expect(refused(endless, { maxLineBytes: 2000 })).toMatchObject({ code: 'limit-exceeded', where: { line: 1 } });
    expect(refused(`${GOOD}${endless}"size":1}\n`, { maxLineBytes: 2000 })).toMatchObject({ where: { line: 2 } });
  });

  it('a line without end soon, even if it comes byte by byte', () => {
    const reader = formats.ndjson.reader(() => undefined);
    const byte = Uint8Array.of(32);
    expect(() => {
      for (let count = 0; count <= 1 << 21; count++) reader.push(byte);
    }).toThrow(/longer than 1048576 bytes/);
  });
});
