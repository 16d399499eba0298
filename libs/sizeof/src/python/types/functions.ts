/** Functions and what belongs to a call: code, frames, generators, methods. */
import { type Block, itemsPart, objectBlock, type Part, pointersPart, structPart } from '../composition.js';
import { type Build, structLayout } from '../structs.js';
import type { TypeDefinition } from '../type-definition.js';
import { inRange, since } from '../versions.js';

const SLOTS = { what: 'slots: locals, cells and the deepest stack', default: 2, maximum: 1_000_000 };

function simple(name: string, title: string, struct: string, extra: Partial<TypeDefinition> = {}): TypeDefinition {
  return {
    name,
    title,
    group: 'functions',
    ...extra,
    compose: (build) => [objectBlock(build, 'gc', structPart(struct, build))],
  };
}

/** What a part of a frame is for: the frame up to its slots, from 3.11 on shared by frames and generators. */
function interpreterFrame(build: Build): Part {
  return structPart('_PyInterpreterFrame', build);
}

function frameBlock(build: Build, slots: number): Block {
  const room = pointersPart('localsplus', slots, build);
  const frame = structPart('PyFrameObject', build);
  if (!since(build.version, '3.11')) return objectBlock(build, 'gc', frame, room);
  return objectBlock(build, 'gc', frame, interpreterFrame(build), room);
}

function uncounted(block: Block, what: string): Block {
  return { ...block, what, parts: block.parts.map((part) => ({ ...part, counted: false })) };
}

function codeBlock(build: Build, bytes: number): Block {
  const struct = structPart('PyCodeObject', build);
  if (!since(build.version, '3.11')) return objectBlock(build, 'plain', struct);
  const end = struct.bytes + bytes;
  const rounding = Math.ceil(end / build.model.pointerBytes) * build.model.pointerBytes - end;
  const code = itemsPart('co_code_adaptive', bytes, 1);
  if (rounding === 0) return objectBlock(build, 'plain', struct, code);
  return objectBlock(build, 'plain', struct, code, { what: 'rounding to a pointer', bytes: rounding, counted: true });
}

export const functionTypes: readonly TypeDefinition[] = [
  simple('function', 'a function, a closure or a lambda', 'PyFunctionObject', {
    aliases: ['lambda', 'closure'],
    assumes: 'Its code object, name, defaults and closure are objects of their own.',
  }),
  {
    name: 'code',
    title: 'a code object',
    group: 'functions',
    count: { what: 'bytes of bytecode', default: 0, maximum: 10_000_000 },
    assumes: 'Up to 3.10 the bytecode is a bytes object of its own. No quickened or cached copies.',
    compose: (build, n) => [codeBlock(build, n)],
  },
  {
    name: 'frame',
    title: 'a frame object',
    group: 'functions',
    count: SLOTS,
    assumes: 'From 3.11 on frames live on a stack of the interpreter; this is the object made when one is asked for.',
    compose: (build, n) => [frameBlock(build, n)],
  },
  {
    name: 'generator',
    title: 'a generator',
    group: 'functions',
    aliases: ['coroutine'],
    count: SLOTS,
    assumes: 'Up to 3.10 its frame is an object of its own and not counted; from 3.11 on it is inside.',
    compose: (build, n) => {
      const head = structPart('PyGenObject', build);
      if (!since(build.version, '3.11')) {
        return [objectBlock(build, 'gc', head), uncounted(frameBlock(build, n), 'frame')];
      }
      return [objectBlock(build, 'gc', head, interpreterFrame(build), pointersPart('localsplus', n, build))];
    },
  },
  simple('builtin_function_or_method', 'a function or method written in C', 'PyCFunctionObject', {
    aliases: ['builtin'],
  }),
  simple('method', 'a bound method, o.m', 'PyMethodObject', {
    aliases: ['instancemethod'],
    assumes: 'Calls do not make one from 3.7 on.',
  }),
  simple('method-wrapper', 'a bound method of a slot, o.__init__', 'wrapperobject'),
  simple('staticmethod', 'a staticmethod', 'staticmethod'),
  simple('classmethod', 'a classmethod', 'staticmethod'),
  simple('property', 'a property', 'propertyobject'),
  simple('super', 'super()', 'superobject'),
  simple('cell', 'the cell of a variable in a closure', 'PyCellObject'),
  simple('partial', 'functools.partial', 'partialobject', {
    assumes: 'Its arguments are a tuple and a dictionary of their own.',
  }),
  simple('weakref', 'a weak reference', 'PyWeakReference', { aliases: ['ReferenceType'] }),
  {
    name: 'Pattern',
    title: 'a compiled regular expression',
    group: 'functions',
    count: { what: 'words of the compiled pattern', default: 15, maximum: 10_000_000 },
    compose: (build, n) => [patternBlock(build, structPart('PatternObject', build), itemsPart('code', n, 4))],
  },
  {
    name: 'Match',
    title: 'a match of a regular expression',
    group: 'functions',
    count: { what: 'groups', default: 0, maximum: 1_000_000 },
    compose: (build, n) => [
      patternBlock(build, structPart('MatchObject', build), pointersPart('mark', 2 * (n + 1), build)),
    ],
  },
];

/** Known to the collector from 3.10 on, when they became heap types. */
function patternBlock(build: Build, struct: Part, items: Part): Block {
  const spare = structLayout(struct.struct ?? '', build).size + items.bytes;
  const rounding = Math.ceil(spare / build.model.pointerBytes) * build.model.pointerBytes - spare;
  const parts = rounding === 0 ? [struct, items] : [struct, items, roundingPart(rounding)];
  return objectBlock(build, inRange(build.version, '2.7-3.9') ? 'plain' : 'gc', ...parts);
}

function roundingPart(bytes: number): Part {
  return { what: 'rounding to a pointer', bytes, counted: false };
}
