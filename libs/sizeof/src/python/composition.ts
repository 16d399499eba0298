/**
 * What one object consists of: the blocks it asks the allocator for, each cut into parts. `sys.getsizeof` counts most
 * parts but not all (an instance's inline values, say), and a request is a whole block; so both sums come from here.
 *
 * Source of the rules: `_PySys_GetSizeOf` (sysmodule.c) adds the header in front of an object that the collector knows;
 * `gc_alloc` (gcmodule.c, gc.c) asks for header and object in one block.
 */
import { type Build, gcHeadBytes, structLayout } from './structs.js';
import { since } from './versions.js';

export interface Part {
  /** `PyListObject`, `ob_item: 10 pointers`, `collector's header`. */
  readonly what: string;
  readonly bytes: number;
  /** Whether `sys.getsizeof` counts it. */
  readonly counted: boolean;
  /** How the bytes come about, when it is not a struct: `10 * 8`. */
  readonly formula?: string;
  /** Struct of which this is one; its members can be looked up. */
  readonly struct?: string;
}

/**
 * `object`: pymalloc in every version (`PyObject_Malloc`). `memory`: pymalloc since 3.6, the system's malloc in 2.7
 * (`PyMem_Malloc`). `static`: no request, it is part of the interpreter.
 */
export type Domain = 'object' | 'memory' | 'static';

export interface Block {
  readonly what: string;
  readonly domain: Domain;
  /** Of one such block. */
  readonly parts: readonly Part[];
  /** How many such blocks there are; absent = 1. */
  readonly times?: number;
}

/** Bytes of one such block. */
export function blockBytes(block: Block): number {
  return block.parts.reduce((sum, part) => sum + part.bytes, 0);
}

export function countedBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { parts, times = 1 }) => {
    return sum + times * parts.reduce((bytes, part) => bytes + (part.counted ? part.bytes : 0), 0);
  }, 0);
}

/** One struct, up to its items. */
export function structPart(name: string, build: Build): Part {
  const { basic } = structLayout(name, build);
  return { what: name, bytes: basic, counted: true, struct: name };
}

/** `count` items of `each` bytes. */
export function itemsPart(what: string, count: number, each: number, counted = true): Part {
  return { what: `${what}: ${count} of ${each} bytes`, bytes: count * each, counted, formula: `${count} * ${each}` };
}

export function pointersPart(what: string, count: number, build: Build, counted = true): Part {
  return itemsPart(what, count, build.model.pointerBytes, counted);
}

export function gcPart(build: Build): Part {
  return { what: "collector's header", bytes: gcHeadBytes(build), counted: true, struct: 'PyGC_Head' };
}

/** The block of an object that the collector knows (`gc`), or of one that it does not. */
export function objectBlock(build: Build, gc: 'gc' | 'plain', ...parts: readonly Part[]): Block {
  return { what: 'object', domain: 'object', parts: gc === 'gc' ? [gcPart(build), ...parts] : parts };
}

export function memoryBlock(what: string, domain: Domain, ...parts: readonly Part[]): Block {
  return { what, domain, parts };
}

/** Equal blocks that are asked for one by one. */
export function repeated(times: number, block: Block): readonly Block[] {
  return times <= 0 ? [] : [times === 1 ? block : { ...block, times }];
}

/** Two pointers in front of instances: dictionary (or values) and, from 3.12 on, weak references. 3.11 and later. */
export function managedDictPart(build: Build): Part {
  const what = since(build.version, '3.12') ? 'managed dictionary and weak references' : 'managed dictionary';
  const bytes = 2 * build.model.pointerBytes;
  return { what, bytes, counted: true, formula: `2 * ${build.model.pointerBytes}` };
}
