/** Calls that an expression may make: the built-in types, with what can be sized without running anything. */
import type { SyntaxNode } from '@lezer/common';
import { SizeofError } from '../sizeof-error.js';
import { MOST } from './arithmetic.js';
import { dictObjectBlocks } from './dict-display.js';
import type { Evaluator } from './evaluator.js';
import { type Elements, type PythonObject, textOf } from './objects.js';
import { childrenOf } from './syntax.js';

interface Arguments {
  readonly places: readonly SyntaxNode[];
  readonly positional: readonly PythonObject[];
  readonly named: readonly { readonly name: string; readonly value: PythonObject }[];
}

interface Call {
  readonly evaluation: Evaluator;
  readonly node: SyntaxNode;
  readonly label: string;
  readonly name: string;
  readonly given: Arguments;
}

/** Names that can be called. */
const CALLS: Readonly<Record<string, (made: Call) => PythonObject>> = {
  list: listOf,
  tuple: tupleOf,
  set: (call) => setOf(call, 'set'),
  frozenset: (call) => setOf(call, 'frozenset'),
  dict: dictOf,
  range: rangeOf,
  xrange: rangeOf,
  bytearray: bytesOf,
  bytes: bytesOf,
  object: (call) => {
    arity(call, 0);
    return call.evaluation.factory.scalar({ kind: 'object' }, call.label, false);
  },
};

export function callOf(evaluation: Evaluator, node: SyntaxNode, label: string): PythonObject {
  const [callee, list] = childrenOf(node);
  const name = callee?.name === 'VariableName' ? evaluation.source(callee) : '';
  const make = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  const isKnown = make && !(name === 'xrange' && evaluation.build.version !== '2.7');
  if (!callee || list?.name !== 'ArgList' || !isKnown) {
    const known = Object.keys(CALLS).join(', ');
    throw new SizeofError('syntax', 'expression', `calls what is not sized; known are ${known}`, node.from);
  }
  return make({ evaluation, node, label, name, given: argumentsOf(evaluation, list) });
}

function argumentsOf(evaluation: Evaluator, list: SyntaxNode): Arguments {
  const positional: PythonObject[] = [];
  const named: { name: string; value: PythonObject }[] = [];
  const places: SyntaxNode[] = [];
  const parts = childrenOf(list).filter(({ name }) => !['(', ')', ',', 'Comment'].includes(name));
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    const value = parts[index + 2];
    if (!part) break;
    if (part.name === 'VariableName' && parts[index + 1]?.name === 'AssignOp' && value) {
      named.push({ name: evaluation.source(part), value: evaluation.evaluate(value) });
      index += 2;
    } else {
      positional.push(evaluation.evaluate(part));
      places.push(part);
    }
  }
  return { places, positional, named };
}

/** @throws SizeofError unless there are at most so many arguments, none of them named */
function arity({ given, name, node }: Call, most: number): void {
  if (given.positional.length <= most && given.named.length === 0) return;
  throw new SizeofError('syntax', 'expression', `gives ${name} arguments that it does not take`, node.from);
}

interface Iterated {
  readonly elements: Elements;
  /** `merge`: a set or dictionary, whose table is taken over at once. */
  readonly from: 'merge' | 'any';
}

/** What iterating over the only argument gives; undefined without one. */
function iterated(call: Call): Iterated | undefined {
  arity(call, 1);
  const [object] = call.given.positional;
  if (!object) return undefined;
  const { value } = object;
  const { factory } = call.evaluation;
  const place = call.given.places[0]?.from;
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return { elements: value.elements, from: 'any' };
    case 'set':
    case 'frozenset':
      return { elements: value.elements, from: 'merge' };
    case 'dict':
      return { elements: value.keys, from: 'merge' };
    case 'range':
      return { elements: factory.integers(value.first, value.step, value.length), from: 'any' };
    case 'str':
    case 'unicode': {
      if (value.text.times !== 1) break;
      const kind = value.kind;
      const objects = Array.from(value.text.pattern, (character) =>
        factory.text(kind, textOf([character.codePointAt(0) ?? 0]), JSON.stringify(character), false),
      );
      return { elements: { count: objects.length, objects }, from: 'any' };
    }
    case 'bytes': {
      if (value.text.times !== 1) break;
      const ints = Array.from(value.text.pattern, (byte) => BigInt(byte.codePointAt(0) ?? 0));
      const objects = ints.map((int) => factory.scalar({ kind: 'int', value: int }, String(int), false));
      return { elements: { count: objects.length, objects }, from: 'any' };
    }
    default:
  }
  throw new SizeofError('syntax', 'expression', `goes through a ${object.type}, which is not sized`, place);
}

function listOf(call: Call): PythonObject {
  const found = iterated(call);
  const elements = found?.elements ?? { count: 0, objects: [] };
  return call.evaluation.factory.list(elements, found?.from === 'merge' ? 'table' : 'iterable', call.label);
}

function tupleOf(call: Call): PythonObject {
  const [object] = call.given.positional;
  const found = iterated(call);
  if (object?.value.kind === 'tuple') return object;
  return call.evaluation.factory.tuple(found?.elements ?? { count: 0, objects: [] }, call.label, false);
}

function setOf(call: Call, kind: 'set' | 'frozenset'): PythonObject {
  const [object] = call.given.positional;
  const found = iterated(call);
  if (kind === 'frozenset' && object?.value.kind === 'frozenset') return object;
  const { elements, from } = found ?? { elements: { count: 0, objects: [] }, from: 'any' };
  const listed = call.evaluation.different(elements.objects, call.given.places);
  const unlisted = elements.unlisted;
  const different: Elements = { ...listed, count: listed.count + (unlisted?.count ?? 0), unlisted };
  const making = from === 'merge' ? 'merge' : 'add';
  return call.evaluation.factory.set(kind, different, { making, displayed: different.count }, call.label);
}

function dictOf({ evaluation, node, label, given }: Call): PythonObject {
  if (given.positional.length > 0) {
    throw new SizeofError(
      'syntax',
      'expression',
      'gives dict an argument without a name, which is not sized',
      node.from,
    );
  }
  const keys = given.named.map(({ name }) =>
    evaluation.factory.text('str', textOf(Array.from(name, (one) => one.codePointAt(0) ?? 0)), name, true),
  );
  if (new Set(given.named.map(({ name }) => name)).size < keys.length)
    throw new SizeofError('syntax', 'expression', 'repeats a name', node.from);
  const strings = keys.map(() => true);
  const blocks = dictObjectBlocks(evaluation.build, { from: 'call', displayed: keys.length, strings });
  const refers = [...keys, ...given.named.map(({ value }) => value)];
  return evaluation.factory.dict({ count: keys.length, objects: keys }, refers, blocks, label);
}

function rangeOf(call: Call): PythonObject {
  arity(call, 3);
  const { evaluation, node, label, name, given } = call;
  const numbers = given.positional.map(({ value }) => (value.kind === 'int' ? value.value : undefined));
  const isWhole = numbers.every((number) => number !== undefined);
  if (numbers.length === 0 || !isWhole) {
    throw new SizeofError('syntax', 'expression', `gives ${name} something else than whole numbers`, node.from);
  }
  const whole = numbers.filter((number) => number !== undefined);
  if (whole.some((number) => BigInt.asIntN(64, number) !== number)) {
    throw new SizeofError('too-large', 'expression', 'has a range of numbers beyond 64 bits', node.from);
  }
  const [first = 0n, stop = 0n, step = 1n] = whole.length === 1 ? [0n, ...whole] : whole;
  if (step === 0n) throw new SizeofError('syntax', 'expression', `gives ${name} a step of zero`, node.from);
  const span = step > 0n ? stop - first + step - 1n : stop - first + step + 1n;
  const length = span / step > 0n ? Number(span / step) : 0;
  if (length > MOST) throw new SizeofError('too-large', 'expression', `has a range of more than ${MOST}`, node.from);
  if (evaluation.build.version !== '2.7' || name === 'xrange') {
    return evaluation.factory.range(first, step, length, label);
  }
  return evaluation.factory.list(evaluation.factory.integers(first, step, length), 'exact', label);
}

function bytesOf(call: Call): PythonObject {
  arity(call, 1);
  const { evaluation, node, label, name, given } = call;
  const [object] = given.positional;
  const length = lengthOf(object, evaluation, node);
  if (name === 'bytearray') return evaluation.factory.bytearray(length, label);
  if (evaluation.build.version === '2.7') {
    throw new SizeofError('syntax', 'expression', 'calls bytes, which is str in 2.7 and not sized', node.from);
  }
  if (object?.value.kind === 'bytes') return object;
  const text = { pattern: '\0', times: length, length, widest: 0 };
  return evaluation.factory.text('bytes', length === 0 ? textOf([]) : text, label, false);
}

/** Bytes that an argument of `bytes` or `bytearray` stands for. */
function lengthOf(object: PythonObject | undefined, { build }: Evaluator, node: SyntaxNode): number {
  if (!object) return 0;
  const { value } = object;
  if (value.kind === 'bytes' || value.kind === 'bytearray') return value.text.length;
  if (value.kind === 'str' && build.version === '2.7') return value.text.length;
  if (value.kind === 'int' && value.value >= 0n) {
    if (value.value <= BigInt(MOST)) return Number(value.value);
    throw new SizeofError('too-large', 'expression', `has more than ${MOST} bytes`, node.from);
  }
  throw new SizeofError('syntax', 'expression', `makes bytes of a ${object.type}, which is not sized`, node.from);
}
