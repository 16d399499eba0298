/**
 * Puts the service together: Fastify below, Nest above, one pipeline for every request.
 *
 *     request -> security headers -> budget and API key -> body (JSON, or a raw stream for traces) -> validation
 *             -> controller -> service; every error -> `ProblemFilter`
 *
 * Nothing per request that a successful one does not need: no log line, no child logger, no interceptor.
 */
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeys } from './access/api-keys.js';
import { guardEveryRequest } from './access/gate.js';
import { RateLimits } from './access/rate-limits.js';
import { sendSecurityHeaders } from './access/security-headers.js';
import { ApplicationModule } from './application.module.js';
import { Configuration } from './configuration/configuration.js';
import { OpenApi } from './documents/open-api.js';
import { createLog, NestLog } from './operations/logging.js';
import { Readiness } from './operations/readiness.js';
import { observeRequests } from './operations/request-metrics.js';
import { Metrics } from './operations/metrics.js';
import { AllowedMethods } from './problems/allowed-methods.js';
import { answerBrokenConnection } from './problems/broken-connection.js';
import { readJsonBodies } from './problems/json-body.js';
import { problemOf } from './problems/problem-of.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { validationPipe } from './problems/validation.js';
import { dropSilentConnections, turnAwayWhenStopping } from './shutdown.js';
import { SocketAdapter } from './streaming/socket-adapter.js';
import { readTraceBodies } from './traces/trace-body.js';
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';

const BOOT = Date.now().toString(36).slice(-5);

/** `X-Request-Id` of the caller when it is a plain one, or else boot + counter: cheap and unique in the log. */
function requestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  let count = 0;
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : `${BOOT}-${(++count).toString(36)}`;
  };
}

function createAdapter(configuration: Configuration, log: Logger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    genReqId: requestIds(),
    bodyLimit: configuration.bodyLimit,
    requestTimeout: configuration.requestTimeoutSeconds * 1000,
    trustProxy:
      configuration.trustProxy === 0 ? false : (_address: string, hop: number) => hop < configuration.trustProxy,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerBrokenConnection,
    // What the router refuses before any hook runs: a malformed path, a part of it that is too long.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error, `urn:request:${request.id}`);
      void reply.code(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    },
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: true },
  });
}

/** A service that is put together and initialised but does not listen yet. @param log for tests and tools */
export async function createApp(
  configuration: Configuration,
  log: Logger = createLog(configuration.logLevel),
): Promise<NestFastifyApplication> {
  const adapter = createAdapter(configuration, log);
  const fastify = adapter.getInstance();
  const methods = new AllowedMethods();
  methods.watch(fastify);
  readJsonBodies(fastify);
  readTraceBodies(fastify);

  const app = await NestFactory.create<NestFastifyApplication>(
    ApplicationModule.with(configuration, log, methods),
    adapter,
    {
      bodyParser: false,
      logger: new NestLog(log),
      abortOnError: false,
    },
  );
  app.useWebSocketAdapter(new SocketAdapter(app, configuration));
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(methods, log));
  if (configuration.corsOrigins.length > 0) {
    app.enableCors({
      origin: configuration.corsOrigins.includes('*') ? '*' : [...configuration.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: [
        'location',
        'etag',
        'heapcast-lost',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
        'retry-after',
        'x-request-id',
      ],
    });
  }
  await sendSecurityHeaders(app);
  turnAwayWhenStopping(fastify, app.get(Readiness));
  dropSilentConnections(fastify);
  guardEveryRequest(fastify, app.get(ApiKeys), app.get(RateLimits));
  observeRequests(fastify, app.get(Metrics), log);
  app.get(OpenApi).describe(app);
  await app.init();
  return app;
}
