/** Every Python type that is known, by name and by alias. A new type is one entry in `types/`. */
import { SizeofError } from '../sizeof-error.js';
import type { TypeDefinition } from './type-definition.js';
import { classTypes } from './types/classes.js';
import { containerTypes } from './types/containers.js';
import { functionTypes } from './types/functions.js';
import { iteratorTypes } from './types/iterators.js';
import { scalarTypes } from './types/scalars.js';
import { textTypes } from './types/text.js';
import { inRange, type Version } from './versions.js';

/** In the order in which they are shown. */
export const pythonTypes: readonly TypeDefinition[] = [
  ...scalarTypes,
  ...textTypes,
  ...containerTypes,
  ...classTypes,
  ...functionTypes,
  ...iteratorTypes,
];

const byName: ReadonlyMap<string, TypeDefinition> = new Map(
  pythonTypes.flatMap((type) => [type.name, ...(type.aliases ?? [])].map((name) => [name, type] as const)),
);

/** Undefined when the name is no Python type known here. */
export function findPythonType(name: string): TypeDefinition | undefined {
  return byName.get(name);
}

export function isIn(type: TypeDefinition, version: Version): boolean {
  return type.range === undefined || inRange(version, type.range);
}

/** @throws SizeofError `unknown-type` */
export function pythonType(name: string): TypeDefinition {
  const found = findPythonType(name);
  if (found) return found;
  throw new SizeofError('unknown-type', 'type', 'is not a Python or C type known here');
}
