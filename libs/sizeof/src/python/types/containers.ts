/** Sequences, dictionaries and sets, with n elements put there in one of several ways. */
import { appendedSlots, constantSlots, iterableSlots } from '../../growth/list-growth.js';
import { addedSlots, constantSetSlots, INSIDE, mergedSlots } from '../../growth/set-growth.js';
import { dequeBlocks } from '../../growth/deque-blocks.js';
import { type Block, itemsPart, memoryBlock, objectBlock, pointersPart, repeated, structPart } from '../composition.js';
import { dictBlocks, emptyCallSlots, keysBlocks } from '../dict-tables.js';
import { type Build, structLayout } from '../structs.js';
import { MOST_ITEMS, type TypeDefinition } from '../type-definition.js';

const ELEMENTS = { what: 'elements', default: 0, maximum: MOST_ITEMS };
const ENTRIES = { what: 'entries', default: 0, maximum: MOST_ITEMS };

/** A list with room for so many elements. */
export function listBlocks(build: Build, slots: number): readonly Block[] {
  const object = objectBlock(build, 'gc', structPart('PyListObject', build));
  return slots === 0 ? [object] : [object, memoryBlock('items', 'memory', pointersPart('ob_item', slots, build))];
}

/** A set whose table has so many slots; up to eight are inside it. */
export function setBlocks(build: Build, slots: number): readonly Block[] {
  const object = objectBlock(build, 'gc', structPart('PySetObject', build));
  if (slots <= INSIDE) return [object];
  return [object, memoryBlock('table', 'memory', itemsPart('setentry', slots, structLayout('setentry', build).size))];
}

const SET_VARIANTS = [
  { name: 'add', title: 'added one at a time, or from any iterable but a set' },
  { name: 'literal', title: 'a display of constants, {1, 2, 3}' },
  { name: 'copy', title: 'a copy of another set' },
];

function setSlots(build: Build, n: number, variant: string): number {
  if (variant === 'literal') return constantSetSlots(n, build.version);
  return variant === 'copy' ? mergedSlots(n, build.version) : addedSlots(n, build.version);
}

const KEYS = [
  { name: 'str-keys', title: 'all keys are str' },
  { name: 'other-keys', title: 'at least one key is no str' },
];

export const containerTypes: readonly TypeDefinition[] = [
  {
    name: 'list',
    grows: ['append'],
    title: 'a list',
    group: 'containers',
    count: ELEMENTS,
    variants: [
      { name: 'exact', title: 'made at once: [x] * n, a slice, a copy, sorted(...)' },
      { name: 'append', title: 'append, one at a time, or a list comprehension' },
      { name: 'literal', title: 'a display of constants, [1, 2, 3]' },
      { name: 'iterable', title: 'list(iterable) whose length is known: list(range(n))' },
    ],
    compose: (build, n, variant) => {
      if (variant === 'append') return listBlocks(build, appendedSlots(n, build.version));
      if (variant === 'literal') return listBlocks(build, constantSlots(n, build.version));
      return listBlocks(build, variant === 'iterable' ? iterableSlots(n, build.version) : n);
    },
  },
  {
    name: 'tuple',
    title: 'a tuple',
    group: 'containers',
    count: ELEMENTS,
    assumes: 'The empty tuple exists once.',
    compose: (build, n) => [
      objectBlock(build, 'gc', structPart('PyTupleObject', build), pointersPart('ob_item', n, build)),
    ],
  },
  {
    name: 'dict',
    grows: ['str-keys', 'other-keys'],
    title: 'a dictionary',
    group: 'containers',
    count: ENTRIES,
    variants: KEYS,
    assumes: 'Entries were only added. {} and dict() differ in 3.8 and 3.9, where dict() has a table from the start.',
    compose: (build, n, variant) => dictBlocks(build, 'PyDictObject', n, variant === 'str-keys'),
  },
  {
    name: 'set',
    grows: ['add'],
    title: 'a set',
    group: 'containers',
    count: ELEMENTS,
    variants: SET_VARIANTS,
    compose: (build, n, variant) => setBlocks(build, setSlots(build, n, variant)),
  },
  {
    name: 'frozenset',
    grows: ['add'],
    title: 'a set that cannot change',
    group: 'containers',
    count: ELEMENTS,
    variants: SET_VARIANTS.filter((variant) => variant.name !== 'literal'),
    compose: (build, n, variant) => setBlocks(build, setSlots(build, n, variant)),
  },
  {
    name: 'deque',
    grows: ['append'],
    title: 'collections.deque',
    group: 'containers',
    count: ELEMENTS,
    variants: [
      { name: 'append', title: 'append, one at a time' },
      { name: 'iterable', title: 'deque(iterable)' },
    ],
    compose: (build, n, variant) => [
      objectBlock(build, 'gc', structPart('dequeobject', build)),
      ...repeated(
        dequeBlocks(n, build.version, variant === 'iterable' ? 'iterable' : 'append'),
        memoryBlock('block', 'memory', structPart('block', build)),
      ),
    ],
  },
  {
    name: 'defaultdict',
    grows: ['str-keys', 'other-keys'],
    title: 'collections.defaultdict',
    group: 'containers',
    count: ENTRIES,
    variants: KEYS,
    compose: (build, n, variant) =>
      dictBlocks(build, 'defdictobject', n, variant === 'str-keys', { emptySlots: emptyCallSlots(build) }),
  },
  {
    name: 'OrderedDict',
    title: 'collections.OrderedDict (in Python in 2.7, in C since)',
    group: 'containers',
    count: ENTRIES,
    variants: KEYS,
    compose: (build, n, variant) => orderedDictBlocks(build, n, variant === 'str-keys'),
  },
  {
    name: 'Counter',
    grows: ['str-keys', 'other-keys'],
    title: 'collections.Counter, or another subclass of dict without __slots__',
    group: 'containers',
    count: ENTRIES,
    variants: KEYS,
    assumes: 'The dictionary of its attributes is not counted.',
    compose: (build, n, variant) =>
      dictBlocks(build, 'PyDictObject', n, variant === 'str-keys', {
        emptySlots: emptyCallSlots(build),
        subclass: true,
      }),
  },
  {
    name: 'namedtuple',
    title: 'an instance of a collections.namedtuple',
    group: 'containers',
    count: { ...ELEMENTS, what: 'fields' },
    compose: (build, n) => [
      objectBlock(
        build,
        'gc',
        structPart('PyTupleObject', build),
        pointersPart('ob_item', n, build),
        pointersPart('sentinel of a subclass', 1, build, false),
      ),
    ],
  },
  {
    name: 'slice',
    title: 'a slice',
    group: 'containers',
    compose: (build) => [objectBlock(build, 'gc', structPart('PySliceObject', build))],
  },
  {
    name: 'range',
    title: 'a range (a list in 2.7)',
    group: 'containers',
    count: { ...ELEMENTS, default: 10 },
    compose: (build, n) =>
      build.version === '2.7' ? listBlocks(build, n) : [objectBlock(build, 'plain', structPart('rangeobject', build))],
  },
  {
    name: 'xrange',
    title: 'an xrange (2.7)',
    group: 'containers',
    range: '2.7',
    compose: (build) => [objectBlock(build, 'plain', structPart('xrangeobject', build))],
  },
];

function orderedDictBlocks(build: Build, n: number, strings: boolean): readonly Block[] {
  const emptySlots = emptyCallSlots(build);
  if (build.version === '2.7') return dictBlocks(build, 'PyDictObject', n, strings, { emptySlots, subclass: true });
  const [object, ...tables] = dictBlocks(build, 'PyODictObject', n, strings, { emptySlots });
  if (!object || n === 0) return object ? [object, ...tables] : [];
  const { slots } = keysBlocks(build, n, strings, emptySlots);
  return [
    object,
    ...tables,
    memoryBlock('nodes by slot', 'memory', pointersPart('od_fast_nodes', slots, build)),
    ...repeated(n, memoryBlock('node', 'memory', structPart('_ODictNode', build))),
  ];
}
