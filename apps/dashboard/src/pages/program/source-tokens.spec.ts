import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { languageOf, tokensOf } from './source-tokens.js';

describe('the words of a line', () => {
  it('joined are the line, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('python' as const, 'c' as const),
        (line, language) => {
          expect(
            tokensOf(line, language)
              .map(({ text }) => text)
              .join(''),
          ).toBe(line);
        },
      ),
    );
  });

  it('are keywords, texts and comments of their language', () => {
    const kinds = (line: string, language: 'python' | 'c') =>
      tokensOf(line, language).flatMap(({ kind, text }) => (kind === 'plain' ? [] : [`${kind} ${text}`]));
    expect(kinds('def foo(a="x # y"):  # why', 'python')).toEqual(['keyword def', 'text "x # y"', 'comment # why']);
    expect(kinds('int *a = new int[10]; // Leak !', 'c')).toEqual([
      'keyword int',
      'keyword new',
      'keyword int',
      'comment // Leak !',
    ]);
    expect(kinds('define = printer', 'python')).toEqual([]);
  });

  it('are those of the language that the file is of', () => {
    expect(['leak.cpp', 'a.C', 'foo.py', ''].map(languageOf)).toEqual(['c', 'c', 'python', 'python']);
  });
});
