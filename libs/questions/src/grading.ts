/** Whether an answer is right, and whether it is one at all. Only the question decides, never who asks or answers. */
import type { Choice } from '@heapcast/contracts';

export interface Gradable {
  /** Empty = a number is asked for. */
  readonly choices: readonly Pick<Choice, 'id'>[];
  /** A choice's id, or a number in decimals. */
  readonly right: string;
}

/** Half of the last decimal that a question's number has. */
const TOLERANCE = 0.005;
const NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,6})?$/;

/** The answer in the one form in which it is kept and counted; `null` = it is no answer to this question. */
export function canonicalAnswer({ choices }: Pick<Gradable, 'choices'>, answer: string): string | null {
  const text = answer.trim();
  if (choices.length > 0) return choices.some(({ id }) => id === text) ? text : null;
  // A comma is how half of Europe writes a point.
  const number = text.replace(',', '.');
  return NUMBER.test(number) ? String(Number(number) + 0) : null;
}

/** @param answer in its canonical form */
export function isRight({ choices, right }: Gradable, answer: string): boolean {
  if (choices.length > 0) return answer === right;
  return Math.abs(Number(answer) - Number(right)) < TOLERANCE;
}
