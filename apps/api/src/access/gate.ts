/** The first thing that every request meets: API keys and rate limits, as Fastify hooks, before any body is read. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiKeys } from './api-keys.js';
import { budgetOf, type RateLimits, rateLimitHeaders } from './rate-limits.js';

export function apiKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : undefined;
}

async function admit(
  apiKeys: ApiKeys,
  limits: RateLimits,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const url = request.url;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const budget = budgetOf(request.method, path);
  if (!budget) return;
  const key = apiKeyOf(request);
  const allowance = await limits.consume(budget, limits.client(request.ip, key));
  if (allowance) reply.headers(rateLimitHeaders(allowance));
  apiKeys.require(key, budget !== 'reads');
}

export function guardEveryRequest(fastify: FastifyInstance, apiKeys: ApiKeys, limits: RateLimits): void {
  if (!apiKeys.inForce && !limits.inForce) return;
  fastify.addHook('onRequest', async (request, reply) => admit(apiKeys, limits, request, reply));
}
