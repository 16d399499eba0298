/** Snippets when the service is killed, stopped, or told not to run any. */
import { afterAll, expect, it } from '@jest/globals';
import { Watcher } from '../faults/workload.js';
import { Service } from '../support/service.js';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { type Body, SessionClient } from './sessions-client.js';

afterAll(() => Service.stopAll());

const FOREVER =
  'while True:\n    kept = [object(), object(), object()]\n    for i in range(200):\n        for j in range(200): pass\n';

async function begin(url: string): Promise<SessionClient> {
  const response = await fetch(`${url}/v1/snippets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ language: 'python', source: FOREVER, limits: { timeMs: 60_000 } }),
  });
  expect(response.status).toBe(202);
  return SessionClient.of(url, (await response.json()) as Body);
}

async function snippetOf({ url, id }: SessionClient): Promise<Body> {
  return (await fetch(`${url}/v1/snippets/${id}`)).json();
}

it.each(['kill', 'stop'] as const)(
  'a snippet that ran when the service had to %s is interrupted, and what it had asked is there',
  async (how) => {
    const environment = { SNIPPETS: 'on', SNIPPETS_CONCURRENCY: '1', SNIPPET_SECONDS_LIMIT: '120' };
    const service = await Service.start({ environment });
    const running = await begin(service.url);
    const waiting = await begin(service.url);
    const watcher = new Watcher(running);
    await watcher.until(300);
    watcher.close();
    await service[how]();
    await service.restart();
    const snippet = await snippetOf(running);
    expect(snippet).toMatchObject({
      status: 'finished',
      outcome: 'interrupted',
      detail: expect.stringContaining('service'),
    });
    expect(await snippetOf(waiting)).toMatchObject({ status: 'finished', outcome: 'interrupted' });
    const told = watcher.events.map(({ seq, op, block, size }) => ({ seq, op, block, size }));
    const kept = (await running.history()).slice(0, told.length);
    expect(kept.map(({ seq, op, block, size }) => ({ seq, op, block, size }))).toEqual(told);
    // Its session is finished in the background, and is a run then.
    for (let tries = 0; (await running.get('')).status !== 'finished'; tries++) expect(tries).toBeLessThan(1000);
    expect((await snippetOf(running)).traceId).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
    await service.stop();
  },
  240_000,
);

it('runs nothing with SNIPPETS=off, and says so', async () => {
  const api = await ApiUnderTest.start({ snippets: 'off' });
  try {
    const refused = await api.http.post('/v1/snippets').send({ language: 'python', source: 'print(1)' });
    expect(expectProblem(refused, 'not-offered-here', 501).detail).toContain('SNIPPETS=off');
    expect((await api.http.get('/health/ready').expect(200)).body.checks.snippets).toEqual({
      ok: true,
      detail: 'off: SNIPPETS=off',
    });
    expect((await api.http.get('/v1/snippets').expect(200)).body).toEqual({ items: [], next: null });
  } finally {
    await api.close();
  }
});
