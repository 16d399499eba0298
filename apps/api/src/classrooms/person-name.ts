/** Names of people in classrooms: one clean line that has something to see in it. */
import { invalid } from '../problems/index.js';
import { displayName } from '../streaming/display-name.js';

/** Signs that take no ink, though Unicode calls them letters or marks. */
const BLANK = /[\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu;
const INK = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** @throws ProblemException `invalid-request` when there is nothing to see */
export function personName(given: string): string {
  const name = displayName(given);
  if (!INK.test(name.replaceAll(BLANK, ''))) throw invalid('name', 'must have a letter, a digit or a sign in it');
  return name;
}
