/**
 * The talk's C++ as it is printed: `void main` and `delete a[]` are read as what they mean, and said so. Only the text that
 * is code is looked at, and nothing moves to another line.
 */
import type { TranslationNote } from '../protocol.js';

export interface TranslatedSource {
  readonly source: string;
  readonly notes: readonly TranslationNote[];
}

export function translate(source: string): TranslatedSource {
  const notes: TranslationNote[] = [];
  const withDelete = translateDelete(source, notes);
  const withMain = translateMain(withDelete, notes);
  return { source: withMain, notes: notes.sort((a, b) => a.line - b.line) };
}

const VOID_MAIN = /\bvoid(\s+)main(\s*\()/;
const DELETE_BEHIND = /\bdelete(\s+)([A-Za-z_]\w*)(\s*)\[\s*\]/g;
const BARE_RETURN = /\breturn(\s*);/g;

function translateDelete(source: string, notes: TranslationNote[]): string {
  let result = '';
  let done = 0;
  let isNoted = false;
  for (const match of masked(source).matchAll(DELETE_BEHIND)) {
    const [whole, space, name, gap] = match;
    result += `${source.slice(done, match.index)}delete[]${space}${name}${gap}`;
    done = match.index + whole.length;
    if (isNoted) continue;
    isNoted = true;
    const line = lineOf(source, match.index);
    const note = 'The brackets of an array delete stand before the pointer in C++.';
    notes.push({ line, from: `delete ${name}[]`, to: `delete[] ${name}`, note });
  }
  return result + source.slice(done);
}

/** `int` is not longer than `void`: columns stay. Its empty returns give 0, as the end of `main` does. */
function translateMain(source: string, notes: TranslationNote[]): string {
  const code = masked(source);
  const match = VOID_MAIN.exec(code);
  if (!match) return source;
  const at = match.index;
  notes.push({
    line: lineOf(source, at),
    from: 'void main',
    to: 'int main',
    note: 'Standard C and C++ want main to return int; it ends with 0.',
  });
  const [from, to] = bodyBehind(code, at);
  const body = source.slice(from, to);
  const codeOfBody = code.slice(from, to);
  let returning = '';
  let done = 0;
  for (const each of codeOfBody.matchAll(BARE_RETURN)) {
    returning += `${body.slice(done, each.index)}return 0${each[1]};`;
    done = each.index + each[0].length;
  }
  returning += body.slice(done);
  return `${source.slice(0, at)}int ${source.slice(at + 'void'.length, from)}${returning}${source.slice(to)}`;
}

/** From the first `{` after `at` to the `}` that closes it; an empty range when there is none. */
function bodyBehind(code: string, at: number): readonly [number, number] {
  const from = code.indexOf('{', at);
  if (from < 0 || code.slice(at, from).includes(';')) return [at + 'void'.length, at + 'void'.length];
  let depth = 0;
  for (let i = from; i < code.length; i++) {
    if (code[i] === '{') depth++;
    else if (code[i] === '}' && --depth === 0) return [from, i + 1];
  }
  return [from, code.length];
}

const NOT_CODE = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/g;

/** The source with comments and literals blanked; every character stays where it is. */
function masked(source: string): string {
  return source.replace(NOT_CODE, (text) => text.replace(/[^\n]/g, ' '));
}

function lineOf(source: string, at: number): number {
  let line = 1;
  for (let i = source.indexOf('\n'); i >= 0 && i < at; i = source.indexOf('\n', i + 1)) line++;
  return line;
}
