/** Numbers and strings as Python writes them. */
import { SizeofError } from '../sizeof-error.js';
import type { Version } from '../python/versions.js';

export type NumberValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'complex'; readonly imaginary: number };

/** @throws SizeofError `syntax` */
export function readNumber(text: string, offset: number): NumberValue {
  const digits = text.replaceAll('_', '');
  if (/^(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+)$/.test(digits)) return { kind: 'int', value: BigInt(digits) };
  if (/[jJ]$/.test(digits)) return { kind: 'complex', imaginary: Number(digits.slice(0, -1)) };
  const value = Number(digits);
  if (Number.isNaN(value)) throw new SizeofError('syntax', 'expression', 'has a number that cannot be read', offset);
  return { kind: 'float', value };
}

export interface StringValue {
  readonly kind: 'str' | 'bytes' | 'unicode';
  /** Code points; for bytes, one a byte. */
  readonly points: readonly number[];
}

const SIMPLE: Readonly<Record<string, number>> = {
  '\\': 92,
  "'": 39,
  '"': 34,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/**
 * @param text with its prefix and quotes
 * @returns `unicode` only in 2.7, where a plain string holds the bytes of its UTF-8 form
 * @throws SizeofError `syntax` with an offset
 */
export function readString(text: string, offset: number, version: Version): StringValue {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)('''|"""|'|")/.exec(text) ?? [];
  const flags = prefix.toLowerCase();
  const kind = flags.includes('b') ? 'bytes' : version !== '2.7' ? 'str' : flags.includes('u') ? 'unicode' : 'str';
  const begin = prefix.length + quote.length;
  const body = text.slice(begin, text.length - quote.length);
  const isBytes = kind === 'bytes' || (version === '2.7' && kind === 'str');
  const points = flags.includes('r') ? rawPoints(body) : escapedPoints(body, offset + begin, isBytes);
  if (kind === 'bytes') {
    const wide = points.findIndex((point) => point > 0xff);
    if (wide >= 0) throw new SizeofError('syntax', 'expression', 'has bytes that are not ASCII', offset);
  }
  return { kind, points: version === '2.7' && kind === 'str' ? utf8(points) : points };
}

function rawPoints(body: string): number[] {
  return Array.from(body, (character) => character.codePointAt(0) ?? 0);
}

function utf8(points: readonly number[]): number[] {
  return points.flatMap((point) => (point < 0x80 ? [point] : [...Buffer.from(String.fromCodePoint(point))]));
}

function escapedPoints(body: string, offset: number, isBytes: boolean): number[] {
  const points: number[] = [];
  for (let at = 0; at < body.length;) {
    const point = body.codePointAt(at) ?? 0;
    if (point !== 92) {
      points.push(point);
      at += point > 0xffff ? 2 : 1;
      continue;
    }
    const { length, value } = escape(body.slice(at), isBytes, offset + at);
    points.push(...value);
    at += length;
  }
  return points;
}

function escape(rest: string, isBytes: boolean, offset: number): { length: number; value: readonly number[] } {
  const next = rest[1] ?? '';
  if (next === '\n') return { length: 2, value: [] };
  const simple = Object.hasOwn(SIMPLE, next) ? SIMPLE[next] : undefined;
  if (simple !== undefined) return { length: 2, value: [simple] };
  const octal = /^\\([0-7]{1,3})/.exec(rest)?.[1];
  if (octal !== undefined) return { length: 1 + octal.length, value: [Number.parseInt(octal, 8)] };
  const pattern = isBytes ? /^\\x([\da-fA-F]{2})/ : /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/;
  const match = pattern.exec(rest);
  if (match) {
    const value = Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '', 16);
    if (value > 0x10ffff) throw new SizeofError('syntax', 'expression', 'has no such character', offset);
    return { length: match[0].length, value: [value] };
  }
  if (next === 'x' || (!isBytes && 'uUN'.includes(next))) {
    const detail = next === 'N' ? 'has a character by name, which is not read here' : 'has an escape that is cut short';
    throw new SizeofError('syntax', 'expression', detail, offset);
  }
  // Python keeps the backslash of an escape that it does not know.
  return { length: 1, value: [92] };
}
