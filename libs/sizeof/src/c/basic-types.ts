/** Every way to write a basic C type, and the width that each fixed or derived name stands for. */
import type { BasicType, DataModel, Extent } from './data-models.js';

const SPELLINGS: Readonly<Record<string, BasicType>> = {
  char: 'char',
  'signed char': 'char',
  'unsigned char': 'char',
  int8_t: 'char',
  uint8_t: 'char',
  Py_UCS1: 'char',
  bool: 'bool',
  _Bool: 'bool',
  short: 'short',
  'short int': 'short',
  'signed short': 'short',
  'unsigned short': 'short',
  'unsigned short int': 'short',
  int16_t: 'short',
  uint16_t: 'short',
  char16_t: 'short',
  Py_UCS2: 'short',
  int: 'int',
  signed: 'int',
  'signed int': 'int',
  unsigned: 'int',
  'unsigned int': 'int',
  int32_t: 'int',
  uint32_t: 'int',
  char32_t: 'int',
  Py_UCS4: 'int',
  long: 'long',
  'long int': 'long',
  'signed long': 'long',
  'unsigned long': 'long',
  'unsigned long int': 'long',
  'long long': 'long long',
  'long long int': 'long long',
  'signed long long': 'long long',
  'unsigned long long': 'long long',
  'unsigned long long int': 'long long',
  int64_t: 'long long',
  uint64_t: 'long long',
  float: 'float',
  double: 'double',
  'long double': 'long double',
  wchar_t: 'wchar_t',
  pointer: 'pointer',
  size_t: 'pointer',
  ssize_t: 'pointer',
  ptrdiff_t: 'pointer',
  intptr_t: 'pointer',
  uintptr_t: 'pointer',
  Py_ssize_t: 'pointer',
  Py_hash_t: 'pointer',
};

/** Names that `basicExtent` knows, as they are written in C. */
export const basicTypeNames: readonly string[] = Object.keys(SPELLINGS);

/** Words that a basic type of several words is made of. */
export const basicTypeWords: ReadonlySet<string> = new Set(basicTypeNames.flatMap((name) => name.split(' ')));

/** Undefined when the name is no basic type. */
export function basicExtent(name: string, model: DataModel): Extent | undefined {
  const basic = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : undefined;
  return basic && model.types[basic];
}
