/** A new object with everything decided that the command left open. */
import type { NewCommand, OpenCommand, ResolvedProgramChoice, ResourceKind } from '@heapcast/contracts';
import { MAX_SIZE } from '@heapcast/trace';
import { Misstep } from './misstep.js';
import type { NewObject } from './program-memory.js';
import { sizeOfType } from './type-sizes.js';

const POINTER_BYTES = 8;

/** Bytes of the object that owns a resource, where nobody says: about what CPython's take (`socket`, `FileIO` …). */
const OWNER_BYTES: Readonly<Record<ResourceKind, number>> = { file: 80, socket: 96, database: 200, window: 256 };

/** Throws a `Misstep` if the type's size is not known. */
export function completeNew(command: NewCommand, choice: ResolvedProgramChoice): NewObject {
  const isManual = choice.ownership === 'manual';
  const type = command.type ?? (isManual ? 'bytes' : 'object');
  const size = command.size ?? sizeOfType(type, countOf(command), choice) ?? sizeOfFields(command, isManual);
  if (size === undefined) {
    throw new Misstep('notAllowed', `how many bytes a ${type} takes is not known; say it with "size"`);
  }
  if (size > MAX_SIZE) throw new Misstep('limitReached', `an object here has at most ${MAX_SIZE} bytes`);
  const { to, kind, fields, container, finalizer } = command;
  return { to, type, size, kind, fields, container, finalizer };
}

export function completeOwner({ kind, to, size }: OpenCommand, choice: ResolvedProgramChoice): NewObject {
  const type = choice.ownership === 'manual' ? kind[0].toUpperCase() + kind.slice(1) : kind;
  return { to, type, size: size ?? OWNER_BYTES[kind] };
}

/** Bytes of a C struct of pointers, or of an instance of a class with so many attributes. */
function sizeOfFields({ fields }: NewCommand, isManual: boolean): number | undefined {
  if (fields === undefined) return isManual ? undefined : OBJECT_BYTES;
  const count = countOf({ fields }) ?? 0;
  return isManual ? count * POINTER_BYTES : OBJECT_BYTES + count * POINTER_BYTES;
}

function countOf({ fields }: Pick<NewCommand, 'fields'>): number | undefined {
  return typeof fields === 'object' ? fields.length : fields;
}

/** An instance of a Python class with `__slots__`, without the slots: collector's header and object's. */
const OBJECT_BYTES = 32;
