/** Unary and binary operators on objects of an expression. */
import type { SyntaxNode } from '@lezer/common';
import { SizeofError } from '../sizeof-error.js';
import { foldsInt, foldsRepeat, joinText, MOST, numbers, repeatText } from './arithmetic.js';
import type { Evaluator } from './evaluator.js';
import { bitLength } from './integers.js';
import type { Elements, PythonObject, Value } from './objects.js';
import { childrenOf } from './syntax.js';

/** Elements of a repetition that are listed one by one. */
const LISTED = 64;
/** Elements of a concatenation beyond which each object is listed once. */
const JOINED = 1000;

type Numeric = { readonly kind: 'int'; readonly value: bigint } | { readonly kind: 'float'; readonly value: number };

export function unary(evaluation: Evaluator, node: SyntaxNode, label: string): PythonObject {
  const [operator, operand] = childrenOf(node);
  if (!operator || !operand) throw evaluation.refused(node);
  const object = evaluation.evaluate(operand);
  const sign = evaluation.source(operator);
  const { value } = object;
  if (sign === 'not') throw evaluation.refused(node);
  if (value.kind === 'complex' && sign === '-') {
    return evaluation.factory.scalar({ kind: 'complex', imaginary: -value.imaginary }, label, object.isConstant);
  }
  const number = numeric(value);
  if (!number || (sign === '~' && number.kind === 'float')) throw mismatch(sign, [object], node);
  return evaluation.factory.scalar(signed(number, sign), label, object.isConstant);
}

function signed(number: Numeric, sign: string): Numeric {
  if (number.kind === 'float') return { kind: 'float', value: sign === '-' ? -number.value : number.value };
  if (sign === '~') return { kind: 'int', value: ~number.value };
  return { kind: 'int', value: sign === '-' ? -number.value : number.value };
}

export function binary(evaluation: Evaluator, node: SyntaxNode, label: string): PythonObject {
  const [first, sign, second] = childrenOf(node);
  if (!first || !sign || !second) throw evaluation.refused(node);
  if (!['ArithOp', 'BitOp'].includes(sign.name)) throw evaluation.refused(node);
  const left = evaluation.evaluate(first);
  const right = evaluation.evaluate(second);
  const written = evaluation.source(sign);
  const x = numeric(left.value);
  const y = numeric(right.value);
  const constant = left.isConstant && right.isConstant;
  if (x && y) {
    const isFloor = written === '/' && evaluation.build.version === '2.7' && x.kind === 'int' && y.kind === 'int';
    const value = numbers(isFloor ? '//' : written, x, y, sign.from);
    if (!value) throw mismatch(written, [left, right], sign);
    const folded = constant && (value.kind === 'float' || folds(value.value, written, evaluation));
    return evaluation.factory.scalar(value, label, folded);
  }
  const made =
    written === '*'
      ? repeated(evaluation, x ? right : left, x ?? y, { constant, label, offset: sign.from })
      : written === '+'
        ? joined(evaluation, left, right, { constant, label })
        : undefined;
  if (!made) throw mismatch(written, [left, right], sign);
  return made;
}

/** Sums and bit operations are folded whatever their size. */
function folds(value: bigint, operator: string, { build }: Evaluator): boolean {
  return !['*', '**', '<<'].includes(operator) || foldsInt(bitLength(value), build.version);
}

interface Making {
  readonly constant: boolean;
  readonly label: string;
}

function repeated(
  { factory, build }: Evaluator,
  object: PythonObject,
  times: Numeric | undefined,
  { constant, label, offset }: Making & { readonly offset: number },
): PythonObject | undefined {
  if (times?.kind !== 'int') return undefined;
  const count = Number(times.value < 0n ? 0n : times.value);
  const { value } = object;
  switch (value.kind) {
    case 'str':
    case 'bytes':
    case 'unicode': {
      const text = repeatText(value.text, count, offset);
      return factory.text(value.kind, text, label, constant && foldsRepeat(text.length, 'text', build.version));
    }
    case 'list':
      return factory.list(repeatElements(value.elements, count, offset), 'exact', label);
    case 'tuple': {
      const elements = repeatElements(value.elements, count, offset);
      return factory.tuple(elements, label, constant && foldsRepeat(elements.count, 'tuple', build.version));
    }
    default:
      return undefined;
  }
}

function repeatElements(elements: Elements, times: number, offset: number): Elements {
  const count = elements.count * times;
  if (count > MOST) throw new SizeofError('too-large', 'expression', `has more than ${MOST} elements`, offset);
  if (count === 0) return { count, objects: [] };
  if (elements.objects.length !== elements.count || count > LISTED) return { ...elements, count };
  return { count, objects: Array.from({ length: times }, () => elements.objects).flat() };
}

function joined({ factory }: Evaluator, left: PythonObject, right: PythonObject, making: Making) {
  const { label, constant } = making;
  const x = left.value;
  const y = right.value;
  if ((x.kind === 'list' || x.kind === 'tuple') && y.kind === x.kind) {
    const elements = joinElements(x.elements, y.elements);
    return x.kind === 'list' ? factory.list(elements, 'exact', label) : factory.tuple(elements, label, constant);
  }
  if ((x.kind === 'str' || x.kind === 'bytes' || x.kind === 'unicode') && y.kind === x.kind) {
    const text = joinText(x.text, y.text);
    return text && factory.text(x.kind, text, label, constant);
  }
  return undefined;
}

function joinElements(left: Elements, right: Elements): Elements {
  const objects = [...left.objects, ...right.objects];
  const unlisted = [left.unlisted, right.unlisted].filter((one) => one !== undefined);
  return {
    count: left.count + right.count,
    objects: objects.length > JOINED ? [...new Set(objects)] : objects,
    unlisted:
      unlisted.length === 0
        ? undefined
        : {
            count: unlisted.reduce((sum, { count }) => sum + count, 0),
            size: unlisted.reduce((sum, { size }) => sum + size, 0),
            requests: unlisted.flatMap(({ requests }) => [...requests]),
          },
  };
}

/** True and False count as numbers. */
function numeric(value: Value): Numeric | undefined {
  if (value.kind === 'bool') return { kind: 'int', value: value.value ? 1n : 0n };
  return value.kind === 'int' || value.kind === 'float' ? value : undefined;
}

function mismatch(operator: string, operands: readonly PythonObject[], node: SyntaxNode): SizeofError {
  const types = operands.map(({ type }) => type).join(' and ');
  return new SizeofError('syntax', 'expression', `uses ${operator} on ${types}, which is not sized`, node.from);
}
