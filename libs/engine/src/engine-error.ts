/** What can go wrong between the service and its engines; what a *program* does wrong is an outcome of its command. */

export type EngineFault =
  /** The program is not open: open it and feed it its journal. */
  | 'not-open'
  /** The thread ended, or did not answer for too long, and is replaced: open the program again. */
  | 'engine-lost'
  /** The journal tells of other requests than this engine makes of the same commands. */
  | 'diverged'
  | 'closed';

export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly fault: EngineFault,
    message: string,
    /** `diverged`: number of the first request that differs. */
    readonly seq?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
