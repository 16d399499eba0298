/** What a collector costs and saves: one workload under several policies. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CollectionComparison, PolicyOutcome, ProgramCommand } from '@heapcast/contracts';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { CPYTHON, ProgramClient } from './programs-client.js';

/** Comparisons that are kept. */
const KEPT = 3;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ comparisonsLimit: KEPT });
});
afterAll(() => api.close());

/** Lists that refer to themselves: only a collector gets them back. */
function cycles(count: number): ProgramCommand[] {
  return Array.from({ length: count }, (): ProgramCommand[] => [
    { op: 'new', to: 'a', type: 'list', fields: 1, line: 2 },
    { op: 'assign', to: 'a[0]', value: { ref: 'a' }, line: 3 },
    { op: 'unset', place: 'a', line: 4 },
  ]).flat();
}

const POLICIES = [
  { name: 'off', gc: 'off' },
  { name: 'usual', gc: 'automatic' },
  { name: 'eager', gc: 'automatic', thresholds: [50, 5, 5] },
  { name: 'by hand', gc: 'manual', collectAfter: [1500, 3000] },
];

async function compare(body: object): Promise<CollectionComparison> {
  const response = await api.http.post('/v1/comparisons/collection').send(body);
  expect([response.status, response.body.detail]).toEqual([201, undefined]);
  expect(response.headers.location).toBe(`/v1/comparisons/collection/${response.body.id}`);
  return response.body;
}

describe('a comparison of collection policies', () => {
  it('is kept until enough newer ones have come; its runs stay', async () => {
    const ids: string[] = [];
    let run = '';
    for (let i = 0; i <= KEPT; i++) {
      const { id, outcomes } = await compare({
        program: CPYTHON,
        commands: cycles(1),
        policies: [{ name: `off ${i}`, gc: 'off' }],
      });
      ids.push(id);
      run ||= outcomes[0]?.runId ?? '';
    }
    const found = await Promise.all(ids.map((id) => api.http.get(`/v1/comparisons/collection/${id}`)));
    expect(found.map(({ status }) => status)).toEqual([404, ...Array.from({ length: KEPT }, () => 200)]);
    await api.http.get(`/v1/runs/${run}`).expect(200);
  });

  it('shows what memory costs in work: less of one is more of the other', async () => {
    const comparison = await compare({ program: CPYTHON, commands: cycles(1000), policies: POLICIES });
    const [off, usual, eager, byHand] = comparison.outcomes as [
      PolicyOutcome,
      PolicyOutcome,
      PolicyOutcome,
      PolicyOutcome,
    ];
    expect(comparison.commands).toBe(3000);
    expect(off).toMatchObject({ collections: 0, objectsVisited: 0, largestPause: 0 });
    expect(off.peakRequestedBytes).toBe(off.endRequestedBytes);
    expect(off.peakRequestedBytes % 1000).toBe(0);
    expect(usual.peakRequestedBytes).toBeLessThan(off.peakRequestedBytes);
    expect(eager.peakRequestedBytes).toBeLessThan(usual.peakRequestedBytes);
    expect(eager.collections).toBeGreaterThan(usual.collections);
    expect(eager.largestPause).toBeLessThan(usual.largestPause);
    expect(byHand).toMatchObject({ collections: 2, objectsVisited: 1000, largestPause: 500, endRequestedBytes: 0 });
    expect(byHand.peakRequestedBytes).toBe(off.peakRequestedBytes / 2);
    expect(byHand.missteps).toEqual({});
    for (const { series, peakRequestedBytes } of comparison.outcomes) {
      expect(series.length).toBeGreaterThan(100);
      expect(series.length).toBeLessThanOrEqual(400);
      expect(Math.max(...series.map(([, bytes]) => bytes))).toBe(peakRequestedBytes);
      expect(series.map(([at]) => at)).toEqual(series.map(([at]) => at).toSorted((a, b) => a - b));
    }
    expect(comparison.sentences[0]).toContain('"eager" needs the least memory');
    const again = await api.http.get(`/v1/comparisons/collection/${comparison.id}`).expect(200);
    expect(again.body).toEqual(comparison);
    const run = await api.http.get(`/v1/runs/${usual.runId}`).expect(200);
    expect(run.body).toMatchObject({ status: 'done', trace: { id: usual.trace } });
    expect(run.body.summary.peaks.requestedBytes.value).toBe(usual.peakRequestedBytes);
  });

  it('takes a session at its word: its program, its allocator, and not its own collections', async () => {
    const client = await ProgramClient.open(api.url, CPYTHON, { allocator: { model: 'freelist' } });
    await client.run({ op: 'gc', do: 'disable' }, ...cycles(100), { op: 'collect' });
    const comparison = await compare({ session: client.session.id, policies: [{ name: 'off', gc: 'off' }] });
    expect(comparison).toMatchObject({ commands: 300, session: client.session.id, allocator: { model: 'freelist' } });
    expect(comparison.outcomes[0]).toMatchObject({ collections: 0 });
    expect(comparison.outcomes[0]?.endRequestedBytes).toBeGreaterThan(0);
  });

  it('of a private session is for those who may read it', async () => {
    const client = await ProgramClient.open(api.url, CPYTHON, { visibility: 'private' });
    await client.run(...cycles(10));
    const body = { session: client.session.id, policies: [{ name: 'off', gc: 'off' }] };
    expectProblem(await api.http.post('/v1/comparisons/collection').send(body), 'missing-token', 401);
    const mine = await api.http
      .post('/v1/comparisons/collection')
      .set('authorization', `Bearer ${client.session.token}`)
      .send(body)
      .expect(201);
    await api.http.get(`/v1/comparisons/collection/${mine.body.id}`).expect(401);
    await api.http.get(`/v1/runs/${mine.body.outcomes[0].runId}`).expect(401);
    await api.http
      .get(`/v1/comparisons/collection/${mine.body.id}`)
      .set('authorization', `Bearer ${client.session.token}`)
      .expect(200);
  });

  it.each([
    [{ commands: [], policies: POLICIES }, 'commands'],
    [{ policies: POLICIES }, 'commands'],
    [{ commands: [{ op: 'bang' }], policies: POLICIES }, 'commands[0].op'],
    [{ commands: cycles(1), policies: [] }, 'policies'],
    [{ commands: cycles(1), policies: [{ name: 'x', gc: 'sometimes' }] }, 'policies[0].gc'],
    [{ commands: cycles(1), policies: [{ name: 'x', gc: 'manual' }] }, 'policies[0].collectAfter'],
    [{ commands: cycles(1), policies: [{ name: 'x', gc: 'off', thresholds: [1] }] }, 'policies[0].thresholds'],
    [{ commands: cycles(1), policies: [{ name: 'x', gc: 'off', colour: 1 }] }, 'policies[0].colour'],
    [{ commands: cycles(1), program: { ownership: 'manual' }, policies: POLICIES }, 'program.ownership'],
  ])('refuses what cannot be compared (%#)', async (body, path) => {
    const response = await api.http.post('/v1/comparisons/collection').send({ program: CPYTHON, ...body });
    expect(expectProblem(response, 'invalid-request', 400).errors[0].path).toBe(path);
  });

  it('ends when the client leaves, and keeps nothing', async () => {
    const before = await api.rows();
    const body = JSON.stringify({ program: CPYTHON, commands: cycles(12_000), policies: POLICIES });
    const sent = request(`${api.url}/v1/comparisons/collection`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    });
    sent.on('error', () => undefined);
    sent.end(body);
    const deadline = Date.now() + 20_000;
    while ((await api.rows()).traces === before.traces && Date.now() < deadline) await wait(5);
    const closed = new Promise((resolve) => sent.once('close', resolve));
    sent.destroy();
    await closed;
    while ((await api.rows()).traces !== before.traces && Date.now() < deadline) await wait(20);
    expect(await api.rows()).toEqual(before);
  });
});
