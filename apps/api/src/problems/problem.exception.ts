/** An error that is part of the interface: thrown anywhere, answered as RFC 9457 problem details. */
import type { ProblemPart } from '@heapcast/contracts';
import { problemKinds, type ProblemName } from './problem-types.js';

export interface ProblemContext {
  /** Everything that is wrong, with where. */
  readonly errors?: readonly ProblemPart[];
  /** Response headers that belong to the error (`Allow`, `WWW-Authenticate` …). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds after which another try may succeed. */
  readonly retryAfter?: number;
  /** Further members of the problem object. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class ProblemException extends Error {
  override readonly name = 'ProblemException';

  /** @param detail what was wrong this time, in one or two sentences; never a secret, never an internal. */
  constructor(
    readonly problem: ProblemName,
    readonly detail: string,
    readonly context: ProblemContext = {},
  ) {
    super(detail, context.cause === undefined ? undefined : { cause: context.cause });
  }

  get status(): number {
    return problemKinds[this.problem].status;
  }
}

/** One field or parameter is not valid. */
export function invalid(path: string, message: string): ProblemException {
  return new ProblemException('invalid-request', `${path} ${message}`, { errors: [{ path, message }] });
}

export function notFound(what: string, id: string): ProblemException {
  const shown = id.length > 80 ? `${id.slice(0, 80)}…` : id;
  return new ProblemException('not-found', `There is no ${what} ${JSON.stringify(shown)}.`);
}
