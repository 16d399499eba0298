/** What operators and calls need of the evaluation that they are part of. */
import type { SyntaxNode } from '@lezer/common';
import type { Build } from '../python/structs.js';
import type { SizeofError } from '../sizeof-error.js';
import type { ObjectFactory } from './object-factory.js';
import type { Elements, PythonObject } from './objects.js';

export interface Evaluator {
  readonly build: Build;
  readonly factory: ObjectFactory;
  evaluate(node: SyntaxNode): PythonObject;
  /** The first of equal objects. @throws SizeofError `syntax` for one that cannot be hashed */
  different(objects: readonly PythonObject[], places: readonly SyntaxNode[]): Elements;
  /** The text of a node. */
  source(node: SyntaxNode): string;
  /** An error that says what this node is and that it is not sized. */
  refused(node: SyntaxNode): SizeofError;
}
