/** What a class does around programs, scenarios and recordings: the driver's commands and steps, and everyone's own copy. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '@heapcast/database';
import { CopyRetention } from '../../apps/api/src/classrooms/copy-retention.js';
import { ApiUnderTest } from './api-under-test.js';
import { type Body, call, leaveAll, Pupil, type Told } from './classroom-client.js';
import { CPYTHON, ProgramClient } from './programs-client.js';
import { SessionClient } from './sessions-client.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';
/** In the middle of a chunk, after several whole ones. */
const MOMENT = 200_000;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ classroomCopyEventsLimit: MOMENT, classroomCopyDays: 30 });
});
afterEach(leaveAll);
afterAll(() => api.close());

async function classAround(subject: { kind: string; id: string }, token?: string) {
  const ada = await Pupil.open(api.url, { name: 'Ada', subject }, token);
  const grace = await Pupil.join(api.url, ada.code, 'Grace');
  await ada.enter();
  await grace.enter();
  return { ada, grace };
}

function atSession(id: string, method: string, path: string, token: string, body?: unknown): Promise<Told> {
  return call(`${api.url}/v1/sessions/${id}${path}`, method, body, token);
}

async function look(path: string, token?: string): Promise<Body> {
  const { status, body } = await call(`${api.url}/v1${path}`, 'GET', undefined, token);
  expect([path, status]).toEqual([path, 200]);
  return body;
}

/** What allocators answer for: where everything lies. */
async function heapOf(path: string, at: number, token?: string): Promise<Body> {
  const { heap } = await look(`${path}/heap?at=${at}&detail=arenas&limit=1000`, token);
  const { totals, ledger } = await look(`${path}/stats?at=${at}`, token);
  return { heap, totals, ledger };
}

async function recording(): Promise<string> {
  const sent = await fetch(`${api.url}/v1/traces?name=listdict`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.heapcast.pmtrace1', 'content-encoding': 'gzip' },
    body: readFileSync(RECORDING),
  });
  return ((await sent.json()) as { id: string }).id;
}

async function replayed(trace: string, profile: string): Promise<string> {
  const { body } = await call(`${api.url}/v1/runs`, 'POST', { trace, allocator: { model: 'pymalloc', profile } });
  await api.runEnd(body.id);
  return body.id;
}

describe('a class around a program', () => {
  const CYCLE = [
    { op: 'new', to: 'a', type: 'dict', fields: ['b'] },
    { op: 'new', to: 'b', type: 'dict', fields: ['a'] },
    { op: 'assign', to: 'a.b', value: { ref: 'b' } },
  ] as const;

  it('takes the driver’s commands to it, once for a key, and leads to what they did', async () => {
    const program = await ProgramClient.open(api.url, CPYTHON, { visibility: 'private' });
    const { ada, grace } = await classAround({ kind: 'session', id: program.session.id }, program.session.token);
    const asked = { commands: CYCLE, idempotencyKey: 'cycle' };
    const { seq, lead } = await ada.does('classroom:request', asked);
    const history = await program.session.history();
    expect([seq, lead.event]).toEqual([history.length, history.length]);
    await grace.hears('classroom:led', (told) => told.seq === seq && told.lead.event === seq);
    expect((await ada.asks('POST', '/requests', asked)).seq).toBe(seq);
    expect(await program.session.history()).toHaveLength(seq);

    expect((await ada.mayNot('classroom:request', { requests: [{ op: 'malloc', size: 8 }] })).type).toBe(
      '/problems/wrong-session-kind',
    );
    expect((await ada.mayNot('classroom:request', { commands: [{ op: 'explode' }] })).status).toBe(400);
    expect((await grace.mayNot('classroom:request', asked)).status).toBe(403);
    await ada.asks('PATCH', '', { driverId: grace.id });
    const lent = await grace.does('classroom:request', { commands: [{ op: 'unset', place: 'a' }] });
    expect(lent.seq).toBeGreaterThan(seq);
    expect((await look(`/sessions/${program.session.id}/program`, grace.token)).globals.items).toMatchObject([
      { name: 'b' },
    ]);
  });

  it('is copied after a whole command; the maker’s commands go on there, and nowhere else', async () => {
    const program = await ProgramClient.open(api.url, CPYTHON, { visibility: 'private' });
    await program.run(...CYCLE);
    const { grace } = await classAround({ kind: 'session', id: program.session.id }, program.session.token);
    const history = await program.session.history();
    const marks = history.filter(({ op }) => op === 'mark').map(({ seq }) => seq);
    expect(marks).toHaveLength(3);
    // Just after the second command's mark: its requests come along.
    const copy = await grace.asks('POST', '/copies', { event: marks[1] });
    expect(copy.event).toBe((marks[2] ?? 0) - 1);
    const state = await look(`/sessions/${copy.sessionId}/program`, grace.token);
    expect(state.globals.items.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
    const went = await atSession(copy.sessionId, 'POST', '/commands', grace.token, { op: 'unset', place: 'b' });
    expect([went.status, went.body.detail]).toEqual([200, undefined]);
    expect((await look(`/sessions/${copy.sessionId}/leaks`, grace.token)).summary).toBeDefined();
    expect(await program.session.history()).toEqual(history);
  });
});

describe('a class around a scenario', () => {
  it('plays its steps for whoever drives, from any device, and knows where each of them led', async () => {
    const ada = await Pupil.open(api.url, { name: 'Ada', scenario: { name: 'generators' } });
    const grace = await Pupil.join(api.url, ada.code, 'Grace');
    const { subject } = await grace.enter();
    expect(subject).toMatchObject({ kind: 'session', mayWrite: true, scenario: { name: 'generators' } });
    await ada.enter();
    const steps = async (): Promise<Body> => look(`/sessions/${subject.id}/steps`, grace.token);
    expect((await steps()).done).toBe(0);
    const first = await ada.does('classroom:request', { steps: {} });
    expect(first.seq).toBeGreaterThan(0);
    await grace.hears('classroom:led', ({ lead, seq }) => seq === first.seq && lead.event === first.seq);

    // A student who was made a teacher and drives has no token of the session: it is the class that may.
    await ada.asks('PATCH', `/people/${grace.id}`, { role: 'teacher' });
    expect((await grace.mayNot('classroom:request', { steps: {} })).status).toBe(403);
    await ada.asks('PATCH', '', { driverId: grace.id });
    const third = await grace.asks('POST', '/requests', { steps: { until: 3 } });
    expect((await grace.asks('POST', '/requests', { steps: { until: 3 } })).seq).toBe(third.seq);
    const { done, steps: played } = await steps();
    expect(done).toBe(3);
    const [one, two, three, four] = played;
    expect([one.from, one.to, two.from]).toEqual([1, first.seq, first.seq + 1]);
    expect([three.from, three.to]).toEqual([two.to + 1, third.seq]);
    expect([four.isDone, four.from, four.to]).toEqual([false, null, null]);

    const keyed = await grace.rest('POST', '/requests', { steps: { until: 4 }, idempotencyKey: 'k' });
    expect([keyed.status, keyed.body.errors[0].path]).toEqual([400, 'idempotencyKey']);
    const both = await grace.rest('POST', '/requests', { steps: {}, commands: [{ op: 'collect' }] });
    expect(both.status).toBe(400);
    expect((await grace.rest('POST', '/requests', { steps: { until: -1 } })).status).toBe(400);
    expect((await grace.rest('POST', '/requests', { steps: { until: 9999 } })).status).toBe(400);
  });

  it('plays nothing where the class may only look on, or where there is no scenario', async () => {
    const told = await call(`${api.url}/v1/scenarios/generators/sessions`, 'POST', {});
    const onlooker = await Pupil.open(api.url, { name: 'Eve', subject: { kind: 'session', id: told.body.id } });
    expect(onlooker.admission.classroom.subject).toMatchObject({ mayWrite: false, scenario: { name: 'generators' } });
    expect((await onlooker.rest('POST', '/requests', { steps: {} })).status).toBe(403);
    const plain = await SessionClient.open(api.url);
    const { ada } = await classAround({ kind: 'session', id: plain.id }, plain.token);
    expect(ada.admission.classroom.subject).toEqual({ kind: 'session', id: plain.id, mayWrite: true });
    expect((await ada.rest('POST', '/requests', { steps: {} })).body.type).toBe('/problems/wrong-session-kind');
  });
});

describe('a class around a run', () => {
  it('of an uploaded recording: a copy begins with its requests, places what comes next as it did, and can be finished', async () => {
    const run = await replayed(await recording(), 'cpython-3.11');
    const { ada, grace } = await classAround({ kind: 'run', id: run });
    const copy = await grace.asks('POST', '/copies', { event: MOMENT });
    expect(copy).toMatchObject({ event: MOMENT, shown: false });
    const own = `/sessions/${copy.sessionId}`;
    const before = await heapOf(`/runs/${run}`, MOMENT);
    expect(await heapOf(own, MOMENT, grace.token)).toEqual(before);
    const detail = await look(own, grace.token);
    expect(detail).toMatchObject({ seq: MOMENT, status: 'open', visibility: 'private', owner: 'Grace' });
    expect(detail.settings.origin).toMatchObject({ runId: run, event: MOMENT });

    // The same request as the recording's next one lands in the same block.
    const { events } = await look(`/runs/${run}/events?from=${MOMENT}&limit=50`);
    const next = events.find(({ op }: Body) => op === 'malloc');
    const earlier = events.slice(0, next.seq - MOMENT - 1);
    const requests = [...earlier, next].map(({ op, size, block, label }: Body) =>
      op === 'mark'
        ? { op, label }
        : op === 'free'
          ? { op, id: block }
          : { op, size, ...(op === 'realloc' ? { id: block } : {}) },
    );
    const { status, body } = await atSession(copy.sessionId, 'POST', '/requests', grace.token, { requests });
    expect([status, body.detail]).toEqual([200, undefined]);
    expect(body.results.map(({ address }: Body) => address)).toEqual(
      [...earlier, next].map(({ address }: Body) => address),
    );

    // Whoever looks at where a block came from sees the recording's lines.
    const pins = await look(`${own}/pins?at=${MOMENT}`, grace.token);
    expect(pins.regions).toEqual((await look(`/runs/${run}/pins?at=${MOMENT}`)).regions);

    const { body: finished } = await atSession(copy.sessionId, 'POST', '/finish', copy.token);
    await look(`/runs/${finished.runId}/progress`, copy.token);
    expect(await heapOf(`/runs/${finished.runId}`, MOMENT, copy.token)).toEqual(before);

    // Where stored chunks end, and just behind it.
    for (const event of [65_536, 65_537]) {
      const { sessionId } = await ada.asks('POST', '/copies', { event });
      expect(await heapOf(`/sessions/${sessionId}`, event, ada.token)).toEqual(await heapOf(`/runs/${run}`, event));
    }
    const late = await grace.rest('POST', '/copies', { event: MOMENT + 1 });
    expect([late.status, late.body.type]).toEqual([409, '/problems/limit-reached']);
    expect(late.body.detail).toContain(`at most ${MOMENT} events`);
    expect((await grace.rest('POST', '/copies', { event: 10_000_000 })).status).toBe(409);
    expect((await ada.asks('POST', '/copies', { event: 0 })).event).toBe(0);
  });

  it('on another allocator than the session’s: the copy goes on on the run’s', async () => {
    const session = await SessionClient.open(api.url);
    await session.ask({ op: 'malloc', size: 100, id: 'a' }, { op: 'malloc', size: 24, id: 'b' });
    const { body } = await atSession(session.id, 'POST', '/finish', session.token);
    const { trace } = await api.runEnd(body.runId);
    const other = await replayed(trace.id, 'cpython-2.3');
    for (const [run, profile] of [
      [body.runId, 'cpython-3.11'],
      [other, 'cpython-2.3'],
    ] as const) {
      const { grace } = await classAround({ kind: 'run', id: run });
      const copy = await grace.asks('POST', '/copies', { event: 1 });
      const detail = await look(`/sessions/${copy.sessionId}`, grace.token);
      expect([detail.allocator.profile, detail.seq]).toEqual([profile, 1]);
      const freed = await atSession(copy.sessionId, 'POST', '/requests', grace.token, { op: 'free', id: 'a' });
      expect(freed.body.results).toMatchObject([{ seq: 2, op: 'free', name: 'a', outcome: 'freed' }]);
    }
  });
});

describe('copies of a class that is over', () => {
  it('stay their makers’, and are deleted when nobody has gone on with them for so many days', async () => {
    const session = await SessionClient.open(api.url, { visibility: 'private' });
    await session.ask({ op: 'malloc', size: 100, id: 'a' });
    const { ada, grace } = await classAround({ kind: 'session', id: session.id }, session.token);
    const linus = await Pupil.join(api.url, ada.code, 'Linus');
    const copies: Body[] = [];
    for (let i = 0; i < 3; i++) copies.push(await grace.asks('POST', '/copies', { event: 1 }));
    const [left, kept, shown] = copies;
    await grace.asks('PATCH', `/copies/${shown.id}`, { shown: true });
    const read = async (who: Pupil, copy: Body) => (await atSession(copy.sessionId, 'GET', '', who.token)).status;
    expect([await read(ada, left), await read(linus, shown)]).toEqual([200, 200]);
    await ada.asks('PATCH', '', { status: 'closed' });
    expect([await read(ada, left), await read(linus, shown), await read(grace, shown)]).toEqual([401, 401, 200]);
    expect((await atSession(session.id, 'GET', '', grace.token)).status).toBe(401);
    expect((await grace.state()).copies).toHaveLength(3);

    // Sixty days go by, in which one of them is gone on with.
    const retention = api.app.get(CopyRetention);
    expect(await retention.sweep()).toBe(0);
    const { pool } = api.app.get(PrismaService);
    const ago = `now() - interval '60 days'`;
    await pool.query(`UPDATE classrooms SET closed_at = ${ago} WHERE id = $1`, [ada.classroomId]);
    for (const [table, id] of [
      ['sessions', 'id'],
      ['session_journal', 'session_id'],
    ]) {
      const ids = copies.map(({ sessionId }) => sessionId);
      const also = table === 'sessions' ? `, updated_at = ${ago}` : '';
      await pool.query(`UPDATE ${table} SET created_at = ${ago}${also} WHERE ${id} = ANY($1::uuid[])`, [ids]);
    }
    const went = await atSession(kept.sessionId, 'POST', '/requests', grace.token, { op: 'free', id: 'a' });
    expect([went.status, went.body.detail]).toEqual([200, undefined]);
    expect(await retention.sweep()).toBe(2);
    expect([await read(grace, left), await read(grace, kept), await read(grace, shown)]).toEqual([404, 200, 404]);
    expect((await grace.state()).copies.map(({ id }) => id)).toEqual([kept.id]);
    expect((await atSession(session.id, 'GET', '', session.token)).status).toBe(200);
  });
});
