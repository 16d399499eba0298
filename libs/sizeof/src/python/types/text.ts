/**
 * Text and bytes. From 3.3 on a str has 1, 2 or 4 bytes a character, by its widest one (PEP 393); pure ASCII needs less
 * of a head. 2.7 has 8-bit str, and unicode with units of 4 bytes (Linux builds as recorded) or 2 (Windows).
 */
import { appendedBytes, madeBytes } from '../../growth/bytearray-growth.js';
import { type Block, itemsPart, memoryBlock, objectBlock, type Part, structPart } from '../composition.js';
import type { Build } from '../structs.js';
import { MOST_ITEMS, type TypeDefinition } from '../type-definition.js';
import { since } from '../versions.js';

const WIDTHS: Readonly<Record<string, 1 | 2 | 4>> = { ascii: 1, latin1: 1, ucs2: 2, ucs4: 4 };

const KINDS = [
  { name: 'ascii', title: 'ASCII only (below U+0080)' },
  { name: 'latin1', title: 'up to U+00FF' },
  { name: 'ucs2', title: 'up to U+FFFF' },
  { name: 'ucs4', title: 'above U+FFFF' },
];

function compactStr(build: Build, n: number, kind: string): readonly Block[] {
  const width = n === 0 ? 1 : (WIDTHS[kind] ?? 1);
  const isAscii = n === 0 || kind === 'ascii';
  const struct = structPart(isAscii ? 'PyASCIIObject' : 'PyCompactUnicodeObject', build);
  const text = objectBlock(build, 'plain', struct, itemsPart('characters and a final NUL', n + 1, width));
  if (kind !== 'latin1' || n !== 1 || !since(build.version, '3.12')) return [text];
  // The 128 one-character strings above ASCII are part of the interpreter, with their UTF-8 form (2 bytes and NUL).
  return [memoryBlock('object', 'static', ...text.parts, itemsPart('utf8', 3, 1))];
}

function unicode27(build: Build, n: number, kind: string): readonly Block[] {
  const unit = build.model.types.wchar_t.size;
  const units = kind === 'ucs4' && unit === 2 ? 2 * n : n;
  return [
    objectBlock(build, 'plain', structPart('PyUnicodeObject27', build)),
    memoryBlock('characters', 'object', itemsPart('units and a final NUL', units + 1, unit)),
  ];
}

function byteString(build: Build, n: number): Part[] {
  const struct = build.version === '2.7' ? 'PyStringObject' : 'PyBytesObject';
  return [structPart(struct, build), itemsPart('bytes and a final NUL', n + 1, 1)];
}

export const textTypes: readonly TypeDefinition[] = [
  {
    name: 'str',
    title: 'text (8-bit in 2.7)',
    group: 'text',
    count: { what: 'characters', default: 0, maximum: MOST_ITEMS },
    variants: KINDS,
    compose: (build, n, kind) =>
      build.version === '2.7' ? [objectBlock(build, 'plain', ...byteString(build, n))] : compactStr(build, n, kind),
  },
  {
    name: 'unicode',
    title: 'text (2.7)',
    group: 'text',
    range: '2.7',
    count: { what: 'characters', default: 0, maximum: MOST_ITEMS },
    variants: KINDS,
    assumes: 'Units of 4 bytes (--enable-unicode=ucs4), on Windows of 2.',
    compose: unicode27,
  },
  {
    name: 'bytes',
    title: 'immutable bytes (str in 2.7)',
    group: 'text',
    count: { what: 'bytes', default: 0, maximum: MOST_ITEMS },
    compose: (build, n) => [objectBlock(build, 'plain', ...byteString(build, n))],
  },
  {
    name: 'bytearray',
    grows: ['append'],
    title: 'bytes that can change',
    group: 'text',
    count: { what: 'bytes', default: 0, maximum: MOST_ITEMS },
    variants: [
      { name: 'made', title: 'bytearray(b"...") or bytearray(n)' },
      { name: 'append', title: 'append, one byte at a time' },
    ],
    compose: (build, n, variant) => {
      const allocated = variant === 'append' ? appendedBytes(n) : madeBytes(n);
      const object = objectBlock(build, 'plain', structPart('PyByteArrayObject', build));
      const domain = build.version === '2.7' ? 'memory' : 'object';
      if (allocated === 0) return [object];
      return [object, memoryBlock('bytes', domain, itemsPart('ob_bytes', allocated, 1))];
    },
  },
  {
    name: 'memoryview',
    title: 'a view of the bytes of another object, of one dimension',
    group: 'text',
    compose: (build) => {
      const struct = structPart('PyMemoryViewObject', build);
      if (build.version === '2.7') return [objectBlock(build, 'gc', struct)];
      return [objectBlock(build, 'gc', struct, itemsPart('shape, stride, suboffset', 3, build.model.pointerBytes))];
    },
  },
  {
    name: 'array',
    title: "array.array('i', ...)",
    group: 'text',
    count: { what: 'C ints', default: 0, maximum: MOST_ITEMS },
    assumes: 'Made in one go, from a list.',
    compose: (build, n) => {
      const gc = since(build.version, '3.10') ? 'gc' : 'plain';
      const object = objectBlock(build, gc, structPart('arrayobject', build));
      return n === 0 ? [object] : [object, memoryBlock('items', 'memory', itemsPart('ob_item', n, 4))];
    },
  },
];
