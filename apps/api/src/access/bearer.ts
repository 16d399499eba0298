/** `@Bearer()`: the token of `Authorization: Bearer …`, or `undefined`. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemException } from '../problems/index.js';

/** @throws ProblemException `invalid-token` when the header is of another scheme. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization === '') return undefined;
  const match = /^Bearer +(\S+) *$/i.exec(authorization);
  if (!match?.[1]) {
    throw new ProblemException('invalid-token', 'The Authorization header must read "Bearer TOKEN".', {
      headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
    });
  }
  return match[1];
}

export const Bearer = createParamDecorator((_: unknown, context: ExecutionContext) =>
  bearerOf(context.switchToHttp().getRequest<FastifyRequest>().headers.authorization),
);
