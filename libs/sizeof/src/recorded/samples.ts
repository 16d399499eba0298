/**
 * Which question each recorded sample answers: a type of `python/registry.ts` with its `n` and variant. Where a version
 * answers with another type (`zip` is a list in 2.7) or its code has other slots, the sample says so by version.
 */
import { inRange, type Version } from '../python/versions.js';

export interface Sample {
  readonly type: string;
  readonly n?: number;
  readonly variant?: string;
}

type SampleOf = Sample | ((version: Version) => Sample);

const is27 = (version: Version) => version === '2.7';
const int = (n: number): Sample => ({ type: 'int', n });
const text = (n: number, variant: string): SampleOf => {
  return (version) => ({ type: is27(version) ? 'unicode' : 'str', n, variant });
};
const strDict = (n: number): Sample => ({ type: 'dict', n, variant: 'str-keys' });
const inBrackets = (n: number): Sample => ({ type: 'list', n, variant: 'literal' });

export const samples: Readonly<Record<string, SampleOf>> = {
  None: { type: 'NoneType' },
  True: { type: 'bool', variant: 'true' },
  NotImplemented: { type: 'NotImplementedType' },
  Ellipsis: { type: 'ellipsis' },
  '0': int(0),
  '1': int(1),
  '2**15': int(16),
  '2**30': int(31),
  '2**60': int(61),
  '2**62': int(63),
  '2**63': int(64),
  '2**100': int(101),
  '2**1000': int(1001),
  '-1': int(1),
  '1.5': { type: 'float' },
  '1j': { type: 'complex' },
  "''": { type: 'str', n: 0, variant: 'ascii' },
  "'a'": { type: 'str', n: 1, variant: 'ascii' },
  "'abc'": { type: 'str', n: 3, variant: 'ascii' },
  "'a'*100": { type: 'str', n: 100, variant: 'ascii' },
  "u''": text(0, 'ascii'),
  "u'a'": text(1, 'ascii'),
  "u'\\xe9'": text(1, 'latin1'),
  "u'\\u0101'": text(1, 'ucs2'),
  "u'\\U0001F600'": text(1, 'ucs4'),
  "u'abc'": text(3, 'ascii'),
  "b''": { type: 'bytes', n: 0 },
  "b'a'": { type: 'bytes', n: 1 },
  'bytearray()': { type: 'bytearray', n: 0, variant: 'made' },
  "bytearray(b'a')": { type: 'bytearray', n: 1, variant: 'made' },
  '()': { type: 'tuple', n: 0 },
  '(1,)': { type: 'tuple', n: 1 },
  '(1,2)': { type: 'tuple', n: 2 },
  '(1,2,3)': { type: 'tuple', n: 3 },
  '[]': inBrackets(0),
  '[1]': inBrackets(1),
  '[1,2,3]': inBrackets(3),
  'list(range(10))': { type: 'list', n: 10, variant: 'iterable' },
  '[0]*1000': { type: 'list', n: 1000, variant: 'exact' },
  '{}': strDict(0),
  "{'a':1}": strDict(1),
  'dict(5)': strDict(5),
  'dict(6)': strDict(6),
  'dict(11)': strDict(11),
  'dict(100)': strDict(100),
  'dict_int_keys(1)': { type: 'dict', n: 1, variant: 'other-keys' },
  'set()': { type: 'set', n: 0, variant: 'add' },
  '{1}': { type: 'set', n: 1, variant: 'literal' },
  'set(5)': { type: 'set', n: 5, variant: 'add' },
  'set(10)': { type: 'set', n: 10, variant: 'add' },
  'frozenset()': { type: 'frozenset', n: 0, variant: 'add' },
  'frozenset([1])': { type: 'frozenset', n: 1, variant: 'add' },
  'object()': { type: 'object' },
  'def f': { type: 'function' },
  closure: { type: 'function' },
  lambda: { type: 'function' },
  // `def f(): pass` is LOAD_CONST, RETURN_VALUE: in two-byte units, one or two more of them from 3.11 on.
  'f.__code__': (version) => ({
    type: 'code',
    n: inRange(version, '3.12-3.13') ? 4 : inRange(version, '3.11+') ? 6 : 0,
  }),
  'builtin len': { type: 'builtin_function_or_method' },
  'method [].append': { type: 'builtin_function_or_method' },
  'class C': { type: 'type', n: 1, variant: 'dict' },
  'instance C()': { type: 'instance', n: 0 },
  'instance with attr': { type: 'instance', n: 1 },
  'vars(o)': { type: 'instance-dict', n: 0 },
  'vars(o1)': { type: 'instance-dict', n: 1 },
  // Recorded of `o.__init__`.
  'bound method': { type: 'method-wrapper' },
  'class S slots': { type: 'type', n: 2, variant: 'slots' },
  'slots instance': { type: 'slots-instance', n: 2 },
  type: { type: 'type', n: 0, variant: 'builtin' },
  int: { type: 'type', n: 0, variant: 'builtin' },
  'range(10)': { type: 'range', n: 10 },
  slice: { type: 'slice' },
  // A generator function that yields once: one slot of stack in 3.11, two since.
  generator: (version) => ({ type: 'generator', n: version === '3.11' ? 1 : 2 }),
  'iter([])': { type: 'list_iterator' },
  'iter(())': { type: 'tuple_iterator' },
  'iter({})': { type: 'dict_keyiterator' },
  'enumerate([])': { type: 'enumerate' },
  zip: { type: 'zip' },
  map: { type: 'map' },
  'reversed([])': { type: 'list_reverseiterator' },
  memoryview: { type: 'memoryview' },
  property: { type: 'property' },
  staticmethod: { type: 'staticmethod' },
  classmethod: { type: 'classmethod' },
  super: { type: 'super' },
  module: { type: 'module' },
  'Exception()': { type: 'Exception' },
  "ValueError('x')": { type: 'Exception' },
  'namedtuple class inst': { type: 'namedtuple', n: 2 },
  'deque()': { type: 'deque', n: 0, variant: 'append' },
  'defaultdict(int)': { type: 'defaultdict', n: 0, variant: 'str-keys' },
  'OrderedDict()': { type: 'OrderedDict', n: 0, variant: 'str-keys' },
  'Counter()': { type: 'Counter', n: 0, variant: 'str-keys' },
  datetime: { type: 'datetime' },
  date: { type: 'date' },
  timedelta: { type: 'timedelta' },
  "Decimal('1.1')": { type: 'Decimal' },
  'Fraction(1,3)': { type: 'Fraction' },
  // `a*b`, 15 words in every version.
  're pattern': { type: 'Pattern', n: 15 },
  're match': { type: 'Match', n: 0 },
  partial: { type: 'partial' },
  weakref: { type: 'weakref' },
  // Of the recording script itself, which was compiled to other slots by each version.
  frame: (version) => ({ type: 'frame', n: FRAME_SLOTS[version] ?? 11 }),
};

const FRAME_SLOTS: Readonly<Partial<Record<Version, number>>> = {
  '2.7': 103,
  '3.6': 103,
  '3.7': 104,
  '3.8': 104,
  '3.9': 104,
  '3.10': 9,
  '3.14': 17,
};

/** @throws Error when no such sample was recorded */
export function sampleOf(label: string, version: Version): Sample {
  const found = Object.hasOwn(samples, label) ? samples[label] : undefined;
  if (!found) throw new Error(`no sample ${label} was recorded`);
  return typeof found === 'function' ? found(version) : found;
}
