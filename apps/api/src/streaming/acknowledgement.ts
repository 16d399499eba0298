/**
 * How a socket event is answered: `{ ok: true, … }` or `{ ok: false, problem }`, exactly once, whatever happens. Where
 * the client gave no acknowledgement callback, a success needs no answer and a failure is told as a `problem` event.
 */
import type { Answer, Problem } from '@heapcast/contracts';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { invalid, problemOf, refuseUnkeepable, validationProblem } from '../problems/index.js';

/** A socket that can be told of a problem. */
export interface Tellable {
  readonly id: string;
  emit(event: 'problem', problem: Problem): unknown;
}

export interface Answering<T> {
  /** The callback of Socket.IO, or whatever the client sent in its place. */
  readonly acknowledge: unknown;
  /** What is answered; the function that it may return is called after the answer is on its way. */
  readonly work: () => Promise<T | readonly [T, () => void]>;
  /** Told of failures that are not the client's fault. */
  readonly onFault: (error: unknown) => void;
}

export async function answer<T extends object>(
  socket: Tellable,
  { acknowledge, work, onFault }: Answering<T>,
): Promise<void> {
  let outcome: Answer<T>;
  let afterwards: (() => void) | undefined;
  try {
    const done = await work();
    const [result, then] = isPair(done) ? done : [done, undefined];
    outcome = { ok: true, ...result };
    afterwards = then;
  } catch (error) {
    const problem = problemOf(error, `urn:socket:${socket.id}`);
    if (problem.status >= 500) onFault(error);
    outcome = { ok: false, problem };
  }
  if (typeof acknowledge === 'function') acknowledge(outcome);
  else if (!outcome.ok) socket.emit('problem', outcome.problem);
  afterwards?.();
}

function isPair<T>(done: T | readonly [T, () => void]): done is readonly [T, () => void] {
  return Array.isArray(done);
}

/** @throws ProblemException `invalid-request` */
export async function checkPayload<T extends object>(type: new () => T, payload: unknown): Promise<T> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload) || ArrayBuffer.isView(payload)) {
    throw invalid('', 'The payload must be one object.');
  }
  refuseUnkeepable(payload);
  const instance = plainToInstance(type, payload, { enableImplicitConversion: false });
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length > 0) throw validationProblem(errors);
  return instance;
}
