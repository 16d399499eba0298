/** Classes, their instances, modules and exceptions. */
import { SMALLEST, usableSlots } from '../../growth/dict-growth.js';
import { dictSlots } from '../../growth/dict-growth.js';
import {
  type Block,
  itemsPart,
  managedDictPart,
  memoryBlock,
  objectBlock,
  type Part,
  pointersPart,
  structPart,
} from '../composition.js';
import { dictBlocks, keysBlock } from '../dict-tables.js';
import { type Build, structLayout } from '../structs.js';
import type { TypeDefinition } from '../type-definition.js';
import { since } from '../versions.js';

/** Attributes that instances share keys for (`SHARED_KEYS_MAX_SIZE`), and slots of those keys, from 3.11 on. */
const SHARED_KEYS = 30;
const SHARED_SLOTS = 64;
/** Instances that the class has had, in what is said about the dictionary of one: each takes a spare value away. */
const INSTANCES = 2;

const ATTRIBUTES = { what: 'attributes', default: 0, maximum: 10_000 };
const SLOTS = { what: 'names in __slots__', default: 2, maximum: 10_000 };

/** Slots of the keys that instances of a class share. */
function sharedSlots(build: Build, attributes: number): number {
  return since(build.version, '3.11') ? SHARED_SLOTS : Math.max(SMALLEST, dictSlots(attributes, build.version));
}

function classBlocks(build: Build, n: number, variant: string): readonly Block[] {
  if (variant === 'builtin') return [builtinBlock(build)];
  const member = structLayout('PyMemberDef', build).size;
  const names = variant === 'slots' ? n : 0;
  // 2.7 counts the descriptions of the slots, later versions do not; one more ends them.
  const counted = build.version === '2.7';
  const type = objectBlock(
    build,
    'gc',
    structPart('PyHeapTypeObject', build),
    itemsPart('PyMemberDef', names, member, counted),
    itemsPart('PyMemberDef that ends them', 1, member, false),
  );
  if (variant === 'slots' || build.version === '2.7') return [type];
  return [type, { ...keysBlock(build, sharedSlots(build, n), true), what: 'shared keys' }];
}

/** 2.7 counts every type as if it were made by a class statement; 3.11 and 3.12 add a header that static types lack. */
function builtinBlock(build: Build): Block {
  if (build.version === '2.7') return memoryBlock('object', 'static', structPart('PyHeapTypeObject', build));
  const struct = structPart('PyTypeObject', build);
  if (build.version !== '3.11' && build.version !== '3.12') return memoryBlock('object', 'static', struct);
  const [header] = objectBlock(build, 'gc').parts;
  const said = { ...header, what: "collector's header (counted, but static types have none)" };
  return memoryBlock('object', 'static', ...(header ? [{ ...header, ...said }] : []), struct);
}

function instanceBlocks(build: Build, n: number): readonly Block[] {
  const head = structPart('PyObject', build);
  if (!since(build.version, '3.11')) {
    const object = objectBlock(build, 'gc', head, pointersPart('__dict__, __weakref__', 2, build));
    return n === 0 ? [object] : [object, ...instanceDict(build, n).map((block) => uncounted(block, '__dict__'))];
  }
  const weak = build.version === '3.11' ? [pointersPart('__weakref__', 1, build)] : [];
  const [header] = objectBlock(build, 'gc').parts;
  const object = (...more: Part[]) =>
    memoryBlock('object', 'object', managedDictPart(build), ...(header ? [header] : []), head, ...weak, ...more);
  if (since(build.version, '3.13')) return [object(inlineValues(build))];
  return [object(), memoryBlock('values', 'memory', separateValues(build))];
}

/** From 3.13 on inside the instance: values, their order, four bytes of state (`_PyInlineValuesSize`). */
function inlineValues(build: Build): Part {
  const pointer = build.model.pointerBytes;
  const order = Math.ceil(SHARED_KEYS / pointer) * pointer;
  return {
    what: 'inline values',
    bytes: order + (SHARED_KEYS + 1) * pointer,
    counted: false,
    formula: `${order} + (${SHARED_KEYS} + 1) * ${pointer}`,
  };
}

/** 3.11 and 3.12: a block beside the instance (`new_values`), with the order of insertion in front. */
function separateValues(build: Build): Part {
  const pointer = build.model.pointerBytes;
  const values = SHARED_KEYS - 1;
  const prefix = Math.ceil((values + 2) / pointer) * pointer;
  return {
    what: 'values of the first instance',
    bytes: prefix + values * pointer,
    counted: false,
    formula: `${prefix} + ${values} * ${pointer}`,
  };
}

function uncounted(block: Block, owner: string): Block {
  return { ...block, what: `${owner} ${block.what}`, parts: block.parts.map((part) => ({ ...part, counted: false })) };
}

/** The dictionary of an instance: its keys belong to the class as long as they fit there. */
function instanceDict(build: Build, n: number): readonly Block[] {
  if (build.version === '2.7') return dictBlocks(build, 'PyDictObject', n, true);
  const object = objectBlock(build, 'gc', structPart('PyDictObject', build));
  const shared = since(build.version, '3.11') ? SHARED_KEYS - INSTANCES : usableSlots(sharedSlots(build, n));
  if (n <= shared) return [object, memoryBlock('values', 'object', pointersPart('ma_values', shared, build))];
  return [object, keysBlock(build, Math.max(dictSlots(shared * 3, build.version), dictSlots(n, build.version)), true)];
}

function plain(name: string, title: string, struct: string, aliases: readonly string[] = []): TypeDefinition {
  return {
    name,
    title,
    group: 'classes',
    aliases,
    assumes: 'Without the dictionary of its attributes.',
    compose: (build) => [objectBlock(build, 'gc', structPart(struct, build))],
  };
}

function slotted(name: string, title: string, range?: string, count = SLOTS): TypeDefinition {
  return { name, title, group: 'classes', range, count, compose: slottedBlocks };
}

/** Before 3.9 the collector need not know an instance without any slot; since, each refers to its class (bpo-40217). */
function slottedBlocks(build: Build, n: number): readonly Block[] {
  const head = structPart('PyObject', build);
  if (n === 0 && !since(build.version, '3.9')) return [objectBlock(build, 'plain', head)];
  return [objectBlock(build, 'gc', head, pointersPart('slots', n, build))];
}

export const classTypes: readonly TypeDefinition[] = [
  {
    name: 'type',
    title: 'a class',
    group: 'classes',
    aliases: ['class'],
    count: { ...ATTRIBUTES, what: 'attributes of its instances, or names in __slots__' },
    variants: [
      { name: 'dict', title: 'class C: ..., whose instances have a dictionary' },
      { name: 'slots', title: 'class C: __slots__ = (...)' },
      { name: 'builtin', title: 'a type written in C, such as int' },
    ],
    assumes: 'Without its dictionary, its tuple of bases and its method resolution order.',
    compose: classBlocks,
  },
  {
    name: 'instance',
    title: 'an instance of class C: pass',
    group: 'classes',
    count: ATTRIBUTES,
    assumes:
      'No size counts its dictionary or values; the blocks show them, as the first instance of a class gets them.',
    compose: instanceBlocks,
  },
  slotted('slots-instance', 'an instance of a class with __slots__'),
  {
    name: 'instance-dict',
    title: 'vars(o) of an instance',
    group: 'classes',
    count: { ...ATTRIBUTES, default: 1 },
    assumes: `The class has had ${INSTANCES} instances with the same attributes.`,
    compose: instanceDict,
  },
  plain('module', 'a module', 'PyModuleObject'),
  plain('Exception', 'an exception, and those derived from it that add nothing', 'PyBaseExceptionObject', [
    'ValueError',
  ]),
  {
    ...slotted('Decimal', 'decimal.Decimal (in Python in 2.7, in C since)'),
    group: 'library',
    count: undefined,
    compose: (build) => {
      if (build.version === '2.7') return slottedBlocks(build, 4);
      return [objectBlock(build, since(build.version, '3.13') ? 'gc' : 'plain', structPart('PyDecObject', build))];
    },
    assumes: 'Up to 4 words of 19 digits (9 on 32-bit) are inside.',
  },
  {
    ...slotted('Fraction', 'fractions.Fraction'),
    group: 'library',
    count: undefined,
    compose: (build) => slottedBlocks(build, 2),
  },
];
