import { describe, expect, it } from '@jest/globals';
import { fileNameOf, headerText, sitesPage } from './trace-answers.js';
import { formatOfBytes, namedFormat } from './trace-formats.js';

describe('fileNameOf', () => {
  it.each([
    [undefined, ''],
    ['attachment', ''],
    ['attachment; filename=app.ndjson', 'app'],
    ['attachment; filename="my app.trace.gz"', 'my app'],
    ['attachment; filename="/etc/passwd"', 'passwd'],
    [String.raw`attachment; filename="C:\\tmp\\x.rep"`, 'x'],
    [String.raw`attachment; filename="a \"b\".hcols"`, 'a "b"'],
    ['attachment; filename="plain.rep"; filename*=UTF-8\'\'na%C3%AFve.ndjson', 'naïve'],
    ['attachment; filename="plain.rep"; filename*=UTF-8\'\'%zz', 'plain'],
    ['attachment; filename="a\u0007b"', 'ab'],
    [`attachment; filename="${'n'.repeat(300)}"`, 'n'.repeat(200)],
  ])('of %j is %j', (disposition, name) => {
    expect(fileNameOf(disposition)).toBe(name);
  });
});

describe('the format of an upload', () => {
  it('is told by name, by media type, or by its first bytes', () => {
    expect(namedFormat('rep', 'application/x-ndjson')?.name).toBe('rep');
    expect(namedFormat(undefined, 'Application/X-NDJSON; charset=utf-8')?.name).toBe('ndjson');
    expect(namedFormat(undefined, 'application/gzip')).toBeUndefined();
    for (const [bytes, name] of [
      ['PMTRACE1\x03', 'pmtrace1'],
      ['HEAPCOLS\x01', 'columns'],
      ['  {"op":', 'ndjson'],
      ['20000\n40', 'rep'],
    ] as const) {
      expect(formatOfBytes(Buffer.from(bytes)).name).toBe(name);
    }
  });

  it('is refused when nobody knows it', () => {
    expect(() => namedFormat('elf', undefined)).toThrow(/format/);
    expect(() => namedFormat(undefined, 'application/json')).toThrow(/application\/json/);
    expect(() => formatOfBytes(Buffer.from('\x7fELF'))).toThrow(/first bytes/);
    expect(() => formatOfBytes(Buffer.alloc(0))).toThrow(/first bytes/);
  });
});

describe('a page of sites', () => {
  const sites = Array.from({ length: 5 }, (_, i) => ({ function: `f${i + 1}`, file: 'a.py', line: i, parent: 0 }));

  it('counts from 1 and tells where the next begins', () => {
    expect(sitesPage(sites, 1, 2)).toMatchObject({ items: [{ index: 1 }, { index: 2 }], next: 3 });
    expect(sitesPage(sites, 5, 2)).toMatchObject({ items: [{ index: 5, function: 'f5' }], next: null });
    expect(sitesPage(sites, 6, 2)).toEqual({ items: [], next: null });
    expect(sitesPage(sites, 4, 2).next).toBeNull();
  });
});

it('puts into a header only what a header may hold', () => {
  expect(headerText('naïve\r\nX-Evil: 1')).toBe('na?ve??X-Evil: 1');
});
