/** People's own Python, run for real: what it printed, what it asked of memory, and whatever it tries, a clear end. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Watcher } from '../faults/workload.js';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { type Body, SessionClient } from './sessions-client.js';

/** Each snippet has an interpreter started for it, and the first one has it prepared. */
jest.setTimeout(180_000);

let api: ApiUnderTest;
beforeAll(async () => {
  // The walls have tests of their own (test/sandbox): here they may be incomplete.
  api = await ApiUnderTest.start({
    snippets: 'on',
    snippetsConcurrency: 1,
    snippetsWaiting: 1,
    snippetSecondsLimit: 60,
  });
}, 120_000);
afterAll(() => api.close());

async function run(source: string, more: object = {}): Promise<Body> {
  const { status, body } = await api.http.post('/v1/snippets').send({ language: 'python', source, ...more });
  expect([status, body.detail]).toEqual([201, expect.any(String)]);
  return body;
}

async function begin(source: string, more: object = {}): Promise<SessionClient & { readonly id: string }> {
  const response = await api.http
    .post('/v1/snippets')
    .set('prefer', 'respond-async')
    .send({ language: 'python', source, ...more });
  expect(response.status).toBe(202);
  expect(response.headers).toMatchObject({ 'preference-applied': 'respond-async' });
  expect(response.headers['location']).toBe(`/v1/snippets/${response.body.id}`);
  return SessionClient.of(api.url, response.body);
}

async function cancel({ id, token }: SessionClient): Promise<Body> {
  const { body } = await api.http.post(`/v1/snippets/${id}/cancel`).set('authorization', `Bearer ${token}`).expect(200);
  return body;
}

const text = ({ output }: Body): string => output.map((piece: Body) => piece.text).join('');
/** Slowly enough for everybody to follow. */
const FOREVER =
  'while True:\n    kept = [object(), object(), object()]\n    for i in range(200):\n        for j in range(200): pass\n';

describe('a Python snippet', () => {
  it('runs the default argument of the talk as it is printed, and says what it read differently', async () => {
    const source = 'def foo(a=[]):\n    a.append(time.time())\n    return a\n\nfor i in xrange(3):\n    print foo()\n';
    const snippet = await run(source);
    expect(snippet).toMatchObject({
      status: 'finished',
      outcome: 'finished',
      language: 'python',
      file: 'snippet.py',
      source,
    });
    expect(
      text(snippet)
        .trim()
        .split('\n')
        .map((line: string) => line.split(',').length),
    ).toEqual([1, 2, 3]);
    expect(snippet.translations.map(({ from, line }: Body) => [from, line])).toEqual(
      expect.arrayContaining([
        ['xrange', 5],
        ['print ...', 6],
        ['time', 2],
      ]),
    );
    expect(snippet.remarks.join(' ')).toContain('32-bit');
    expect(snippet.counts.blocks).toBeGreaterThan(0);
  });

  it('runs the list of dicts of the talk as it is printed, and replays it on another allocator', async () => {
    const source = `iterations = 20000
l = []
for i in xrange( iterations ):
        l.append( None )
for i in xrange( iterations ):
        l[i] = {}
for i in xrange( iterations ):
        l[i] = None
for i in xrange( iterations ):
        l[i] = {}
`;
    const snippet = await run(source);
    expect(snippet.outcome).toBe('finished');
    expect(snippet.counts.events).toBeGreaterThan(59_000);
    const trace = (await api.http.get(`/v1/traces/${snippet.traceId}`).expect(200)).body;
    expect(trace).toMatchObject({ events: snippet.counts.events, hasSites: true, hasTimes: true });
    const allocator = { model: 'pymalloc', profile: 'cpython-2.7' };
    const { body: ordered } = await api.http.post('/v1/runs').send({ trace: snippet.traceId, allocator }).expect(202);
    const replayed = await api.runEnd(ordered.id);
    expect(replayed).toMatchObject({ status: 'done', allocator: { profile: 'cpython-2.7' } });
    expect(replayed.summary.peaks.requestedBytes.value).toBeGreaterThan(20_000 * 20);
  });

  it('is a session while it runs: subscribers are told its requests, and it becomes a run when it ends', async () => {
    const session = await begin(FOREVER);
    const watcher = new Watcher(session);
    await watcher.until(500);
    expect(watcher.events.slice(0, 500).map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    const live = await session.get('');
    expect(live).toMatchObject({ kind: 'snippet', status: 'open' });
    const running = await api.http.get(`/v1/snippets/${session.id}`).expect(200);
    expect(running.body).toMatchObject({ status: 'running', outcome: null, runId: null });
    const ended = await cancel(session);
    watcher.close();
    expect(ended).toMatchObject({ status: 'finished', outcome: 'cancelled' });
    expect(ended.counts.events).toBeGreaterThanOrEqual(500);
    expect(await session.get('')).toMatchObject({ status: 'finished', runId: ended.runId, seq: ended.counts.events });
    expect(await api.runEnd(ended.runId)).toMatchObject({ status: 'done', sessionId: session.id });
  });

  it('that waits is told up to the line where it waits, with what it printed', async () => {
    const source = 'import time\nprint("begun", flush=True)\nx = []\ntime.sleep(0.1)\nx.append({})\ntime.sleep(25)\n';
    const session = await begin(source, { record: 'frames' });
    const watcher = new Watcher(session);
    const told = (): number => watcher.events.filter(({ op }) => op === 'mark').length;
    while (told() < 6) await watcher.until(watcher.events.length + 1);
    const running = (await api.http.get(`/v1/snippets/${session.id}`).expect(200)).body;
    expect(running).toMatchObject({
      status: 'running',
      output: [{ stream: 'stdout', text: 'begun\n' }],
      counts: { events: watcher.events.length - 6, lines: 6 },
    });
    watcher.close();
    await cancel(session);
  });

  it('takes no requests from outside', async () => {
    const session = await begin(FOREVER);
    const { status, body } = await session.send({ op: 'malloc', size: 8 });
    expect([status, body.type]).toEqual([409, '/problems/wrong-session-kind']);
    await cancel(session);
  });

  it('has each executed line as a mark whose site is the line', async () => {
    const snippet = await run('a = [1]\nb = a * 3\n', { record: 'lines' });
    expect(snippet.outcome).toBe('finished');
    expect(snippet.counts.lines).toBe(2);
    const session = SessionClient.of(api.url, snippet);
    const marks = (await session.history()).filter(({ op }) => op === 'mark');
    expect(marks).toHaveLength(2);
  });

  it('tells the locals of every frame at each line, when it is asked to', async () => {
    const snippet = await run('def f(x):\n    y = [x]\n    return y\nf(4)\n', { record: 'frames' });
    expect(snippet.outcome).toBe('finished');
    const session = SessionClient.of(api.url, snippet);
    const labels = (await session.history()).flatMap((event: Body) =>
      event.op === 'mark' && event.label ? [JSON.parse(event.label)] : [],
    );
    const names = labels.flatMap(({ frames }) =>
      frames.flatMap(({ locals }: Body) => locals.map(({ name }: Body) => name)),
    );
    expect(names).toEqual(expect.arrayContaining(['x', 'y']));
  });
});

describe('whatever a snippet does', () => {
  it.each([
    ['an exception', '1 / 0', {}, 'exception', { exception: { type: 'ZeroDivisionError', line: 1 } }],
    ['source that does not compile', 'x = 1\nif x\n', {}, 'doesNotCompile', { exception: { line: 2 } }],
    ['an exit status', 'import sys\nsys.exit(3)', {}, 'exception', { exitStatus: 3 }],
    ['an endless loop', 'while True: pass', { timeMs: 300 }, 'timeLimit', {}],
    ['a flood of output', 'while True: print("x" * 1000)', { outputBytes: 20_000 }, 'outputLimit', {}],
    ['too many requests', FOREVER, { events: 1000 }, 'eventLimit', { counts: { events: 1000 } }],
    [
      'a memory bomb',
      'a = []\nwhile True: a.append(bytearray(1 << 20))',
      { memoryBytes: 64 << 20 },
      'memoryLimit',
      { exception: { type: 'MemoryError' } },
    ],
    ['a fork bomb', 'import os\nwhile True: os.fork()', { timeMs: 2000 }, 'exception', {}],
    ['killing its process', 'import os, signal\nos.kill(os.getpid(), 9)', { timeMs: 2000 }, 'exception', {}],
  ])('%s is an outcome', async (_, source, limits, outcome, more) => {
    const snippet = await run(source, { limits });
    expect(snippet).toMatchObject({ status: 'finished', outcome, ...more });
    expect(snippet.runId).toEqual(expect.any(String));
  });

  it('leaves other sessions in peace', async () => {
    const other = await SessionClient.open(api.url);
    const snippet = await begin(FOREVER);
    const watcher = new Watcher(snippet);
    await watcher.until(200);
    for (let i = 0; i < 50; i++) await other.ask({ op: 'malloc', size: i + 1 });
    expect(await other.get('/stats')).toMatchObject({ totals: { liveBlocks: 50 } });
    watcher.close();
    await cancel(snippet);
  });
});

describe('places', () => {
  it('are limited: one runs, one waits, the next is told to come back', async () => {
    const running = await begin(FOREVER);
    const waiting = await begin('print(1)');
    const refused = await api.http.post('/v1/snippets').send({ language: 'python', source: '1' });
    expectProblem(refused, 'too-many-requests', 429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.http.get(`/v1/snippets/${waiting.id}`)).body).toMatchObject({ status: 'waiting', outcome: null });
    expect(await cancel(waiting)).toMatchObject({ outcome: 'cancelled', counts: { events: 0 } });
    await cancel(running);
    expect((await run('print(2)')).outcome).toBe('finished');
  });
});

describe('what is kept', () => {
  it('is listed newest first by pages, without what is private', async () => {
    const first = await run('print(1)', { name: 'first' });
    const secret = await run('print(2)', { visibility: 'private' });
    const last = await run('print(3)', { name: 'last' });
    const page = (await api.http.get('/v1/snippets?limit=1').expect(200)).body;
    expect(page.items.map(({ id }: Body) => id)).toEqual([last.id]);
    const next = (await api.http.get(`/v1/snippets?limit=1&cursor=${page.next}`).expect(200)).body;
    expect(next.items.map(({ id }: Body) => id)).toEqual([first.id]);
    expectProblem(await api.http.get(`/v1/snippets/${secret.id}`), 'missing-token', 401);
    const authorized = await api.http
      .get(`/v1/snippets/${secret.id}`)
      .set('authorization', `Bearer ${secret.ownerToken}`);
    expect(authorized.body).toMatchObject({ id: secret.id, visibility: 'private', source: 'print(2)' });
    expect(authorized.body.ownerToken).toBeUndefined();
    const filtered = (await api.http.get('/v1/snippets?outcome=timeLimit&language=python').expect(200)).body;
    expect(filtered.items.every(({ outcome }: Body) => outcome === 'timeLimit')).toBe(true);
  });

  it('is deleted by its owner, with the session', async () => {
    const { id, ownerToken } = await run('print(1)');
    expectProblem(await api.http.delete(`/v1/snippets/${id}`), 'missing-token', 401);
    await api.http.delete(`/v1/snippets/${id}`).set('authorization', `Bearer ${ownerToken}`).expect(204);
    expectProblem(await api.http.get(`/v1/snippets/${id}`), 'not-found', 404);
    expectProblem(await api.http.get(`/v1/sessions/${id}`), 'not-found', 404);
  });

  it('goes when its session is deleted while it runs', async () => {
    const session = await begin(FOREVER);
    const watcher = new Watcher(session);
    await watcher.until(100);
    watcher.close();
    await api.http.delete(`/v1/sessions/${session.id}`).set('authorization', `Bearer ${session.token}`).expect(204);
    expectProblem(await api.http.get(`/v1/snippets/${session.id}`), 'not-found', 404);
    expect((await run('print(4)')).outcome).toBe('finished');
  });
});

describe('a request that is not one', () => {
  it.each([
    [{ language: 'cobol', source: '' }, 'language'],
    [{ language: 'python' }, 'source'],
    [{ language: 'python', source: 7 }, 'source'],
    [{ language: 'python', source: '1', file: '../etc/passwd' }, 'file'],
    [{ language: 'python', source: '1', limits: { timeMs: -1 } }, 'limits.timeMs'],
    [{ language: 'python', source: '1', args: 'x' }, 'args'],
    [{ language: 'c', source: '1', record: 'lines' }, 'record'],
    [{ language: 'python', source: 'a\u0000b' }, 'source'],
  ])('%j is refused, naming %s', async (body, path) => {
    const refused = expectProblem(await api.http.post('/v1/snippets').send(body), 'invalid-request', 400);
    expect(refused.errors.map((part: Body) => part.path)).toContain(path);
  });

  it('is told how long a source may be', async () => {
    const source = `#${'x'.repeat(70_000)}`;
    await api.storesNothing(async () => {
      expectProblem(await api.http.post('/v1/snippets').send({ language: 'python', source }), 'payload-too-large', 413);
    });
  });

  it('names an allocator that there is', async () => {
    const body = { language: 'python', source: '1', allocator: { model: 'none' } };
    expectProblem(await api.http.post('/v1/snippets').send(body), 'invalid-configuration', 400);
  });
});
