/**
 * The objects that an expression makes. Which of them are one and the same follows what CPython does with the constants
 * of one piece of code: equal constants are merged; small ints, one-character strings, `''`, `b''`, `()`, None, True,
 * False and `...` exist once from the start; everything computed or built at run time is an object of its own.
 */
import type { Block } from '../python/composition.js';

/** What stands for the value, as far as sizes need it. */
export type Value =
  | { readonly kind: 'none' | 'ellipsis' | 'object' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'complex'; readonly imaginary: number }
  | { readonly kind: 'str' | 'bytes' | 'unicode' | 'bytearray'; readonly text: Text }
  | { readonly kind: 'range'; readonly first: bigint; readonly step: bigint; readonly length: number }
  | { readonly kind: 'list' | 'tuple' | 'set' | 'frozenset'; readonly elements: Elements }
  | { readonly kind: 'dict'; readonly keys: Elements };

/** Characters or bytes: a pattern, repeated. */
export interface Text {
  readonly pattern: string;
  readonly times: number;
  /** Characters in all. */
  readonly length: number;
  /** Largest code point. */
  readonly widest: number;
}

export interface Elements {
  /** How many there are, repeats included. */
  readonly count: number;
  /** In order. Of a long repetition one round is listed, of a long concatenation each once: then fewer than `count`. */
  readonly objects: readonly PythonObject[];
  /** Further objects of their own that are not listed: the ints of a long range. */
  readonly unlisted?: Unlisted;
}

export interface Unlisted {
  readonly count: number;
  /** Bytes of all of them, as `sys.getsizeof` counts. */
  readonly size: number;
  readonly requests: readonly { readonly bytes: number; readonly times: number }[];
}

export interface PythonObject {
  readonly value: Value;
  /** Type of `python/registry.ts`. */
  readonly type: string;
  readonly blocks: readonly Block[];
  /** What it refers to. */
  readonly refers: readonly PythonObject[];
  readonly unlisted?: Unlisted;
  /** Known when the code is compiled. */
  readonly isConstant: boolean;
  /** Existed before the code ran. */
  readonly isShared: boolean;
  /** As written, shortened. */
  readonly label: string;
}

/** Equal for texts of the same characters. */
export function textKey(text: Text): string {
  return text.times === 1 ? text.pattern : `${text.times}*${text.pattern}`;
}

/** Tells constants apart that the compiler keeps apart: 1, 1.0 and True; 0.0 and -0.0. */
export function constantKey(value: Value): string | undefined {
  switch (value.kind) {
    case 'int':
      return `int ${value.value}`;
    case 'float':
      return `float ${Object.is(value.value, -0) ? '-0' : value.value}`;
    case 'complex':
      return `complex ${value.imaginary}`;
    case 'str':
    case 'bytes':
    case 'unicode':
      return `${value.kind} ${textKey(value.text)}`;
    default:
      return undefined;
  }
}

/** @param points code points, or bytes */
export function textOf(points: readonly number[]): Text {
  let pattern = '';
  let widest = 0;
  for (const point of points) {
    pattern += String.fromCodePoint(point);
    widest = Math.max(widest, point);
  }
  return { pattern, times: 1, length: points.length, widest };
}
