/** The blocks of a dictionary, or of an object that begins as one. */
import { dictSlots, indexWidth, SMALLEST, usableSlots } from '../growth/dict-growth.js';
import {
  type Block,
  itemsPart,
  managedDictPart,
  memoryBlock,
  objectBlock,
  pointersPart,
  structPart,
} from './composition.js';
import { type Build, structLayout } from './structs.js';
import { since } from './versions.js';

export interface DictOptions {
  /** Slots when there is no entry; default: those of `{}`. */
  readonly emptySlots?: number;
  /** A Python class derived from it, whose instances have a dictionary of attributes and weak references. */
  readonly subclass?: boolean;
}

/** Slots of an empty dictionary that was made by calling a type: a table from the start up to 3.9. */
export function emptyCallSlots(build: Build): number {
  return since(build.version, '3.10') ? 0 : SMALLEST;
}

/**
 * @param struct that the object is
 * @param strings whether all keys are str
 */
export function dictBlocks(
  build: Build,
  struct: string,
  n: number,
  strings: boolean,
  options: DictOptions = {},
): readonly Block[] {
  const object = structPart(struct, build);
  const derived = options.subclass === true ? subclassParts(build) : { before: [], after: [] };
  const { blocks } = keysBlocks(build, n, strings, options.emptySlots);
  const [header, ...rest] = objectBlock(build, 'gc', object, ...derived.after).parts;
  const parts = header ? [...derived.before, header, ...rest] : rest;
  return [memoryBlock('object', 'object', ...parts), ...blocks];
}

/** What an instance of a derived class has beside its base: two pointers, or what stands in front instead of them. */
function subclassParts(build: Build) {
  if (since(build.version, '3.12')) return { before: [managedDictPart(build)], after: [] };
  if (build.version === '3.11') {
    return { before: [managedDictPart(build)], after: [pointersPart('__weakref__', 1, build)] };
  }
  return { before: [], after: [pointersPart('__dict__, __weakref__', 2, build)] };
}

/** The table of n keys: its slots, and the block it is, if it has one of its own. */
export function keysBlocks(
  build: Build,
  n: number,
  strings: boolean,
  emptySlots?: number,
): { readonly slots: number; readonly blocks: readonly Block[] } {
  const slots = n === 0 && emptySlots !== undefined ? emptySlots : dictSlots(n, build.version);
  if (build.version === '2.7') {
    if (slots <= SMALLEST) return { slots, blocks: [] };
    const entries = itemsPart('PyDictEntry', slots, structLayout('PyDictEntry', build).size);
    return { slots, blocks: [memoryBlock('table', 'memory', entries)] };
  }
  return { slots, blocks: slots === 0 ? [] : [keysBlock(build, slots, strings)] };
}

/** `PyDictKeysObject` of so many slots. */
export function keysBlock(build: Build, slots: number, strings: boolean, counted = true): Block {
  const entry = strings && since(build.version, '3.11') ? 'PyDictUnicodeEntry' : 'PyDictEntry';
  return memoryBlock(
    'keys',
    'object',
    { ...structPart('PyDictKeysObject', build), counted },
    itemsPart('dk_indices', slots, indexWidth(slots), counted),
    itemsPart(entry, usableSlots(slots), structLayout(entry, build).size, counted),
  );
}
