/** Times every request into `Metrics`, and logs it at `debug`. One map look-up per request. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';

interface Observer {
  observe(seconds: number): void;
}

export function observeRequests(fastify: FastifyInstance, metrics: Metrics, log: Logger): void {
  const observers = new Map<string, Observer>();
  const detailed = log.isLevelEnabled('debug');
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    const key = `${request.method} ${status} ${route}`;
    let observer = observers.get(key);
    if (!observer) {
      observer = metrics.httpDuration.labels(request.method, route, status);
      observers.set(key, observer);
    }
    observer.observe(reply.elapsedTime / 1000);
    if (detailed) {
      const path = request.url.split('?', 1)[0];
      const ms = Math.round(reply.elapsedTime * 100) / 100;
      log.debug({ requestId: request.id, method: request.method, path, status: reply.statusCode, ms }, 'request');
    }
    done();
  });
}
