/**
 * Reads one Python expression with the grammar of `@lezer/python`. The parser recovers from errors; here the first one is
 * reported with its place. Bounded, because the text comes from anybody: `LENGTH` characters, `DEPTH` nested brackets.
 */
import type { SyntaxNode, TreeCursor } from '@lezer/common';
import { parser } from '@lezer/python';
import { SizeofError } from '../sizeof-error.js';

export const LENGTH = 2000;
export const DEPTH = 50;
/** Levels of the tree, brackets included: `1+1+1` is nested to the left. */
const OPERATORS = 400;

const BRACKETS: ReadonlySet<string> = new Set([
  'ArrayExpression',
  'TupleExpression',
  'ParenthesizedExpression',
  'SetExpression',
  'DictionaryExpression',
  'ArgList',
]);

/** @returns the node of the expression @throws SizeofError `syntax` or `too-large`, with an offset */
export function parseExpression(text: string): SyntaxNode {
  if (text.length > LENGTH) {
    throw new SizeofError('too-large', 'expression', `is longer than ${LENGTH} characters`, LENGTH);
  }
  const tree = parser.parse(text);
  refuseErrors(text, tree.cursor());
  const statements = childrenOf(tree.topNode);
  const [first, second] = statements;
  if (!first) throw new SizeofError('syntax', 'expression', 'is empty', 0);
  if (second || first.name === 'StatementGroup') {
    const offset = second?.from ?? first.from;
    throw new SizeofError('syntax', 'expression', 'is more than one expression', offset);
  }
  if (first.name !== 'ExpressionStatement') {
    throw new SizeofError('syntax', 'expression', 'is a statement, not an expression', first.from);
  }
  const parts = childrenOf(first);
  const [expression, comma] = parts;
  if (!expression) throw new SizeofError('syntax', 'expression', 'is empty', 0);
  if (comma) throw new SizeofError('syntax', 'expression', 'is a tuple without parentheses: write (1, 2)', comma.from);
  return expression;
}

/** Goes through the tree without recursion: the nesting is the sender's. */
function refuseErrors(text: string, cursor: TreeCursor): void {
  let brackets = 0;
  let depth = 0;
  for (;;) {
    if (cursor.type.isError) throw broken(text, cursor.from);
    const isBracket = BRACKETS.has(cursor.name);
    if ((isBracket && brackets === DEPTH) || depth > OPERATORS) {
      const bounds = `${DEPTH} brackets and ${OPERATORS} operators in a row at most`;
      throw new SizeofError('too-large', 'expression', `nests too deeply: ${bounds}`, cursor.from);
    }
    if (cursor.firstChild()) {
      depth++;
      if (isBracket) brackets++;
      continue;
    }
    while (!cursor.nextSibling()) {
      if (!cursor.parent()) return;
      depth--;
      if (BRACKETS.has(cursor.name)) brackets--;
    }
  }
}

function broken(text: string, offset: number): SizeofError {
  const found = offset >= text.trimEnd().length ? 'ends too early' : `has an error at ${JSON.stringify(text[offset])}`;
  return new SizeofError('syntax', 'expression', found, offset);
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** The children that are no brackets or commas. */
export function operandsOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => !['(', ')', '[', ']', '{', '}', ',', ':', 'Comment'].includes(name));
}
