/** What cannot be sized, as a problem that names the parameter and, in a text, the character. */
import { SizeofError } from '@heapcast/sizeof';
import { ProblemException } from '../problems/index.js';

/** Runs it, and turns a `SizeofError` into `invalid-request`. @param field to name instead of the library's `type` */
export function sized<T>(answer: () => T, field?: string): T {
  try {
    return answer();
  } catch (error) {
    if (error instanceof SizeofError) throw sizeofProblem(error, field);
    throw error;
  }
}

function sizeofProblem(error: SizeofError, field?: string): ProblemException {
  const { code, detail, offset } = error;
  const path = field !== undefined && error.field === 'type' ? field : error.field;
  const place = offset === undefined ? '' : ` (at character ${offset + 1})`;
  return new ProblemException('invalid-request', `${path} ${detail}${place}.`, {
    errors: [{ path, message: detail, ...(offset === undefined ? {} : { byte: offset }) }],
    extensions: { code, ...(offset === undefined ? {} : { position: offset + 1 }) },
    cause: error,
  });
}
