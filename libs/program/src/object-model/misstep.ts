/**
 * The two ways in which a command can fail. A `Misstep` is the program's: it becomes the command's outcome, and nothing
 * has happened. A `ProgramCommandError` is the caller's: what came in is no command at all.
 */
import type { ProgramOutcome } from '@heapcast/contracts';

export class Misstep extends Error {
  override readonly name = 'Misstep';

  constructor(
    readonly outcome: Exclude<ProgramOutcome, 'ok'>,
    message: string,
  ) {
    super(message);
  }
}

/** `at`: index of the command in its batch; null = not one of a batch. `field`: what was wrong, such as `args.x`. */
export class ProgramCommandError extends RangeError {
  override readonly name = 'ProgramCommandError';

  constructor(
    readonly detail: string,
    readonly field: string | null = null,
    readonly at: number | null = null,
  ) {
    super(at === null ? detail : `Command ${at}: ${detail}`);
  }
}
