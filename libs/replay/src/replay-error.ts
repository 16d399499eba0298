/** What a replay can refuse or lose. A wrong request inside a simulation is never one of these: it is an outcome. */

export type ReplayErrorCode =
  /** The key is not open in the pool: never opened, closed, or lost with its worker. Open it (again). */
  | 'not-open'
  /** The worker that held the key ended (out of memory, crash). Its keys are lost: open them again. */
  | 'worker-lost'
  /** `append` named another first event than the head's next one. Close and open again. */
  | 'out-of-step'
  /** The position is not between 0 and the number of events. */
  | 'out-of-range'
  /** The key was opened without a head, or with one, and the call needs the other kind. */
  | 'wrong-kind'
  /** The source of events ended, or left a gap, before the promised number of events. */
  | 'source-ended'
  /** The caller's signal or `abort()` stopped the work. */
  | 'aborted'
  /** The pool was closed. */
  | 'pool-closed'
  /** No format of this name is registered. */
  | 'unknown-format'
  /** A model, a reader or a writer threw something that has no type of its own. */
  | 'internal';

export class ReplayError extends Error {
  override readonly name = 'ReplayError';

  constructor(
    readonly code: ReplayErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
