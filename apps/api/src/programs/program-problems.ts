/** What an engine refuses, in the words of the service. */
import type { SessionRecord } from '@heapcast/database';
import { EngineError } from '@heapcast/engine';
import { PROGRAM_ENGINE_VERSION } from '@heapcast/program';
import { ProblemException } from '../problems/index.js';

/** Anything that is not an engine's refusal stays what it is. */
export function programProblem(error: unknown, { settings }: SessionRecord): unknown {
  if (!(error instanceof EngineError)) return error;
  if (error.fault === 'diverged') {
    const pinned = settings?.engineVersion ?? null;
    return new ProblemException(
      'program-version-changed',
      `The session's program was run by version ${JSON.stringify(pinned)} of the engine; version ${PROGRAM_ENGINE_VERSION} does not do the same: ${error.message}.`,
      { extensions: { pinned, current: PROGRAM_ENGINE_VERSION, seq: error.seq }, cause: error },
    );
  }
  return new ProblemException(
    'unavailable',
    'The engine that runs this program was lost, and is started again. With an Idempotency-Key the commands may be sent again.',
    { cause: error, retryAfter: 1 },
  );
}
