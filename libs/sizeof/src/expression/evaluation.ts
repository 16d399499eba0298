/**
 * Builds the objects that an expression makes, as CPython would: from literals, displays, arithmetic on them, repetition
 * and concatenation, and calls of the types in `calls.ts`. Everything else is refused with its place.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Build } from '../python/structs.js';
import { SizeofError } from '../sizeof-error.js';
import { binary, unary } from './operators.js';
import { callOf } from './calls.js';
import { dictObjectBlocks } from './dict-display.js';
import type { Evaluator } from './evaluator.js';
import { readNumber, readString } from './literals.js';
import { ObjectFactory } from './object-factory.js';
import { HashKeys } from './hash-keys.js';
import { type Elements, type PythonObject, textOf } from './objects.js';
import { childrenOf, operandsOf } from './syntax.js';

/** Longest part of the expression that names an object. */
const LABEL = 40;

export class Evaluation implements Evaluator {
  readonly factory: ObjectFactory;
  readonly #keys = new HashKeys();

  constructor(
    private readonly text: string,
    readonly build: Build,
  ) {
    this.factory = new ObjectFactory(build);
  }

  /** @throws SizeofError with an offset: `syntax` for what is not sized, `too-large` */
  evaluate(node: SyntaxNode): PythonObject {
    const label = this.label(node);
    switch (node.name) {
      case 'ParenthesizedExpression':
        return this.#inParentheses(node);
      case 'None':
        return this.factory.scalar({ kind: 'none' }, label, true);
      case 'Ellipsis':
        return this.factory.scalar({ kind: 'ellipsis' }, label, true);
      case 'Boolean':
        return this.factory.scalar({ kind: 'bool', value: label === 'True' }, label, true);
      case 'Number':
        return this.factory.scalar(readNumber(this.source(node), node.from), label, true);
      case 'String':
      case 'ContinuedString':
        return this.#string(node, label);
      case 'UnaryExpression':
        return unary(this, node, label);
      case 'BinaryExpression':
        return binary(this, node, label);
      case 'CallExpression':
        return callOf(this, node, label);
      case 'ArrayExpression':
        return this.#list(node, label);
      case 'TupleExpression':
        return this.#tuple(node, label);
      case 'SetExpression':
        return this.#set(node, label);
      case 'DictionaryExpression':
        return this.#dict(node, label);
      default:
        throw this.refused(node);
    }
  }

  source(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  label(node: SyntaxNode): string {
    const source = this.source(node).replaceAll(/\s+/g, ' ');
    return source.length <= LABEL ? source : `${source.slice(0, LABEL - 1)}…`;
  }

  refused(node: SyntaxNode): SizeofError {
    const kind = node.name === '*' || node.name === '**' ? 'unpacking' : (KINDS[node.name] ?? 'this');
    return new SizeofError(
      'syntax',
      'expression',
      `has ${kind} at ${JSON.stringify(this.label(node))}: only literals, displays, arithmetic on them and calls such as range(10) are sized`,
      node.from,
    );
  }

  #inParentheses(node: SyntaxNode): PythonObject {
    const [inner] = operandsOf(node);
    if (!inner) throw this.refused(node);
    return this.evaluate(inner);
  }

  #string(node: SyntaxNode, label: string): PythonObject {
    const pieces = node.name === 'String' ? [node] : operandsOf(node);
    const read = pieces.map((piece) => {
      if (piece.name !== 'String') throw this.refused(piece);
      return readString(this.source(piece), piece.from, this.build.version);
    });
    const isMixed = read.some(({ kind }) => kind !== read[0]?.kind);
    if (isMixed && this.build.version !== '2.7') {
      throw new SizeofError('syntax', 'expression', 'joins text and bytes', node.from);
    }
    const kind = read.some((one) => one.kind === 'unicode') ? 'unicode' : (read[0]?.kind ?? 'str');
    return this.factory.text(kind, textOf(read.flatMap(({ points }) => [...points])), label, true);
  }

  #elements(node: SyntaxNode): PythonObject[] {
    return operandsOf(node).map((operand) => this.evaluate(operand));
  }

  #list(node: SyntaxNode, label: string): PythonObject {
    const objects = this.#elements(node);
    const making = objects.every(isConstant) ? 'constants' : 'display';
    return this.factory.list({ count: objects.length, objects }, making, label);
  }

  #tuple(node: SyntaxNode, label: string): PythonObject {
    const objects = this.#elements(node);
    return this.factory.tuple({ count: objects.length, objects }, label, objects.every(isConstant));
  }

  #set(node: SyntaxNode, label: string): PythonObject {
    const operands = operandsOf(node);
    const objects = operands.map((operand) => this.evaluate(operand));
    const elements = this.different(objects, operands);
    const making = objects.every(isConstant) ? 'constants' : 'add';
    return this.factory.set('set', elements, { making, displayed: objects.length }, label);
  }

  /** The first of equal objects. @throws SizeofError `syntax` for one that cannot be hashed */
  different(objects: readonly PythonObject[], places: readonly SyntaxNode[]): Elements {
    const seen = new Map<number, PythonObject>();
    objects.forEach((object, index) => {
      const key = this.#keys.keyOf(object);
      if (key === undefined) {
        const offset = (places[index] ?? places[0])?.from;
        throw new SizeofError(
          'syntax',
          'expression',
          `uses a ${object.type} as a key, which Python cannot hash`,
          offset,
        );
      }
      if (!seen.has(key)) seen.set(key, object);
    });
    return { count: seen.size, objects: [...seen.values()] };
  }

  #dict(node: SyntaxNode, label: string): PythonObject {
    const keys: PythonObject[] = [];
    const places: SyntaxNode[] = [];
    const values = new Map<number, PythonObject>();
    const parts = childrenOf(node).filter(({ name }) => !['{', '}', ',', 'Comment'].includes(name));
    for (let index = 0; index < parts.length; index += 3) {
      const [key, colon, value] = parts.slice(index, index + 3);
      if (!key || !value || colon?.name !== ':') throw this.refused(key ?? node);
      const keyObject = this.evaluate(key);
      keys.push(keyObject);
      places.push(key);
      this.different([keyObject], [key]);
      values.set(this.#keys.keyOf(keyObject) ?? -1, this.evaluate(value));
    }
    const elements = this.different(keys, places);
    const strings = elements.objects.map(({ value }) => value.kind === 'str');
    const blocks = dictObjectBlocks(this.build, { from: 'display', displayed: keys.length, strings });
    return this.factory.dict(elements, [...elements.objects, ...values.values()], blocks, label);
  }
}

function isConstant(object: PythonObject): boolean {
  return object.isConstant;
}

const KINDS: Readonly<Record<string, string>> = {
  VariableName: 'a name',
  MemberExpression: 'an attribute or subscript',
  LambdaExpression: 'a function',
  ArrayComprehensionExpression: 'a comprehension',
  SetComprehensionExpression: 'a comprehension',
  DictionaryComprehensionExpression: 'a comprehension',
  ComprehensionExpression: 'a generator expression',
  ConditionalExpression: 'a condition',
  FormatString: 'a formatted string',
};
