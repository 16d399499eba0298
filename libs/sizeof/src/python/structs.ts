/**
 * CPython's object layouts as data. `structs/*.ts` hold them as text, one struct a paragraph:
 *
 *     PyListObject: listobject.h             name: header file it is declared in
 *       VAR_HEAD                             the members of that struct, in place
 *       PyObject** ob_item                   a member: any type with a star is a pointer
 *       Py_ssize_t allocated | 3.6+          only in the versions of the range (`versions.ts`)
 *
 * A member's type is a C type, the name of another struct here, `digit` (of an int) or `Py_UNICODE` (2.7). A member with
 * `[]` takes no room: items begin at its offset.
 */
import { basicExtent } from '../c/basic-types.js';
import type { DataModel, Extent } from '../c/data-models.js';
import { type Layout, layOut, type Member } from '../c/layout.js';
import { callableStructs } from './structs/callables.js';
import { classStructs } from './structs/classes.js';
import { containerStructs } from './structs/containers.js';
import { libraryStructs } from './structs/library.js';
import { scalarStructs } from './structs/scalars.js';
import { inRange, type Version } from './versions.js';

/** Where an object lives: a version on a data model. */
export interface Build {
  readonly version: Version;
  readonly model: DataModel;
}

export interface StructLayout extends Layout {
  readonly struct: string;
  /** Header or C file of CPython. */
  readonly source: string;
  /** `tp_basicsize`: up to where items begin, or the whole. */
  readonly basic: number;
}

interface Declared {
  readonly source: string;
  readonly members: readonly DeclaredMember[];
}

interface DeclaredMember {
  readonly type: string;
  /** Absent: the members of the struct `type` in place. */
  readonly name?: string;
  /** Elements; null = `[]`. */
  readonly count?: number | null;
  readonly range?: string;
}

const declared: ReadonlyMap<string, Declared> = new Map(
  [scalarStructs, containerStructs, callableStructs, classStructs, libraryStructs]
    .flatMap((text) => text.trim().split('\n\n'))
    .map(declaration),
);

function declaration(paragraph: string): [string, Declared] {
  const [head = '', ...lines] = paragraph.split('\n');
  const [, name = '', source = ''] = /^(\w+): (.+)$/.exec(head) ?? [];
  if (name === '') throw new Error(`no struct begins with "${head}"`);
  return [name, { source, members: lines.map(declaredMember) }];
}

function declaredMember(line: string): DeclaredMember {
  const match = /^ {2}(.+?)(?: (\w+)(?:\[(\d*)\])?)?(?: *\| (\S+))?$/.exec(line.trimEnd());
  const [, type = '', name, count, range] = match ?? [];
  if (type === '') throw new Error(`no member is written "${line}"`);
  return { type, name, count: count === '' ? null : count === undefined ? undefined : Number(count), range };
}

const known = new Map<string, StructLayout>();

/** @param name of a struct in `structs/` @throws Error for another name */
export function structLayout(name: string, build: Build): StructLayout {
  const key = `${name} ${build.version} ${build.model.name}`;
  const found = known.get(key);
  if (found) return found;
  const made = lay(name, build);
  known.set(key, made);
  return made;
}

/** Every struct that is written down. */
export function structNames(): string[] {
  return [...declared.keys()];
}

function lay(name: string, build: Build): StructLayout {
  const struct = declared.get(name);
  if (!struct) throw new Error(`no struct ${name} is written down`);
  const layout = layOut(membersOf(struct, build));
  const last = layout.fields.at(-1);
  const open = last?.type.endsWith('[]') ?? false;
  return { ...layout, struct: name, source: struct.source, basic: open && last ? last.offset : layout.size };
}

function membersOf(struct: Declared, build: Build): Member[] {
  return struct.members.flatMap(({ type, name, count, range }): Member[] => {
    if (range !== undefined && !inRange(build.version, range)) return [];
    if (name === undefined) {
      const inPlace = declared.get(type);
      if (!inPlace) throw new Error(`no struct ${type} is written down`);
      return membersOf(inPlace, build);
    }
    const { size, align } = extentOf(type, build);
    const dimension = count === undefined ? '' : `[${count ?? ''}]`;
    return [{ name, type: type + dimension, size: count === null ? 0 : size * (count ?? 1), align }];
  });
}

function extentOf(type: string, build: Build): Extent {
  if (type.endsWith('*')) return build.model.types.pointer;
  if (type === 'digit') return digitExtent(build);
  const basic = basicExtent(type, build.model);
  return basic ?? structLayout(type, build);
}

/**
 * A digit of an int has 30 bits in a uint32_t, or 15 in a uint16_t. 15 is the default of 32-bit builds before 3.11
 * (bpo-45569), `--enable-big-digits` chooses otherwise.
 */
export function digitBits({ version, model }: Build): 15 | 30 {
  return model.pointerBytes === 4 && (version === '2.7' || inRange(version, '3.6-3.10')) ? 15 : 30;
}

function digitExtent(build: Build): Extent {
  return digitBits(build) === 15 ? { size: 2, align: 2 } : { size: 4, align: 4 };
}

/** Bytes of the collector's header in front of an object: `PyGC_Head`. */
export function gcHeadBytes(build: Build): number {
  const { size, align } = structLayout('PyGC_Head', build);
  if (!inRange(build.version, '2.7-3.7')) return size;
  // A union with `long double dummy`, so that what follows is aligned for any type.
  const widest = build.model.types['long double'];
  const alignment = Math.max(align, widest.align);
  return Math.ceil(Math.max(size, widest.size) / alignment) * alignment;
}
