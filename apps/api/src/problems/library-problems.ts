/** Errors of the libraries that mean something to a client. */
import { ReplayError, type ReplayErrorCode } from '@heapcast/replay';
import { TraceFormatError } from '@heapcast/trace';
import type { ProblemName } from './problem-types.js';
import { ProblemException } from './problem.exception.js';

const REPLAY: Readonly<Partial<Record<ReplayErrorCode, ProblemName>>> = {
  'out-of-range': 'invalid-position',
  'worker-lost': 'unavailable',
  'not-open': 'unavailable',
  'pool-closed': 'unavailable',
  aborted: 'unavailable',
};

export function libraryProblem(error: unknown): ProblemException | undefined {
  if (error instanceof TraceFormatError) {
    const name = error.code === 'limit-exceeded' ? 'payload-too-large' : 'invalid-trace';
    return new ProblemException(name, error.message, {
      errors: [{ path: '', message: error.detail, ...error.where }],
      extensions: { code: error.code },
    });
  }
  if (error instanceof ReplayError) {
    const name = REPLAY[error.code];
    if (name === 'unavailable') {
      return new ProblemException(name, 'The replay was interrupted; try again.', { cause: error, retryAfter: 1 });
    }
    if (name) return new ProblemException(name, error.message, { cause: error });
  }
  return undefined;
}
