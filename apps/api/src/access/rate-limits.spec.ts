import { describe, expect, it } from '@jest/globals';
import { configure } from '../configuration/environment.js';
import { ProblemException } from '../problems/index.js';
import { ApiKeys } from './api-keys.js';
import { budgetOf, RateLimits } from './rate-limits.js';

const KEY = 'a-key-of-this-service';

function limits(values: Parameters<typeof configure>[0]): RateLimits {
  const configuration = configure(values);
  return new RateLimits(configuration, new ApiKeys(configuration));
}

describe('budgetOf', () => {
  it.each([
    ['GET', '/v1/runs', 'reads'],
    ['HEAD', '/v1/traces/1', 'reads'],
    ['POST', '/v1/traces', 'uploads'],
    ['POST', '/v1/runs', 'uploads'],
    ['POST', '/v1/runs/1/rerun', 'uploads'],
    ['POST', '/v1/sessions', 'sessions'],
    ['POST', '/v1/snippets', 'snippets'],
    ['POST', '/v1/sessions/1/fork', 'sessions'],
    ['POST', '/v1/sessions/1/requests', 'writes'],
    ['DELETE', '/v1/traces/1', 'writes'],
    ['PATCH', '/v1/sessions/1', 'writes'],
    ['GET', '/health/ready', undefined],
    ['GET', '/metrics', undefined],
    ['GET', '/docs', undefined],
  ])('%s %s counts against %s', (method, path, budget) => {
    expect(budgetOf(method, path)).toBe(budget);
  });
});

describe('RateLimits', () => {
  it('counts down, refuses with the time to wait, and keeps clients and budgets apart', async () => {
    const budgets = limits({ rateLimitReads: 2, rateLimitWrites: 1 });
    expect(await budgets.consume('reads', 'a')).toMatchObject({ limit: 2, remaining: 1, reset: 60 });
    expect(await budgets.consume('reads', 'a')).toMatchObject({ remaining: 0 });
    const refusal: unknown = await budgets.consume('reads', 'a').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProblemException);
    expect((refusal as ProblemException).context.retryAfter).toBeGreaterThan(0);
    expect(await budgets.consume('reads', 'b')).toMatchObject({ remaining: 1 });
    expect(await budgets.consume('writes', 'a')).toMatchObject({ remaining: 0 });
  });

  it('has no limit where it is 0', async () => {
    const budgets = limits({
      rateLimitReads: 0,
      rateLimitWrites: 0,
      rateLimitUploads: 0,
      rateLimitSessions: 0,
      rateLimitSnippets: 0,
    });
    expect(budgets.inForce).toBe(false);
    expect(await budgets.consume('reads', 'a')).toBeUndefined();
  });

  it('counts the holder of a valid key wherever it comes from, and nobody by a made-up key', () => {
    const budgets = limits({ apiKeys: [KEY] });
    expect(budgets.client('192.0.2.1', KEY)).toBe(budgets.client('192.0.2.2', KEY));
    expect(budgets.client('192.0.2.1', KEY)).not.toContain(KEY);
    expect(budgets.client('192.0.2.1', 'made-up')).toBe('192.0.2.1');
    expect(limits({}).client('192.0.2.1', KEY)).toBe('192.0.2.1');
  });
});
