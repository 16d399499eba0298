import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { displayName } from './display-name.js';

describe('display names', () => {
  it.each([
    ['  Ada  Lovelace\t', 'Ada Lovelace'],
    ['two\nlines', 'two lines'],
    ['nul\u0000 esc\u001b[31m', 'nul esc[31m'],
    ['\u202eevil', 'evil'],
    ['👩‍🔬 Rosalind', '👩‍🔬 Rosalind'],
    ['\ud800', ''],
    ['   ', ''],
    [undefined, ''],
  ])('%j becomes %j', (given, shown) => {
    expect(displayName(given)).toBe(shown);
  });

  it('are short, of one line, and stay as they are when cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const shown = displayName(given);
        expect(Array.from(shown).length).toBeLessThanOrEqual(40);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(displayName(shown)).toBe(shown);
      }),
    );
  });
});
