import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { properties } from './model-properties.js';

const page = await readFile(new URL('../../../docs/adding-a-model.md', import.meta.url), 'utf8');
const code = await readFile(new URL('./model-properties-bump.ts', import.meta.url), 'utf8');

/** The part of the page from one heading of the second level to the next. */
function section(heading: string): string {
  const [, text] = page.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0];
}

describe('docs/adding-a-model.md', () => {
  it('shows the bump allocator as it is compiled and tested, piece by piece', () => {
    const pieces = [...section('A worked example: the bump allocator').matchAll(/```ts\n(.*?)```/gs)];
    expect(pieces.map(([, piece]) => piece).join('\n')).toBe(code);
  });

  it('names every property that a model is held to', () => {
    const named = [...section('The tests it gets for free').matchAll(/^- ([^(\n]*?)(?: \(.*)?$/gm)];
    expect(named.map(([, name]) => name)).toEqual(Object.keys(properties));
  });
});
