/** Answers every error over HTTP, Fastify's own included, as `application/problem+json`, and logs what is our fault. */
import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AllowedMethods } from './allowed-methods.js';
import { exceptionOf, problemOf } from './problem-of.js';
import { ProblemException } from './problem.exception.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly methods: AllowedMethods,
    private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Sockets answer by acknowledgement, where the gateway knows how.
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const exception = this.#routeProblem(error, request) ?? exceptionOf(error);
    this.#report(exception, error, request);
    if (reply.sent || reply.raw.headersSent) {
      // The answer is half sent: cutting the connection is the only way left to say that it is not whole.
      reply.raw.destroy();
      return;
    }
    const problem = problemOf(exception, `urn:request:${request.id}`);
    const { headers, retryAfter } = exception.context;
    if (headers) reply.headers(headers);
    if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
    void reply
      .code(problem.status)
      .header('x-request-id', request.id)
      .header('cache-control', 'no-store')
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }

  #routeProblem(error: unknown, request: FastifyRequest): ProblemException | undefined {
    if (!request.is404 || !(error instanceof NotFoundException)) return undefined;
    const path = request.url.split('?', 1)[0] ?? request.url;
    const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
    const allowed = this.methods.at(path);
    // A method that is allowed, and still nothing: a file that is not there.
    if (allowed.length === 0 || allowed.includes(request.method)) {
      return new ProblemException('not-found', `There is nothing at ${shown}; GET /docs lists every path.`);
    }
    const allow = allowed.join(', ');
    return new ProblemException(
      'method-not-allowed',
      `${request.method} is not allowed on ${shown}; allowed: ${allow}.`,
      {
        headers: { allow },
      },
    );
  }

  #report(exception: ProblemException, error: unknown, request: FastifyRequest): void {
    const where = { requestId: request.id, method: request.method, path: request.url.split('?', 1)[0] };
    if (exception.problem === 'internal')
      this.log.error({ ...where, err: exception.context.cause ?? error }, 'request failed');
    else if (exception.status >= 500) this.log.warn({ ...where, err: exception.context.cause }, exception.detail);
    else if (this.log.isLevelEnabled('debug'))
      this.log.debug({ ...where, problem: exception.problem }, exception.detail);
  }
}
