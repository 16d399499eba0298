/** Which of the offered media types and encodings the client wants. */
import Negotiator from 'negotiator';
import type { FastifyRequest } from 'fastify';
import { ProblemException } from './problem.exception.js';

/**
 * @param offered in the order of our own preference; the first one is given when the client does not care
 * @throws ProblemException `not-acceptable`
 */
export function chooseMediaType<T extends string>(request: FastifyRequest, offered: readonly T[]): T {
  const chosen = new Negotiator(request.raw).mediaType([...offered]);
  const match = offered.find((type) => type === chosen);
  if (match !== undefined) return match;
  throw new ProblemException('not-acceptable', `Accept allows none of what can be given: ${offered.join(', ')}.`);
}

/** The first of the offered encodings that the client takes; only `identity` when it says nothing. */
export function chooseEncoding<T extends string>(request: FastifyRequest, offered: readonly T[]): T | 'identity' {
  if (request.headers['accept-encoding'] === undefined) return 'identity';
  const taken = new Set(new Negotiator(request.raw).encodings([...offered]));
  return offered.find((encoding) => taken.has(encoding)) ?? 'identity';
}

/** Does the client take gzip? Only when it says so. */
export function wantsGzip(request: FastifyRequest): boolean {
  if (request.headers['accept-encoding'] === undefined) return false;
  return new Negotiator(request.raw).encoding(['gzip', 'identity']) === 'gzip';
}
