import { describe, expect, it } from '@jest/globals';
import { bytes, count, counted, progressOf, roughly, share } from './amounts.js';

describe('how far something is', () => {
  it('is told in millions where there are so many', () => {
    expect(progressOf(4_100_000, 12_600_000)).toBe('4.1 of 12.6 million events');
    expect(progressOf(1200, 8000)).toBe('1\u2009200 of 8\u2009000 events');
  });
});

describe('a rate', () => {
  it('is rounded to what is read of it', () => {
    expect([940, 1234, 12_345, 3_440_000].map(roughly)).toEqual(['940', '1.2k', '12k', '3.4M']);
  });
});

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [1023, '1\u2009023 B'],
    [1024, '1.0 KiB'],
    [27_262_976, '26.0 MiB'],
    [2 ** 40 * 2000, '2000.0 TiB'],
  ])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  it('groups digits by three', () => {
    expect([0, 999, 1000, 1_314_540].map(count)).toEqual(['0', '999', '1\u2009000', '1\u2009314\u2009540']);
  });

  it('says small shares as smaller than one percent, and nothing as nothing', () => {
    expect([share(0, 10), share(1, 1000), share(1, 3), share(3, 3), share(1, 0)]).toEqual([
      '0%',
      '<1%',
      '33%',
      '100%',
      '0%',
    ]);
  });

  it('counts in words', () => {
    expect([counted(1, 'block'), counted(0, 'block'), counted(2, 'entry', 'entries')]).toEqual([
      '1 block',
      '0 blocks',
      '2 entries',
    ]);
  });
});
