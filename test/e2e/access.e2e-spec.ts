/** Who may do what: session tokens, private sessions and what came from them, API keys, budgets, origins. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '@heapcast/database';
import type { Response } from 'supertest';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

const KEYS = ['class-of-2026-key-one', 'class-of-2026-key-two'];
const MALLOC = { requests: [{ op: 'malloc', id: 'a', size: 24 }] };

function bearer(token: string): string {
  return `Bearer ${token}`;
}

describe('session tokens', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await ApiUnderTest.start();
  });
  afterAll(() => api.close());

  async function open(visibility: 'public' | 'private'): Promise<{ id: string; owner: string }> {
    const { body } = await api.http.post('/v1/sessions').send({ visibility }).expect(201);
    return { id: body.id, owner: body.ownerToken };
  }

  async function issue(id: string, owner: string, body: object): Promise<{ id: string; token: string }> {
    const response = await api.http.post(`/v1/sessions/${id}/tokens`).set('authorization', bearer(owner)).send(body);
    expect(response.status).toBe(201);
    return response.body;
  }

  function write(id: string, token?: string) {
    const request = api.http.post(`/v1/sessions/${id}/requests`);
    return (token === undefined ? request : request.set('authorization', bearer(token))).send(MALLOC);
  }

  function read(path: string, token?: string) {
    const request = api.http.get(path);
    return token === undefined ? request : request.set('authorization', bearer(token));
  }

  it('are kept as hashes only: no secret is in the database, nor in the log', async () => {
    const { id, owner } = await open('public');
    const editor = await issue(id, owner, { role: 'editor', label: 'for Ada' });
    await write(id, editor.token).expect(200);
    await write(id, 'hc_not_a_token');
    const { pool } = api.app.get(PrismaService);
    const { rows } = await pool.query<{ text: string }>('SELECT t::text AS text FROM tokens t');
    const secrets = [owner, editor.token].map((token) => token.split('_').slice(2).join('_'));
    for (const secret of secrets) {
      expect(secret).toHaveLength(43);
      const kept = [...rows.map(({ text }) => text), ...api.log].join('\n');
      expect(kept).not.toContain(secret);
    }
  });

  it('allow what their role allows, and say what is missing', async () => {
    const { id, owner } = await open('private');
    const editor = (await issue(id, owner, { role: 'editor' })).token;
    const viewer = (await issue(id, owner, { role: 'viewer' })).token;
    for (const token of [owner, editor]) await write(id, token).expect(200);
    expectProblem(await write(id, viewer), 'forbidden', 403);
    for (const token of [owner, editor, viewer]) await read(`/v1/sessions/${id}`, token).expect(200);
    expectProblem(await read(`/v1/sessions/${id}/tokens`, editor), 'forbidden', 403);
    const refused = await api.http.delete(`/v1/sessions/${id}`).set('authorization', bearer(editor));
    expectProblem(refused, 'forbidden', 403);
    expect(refused.headers['www-authenticate']).toContain('insufficient_scope');
  });

  it('that are wrong in any way are refused, and nothing is written', async () => {
    const { id, owner } = await open('public');
    const other = await open('public');
    const [, tokenId = '', secret = ''] = /^hc_([0-9a-f]+)_(.+)$/.exec(owner) ?? [];
    const flipped = secret.startsWith('A') ? 'B' : 'A';
    const wrong = [
      'x',
      'hc_',
      `hc_${tokenId}_`,
      `hc_${tokenId}_${flipped}${secret.slice(1)}`,
      `hc_${'0'.repeat(32)}_${secret}`,
      owner.toUpperCase(),
      `${owner}x`,
      other.owner,
    ];
    await api.storesNothing(async () => {
      const missing = await write(id);
      expectProblem(missing, 'missing-token', 401);
      expect(missing.headers['www-authenticate']).toMatch(/^Bearer /);
      for (const token of wrong) expectProblem(await write(id, token), 'invalid-token', 401);
      for (const header of [`Basic ${Buffer.from('a:b').toString('base64')}`, owner, 'Bearer', 'Bearer a b']) {
        const response = await api.http.post(`/v1/sessions/${id}/requests`).set('authorization', header).send(MALLOC);
        expectProblem(response, 'invalid-token', 401);
      }
    });
  });

  it('end when they are revoked, or when their time is over', async () => {
    const { id, owner } = await open('public');
    const revoked = await issue(id, owner, { role: 'editor' });
    await write(id, revoked.token).expect(200);
    await api.http.delete(`/v1/sessions/${id}/tokens/${revoked.id}`).set('authorization', bearer(owner)).expect(204);
    expectProblem(await write(id, revoked.token), 'invalid-token', 401);

    const expiresAt = new Date(Date.now() + 1500).toISOString();
    const short = await issue(id, owner, { role: 'editor', expiresAt });
    await write(id, short.token).expect(200);
    let last: Response;
    do last = await write(id, short.token);
    while (Date.now() <= Date.parse(expiresAt));
    last = await write(id, short.token);
    expectProblem(last, 'invalid-token', 401);
    const { body } = await read(`/v1/sessions/${id}/tokens`, owner).expect(200);
    expect(JSON.stringify(body)).not.toContain('hash');
  });

  it('open what came from a private session, and nothing else does', async () => {
    const { id, owner } = await open('private');
    const viewer = (await issue(id, owner, { role: 'viewer' })).token;
    const stranger = (await open('private')).owner;
    await write(id, owner).expect(200);
    const finished = await api.http.post(`/v1/sessions/${id}/finish`).set('authorization', bearer(owner)).expect(200);
    const run: string = finished.body.runId;
    const stream = await fetch(`${api.url}/v1/runs/${run}/progress`, { headers: { authorization: bearer(viewer) } });
    await stream.text();
    const trace: string = (await read(`/v1/runs/${run}`, viewer).expect(200)).body.trace.id;

    const doors = ['', '/heap', '/stats', '/events', '/curve', '/debugmallocstats', '/progress'].map(
      (view) => `/v1/runs/${run}${view}`,
    );
    doors.push(
      `/v1/traces/${trace}`,
      `/v1/traces/${trace}?format=ndjson`,
      `/v1/traces/${trace}/sites`,
      `/v1/sessions/${id}`,
    );
    for (const door of doors) {
      expectProblem(await read(door), 'missing-token', 401);
      expectProblem(await read(door, stranger), 'invalid-token', 401);
      await read(door, viewer).expect(200);
    }
    const runs = (await read('/v1/runs')).body.items.map((item: { id: string }) => item.id);
    const traces = (await read('/v1/traces')).body.items.map((item: { id: string }) => item.id);
    expect([runs.includes(run), traces.includes(trace)]).toEqual([false, false]);

    // A run of that trace, made with the viewer's token, is as private.
    const body = { trace, allocator: { model: 'freelist' } };
    expectProblem(await api.http.post('/v1/runs').send(body), 'missing-token', 401);
    const derived = await api.http.post('/v1/runs').set('authorization', bearer(viewer)).send(body).expect(202);
    expectProblem(await read(`/v1/runs/${derived.body.id}`), 'missing-token', 401);
    await read(`/v1/runs/${derived.body.id}`, viewer).expect(200);
    const deletion = api.http.delete(`/v1/runs/${derived.body.id}`);
    expectProblem(await deletion.set('authorization', bearer(viewer)), 'forbidden', 403);
  });
});

describe('what belongs to no session', () => {
  const LINE = '{"op":"malloc","id":1,"size":64}\n';
  const upload = (api: ApiUnderTest, body: string) =>
    api.http.post('/v1/traces').set('content-type', 'application/x-ndjson').send(body);
  let api: ApiUnderTest;
  afterEach(() => api.close());

  it('is deleted by whoever made it, and by nobody else', async () => {
    api = await ApiUnderTest.start();
    const { body: trace } = await upload(api, LINE).expect(201);
    // The same content again is the same trace, and still the first one's.
    expect((await upload(api, LINE).expect(200)).body.ownerToken).toBeUndefined();
    const order = { trace: trace.id, allocator: { model: 'freelist' } };
    const { body: run } = await api.http.post('/v1/runs').send(order).expect(202);
    const { body: again } = await api.http.post(`/v1/runs/${run.id}/rerun`).expect(202);
    expect(again.ownerToken).not.toBe(run.ownerToken);
    expect((await api.http.get(`/v1/runs/${run.id}`)).body.ownerToken).toBeUndefined();
    await Promise.all([run, again].map(({ id }) => api.runEnd(id)));
    const owned = [
      [`/v1/runs/${run.id}`, run.ownerToken, again.ownerToken],
      [`/v1/runs/${again.id}`, again.ownerToken, run.ownerToken],
      [`/v1/traces/${trace.id}`, trace.ownerToken, run.ownerToken],
    ] as const;
    for (const [path, own, other] of owned) {
      expectProblem(await api.http.delete(path), 'missing-token', 401);
      expectProblem(await api.http.delete(path).set('authorization', bearer(other)), 'invalid-token', 401);
      await api.http.get(path).expect(200);
      await api.http.delete(path).set('authorization', bearer(own)).expect(204);
    }
  });

  it('and that the service made itself is deleted with an API key only', async () => {
    api = await ApiUnderTest.start();
    const measured = await api.http.post('/v1/scenarios/cpp-leak/runs').send({ wait: 60 });
    const [{ runId, traceId }] = measured.body.sides;
    for (const path of [`/v1/runs/${runId}`, `/v1/traces/${traceId}`]) {
      expectProblem(await api.http.delete(path).set('authorization', bearer('x')), 'forbidden', 403);
    }
  });
});

describe('a service with API keys', () => {
  let api: ApiUnderTest;
  afterEach(() => api.close());

  it('lets nobody in without one, but shows its health and its documents', async () => {
    api = await ApiUnderTest.start({ apiKeys: KEYS });
    const missing = await api.http.get('/v1/runs');
    expectProblem(missing, 'missing-token', 401);
    expectProblem(await api.http.post('/v1/sessions').send({}), 'missing-token', 401);
    for (const wrong of ['x', `${KEYS[0]}x`, KEYS[0].slice(1), KEYS.join(',')]) {
      expectProblem(await api.http.get('/v1/runs').set('x-api-key', wrong), 'invalid-token', 401);
    }
    for (const key of KEYS) await api.http.get('/v1/runs').set('x-api-key', key).expect(200);
    await api.http.post('/v1/sessions').set('x-api-key', KEYS[1]).send({}).expect(201);
    for (const path of ['/', '/health/ready', '/metrics', '/docs', '/problems']) await api.http.get(path).expect(200);
    expect(api.log.join('')).not.toContain(KEYS[0]);
  });

  it('can leave reading to everybody', async () => {
    api = await ApiUnderTest.start({ apiKeys: KEYS, apiKeysFor: 'writes' });
    await api.http.get('/v1/runs').expect(200);
    await api.storesNothing(async () => {
      expectProblem(await api.http.post('/v1/sessions').send({}), 'missing-token', 401);
      const upload = api.http.post('/v1/traces').set('content-type', 'application/x-ndjson');
      expectProblem(await upload.send('{"op":"mark"}\n'), 'missing-token', 401);
    });
    // Whoever has a key may delete what others made.
    const send = (request: ReturnType<typeof api.http.post>) => request.set('x-api-key', KEYS[0]);
    const sent = await send(api.http.post('/v1/traces').set('content-type', 'application/x-ndjson')).send(
      '{"op":"mark"}\n',
    );
    await send(api.http.delete(`/v1/traces/${sent.body.id}`)).expect(204);
  });
});

describe('budgets', () => {
  let api: ApiUnderTest;
  afterEach(() => api.close());

  it('are apart for reads, writes, uploads and sessions; who used one up is told when to come back', async () => {
    api = await ApiUnderTest.start({
      rateLimitReads: 3,
      rateLimitWrites: 2,
      rateLimitUploads: 1,
      rateLimitSessions: 1,
    });
    const first = await api.http.get('/v1/runs').expect(200);
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2' });
    expect(Number(first.headers['ratelimit-reset'])).toBeGreaterThan(0);
    for (let i = 0; i < 2; i++) await api.http.get('/v1/runs').expect(200);
    const late = await api.http.get('/v1/runs');
    const problem = expectProblem(late, 'too-many-requests', 429);
    expect(late.headers).toMatchObject({ 'ratelimit-remaining': '0', 'retry-after': String(problem.retryAfter) });
    expect(problem.retryAfter).toBeGreaterThan(0);
    expect(problem.retryAfter).toBeLessThanOrEqual(60);

    const { body } = await api.http.post('/v1/sessions').send({}).expect(201);
    expectProblem(await api.http.post('/v1/sessions').send({}), 'too-many-requests', 429);
    const write = () =>
      api.http.post(`/v1/sessions/${body.id}/requests`).set('authorization', bearer(body.ownerToken)).send(MALLOC);
    for (let i = 0; i < 2; i++) await write().expect(200);
    await api.storesNothing(async () => void expectProblem(await write(), 'too-many-requests', 429));
    const upload = () =>
      api.http.post('/v1/traces').set('content-type', 'application/x-ndjson').send('{"op":"mark"}\n');
    await upload().expect(201);
    expectProblem(await upload(), 'too-many-requests', 429);
    // Whoever looks after the service is not counted.
    for (let i = 0; i < 10; i++) await api.http.get('/health/ready').expect(200);
  });

  it('belong to the holder of a key, and to an address behind the proxies that are trusted', async () => {
    api = await ApiUnderTest.start({ rateLimitReads: 1, apiKeys: KEYS, apiKeysFor: 'writes', trustProxy: 1 });
    const from = (address: string) => api.http.get('/v1/runs').set('x-forwarded-for', address);
    await from('192.0.2.1').expect(200);
    await from('192.0.2.2').expect(200);
    expectProblem(await from('192.0.2.1'), 'too-many-requests', 429);
    // What a client makes up itself, further out than the trusted proxy, changes nothing.
    expectProblem(await from('203.0.113.9, 192.0.2.1'), 'too-many-requests', 429);
    await from('192.0.2.1').set('x-api-key', KEYS[0]).expect(200);
    expectProblem(await from('192.0.2.77').set('x-api-key', KEYS[0]), 'too-many-requests', 429);
    expectProblem(await from('192.0.2.1').set('x-api-key', 'made-up-key-made-up'), 'too-many-requests', 429);
  });

  it('can be switched off', async () => {
    api = await ApiUnderTest.start({
      rateLimitReads: 0,
      rateLimitWrites: 0,
      rateLimitUploads: 0,
      rateLimitSessions: 0,
    });
    const { headers } = await api.http.get('/v1/runs').expect(200);
    expect(headers).not.toHaveProperty('ratelimit-limit');
  });
});

describe('pages of other origins', () => {
  let api: ApiUnderTest;
  afterEach(() => api.close());

  it('are let in when they are configured, others are not', async () => {
    api = await ApiUnderTest.start({ corsOrigins: ['https://class.example'] });
    const ask = (origin: string) =>
      api.http.options('/v1/runs').set('origin', origin).set('access-control-request-method', 'POST');
    const welcome = await ask('https://class.example');
    expect([welcome.status, welcome.headers['access-control-allow-origin']]).toEqual([204, 'https://class.example']);
    expect(welcome.headers['access-control-allow-methods']).toContain('DELETE');
    expect((await ask('https://elsewhere.example')).headers['access-control-allow-origin']).not.toBe(
      'https://elsewhere.example',
    );
    const { headers } = await api.http.get('/v1/runs').set('origin', 'https://class.example').expect(200);
    expect(headers['access-control-allow-origin']).toBe('https://class.example');
  });
});
