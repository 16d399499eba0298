/** Live sessions over REST: what is asked, what is answered, what is kept, and who may do it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OUTCOMES, type SessionEvent, type SessionRequest } from '@heapcast/contracts';
import { PrismaService } from '@heapcast/database';
import type { Response } from 'supertest';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { type Body, DirectReplay, program, PYTHON_311, SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ batchLimit: 3000, sessionEventsLimit: 20_000, replayThreads: 2 });
});
afterAll(() => api.close());

const open = (body?: object): Promise<SessionClient> => SessionClient.open(api.url, body);
const bearer = (token: string): [string, string] => ['authorization', `Bearer ${token}`];

/** Whatever is asked next leaves nothing behind. */
async function refused(session: SessionClient, body: unknown, name: string, token?: string | null) {
  let answer: { status: number; body: Body } = { status: 0, body: {} };
  await api.storesNothing(async () => {
    answer = await session.send(body, token === undefined ? {} : { token });
  });
  expect([answer.status, answer.body.type]).toEqual([answer.body.status, `/problems/${name}`]);
  return answer.body;
}

describe('opening a session', () => {
  it('answers with its configuration, an empty heap and, once, the owner token', async () => {
    const session = await open({ allocator: PYTHON_311, name: 'first steps', owner: 'Ada' });
    expect(session.created).toMatchObject({
      name: 'first steps',
      owner: 'Ada',
      visibility: 'public',
      status: 'open',
      seq: 0,
      allocator: { model: 'pymalloc', profile: 'cpython-3.11', options: { arenaSize: 1_048_576 } },
      totals: { events: 0, mappedBytes: 0 },
      ledger: { mapped: 0 },
      presence: 0,
      forkedFrom: null,
      runId: null,
    });
    expect(session.token).toMatch(/^hc_/);
    expect(JSON.stringify(await session.get(''))).not.toContain(session.token);
  });

  it('keeps a hash of the token and not the token', async () => {
    const session = await open();
    const { pool } = api.app.get(PrismaService);
    const { rows } = await pool.query('SELECT * FROM tokens WHERE session_id = $1', [session.id]);
    expect(rows).toHaveLength(1);
    const secret = session.token.split('_').slice(2).join('_');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(api.log)).not.toContain(secret);
  });

  it('takes pymalloc when nothing is said', async () => {
    expect((await open({})).created.allocator.model).toBe('pymalloc');
  });

  it.each([
    ['an unknown model', { allocator: { model: 'magic' } }, 'invalid-configuration'],
    ['an unknown profile', { allocator: { model: 'pymalloc', profile: 'cpython-1.5' } }, 'invalid-configuration'],
    [
      'options that contradict each other',
      { allocator: { model: 'pymalloc', options: { poolSize: 2 ** 21 } } },
      'invalid-configuration',
    ],
    ['an unknown field', { colour: 'red' }, 'invalid-request'],
    ['an unknown visibility', { visibility: 'secret' }, 'invalid-request'],
    ['a name that is too long', { name: 'x'.repeat(201) }, 'invalid-request'],
    ['a list', [], 'invalid-request'],
  ] as const)('refuses %s', async (_, body, name) => {
    await api.storesNothing(async () => {
      expectProblem(await api.http.post('/v1/sessions').send(body), name, 400);
    });
  });

  it('says no when there are as many as the service holds', async () => {
    const full = await ApiUnderTest.start({ sessionsLimit: 1, dataDir: `${process.env.DATA_DIR}-full` });
    try {
      const session = await SessionClient.open(full.url);
      expectProblem(await full.http.post('/v1/sessions').send({}), 'limit-reached', 409);
      expectProblem(await full.http.post(`/v1/sessions/${session.id}/fork`).send({}), 'limit-reached', 409);
      await full.http
        .delete(`/v1/sessions/${session.id}`)
        .set(...bearer(session.token))
        .expect(204);
      await SessionClient.open(full.url);
    } finally {
      await full.close();
    }
  });
});

describe('asking for memory', () => {
  it('takes one request, a list, or a list in an object', async () => {
    const session = await open();
    const request: SessionRequest = { op: 'malloc', size: 24 };
    for (const [i, body] of [request, [request], { requests: [request] }].entries()) {
      const answer = await session.send(body);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ seq: i + 1, results: [{ seq: i + 1, block: i + 1, outcome: 'placed' }] });
    }
  });

  it('says nothing of each request to who asks for no more than that it is stored', async () => {
    const session = await open();
    const post = (prefer: string, key: string): ReturnType<typeof fetch> =>
      fetch(`${session.path}/requests`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${session.token}`,
          prefer,
          'idempotency-key': key,
        },
        body: JSON.stringify([{ op: 'malloc', size: 24, id: 'a' }, { op: 'mark' }]),
      });
    for (const again of [1, 2]) {
      expect([again, await (await post('respond-async, return=minimal', 'k')).json()]).toEqual([
        again,
        { seq: 2, results: [] },
      ]);
    }
    expect(await (await post('return=representation', 'l')).json()).toMatchObject({
      results: [{ seq: 3 }, { seq: 4 }],
    });
    expect((await session.history()).map(({ op }) => op)).toEqual(['malloc', 'mark', 'malloc', 'mark']);
  });

  it('tells where a block went: arena, pool, index, address, size', async () => {
    const session = await open();
    const [first, second] = await session.ask({ op: 'malloc', size: 24, id: 'a' }, { op: 'calloc', size: 8, count: 3 });
    const mapped = first?.mapped?.[0];
    expect(first).toMatchObject({
      op: 'malloc',
      block: 1,
      name: 'a',
      size: 24,
      arena: 0,
      pool: 0,
      index: 0,
      blockSize: 32,
    });
    expect(mapped).toMatchObject({ arena: 0, bytes: 1_048_576 });
    expect(second).toMatchObject({ op: 'calloc', block: 2, size: 24, arena: 0, pool: 0, index: 1, blockSize: 32 });
    expect(second).not.toHaveProperty('mapped');
    expect((second?.address ?? 0) - (first?.address ?? 0)).toBe(32);
  });

  it('treats a name as a variable and a number as a block', async () => {
    const session = await open();
    const events = await session.ask(
      { op: 'malloc', size: 16, id: 'x' },
      { op: 'malloc', size: 16, id: 'x' },
      { op: 'free', id: 'x' },
      { op: 'free', id: 1 },
      { op: 'realloc', id: null, size: 40, as: 'y' },
      { op: 'realloc', id: 'y', size: 41 },
      { op: 'realloc', id: 'y', size: 400 },
    );
    expect(events.map(({ op, block, outcome }) => [op, block, outcome])).toEqual([
      ['malloc', 1, 'placed'],
      ['malloc', 2, 'placed'],
      ['free', 2, 'freed'],
      ['free', 1, 'freed'],
      ['realloc', 3, 'placed'],
      ['realloc', 3, 'inPlace'],
      ['realloc', 3, 'moved'],
    ]);
  });

  it('shows what a program does wrong as outcomes, and goes on', async () => {
    const session = await open();
    const events = await session.ask(
      { op: 'malloc', size: 8, id: 'a' },
      { op: 'free', id: 'a' },
      { op: 'free', id: 'a' },
      { op: 'free', id: 'never' },
      { op: 'free', id: 77 },
      { op: 'realloc', id: 'a', size: 3 },
      { op: 'free', id: null },
      { op: 'mark', label: 'still here' },
      { op: 'malloc', size: 4_294_967_295 },
    );
    expect(events.map(({ outcome, block }) => [outcome, block])).toEqual([
      ['placed', 1],
      ['freed', 1],
      ['doubleFree', 1],
      ['invalidFree', 0],
      ['invalidFree', 0],
      ['invalidRealloc', 1],
      ['none', 0],
      ['none', 0],
      ['raw', 2],
    ]);
    expect(events[7]).toMatchObject({ op: 'mark', label: 'still here' });
  });

  it('runs out of memory on a small device, which is an outcome as well', async () => {
    const session = await open({ allocator: { ...PYTHON_311, options: { mappedLimit: 1_048_576 } } });
    const requests = Array.from({ length: 2100 }, (): SessionRequest => ({ op: 'malloc', size: 512 }));
    const events = await session.ask(...requests);
    const outcomes = new Set(events.map(({ outcome }) => outcome));
    expect([...outcomes]).toEqual(['placed', 'outOfMemory']);
    const [freed] = await session.ask({ op: 'free', id: 1 });
    expect(freed?.outcome).toBe('freed');
  });

  it('places every block where the model itself puts it, in whatever batches it was asked', async () => {
    const session = await open();
    const direct = new DirectReplay();
    const requests = program(20_261_122, 4000);
    for (let at = 0, size = 1; at < requests.length; at += size, size = (size * 7) % 331) {
      await session.ask(...requests.slice(at, at + size));
    }
    direct.ask(requests);
    const events = await session.history();
    expect(events.map(({ outcome, block, address }) => [OUTCOMES.indexOf(outcome), block, address])).toEqual(
      direct.outcomes,
    );
    const stats = await session.get('/stats');
    expect(stats).toMatchObject({ at: 4000, totals: direct.totals, ledger: direct.ledger });
    expect(stats.statistics).toEqual(JSON.parse(JSON.stringify(direct.statistics)));
  });

  it('keeps the order of requests that come at the same time, each answered with its own', async () => {
    const session = await open();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => session.ask({ op: 'malloc', size: i, id: `n${i}` }, { op: 'mark' })),
    );
    for (const [i, [placed, marked]] of answers.entries()) {
      expect(placed).toMatchObject({ size: i, name: `n${i}` });
      expect(marked?.seq).toBe((placed?.seq ?? 0) + 1);
    }
    expect(await session.history()).toEqual(answers.flat().sort((a, b) => a.seq - b.seq));
  });

  it('carries times along', async () => {
    const session = await open();
    await session.ask({ op: 'malloc', size: 1, time: 1200 }, { op: 'mark' });
    const events = await session.history();
    expect(events.map(({ time }) => time)).toEqual([1200, undefined]);
  });
});

describe('what is not a request', () => {
  it.each([
    ['a negative size', { op: 'malloc', size: -1 }, 'size'],
    ['a fraction', { op: 'malloc', size: 0.5 }, 'size'],
    ['an absurd size', { op: 'malloc', size: 1e18 }, 'size'],
    ['an absurd product', { op: 'calloc', size: 65_536, count: 65_536 }, 'count'],
    ['a wrong type', { op: 'malloc', size: '24' }, 'size'],
    ['an unknown field', { op: 'malloc', size: 1, colour: 'red' }, 'colour'],
    ['an unknown operation', { op: 'sbrk', size: 1 }, 'op'],
    ['a control character in a name', { op: 'malloc', size: 1, id: 'a\u0007' }, 'id'],
  ])('is refused whole, with the place of %s', async (_, request, field) => {
    const session = await open();
    const problem = await refused(session, { requests: [{ op: 'mark' }, request] }, 'invalid-request');
    expect(problem.errors).toEqual([{ path: `requests[1].${field}`, message: expect.any(String) }]);
    expect((await session.get('')).seq).toBe(0);
  });

  it('is refused when there are too many of it', async () => {
    const session = await open();
    const many = Array.from({ length: 3001 }, () => ({ op: 'mark' }));
    const problem = await refused(session, many, 'invalid-request');
    expect(problem.errors[0].message).toMatch(/at most 3000/);
  });

  it('is refused when it is not JSON', async () => {
    const session = await open();
    for (const body of ['{"op":', 'op=mark']) {
      const response = await api.http
        .post(`/v1/sessions/${session.id}/requests`)
        .set(...bearer(session.token))
        .set('content-type', 'application/json')
        .send(body);
      expectProblem(response, 'malformed-json', 400);
    }
  });

  it('is refused when there is nothing', async () => {
    const session = await open();
    for (const body of [{}, [], { requests: [] }, null]) await refused(session, body, 'invalid-request');
  });

  it('is refused beyond the events that a session may have', async () => {
    const session = await open();
    const marks = Array.from({ length: 3000 }, () => ({ op: 'mark' }));
    for (let i = 0; i < 6; i++) expect((await session.send(marks)).status).toBe(200);
    await refused(session, marks, 'limit-reached');
    expect((await session.send(marks.slice(0, 2000))).status).toBe(200);
    await refused(session, { op: 'mark' }, 'limit-reached');
  });

  it('is 404 in a session that is not there', async () => {
    for (const id of ['nonsense', '00000000-0000-4000-8000-000000000000', '../runs', '%00']) {
      const path = `/v1/sessions/${encodeURIComponent(id)}`;
      expectProblem(await api.http.get(path), 'not-found', 404);
      expectProblem(await api.http.post(`${path}/requests`).send({ op: 'mark' }), 'not-found', 404);
      expectProblem(await api.http.get(`${path}/stream`), 'not-found', 404);
    }
  });
});

describe('looking back', () => {
  it('shows the heap and the statistics just after any event', async () => {
    const session = await open();
    const requests = program(7, 1200);
    await session.ask(...requests);
    for (const at of [0, 1, 2, 500, 777, 1199, 1200]) {
      const direct = new DirectReplay();
      direct.ask(requests.slice(0, at));
      expect(await session.get(`/stats?at=${at}`)).toMatchObject({ at, totals: direct.totals, ledger: direct.ledger });
      const { heap } = await session.get(`/heap?at=${at}&detail=blocks&limit=10000`);
      const live = (heap.items as { state: string }[]).filter(({ state }) => state === 'live');
      expect(live).toHaveLength(direct.totals.liveBlocks);
    }
  });

  it('prints what sys._debugmallocstats() would, as text and as JSON', async () => {
    const session = await open();
    await session.ask({ op: 'malloc', size: 100 });
    const text = await api.http.get(`/v1/sessions/${session.id}/debugmallocstats`).set('accept', 'text/plain');
    expect(text.text).toMatch(/^Small block threshold = 512, in 32 size classes/);
    const json = await session.get('/debugmallocstats?format=json');
    expect(json.statistics.classes).toEqual([expect.objectContaining({ size: 112, blocksInUse: 1 })]);
  });

  it('says so when a model has no such text', async () => {
    const session = await open({ allocator: { model: 'freelist' } });
    await session.ask({ op: 'malloc', size: 100 });
    expectProblem(await api.http.get(`/v1/sessions/${session.id}/debugmallocstats`), 'not-offered-by-model', 404);
  });

  it('lists events by pages and as NDJSON', async () => {
    const session = await open();
    await session.ask(...program(3, 25));
    const all = await session.history();
    const page = await session.get('/events?from=10&limit=5');
    expect(page).toEqual({ events: all.slice(10, 15), next: 15 });
    expect(await session.get('/events?from=20&limit=5')).toEqual({ events: all.slice(20), next: null });
    expect(await session.get('/events?from=25')).toEqual({ events: [], next: null });
    const ndjson = await api.http
      .get(`/v1/sessions/${session.id}/events?from=22`)
      .set('accept', 'application/x-ndjson');
    expect(ndjson.headers['content-type']).toMatch(/^application\/x-ndjson/);
    expect(
      ndjson.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as SessionEvent),
    ).toEqual(all.slice(22));
  });

  it.each(['stats?at=4', 'heap?at=4', 'debugmallocstats?at=4', 'events?from=4'])(
    'refuses %s after 3 events',
    async (view) => {
      const session = await open();
      await session.ask({ op: 'mark' }, { op: 'mark' }, { op: 'mark' });
      expectProblem(await api.http.get(`/v1/sessions/${session.id}/${view}`), 'invalid-position', 400);
    },
  );

  it.each(['stats?at=-1', 'stats?at=1.5', 'heap?detail=all', 'heap?limit=0', 'events?limit=1e3', 'events?from=x'])(
    'refuses %s',
    async (view) => {
      const session = await open();
      expectProblem(await api.http.get(`/v1/sessions/${session.id}/${view}`), 'invalid-request', 400);
    },
  );
});

describe('an idempotency key', () => {
  it('makes a retry the same answer, applied once', async () => {
    const session = await open();
    const body = { requests: program(5, 30) };
    const first = await session.send(body, { key: 'k-1' });
    await session.ask({ op: 'mark' });
    expect(await session.send(body, { key: 'k-1' })).toEqual(first);
    expect(await session.history()).toHaveLength(31);
  });

  it('is recognised whatever the order of the fields', async () => {
    const session = await open();
    const first = await session.send({ op: 'malloc', size: 5, id: 'a' }, { key: 'k' });
    expect(await session.send({ id: 'a', size: 5, op: 'malloc' }, { key: 'k' })).toEqual(first);
  });

  it('with another body is a conflict', async () => {
    const session = await open();
    await session.send({ op: 'mark' }, { key: 'k' });
    await api.storesNothing(async () => {
      const { status, body } = await session.send({ op: 'free', id: 1 }, { key: 'k' });
      expect([status, body.type]).toEqual([409, '/problems/idempotency-conflict']);
    });
  });

  it('that comes many times at once is applied once, and all get the answer', async () => {
    const session = await open();
    const body = { op: 'malloc', size: 9 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.send(body, { key: 'same' })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(await session.history()).toHaveLength(1);
  });

  it('belongs to its session', async () => {
    const [one, other] = [await open(), await open()];
    await one.send({ op: 'mark' }, { key: 'k' });
    expect((await other.send({ op: 'malloc', size: 1 }, { key: 'k' })).status).toBe(200);
  });

  it('is not used up by what was refused', async () => {
    const session = await open();
    expect((await session.send({ op: 'malloc' }, { key: 'k' })).status).toBe(400);
    expect((await session.send({ op: 'malloc', size: 1 }, { key: 'k' })).status).toBe(200);
  });

  it.each(['with space', 'ümlaut', 'x'.repeat(201)])('cannot be %j', async (key) => {
    const session = await open();
    const answer = await session.send({ op: 'mark' }, { key: Buffer.from(key).toString('latin1') });
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('who may do what', () => {
  it('nobody writes without a token, with a wrong one, or with that of another session', async () => {
    const [session, other] = [await open(), await open()];
    await refused(session, { op: 'mark' }, 'missing-token', null);
    for (const token of ['nonsense', 'hc_', other.token, session.token.slice(0, -1), `${session.token}x`]) {
      await refused(session, { op: 'mark' }, 'invalid-token', token);
    }
  });

  it('an editor writes and finishes; only owners issue tokens, change and delete', async () => {
    const session = await open();
    const issue = (role: string, token: string) =>
      api.http
        .post(`/v1/sessions/${session.id}/tokens`)
        .set(...bearer(token))
        .send({ role, label: role });
    const editor = (await issue('editor', session.token).expect(201)).body;
    expect(editor).toMatchObject({ role: 'editor', label: 'editor', expiresAt: null, revokedAt: null });
    expect((await session.send({ op: 'mark' }, { token: editor.token })).status).toBe(200);
    expectProblem(await issue('editor', editor.token), 'forbidden', 403);
    const path = `/v1/sessions/${session.id}`;
    expectProblem(
      await api.http
        .patch(path)
        .set(...bearer(editor.token))
        .send({ name: 'x' }),
      'forbidden',
      403,
    );
    expectProblem(await api.http.delete(path).set(...bearer(editor.token)), 'forbidden', 403);
    await api.http
      .post(`${path}/finish`)
      .set(...bearer(editor.token))
      .expect(200);
  });

  it('a viewer reads a private session and does not write', async () => {
    const session = await open({ visibility: 'private', name: 'hidden' });
    await session.ask({ op: 'mark' });
    const path = `/v1/sessions/${session.id}`;
    for (const view of ['', '/events', '/stats', '/heap', '/debugmallocstats', '/stream']) {
      expectProblem(await api.http.get(path + view), 'missing-token', 401);
    }
    expectProblem(await api.http.post(`${path}/fork`).send({}), 'missing-token', 401);
    const list = await api.http.get('/v1/sessions?limit=200').expect(200);
    expect(list.body.items.map(({ id }: { id: string }) => id)).not.toContain(session.id);

    const { body: viewer } = await api.http
      .post(`${path}/tokens`)
      .set(...bearer(session.token))
      .send({ role: 'viewer' });
    expect(await session.get('/events', viewer.token)).toMatchObject({ events: [{ op: 'mark' }] });
    await refused(session, { op: 'mark' }, 'forbidden', viewer.token);
  });

  it('a token that was taken back, or has expired, opens nothing', async () => {
    const session = await open({ visibility: 'private' });
    const tokens = `/v1/sessions/${session.id}/tokens`;
    const owner = bearer(session.token);
    const { body: revoked } = await api.http
      .post(tokens)
      .set(...owner)
      .send({ role: 'editor' });
    expect((await session.send({ op: 'mark' }, { token: revoked.token })).status).toBe(200);
    await api.http
      .delete(`${tokens}/${revoked.id}`)
      .set(...owner)
      .expect(204);
    await refused(session, { op: 'mark' }, 'invalid-token', revoked.token);
    expectProblem(await api.http.delete(`${tokens}/${revoked.id}`).set(...owner), 'not-found', 404);

    const soon = new Date(Date.now() + 300).toISOString();
    const { body: brief } = await api.http
      .post(tokens)
      .set(...owner)
      .send({ role: 'viewer', expiresAt: soon })
      .expect(201);
    await session.get('', brief.token);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(soon) - Date.now() + 5));
    expectProblem(await api.http.get(`/v1/sessions/${session.id}`).set(...bearer(brief.token)), 'invalid-token', 401);
    expectProblem(
      await api.http
        .post(tokens)
        .set(...owner)
        .send({ role: 'viewer', expiresAt: '2001-01-01T00:00:00Z' }),
      'invalid-request',
      400,
    );
  });

  it('an owner cannot lock itself out, but may hand over', async () => {
    const session = await open();
    const tokens = `/v1/sessions/${session.id}/tokens`;
    const { body: list } = await api.http
      .get(tokens)
      .set(...bearer(session.token))
      .expect(200);
    expect(JSON.stringify(list)).not.toContain('hash');
    const own = list.items[0].id;
    expectProblem(await api.http.delete(`${tokens}/${own}`).set(...bearer(session.token)), 'conflict', 409);
    const { body: next } = await api.http
      .post(tokens)
      .set(...bearer(session.token))
      .send({ role: 'owner' });
    await api.http
      .delete(`${tokens}/${own}`)
      .set(...bearer(next.token))
      .expect(204);
    await refused(session, { op: 'mark' }, 'invalid-token', session.token);
  });

  it('a session that is shown or hidden is so at once', async () => {
    const session = await open({ visibility: 'private' });
    const path = `/v1/sessions/${session.id}`;
    const change = (body: object) =>
      api.http
        .patch(path)
        .set(...bearer(session.token))
        .send(body)
        .expect(200);
    expect((await change({ visibility: 'public', name: 'shown' })).body).toMatchObject({
      visibility: 'public',
      name: 'shown',
    });
    await api.http.get(path).expect(200);
    await change({ visibility: 'private' });
    expectProblem(await api.http.get(path), 'missing-token', 401);
    expectProblem(
      await api.http
        .patch(path)
        .set(...bearer(session.token))
        .send({ status: 'open' }),
      'invalid-request',
      400,
    );
  });
});

describe('finishing a session', () => {
  it('makes it a run of the same events, once, and takes no more requests', async () => {
    const session = await open({ allocator: PYTHON_311, name: 'to be finished' });
    const requests = program(11, 900);
    await session.ask(...requests);
    const [events, stats] = [await session.history(), await session.get('/stats?at=450')];
    const finish = () => api.http.post(`/v1/sessions/${session.id}/finish`).set(...bearer(session.token));
    const answers = await Promise.all([finish(), finish(), finish()]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: 'finished', seq: 900, runId: answers[0].body.runId });
    }
    const { runId } = answers[0].body;
    expect((await finish()).body.runId).toBe(runId);

    await refused(session, { op: 'mark' }, 'session-finished');
    expect(await session.history()).toEqual(events);
    expect(await session.get('/stats?at=450')).toEqual(stats);
    const run = await api.runEnd(runId);
    expect(run).toMatchObject({ status: 'done', sessionId: session.id, trace: { events: 900 } });
    const { body: page } = await api.http.get(`/v1/runs/${runId}/events?limit=1000`);
    expect(page.events).toEqual(events);
    expect(run.summary.end.totals).toEqual((await session.get('')).totals);
  });

  it('waits for what was asked before', async () => {
    const session = await open();
    const asked = Array.from({ length: 40 }, () => session.send({ op: 'malloc', size: 1 }));
    const finished = api.http
      .post(`/v1/sessions/${session.id}/finish`)
      .set(...bearer(session.token))
      .expect(200);
    const [answers, { body }] = await Promise.all([Promise.all(asked), finished]);
    const taken = answers.filter(({ status }) => status === 200);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(body.seq).toBe(taken.length);
    expect(await session.history()).toHaveLength(taken.length);
  });

  it('works on a session in which nothing happened', async () => {
    const session = await open();
    const { body } = await api.http
      .post(`/v1/sessions/${session.id}/finish`)
      .set(...bearer(session.token))
      .expect(200);
    expect(await api.runEnd(body.runId)).toMatchObject({ status: 'done', trace: { events: 0 } });
  });
});

describe('forking a session', () => {
  it('goes on from any event, apart from the first one, with a token of its own', async () => {
    const session = await open();
    const requests = program(23, 400);
    await session.ask(...requests);
    const all = await session.history();
    for (const at of [0, 1, 123, 400]) {
      const { body } = await api.http
        .post(`/v1/sessions/${session.id}/fork`)
        .send({ at, name: `at ${at}` })
        .expect(201);
      expect(body).toMatchObject({ seq: at, name: `at ${at}`, forkedFrom: { sessionId: session.id, seq: at } });
      expect(body.ownerToken).not.toBe(session.token);
      const path = `/v1/sessions/${body.id}/requests`;
      const rest = requests.slice(at);
      if (rest.length > 0)
        await api.http
          .post(path)
          .set(...bearer(body.ownerToken))
          .send({ requests: rest })
          .expect(200);
      const { body: page } = await api.http.get(`/v1/sessions/${body.id}/events?limit=1000`);
      expect(page.events).toEqual(all);
      expectProblem(
        await api.http
          .post(path)
          .set(...bearer(session.token))
          .send({ op: 'mark' }),
        'invalid-token',
        401,
      );
    }
    expect(await session.history()).toEqual(all);
  });

  it('works on a finished session', async () => {
    const session = await open();
    await session.ask(...program(29, 300));
    const all = await session.history();
    await api.http
      .post(`/v1/sessions/${session.id}/finish`)
      .set(...bearer(session.token))
      .expect(200);
    const { body } = await api.http.post(`/v1/sessions/${session.id}/fork`).send({ at: 200 }).expect(201);
    const { body: page } = await api.http.get(`/v1/sessions/${body.id}/events?limit=1000`);
    expect(page.events).toEqual(all.slice(0, 200));
  });

  it('beyond the last event, or half an event, is refused', async () => {
    const session = await open();
    const fork = (body: object) => api.http.post(`/v1/sessions/${session.id}/fork`).send(body);
    await api.storesNothing(async () => {
      expectProblem(await fork({ at: 1 }), 'invalid-position', 400);
      expectProblem(await fork({ at: 0.5 }), 'invalid-request', 400);
      expectProblem(await fork({ at: -1 }), 'invalid-request', 400);
    });
  });
});

describe('deleting a session', () => {
  it('leaves nothing of it', async () => {
    const before = await api.rows();
    const session = await open({ visibility: 'private' });
    await session.ask(...program(31, 50));
    await api.http
      .post(`/v1/sessions/${session.id}/finish`)
      .set(...bearer(session.token))
      .expect(200);
    await api.http
      .delete(`/v1/sessions/${session.id}`)
      .set(...bearer(session.token))
      .expect(204);
    expectProblem(await api.http.get(`/v1/sessions/${session.id}`), 'not-found', 404);
    expectProblem(await api.http.delete(`/v1/sessions/${session.id}`).set(...bearer(session.token)), 'not-found', 404);
    expect(await api.rows()).toEqual(before);
  });
});

describe('lists of sessions', () => {
  it('are told newest first, by pages, filtered', async () => {
    const word = `w${Date.now()}`;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await open({ name: `${word} ${i}` })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: Response = await api.http
        .get(`/v1/sessions?name=${word}&limit=2${cursor && `&cursor=${cursor}`}`)
        .expect(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.next;
    }
    expect(seen).toEqual(ids);
    for (const query of ['status=shut', 'limit=0', 'limit=201', 'cursor=%21', 'colour=red']) {
      expectProblem(await api.http.get(`/v1/sessions?${query}`), 'invalid-request', 400);
    }
  });
});
