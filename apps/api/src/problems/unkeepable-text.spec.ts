import { describe, expect, it } from '@jest/globals';
import { unkeepableText } from './unkeepable-text.js';

describe('text that cannot be kept', () => {
  it.each([
    ['a\0b', ''],
    ['\ud800', ''],
    [{ name: 'a\0' }, 'name'],
    [{ a: [{ b: 'x' }, { b: '\udfff!' }] }, 'a[1].b'],
    [{ ok: 1, 'k\0': 2 }, ''],
  ])('is found in %j', (value, path) => {
    expect(unkeepableText(value)).toMatchObject({ path });
  });

  it.each([['naïve 🎈\n\ttabbed'], [{ a: [1, null, true, 'x'] }], [undefined], [Buffer.from('\0')]])(
    'is not in %j',
    (value) => {
      expect(unkeepableText(value)).toBeUndefined();
    },
  );
});
