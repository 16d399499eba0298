import { describe, expect, it } from '@jest/globals';
import { bytes, count, counted, share } from './amounts.js';

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
