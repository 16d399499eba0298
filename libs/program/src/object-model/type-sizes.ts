/** What an object of a named type takes, and whether it can refer to others. */
import type { DataModel, ResolvedProgramChoice } from '@heapcast/contracts';
import { cSize, findPythonType, pythonSize, SizeofError } from '@heapcast/sizeof';

type Sizes = Pick<ResolvedProgramChoice, 'ownership' | 'dataModel' | 'version'>;

/** Python types whose objects hold no references and are unknown to the collector. */
const ATOMIC: ReadonlySet<string> = new Set(
  'int long float complex bool NoneType ellipsis range str unicode bytes bytearray'.split(' '),
);

/** A type and its first dimension: `double`, `3`, `[4]`. Structs are left alone. */
const ARRAY = /^([^{}[\]]+?)\s*\[(\d{1,9})\]((?:\[\d{1,9}\])*)$/;

/** Answers that were given lately; the question is the key. */
const recent = new Map<string, number | undefined>();
const RECENT = 4096;

export function isAtomic(type: string): boolean {
  return ATOMIC.has(type);
}

/**
 * Bytes of an object of this type (`sizeof`, `sys.getsizeof`); undefined if it is not known. `fields`: how many, which is
 * the length of a list or tuple.
 */
export function sizeOfType(type: string, fields: number | undefined, choice: Sizes): number | undefined {
  if (choice.ownership === 'manual') return sizeOfCType(type, choice.dataModel);
  return remembered(`${type} ${fields} ${choice.version} ${choice.dataModel}`, () => {
    const most = findPythonType(type)?.count?.maximum;
    const n = fields === undefined || most === undefined ? undefined : Math.min(fields, most);
    return pythonSize(type, { version: choice.version, dataModel: choice.dataModel.toLowerCase(), n }).size;
  });
}

/** Bytes from one element to the next of a C array of a known type; undefined for other types. */
export function elementSize(type: string, dataModel: DataModel): number | undefined {
  const array = ARRAY.exec(type);
  return array === null ? undefined : sizeOfCType(array[1] + array[3], dataModel);
}

export function isArray(type: string): boolean {
  return ARRAY.test(type);
}

function sizeOfCType(type: string, dataModel: DataModel): number | undefined {
  return remembered(`${type} ${dataModel}`, () => cSize(type, dataModel.toLowerCase()).size);
}

function remembered(question: string, answer: () => number): number | undefined {
  if (recent.has(question)) return recent.get(question);
  let size: number | undefined;
  try {
    size = answer();
  } catch (error) {
    if (!(error instanceof SizeofError)) throw error;
  }
  if (recent.size >= RECENT) recent.clear();
  recent.set(question, size);
  return size;
}
