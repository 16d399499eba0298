/** What an object of a named type takes, and whether it can refer to others. */
import type { DataModel, ResolvedProgramChoice } from '@heapcast/contracts';

/** Python types whose objects hold no references and are unknown to the collector. */
const ATOMIC: ReadonlySet<string> = new Set([
  'int',
  'long',
  'float',
  'complex',
  'bool',
  'str',
  'unicode',
  'bytes',
  'bytearray',
  'NoneType',
  'range',
  'ellipsis',
]);

/** `sys.getsizeof` of an empty or small one, 64-bit CPython 3.11. */
const PYTHON: Readonly<Record<string, number>> = {
  object: 16,
  int: 28,
  float: 24,
  complex: 32,
  bool: 28,
  str: 49,
  bytes: 33,
  list: 56,
  tuple: 40,
  dict: 64,
  set: 216,
  function: 136,
  socket: 80,
};

const C_TYPES: Readonly<Record<string, number | Readonly<Record<DataModel, number>>>> = {
  char: 1,
  'signed char': 1,
  'unsigned char': 1,
  bool: 1,
  short: 2,
  'unsigned short': 2,
  int: 4,
  unsigned: 4,
  'unsigned int': 4,
  float: 4,
  double: 8,
  'long long': 8,
  'unsigned long long': 8,
  long: { LP64: 8, LLP64: 4, ILP32: 4 },
  'unsigned long': { LP64: 8, LLP64: 4, ILP32: 4 },
  size_t: { LP64: 8, LLP64: 8, ILP32: 4 },
};
const POINTER: Readonly<Record<DataModel, number>> = { LP64: 8, LLP64: 8, ILP32: 4 };
const ARRAY = /^(.+?)\s*\[(\d{1,9})\]$/;

export function isAtomic(type: string): boolean {
  return ATOMIC.has(type);
}

/** Bytes of an object of this type; undefined if it is not known. */
export function sizeOfType(
  type: string,
  choice: Pick<ResolvedProgramChoice, 'ownership' | 'dataModel'>,
): number | undefined {
  if (choice.ownership !== 'manual') return Object.hasOwn(PYTHON, type) ? PYTHON[type] : undefined;
  const array = ARRAY.exec(type);
  if (array === null) return sizeOfCType(type, choice.dataModel);
  const element = sizeOfCType(array[1], choice.dataModel);
  return element === undefined ? undefined : element * Number(array[2]);
}

/** Bytes from one element to the next of a C array of a known type; undefined for other types. */
export function elementSize(type: string, dataModel: DataModel): number | undefined {
  const array = ARRAY.exec(type);
  return array === null ? undefined : sizeOfCType(array[1], dataModel);
}

export function isArray(type: string): boolean {
  return ARRAY.test(type);
}

function sizeOfCType(type: string, dataModel: DataModel): number | undefined {
  if (type.endsWith('*')) return POINTER[dataModel];
  const size = Object.hasOwn(C_TYPES, type) ? C_TYPES[type] : undefined;
  return typeof size === 'object' ? size[dataModel] : size;
}
