/** What `test/fixtures/sizeof/record-sizes.py` saw on real CPythons: growth step by step, requests, expressions. */
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { expressionSize } from '../expression/expression-size.js';
import { pythonSize } from '../python/python-size.js';

type Row = readonly [type: string, variant: string | null, n: number | null, bytes: number];

interface Recording {
  readonly version: string;
  readonly platform: string;
  readonly sizes: readonly Row[];
  readonly requests: readonly Row[];
  readonly expressions: readonly (readonly [text: string, shallow: number, deep: number, count: number])[];
}

const FOLDER = 'test/fixtures/sizeof';
const recordings = readdirSync(FOLDER)
  .filter((name) => name.startsWith('recorded-'))
  .map((name) => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Recording);

function answer({ version, platform }: Recording, [type, variant, n]: Row) {
  return pythonSize(type, { version, dataModel: platform, n: n ?? undefined, variant: variant ?? undefined });
}

describe('recordings of growth, requests and expressions', () => {
  it('are there: one of 64-bit Linux, four of 32-bit', () => {
    expect(recordings.map(({ version, platform }) => `${version} ${platform}`).sort()).toEqual([
      '3.11.3 32-bit',
      '3.11.7 linux-64',
      '3.12.1 32-bit',
      '3.13.2 32-bit',
      '3.14.2 32-bit',
    ]);
  });

  for (const recording of recordings) {
    const name = `CPython ${recording.version}, ${recording.platform}`;

    it(`computes each of ${recording.sizes.length} sizes of ${name}`, () => {
      const wrong = recording.sizes.filter((row) => answer(recording, row).size !== row[3]);
      expect(wrong.map((row) => [...row, `not ${answer(recording, row).size}`])).toEqual([]);
    });

    it(`asks the allocator for what ${name} asks for`, () => {
      const computed = recording.requests.map((row) => {
        const { requests } = answer(recording, row);
        return [...row.slice(0, 3), requests.reduce((sum, { bytes, times }) => sum + bytes * times, 0)];
      });
      expect(computed).toEqual(recording.requests);
    });

    it(`computes shallow size, deep size and number of objects of ${recording.expressions.length} expressions on ${name}`, () => {
      const computed = recording.expressions.map(([text]) => {
        const { shallow, deep, count } = expressionSize(text, {
          version: recording.version,
          dataModel: recording.platform,
        });
        return [text, shallow, deep, count];
      });
      expect(computed).toEqual(recording.expressions);
    });
  }
});
