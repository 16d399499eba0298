/** None, truth values, numbers, and objects with nothing in them. */
import { type Block, itemsPart, memoryBlock, objectBlock, structPart } from '../composition.js';
import { type Build, digitBits } from '../structs.js';
import { MOST_ITEMS, type TypeDefinition } from '../type-definition.js';
import { since } from '../versions.js';

function singleton(name: string, title: string, aliases: readonly string[] = []): TypeDefinition {
  return {
    name,
    title,
    group: 'scalars',
    aliases,
    assumes: 'There is one of it, part of the interpreter: no request is made.',
    compose: (build) => [memoryBlock('object', 'static', structPart('PyObject', build))],
  };
}

/** Digits of an int of so many bits; zero has none, but room for one is counted from 3.11 on. */
function digits(build: Build, bits: number): number {
  const count = Math.ceil(bits / digitBits(build));
  return since(build.version, '3.11') ? Math.max(count, 1) : count;
}

function longParts(build: Build, bits: number) {
  const each = digitBits(build) === 15 ? 2 : 4;
  return [structPart('PyLongObject', build), itemsPart('ob_digit', digits(build, bits), each)];
}

/** Whether 2.7 keeps it as an int, in a C long. */
export function fitsLong(build: Build, bits: number): boolean {
  return bits < build.model.types.long.size * 8;
}

/** A block of its own for a value that is alone; 2.7 cuts ints from larger blocks. */
function intBlocks(build: Build, bits: number): readonly Block[] {
  if (build.version === '2.7' && fitsLong(build, bits))
    return [objectBlock(build, 'plain', structPart('PyIntObject', build))];
  return [objectBlock(build, 'plain', ...longParts(build, bits))];
}

const BITS = { what: 'bits of the absolute value', default: 1, maximum: MOST_ITEMS };

export const scalarTypes: readonly TypeDefinition[] = [
  singleton('NoneType', 'None', ['None']),
  singleton('NotImplementedType', 'NotImplemented', ['NotImplemented']),
  singleton('ellipsis', 'Ellipsis', ['Ellipsis']),
  {
    name: 'bool',
    title: 'True or False',
    group: 'scalars',
    variants: [
      { name: 'true', title: 'True' },
      { name: 'false', title: 'False' },
    ],
    assumes: 'Both are part of the interpreter: no request is made.',
    compose: (build, _n, variant) => {
      const parts = intBlocks(build, variant === 'true' ? 1 : 0).flatMap((block) => block.parts);
      return [memoryBlock('object', 'static', ...parts)];
    },
  },
  {
    name: 'int',
    title: 'a whole number',
    group: 'scalars',
    count: BITS,
    assumes:
      'In 2.7 a number that fits into a C long is an int (cut from blocks of about 1000 bytes that are never given ' +
      'back), a larger one is a long. -5 to 256 exist once, from the start.',
    compose: (build, n) => intBlocks(build, n),
  },
  {
    name: 'long',
    title: 'a whole number of any size (2.7)',
    group: 'scalars',
    range: '2.7',
    count: BITS,
    compose: (build, n) => [objectBlock(build, 'plain', ...longParts(build, n))],
  },
  {
    name: 'float',
    title: 'a floating point number',
    group: 'scalars',
    assumes: 'Up to 100 released floats are kept for the next ones (2.7: all, cut from larger blocks).',
    compose: (build) => [objectBlock(build, 'plain', structPart('PyFloatObject', build))],
  },
  {
    name: 'complex',
    title: 'a complex number',
    group: 'scalars',
    compose: (build) => [objectBlock(build, 'plain', structPart('PyComplexObject', build))],
  },
  {
    name: 'object',
    title: 'a plain object()',
    group: 'scalars',
    compose: (build) => [objectBlock(build, 'plain', structPart('PyObject', build))],
  },
];
