/**
 * What operators make of constants, and whether the compiler already does the work. Up to 3.6 it folds sequences of at
 * most 20 items; from 3.7 on ints of at most 128 bits, strings of at most 4096 and tuples of at most 256.
 */
import { since, type Version } from '../python/versions.js';
import { SizeofError } from '../sizeof-error.js';
import { bitLength } from './integers.js';
import type { Text } from './objects.js';

/** Largest int that is computed. */
const BITS = 10_000;
/** Longest text whose characters are kept. */
const KEPT = 4096;
/** Most items of one sequence. */
export const MOST = 1_000_000_000;

type Numeric = { readonly kind: 'int'; readonly value: bigint } | { readonly kind: 'float'; readonly value: number };

/** @returns undefined when the operator is not known for numbers @throws SizeofError `too-large`, `syntax` */
export function numbers(operator: string, left: Numeric, right: Numeric, offset: number): Numeric | undefined {
  if (left.kind === 'int' && right.kind === 'int' && !(operator === '**' && right.value < 0n) && operator !== '/') {
    return integers(operator, left.value, right.value, offset);
  }
  const value = floats(operator, Number(left.value), Number(right.value), offset);
  return value === undefined ? undefined : { kind: 'float', value };
}

function integers(operator: string, left: bigint, right: bigint, offset: number): Numeric | undefined {
  const value = wholeNumber(operator, left, right, offset);
  if (value === undefined) return undefined;
  return { kind: 'int', value };
}

function wholeNumber(operator: string, left: bigint, right: bigint, offset: number): bigint | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return bounded(bitLength(left) + bitLength(right), offset, () => left * right);
    case '**':
      return bounded(powerBits(left, right), offset, () => left ** right);
    case '<<':
      notNegative(right, offset);
      return bounded(left === 0n ? 0 : bitLength(left) + Number(right), offset, () => left << right);
    case '>>':
      notNegative(right, offset);
      return right > BigInt(BITS) ? (left < 0n ? -1n : 0n) : left >> right;
    case '//':
      return floorDivide(left, right, offset);
    case '%':
      return left - floorDivide(left, right, offset) * right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    default:
      return undefined;
  }
}

function powerBits(left: bigint, right: bigint): number {
  const bits = bitLength(left);
  return bits <= 1 ? 1 : bits * Number(right);
}

function bounded(bits: number, offset: number, compute: () => bigint): bigint {
  if (bits <= BITS) return compute();
  throw new SizeofError('too-large', 'expression', `has a number of more than ${BITS} bits`, offset);
}

function notNegative(shift: bigint, offset: number): void {
  if (shift < 0n) throw new SizeofError('syntax', 'expression', 'shifts by a negative number', offset);
}

function floorDivide(left: bigint, right: bigint, offset: number): bigint {
  if (right === 0n) throw new SizeofError('syntax', 'expression', 'divides by zero', offset);
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function floats(operator: string, left: number, right: number, offset: number): number | undefined {
  if (right === 0 && ['/', '//', '%'].includes(operator)) {
    throw new SizeofError('syntax', 'expression', 'divides by zero', offset);
  }
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left - Math.floor(left / right) * right;
    case '**':
      return left ** right;
    default:
      return undefined;
  }
}

/** Whether the compiler computes an int of so many bits from constants. */
export function foldsInt(bits: number, version: Version): boolean {
  return !since(version, '3.7') || bits <= 128;
}

/** Whether the compiler repeats a constant to so many items. */
export function foldsRepeat(length: number, kind: 'text' | 'tuple', version: Version): boolean {
  if (!since(version, '3.7')) return length <= 20;
  return length <= (kind === 'text' ? 4096 : 256);
}

/** @throws SizeofError `too-large` */
export function repeatText(text: Text, times: number, offset: number): Text {
  const length = times <= 0 ? 0 : text.length * times;
  if (length > MOST) throw new SizeofError('too-large', 'expression', `has a text of more than ${MOST} items`, offset);
  if (length === 0) return { pattern: '', times: 1, length: 0, widest: 0 };
  if (length <= KEPT && text.times * text.pattern.length <= KEPT) {
    return { pattern: text.pattern.repeat(text.times * times), times: 1, length, widest: text.widest };
  }
  return { pattern: text.pattern, times: text.times * times, length, widest: text.widest };
}

/** Undefined when the characters of a long one would have to be written out. */
export function joinText(left: Text, right: Text): Text | undefined {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  if (left.times !== 1 || right.times !== 1) return undefined;
  return {
    pattern: left.pattern + right.pattern,
    times: 1,
    length: left.length + right.length,
    widest: Math.max(left.widest, right.widest),
  };
}
