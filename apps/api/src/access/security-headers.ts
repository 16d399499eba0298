/**
 * Helmet's headers on every answer. They are the same on all of them, so helmet is asked once, on the first request, and
 * its answer is used from then on: asking it every time costs more than the rest of the pipeline.
 */
import helmet from '@fastify/helmet';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export async function sendSecurityHeaders(app: NestFastifyApplication): Promise<void> {
  await app.register(helmet, {
    global: false,
    // TLS ends at a proxy, if anywhere: asking browsers to upgrade would break plain http.
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      directives: { 'upgrade-insecure-requests': null, 'style-src': ["'self'", "'unsafe-inline'"] },
    },
  });
  let headers: Record<string, string> | undefined;
  const hook = (_request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    headers ??= learn(reply);
    reply.headers(headers);
    done();
  };
  app.getHttpAdapter().getInstance().addHook('onRequest', hook);
}

/** What helmet puts on this answer, taken off it again. */
function learn(reply: FastifyReply): Record<string, string> {
  reply.helmet();
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.raw.getHeaders())) {
    reply.raw.removeHeader(name);
    headers[name] = String(value);
  }
  return headers;
}
