/** Errors of the libraries that mean something to a client. */
import {
  IdempotencyConflictError,
  InvalidCursorError,
  JournalUnavailableError,
  RunInUseError,
  SequenceConflictError,
  SessionNotOpenError,
  sqlState,
  TraceInUseError,
} from '@heapcast/database';
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
  return databaseProblem(error);
}

function databaseProblem(error: unknown): ProblemException | undefined {
  if (error instanceof InvalidCursorError) {
    return new ProblemException('invalid-request', error.message, {
      errors: [{ path: 'cursor', message: 'is not a cursor that this service gave' }],
    });
  }
  if (error instanceof TraceInUseError) return new ProblemException('trace-in-use', error.message);
  if (error instanceof RunInUseError) return new ProblemException('conflict', error.message);
  if (error instanceof SessionNotOpenError) return new ProblemException('session-finished', error.message);
  if (error instanceof IdempotencyConflictError) return new ProblemException('idempotency-conflict', error.message);
  if (error instanceof SequenceConflictError || error instanceof JournalUnavailableError || isOutage(error)) {
    return new ProblemException('unavailable', 'The database did not take this; try again.', {
      cause: error,
      retryAfter: 1,
    });
  }
  return undefined;
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1017',
  'P2024',
  'P2037',
]);

/** The database cannot be reached, is starting or stopping, or has no connection left. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Prisma tells PostgreSQL's own code in its message only.
  const state = /Code: `([0-9A-Z]{5})`/.exec(error.message)?.[1] ?? sqlState(error) ?? '';
  if (/^(08|53|57P)/.test(state)) return true;
  const isDatabase = error.name.startsWith('PrismaClient') || 'severity' in error;
  const code = 'code' in error ? error.code : undefined;
  if (isDatabase) return typeof code === 'string' && UNREACHABLE.has(code);
  return /^(Connection terminated|timeout exceeded when trying to connect|Client was closed)/.test(error.message);
}
