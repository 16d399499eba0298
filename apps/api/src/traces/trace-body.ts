/**
 * Lets the bodies of trace uploads through as raw streams: they are read piece by piece, never collected. Every media
 * type that is not JSON comes this way; the routes that want JSON refuse it (`415`) before they look at it.
 */
import type { FastifyInstance } from 'fastify';
import { ProblemException } from '../problems/index.js';

const UPLOAD_PATH = '/v1/traces';

export function readTraceBodies(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser('*', (request, payload, done) => {
    if (request.method === 'POST' && request.routeOptions.url === UPLOAD_PATH) {
      done(null, payload);
      return;
    }
    const type = request.headers['content-type']?.split(';', 1)[0] ?? 'no media type';
    done(
      new ProblemException('unsupported-media-type', `This path reads application/json, not ${type.slice(0, 100)}.`),
      undefined,
    );
  });
}
