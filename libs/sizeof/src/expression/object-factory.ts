/** Makes the objects of one expression on one build, and knows which of them exist already. */
import { constantSlots, displayedSlots, iterableSlots, tableSlots } from '../growth/list-growth.js';
import { addedSlots, constantSetSlots, mergedSlots } from '../growth/set-growth.js';
import { type Block, blockBytes, countedBytes } from '../python/composition.js';
import { pythonType } from '../python/registry.js';
import type { Build } from '../python/structs.js';
import { listBlocks, setBlocks } from '../python/types/containers.js';
import { since } from '../python/versions.js';
import { bitLength, isSmallInt, rangeCensus } from './integers.js';
import { constantKey, type Elements, type PythonObject, type Text, type Unlisted, type Value } from './objects.js';

/** How a list came about: it decides its slots. */
export type Making = 'exact' | 'display' | 'constants' | 'iterable' | 'table';

interface Draft {
  readonly value: Value;
  readonly type: string;
  readonly blocks: readonly Block[];
  readonly elements?: Elements;
  readonly refers?: readonly PythonObject[];
  readonly isConstant?: boolean;
}

export class ObjectFactory {
  /** Constants of the code, by what they are. */
  readonly #constants = new Map<string, PythonObject>();
  /** What exists from the start. */
  readonly #shared = new Map<string, PythonObject>();
  readonly #numbers = new Map<PythonObject, number>();

  constructor(readonly build: Build) {}

  /** None, numbers, truth values, `...` and plain objects. */
  scalar(value: Value, label: string, isConstant: boolean): PythonObject {
    const { type, n, variant } = scalarType(value, this.build);
    const blocks = this.#blocks(type, n, variant);
    return this.#place({ value, type, blocks, isConstant }, label, sharedScalar(value));
  }

  /** Characters or bytes that do not change. */
  text(kind: 'str' | 'bytes' | 'unicode', text: Text, label: string, isConstant: boolean): PythonObject {
    const variant = kind === 'bytes' ? undefined : widthOf(text);
    const type = kind === 'bytes' && this.build.version === '2.7' ? 'str' : kind;
    const blocks = this.#blocks(type, text.length, variant);
    const isShared = text.length === 0 || (text.length === 1 && text.widest < 0x100);
    const key = isShared ? `${type} ${text.length === 0 ? '' : text.pattern[0]}` : undefined;
    return this.#place({ value: { kind, text }, type, blocks, isConstant }, label, key);
  }

  bytearray(length: number, label: string): PythonObject {
    const text: Text = { pattern: '', times: 0, length, widest: 0xff };
    const blocks = this.#blocks('bytearray', length, 'made');
    return this.#place({ value: { kind: 'bytearray', text }, type: 'bytearray', blocks }, label);
  }

  range(first: bigint, step: bigint, length: number, label: string): PythonObject {
    const type = this.build.version === '2.7' ? 'xrange' : 'range';
    const blocks = this.#blocks(type, type === 'range' ? length : 0);
    return this.#place({ value: { kind: 'range', first, step, length }, type, blocks }, label);
  }

  tuple(elements: Elements, label: string, isConstant: boolean): PythonObject {
    const blocks = this.#blocks('tuple', elements.count);
    const draft: Draft = { value: { kind: 'tuple', elements }, type: 'tuple', blocks, elements, isConstant };
    return this.#place(draft, label, elements.count === 0 ? 'tuple' : undefined);
  }

  list(elements: Elements, making: Making, label: string): PythonObject {
    const blocks = listBlocks(this.build, this.#listSlots(elements.count, making));
    return this.#place({ value: { kind: 'list', elements }, type: 'list', blocks, elements }, label);
  }

  /** @param displayed how many were written, equal ones included: it decides how the set is made */
  set(
    kind: 'set' | 'frozenset',
    elements: Elements,
    how: { making: 'add' | 'merge' | 'constants'; displayed: number },
    label: string,
  ): PythonObject {
    const blocks = setBlocks(this.build, this.#setSlots(elements.count, how));
    return this.#place({ value: { kind, elements }, type: kind, blocks, elements }, label);
  }

  dict(keys: Elements, refers: readonly PythonObject[], blocks: readonly Block[], label: string): PythonObject {
    return this.#place({ value: { kind: 'dict', keys }, type: 'dict', blocks, refers }, label);
  }

  #listSlots(n: number, making: Making): number {
    const { version } = this.build;
    switch (making) {
      case 'display':
        return displayedSlots(n, version);
      case 'constants':
        return since(version, '3.9') && n >= 3 ? constantSlots(n, version) : displayedSlots(n, version);
      case 'iterable':
        return iterableSlots(n, version);
      case 'table':
        return tableSlots(n, version);
      default:
        return n;
    }
  }

  #setSlots(n: number, { making, displayed }: { making: 'add' | 'merge' | 'constants'; displayed: number }): number {
    const { version } = this.build;
    if (making === 'merge') return mergedSlots(n, version);
    if (making === 'add' || !since(version, '3.9') || displayed < 3) return addedSlots(n, version);
    return displayed > 30 && since(version, '3.14')
      ? addedSlots(n, version)
      : constantSetSlots(Math.max(n, 3), version);
  }

  #blocks(type: string, n = 0, variant?: string): readonly Block[] {
    const definition = pythonType(type);
    return definition.compose(this.build, n, variant ?? definition.variants?.[0]?.name ?? '');
  }

  #place(draft: Draft, label: string, sharedKey?: string): PythonObject {
    const { value, type, blocks, elements, isConstant = false } = draft;
    const made: PythonObject = {
      value,
      type,
      blocks,
      label,
      isConstant,
      isShared: sharedKey !== undefined,
      refers: draft.refers ?? elements?.objects ?? [],
      unlisted: elements?.unlisted,
    };
    if (sharedKey !== undefined) return remembered(this.#shared, sharedKey, made);
    const key = isConstant ? this.#constantKey(made) : undefined;
    return key === undefined ? made : remembered(this.#constants, key, made);
  }

  /** Tuples of constants are merged from 3.7 on. */
  #constantKey(object: PythonObject): string | undefined {
    if (object.value.kind !== 'tuple') return constantKey(object.value);
    if (!since(this.build.version, '3.7')) return undefined;
    const numbers = object.value.elements.objects.map((element) => this.#numberOf(element));
    return `tuple ${object.value.elements.count} ${numbers.join()}`;
  }

  #numberOf(object: PythonObject): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** The ints first, first + step … as elements: small ones exist already, the others are not listed one by one. */
  integers(first: bigint, step: bigint, count: number): Elements {
    const { small, byBits } = rangeCensus(first, step, count);
    const objects = small.map((value) => this.scalar({ kind: 'int', value }, String(value), false));
    return { count, objects, unlisted: this.#unlistedInts(byBits) };
  }

  #unlistedInts(byBits: ReadonlyMap<number, number>): Unlisted | undefined {
    if (byBits.size === 0) return undefined;
    const kinds = [...byBits].map(([bits, times]) => {
      const blocks = this.#blocks('int', bits);
      return {
        times,
        bytes: countedBytes(blocks),
        requested: blocks.reduce((sum, block) => sum + blockBytes(block), 0),
      };
    });
    return {
      count: kinds.reduce((sum, { times }) => sum + times, 0),
      size: kinds.reduce((sum, { bytes, times }) => sum + bytes * times, 0),
      requests: kinds.map(({ times, requested }) => ({ times, bytes: requested })),
    };
  }
}

function remembered(known: Map<string, PythonObject>, key: string, made: PythonObject): PythonObject {
  const found = known.get(key);
  if (found) return found;
  known.set(key, made);
  return made;
}

function sharedScalar(value: Value): string | undefined {
  if (value.kind === 'int') return isSmallInt(value.value) ? `int ${value.value}` : undefined;
  if (value.kind === 'bool') return `bool ${value.value}`;
  return value.kind === 'none' || value.kind === 'ellipsis' ? value.kind : undefined;
}

function widthOf({ length, widest }: Text): string {
  if (length === 0 || widest < 0x80) return 'ascii';
  if (widest < 0x100) return 'latin1';
  return widest < 0x1_00_00 ? 'ucs2' : 'ucs4';
}

function scalarType(value: Value, build: Build): { type: string; n?: number; variant?: string } {
  switch (value.kind) {
    case 'none':
      return { type: 'NoneType' };
    case 'bool':
      return { type: 'bool', variant: value.value ? 'true' : 'false' };
    case 'int':
      return intType(value.value, build);
    case 'float':
    case 'complex':
    case 'ellipsis':
    case 'object':
      return { type: value.kind };
    default:
      throw new Error(`${value.kind} is no scalar`);
  }
}

/** In 2.7 -2^63 still fits into a C long of 64 bits, though its absolute value does not. */
function intType(value: bigint, build: Build): { type: string; n: number } {
  const bits = bitLength(value);
  if (build.version !== '2.7') return { type: 'int', n: bits };
  const most = build.model.types.long.size * 8 - 1;
  const limit = 1n << BigInt(most);
  return value >= -limit && value < limit ? { type: 'int', n: Math.min(bits, most) } : { type: 'long', n: bits };
}
