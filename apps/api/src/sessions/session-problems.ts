/** What a session refuses, in words. */
import type { SessionKind } from '@heapcast/contracts';
import { ProblemException } from '../problems/index.js';

export function finished(): ProblemException {
  return new ProblemException('session-finished', 'The session is finished: it takes no more requests.');
}

/** @param takes what a session of this kind takes instead */
export function otherKind(kind: SessionKind, takes: string): ProblemException {
  return new ProblemException('wrong-session-kind', `This is ${WITH_ARTICLE[kind]} session: it takes ${takes}.`);
}

const WITH_ARTICLE: Readonly<Record<SessionKind, string>> = {
  allocator: 'an allocator',
  program: 'a program',
  snippet: 'a snippet',
};

/** @param path parameter that named the event */
export function noSuchEvent(path: string, wanted: number, seq: number): ProblemException {
  return new ProblemException('invalid-position', `${path}=${wanted} is beyond the last event, which is ${seq}.`, {
    errors: [{ path, message: `must be at most ${seq}` }],
  });
}

export function tooMuchToDo(waiting: number): ProblemException {
  return new ProblemException('unavailable', `${waiting} requests of this session wait already.`, { retryAfter: 1 });
}

export function tooLong(limit: number, seq: number): ProblemException {
  return new ProblemException(
    'limit-reached',
    `A session has at most ${limit} events (SESSION_EVENTS_LIMIT); this one has ${seq}.`,
  );
}

export function interrupted(cause: unknown): ProblemException {
  return new ProblemException(
    'unavailable',
    'The requests could not be stored, or nobody knows whether they were. With an Idempotency-Key they may be sent again.',
    { cause, retryAfter: 1 },
  );
}
