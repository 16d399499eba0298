/**
 * Any error -> the problem that a client is told. Errors that the house knows keep their meaning; everything else is
 * `internal`, without a word of what happened inside.
 */
import { HttpException } from '@nestjs/common';
import type { Problem } from '@heapcast/contracts';
import { problemKinds, problemNameOfStatus, problemType } from './problem-types.js';
import { ProblemException } from './problem.exception.js';
import { libraryProblem } from './library-problems.js';

/** Fastify's own errors, by `code`, in this house's words. */
const FASTIFY_ERRORS: Readonly<Record<string, () => ProblemException>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new ProblemException('malformed-json', 'The body is empty, but Content-Type says application/json.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new ProblemException('malformed-json', 'The body is not valid JSON.'),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new ProblemException('payload-too-large', 'The body is larger than the service reads here (BODY_LIMIT).'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new ProblemException('invalid-request', 'The body is not as long as Content-Length says.'),
  FST_ERR_BAD_URL: () => new ProblemException('invalid-request', 'The path is not a valid URL path.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new ProblemException('uri-too-long', 'A part of the path is too long.'),
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function statusOf(error: unknown): number {
  const own = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof own === 'number' ? own : 500;
}

/** The exception that `error` means to a client. */
export function exceptionOf(error: unknown): ProblemException {
  if (error instanceof ProblemException) return error;
  const known = libraryProblem(error);
  if (known) return known;

  const origin = error instanceof HttpException && error.cause instanceof Error ? error.cause : error;
  if (origin instanceof ProblemException) return origin;
  const fromFastify = FASTIFY_ERRORS[codeOf(origin)];
  if (fromFastify) return fromFastify();

  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status < 500) return new ProblemException(problemNameOfStatus(status), error.message, { cause: error });
    if (status === 503) return new ProblemException('unavailable', error.message, { cause: error, retryAfter: 1 });
  }
  if (codeOf(error).startsWith('FST_') && statusOf(error) < 500) {
    const message = error instanceof Error ? error.message : 'The request is not valid.';
    return new ProblemException(problemNameOfStatus(statusOf(error)), message, { cause: error });
  }
  return new ProblemException('internal', 'The service failed to carry this out. The failure was logged.', {
    cause: error,
  });
}

/**
 * The problem object, for an HTTP body or a socket acknowledgement.
 * @param instance names this occurrence in the log, for example `urn:request:ID`.
 */
export function problemOf(error: unknown, instance?: string): Problem {
  const exception = exceptionOf(error);
  const { status, title } = problemKinds[exception.problem];
  const { errors, retryAfter, extensions } = exception.context;
  return {
    type: problemType(exception.problem),
    title,
    status,
    detail: exception.detail,
    ...(instance === undefined ? {} : { instance }),
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...extensions,
  };
}
