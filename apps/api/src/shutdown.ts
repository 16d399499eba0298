/**
 * Stopping loses nothing: new requests are turned away, those in flight end, the journal is flushed, workers end, the
 * database stops last. Nest runs the stages: `beforeApplicationShutdown` ends streams, then the server closes, then
 * `onApplicationShutdown` of the modules, the ones that use others first.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Configuration } from './configuration/configuration.js';
import { Readiness } from './operations/readiness.js';
import { ProblemException } from './problems/index.js';

/** From the first signal on, whatever comes over a connection that is still open is sent elsewhere. */
export function turnAwayWhenStopping(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (readiness.stopping && !request.url.startsWith('/health/')) {
      done(
        new ProblemException('unavailable', 'The service is stopping.', {
          retryAfter: 5,
          headers: { connection: 'close' },
        }),
      );
    } else done();
  });
  // What was in flight is answered, and its connection is not kept for a next request: the server would wait for that.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.stopping) reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Connections that never asked for anything are not waited for: clients open such ones ahead, and the server would wait
 * until their first request is overdue.
 */
export function dropSilentConnections(fastify: FastifyInstance): void {
  const open = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
}

async function stop(app: NestFastifyApplication, graceSeconds: number, log: Logger): Promise<void> {
  const server = app.getHttpServer();
  const impatience = setTimeout(() => {
    log.warn(`requests did not end within ${graceSeconds} s; closing their connections`);
    server.closeAllConnections();
  }, graceSeconds * 1000);
  try {
    await app.close();
    log.info('stopped');
    process.exitCode ??= 0;
  } catch (error) {
    log.error({ err: error }, 'stopping failed');
    process.exitCode = 1;
  } finally {
    clearTimeout(impatience);
  }
}

/**
 * SIGTERM and SIGINT stop the service. A second signal only hurries the clients; the journal is flushed all the same.
 * @returns a function that tells whether stopping has begun
 */
export function stopOnSignals(app: NestFastifyApplication, configuration: Configuration, log: Logger): () => boolean {
  const readiness = app.get(Readiness);
  let stopping: Promise<void> | undefined;
  const begin = (signal: string): void => {
    if (stopping) {
      log.info({ signal }, 'already stopping: closing the connections that are left');
      app.getHttpServer().closeAllConnections();
      return;
    }
    log.info({ signal }, 'stopping');
    readiness.stop();
    stopping = stop(app, configuration.shutdownGraceSeconds, log).then(() => process.exit());
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => begin(signal));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exitCode = 1;
    begin('uncaughtException');
  });
  return () => stopping !== undefined;
}
