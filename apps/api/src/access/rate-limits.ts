/**
 * Budgets per minute and client (its API key, or else its address), apart for reads, writes, uploads and new sessions.
 * The defaults leave room for a class behind one address; they stop a loop that has run wild.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Configuration } from '../configuration/configuration.js';
import { ProblemException } from '../problems/index.js';
import { ApiKeys } from './api-keys.js';

export type Budget = 'reads' | 'writes' | 'uploads' | 'sessions' | 'snippets';

const WINDOW_SECONDS = 60;

/** What is left of a budget: the values of the `RateLimit-*` headers. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the budget is whole again. */
  readonly reset: number;
}

/** Which budget a request to `path` (without query) counts against; `undefined` = none (health, metrics, documents). */
export function budgetOf(method: string, path: string): Budget | undefined {
  if (!path.startsWith('/v1/')) return undefined;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'reads';
  if (method === 'POST') {
    if (path === '/v1/sessions' || path === '/v1/classrooms' || /\/(forks?|copies)$/.test(path)) return 'sessions';
    if (path === '/v1/snippets') return 'snippets';
    if (path === '/v1/traces' || path === '/v1/runs' || path.endsWith('/rerun')) return 'uploads';
  }
  return 'writes';
}

@Injectable()
export class RateLimits {
  readonly #limiters: ReadonlyMap<Budget, RateLimiterMemory>;

  constructor(
    configuration: Configuration,
    private readonly apiKeys: ApiKeys,
  ) {
    const points: readonly (readonly [Budget, number])[] = [
      ['reads', configuration.rateLimitReads],
      ['writes', configuration.rateLimitWrites],
      ['uploads', configuration.rateLimitUploads],
      ['sessions', configuration.rateLimitSessions],
      ['snippets', configuration.rateLimitSnippets],
    ];
    this.#limiters = new Map(
      points
        .filter(([, limit]) => limit > 0)
        .map(([budget, limit]) => [
          budget,
          new RateLimiterMemory({ keyPrefix: budget, points: limit, duration: WINDOW_SECONDS }),
        ]),
    );
  }

  get inForce(): boolean {
    return this.#limiters.size > 0;
  }

  /** Who is counted: the holder of a valid API key, or else the address. */
  client(address: string, apiKey: string | undefined): string {
    if (apiKey === undefined || !this.apiKeys.inForce || !this.apiKeys.accepts(apiKey)) return address;
    return `key:${createHash('sha256').update(apiKey).digest('base64url')}`;
  }

  /**
   * Takes `points` from the client's budget; `undefined` = this budget has no limit.
   * @throws ProblemException `too-many-requests`
   */
  async consume(budget: Budget, client: string, points = 1): Promise<Allowance | undefined> {
    const limiter = this.#limiters.get(budget);
    if (!limiter) return undefined;
    try {
      return allowance(limiter, await limiter.consume(client, points));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const { limit, reset } = allowance(limiter, refused);
      throw new ProblemException(
        'too-many-requests',
        `This client used up its ${limit} ${budget} a minute; there are more in ${reset} s.`,
        { retryAfter: reset, headers: rateLimitHeaders({ limit, remaining: 0, reset }) },
      );
    }
  }
}

function allowance(limiter: RateLimiterMemory, { remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { limit: limiter.points, remaining: remainingPoints, reset: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}

export function rateLimitHeaders({ limit, remaining, reset }: Allowance): Record<string, string> {
  return { 'ratelimit-limit': `${limit}`, 'ratelimit-remaining': `${remaining}`, 'ratelimit-reset': `${reset}` };
}
