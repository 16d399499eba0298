/** What the stores refuse, and why. Callers turn these into answers; anything else that is thrown is a fault. */

export abstract class DatabaseError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server that DATABASE_URL names cannot be worked with. */
export class DatabaseUnreachableError extends DatabaseError {
  readonly code = 'database-unreachable';
}

/** The cursor of a list was not made by this service. */
export class InvalidCursorError extends DatabaseError {
  readonly code = 'invalid-cursor';
}

/** A trace that runs replay cannot be deleted. */
export class TraceInUseError extends DatabaseError {
  readonly code = 'trace-in-use';

  constructor(readonly runs: number) {
    super(`The trace is replayed by ${runs} ${runs === 1 ? 'run' : 'runs'}: delete those first.`);
  }
}

/** A run that a session became holds that session's requests. */
export class RunInUseError extends DatabaseError {
  readonly code = 'run-in-use';

  constructor(readonly sessionId: string) {
    super(`The run is what session ${sessionId} became: delete the session.`);
  }
}

/** There is no such open session: it is finished, or it was deleted. Nothing was written. */
export class SessionNotOpenError extends DatabaseError {
  readonly code = 'session-not-open';

  constructor(readonly sessionId: string) {
    super(`Session ${sessionId} is not open.`);
  }
}

/** The journal does not end where the caller believes: somebody else wrote, or a write before this one failed. */
export class SequenceConflictError extends DatabaseError {
  readonly code = 'sequence-conflict';

  constructor(
    readonly sessionId: string,
    readonly firstSeq: number,
  ) {
    super(
      `Request ${firstSeq} of session ${sessionId} does not follow on what its journal holds. Nothing was written.`,
    );
  }
}

/** The same idempotency key was written a moment before. Nothing was written for this request. */
export class IdempotencyConflictError extends DatabaseError {
  readonly code = 'idempotency-conflict';

  constructor(
    readonly sessionId: string,
    readonly key: string,
  ) {
    super(`The idempotency key "${key}" of session ${sessionId} is taken. Nothing was written.`);
  }
}

/** The database could not be reached, or did not answer: whether the requests were written is not known. */
export class JournalUnavailableError extends DatabaseError {
  readonly code = 'journal-unavailable';
}

/** SQLSTATE of an error from PostgreSQL, by the driver or by Prisma; `undefined` for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  return undefined;
}
