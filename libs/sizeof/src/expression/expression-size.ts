/**
 * The size of what an expression makes: of the object itself (shallow, `sys.getsizeof`), and of everything that can be
 * reached from it, each object once (deep). Containers are followed to their elements, keys and values; a range has none.
 */
import type { SyntaxNode } from '@lezer/common';
import { dataModel, type DataModel } from '../c/data-models.js';
import { type Block, blockBytes, countedBytes } from '../python/composition.js';
import { formulaOf, type Request, requestOf } from '../python/python-size.js';
import { parseVersion, type Version } from '../python/versions.js';
import { Evaluation } from './evaluation.js';
import type { PythonObject } from './objects.js';
import { parseExpression } from './syntax.js';

/** Objects that an answer lists; the sums hold all. */
const LISTED = 100;

export interface ExpressionQuestion {
  readonly version: string;
  readonly dataModel: DataModel | string;
}

export interface ExpressionObject {
  /** As written, shortened. */
  readonly source: string;
  readonly type: string;
  /** Bytes, as `sys.getsizeof` counts. */
  readonly size: number;
  readonly formula: string;
  readonly requests: readonly Request[];
  /** Places in the expression's objects that refer to it; 0 = the whole. */
  readonly references: number;
  /** Existed before: small ints, None, one-character strings. No request is made for it. */
  readonly isShared: boolean;
  /** Kept by the code from the time it was compiled. */
  readonly isConstant: boolean;
}

export interface ExpressionSize {
  readonly expression: string;
  readonly version: Version;
  readonly dataModel: DataModel;
  /** Bytes of the object itself. */
  readonly shallow: number;
  /** Bytes of all that can be reached, each once, shared ones included. */
  readonly deep: number;
  /** How many objects those are. */
  readonly count: number;
  /** Of those, what existed before. */
  readonly shared: { readonly count: number; readonly size: number };
  /** All requests for the rest, by size. */
  readonly requested: readonly { readonly bytes: number; readonly domain: Block['domain']; readonly times: number }[];
  /** The whole first; at most 100 are listed. */
  readonly objects: readonly ExpressionObject[];
}

/**
 * One expression, read once and sized on any build.
 *
 *     new Expression('[1, 2]').size({ version: '3.11', dataModel: 'linux-64' }).deep
 */
export class Expression {
  readonly #root: SyntaxNode;

  /** @throws SizeofError `syntax`, `too-large`, with an offset */
  constructor(readonly text: string) {
    this.#root = parseExpression(text);
  }

  /** @throws SizeofError `syntax`, `too-large` (with an offset), `unknown-version`, `unknown-platform` */
  size(question: ExpressionQuestion): ExpressionSize {
    const version = parseVersion(question.version);
    const model = typeof question.dataModel === 'string' ? dataModel(question.dataModel) : question.dataModel;
    const whole = new Evaluation(this.text, { version, model }).evaluate(this.#root);
    return sizeOfAll(this.text, version, model, whole);
  }
}

/** Reads and sizes in one go. @throws SizeofError as `Expression` */
export function expressionSize(text: string, question: ExpressionQuestion): ExpressionSize {
  return new Expression(text).size(question);
}

function sizeOfAll(expression: string, version: Version, model: DataModel, whole: PythonObject): ExpressionSize {
  const references = reached(whole);
  const objects = [...references.keys()];
  const unlisted = objects.flatMap((object) => object.unlisted ?? []);
  const shared = objects.filter((object) => object.isShared);
  return {
    expression,
    version,
    dataModel: model,
    shallow: countedBytes(whole.blocks),
    deep: sizeOf(objects) + unlisted.reduce((sum, { size }) => sum + size, 0),
    count: objects.length + unlisted.reduce((sum, { count }) => sum + count, 0),
    shared: { count: shared.length, size: sizeOf(shared) },
    requested: requestedBy(objects.filter((object) => !object.isShared)),
    objects: objects.slice(0, LISTED).map((object) => described(object, references.get(object) ?? 0)),
  };
}

/** Every object once, in order of discovery, with how often it is referred to. */
function reached(whole: PythonObject): Map<PythonObject, number> {
  const references = new Map<PythonObject, number>([[whole, 0]]);
  // A map is gone through in order of insertion, what is added on the way included.
  for (const object of references.keys()) {
    for (const next of object.refers) references.set(next, (references.get(next) ?? 0) + 1);
  }
  return references;
}

function sizeOf(objects: readonly PythonObject[]): number {
  return objects.reduce((sum, { blocks }) => sum + countedBytes(blocks), 0);
}

function requestedBy(objects: readonly PythonObject[]): ExpressionSize['requested'] {
  const times = new Map<string, { bytes: number; domain: Block['domain']; times: number }>();
  const add = (bytes: number, domain: Block['domain'], count: number) => {
    const key = `${bytes} ${domain}`;
    times.set(key, { bytes, domain, times: (times.get(key)?.times ?? 0) + count });
  };
  for (const object of objects) {
    for (const block of object.blocks)
      if (block.domain !== 'static') add(blockBytes(block), block.domain, block.times ?? 1);
    for (const request of object.unlisted?.requests ?? []) add(request.bytes, 'object', request.times);
  }
  return [...times.values()].sort((a, b) => b.bytes - a.bytes);
}

function described(object: PythonObject, references: number): ExpressionObject {
  return {
    source: object.label,
    type: object.type,
    size: countedBytes(object.blocks),
    formula: formulaOf(object.blocks),
    requests: object.isShared ? [] : object.blocks.map(requestOf),
    references,
    isShared: object.isShared,
    isConstant: object.isConstant,
  };
}
