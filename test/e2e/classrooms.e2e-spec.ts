/** A lesson over REST and socket: opened, joined, led, strayed from, copied, closed. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from './api-under-test.js';
import { call, leaveAll, Pupil, refused } from './classroom-client.js';
import { SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ joinsLimit: 400 });
});
afterEach(leaveAll);
afterAll(() => api.close());

const REQUESTS = [
  { op: 'malloc', size: 100, id: 'a' },
  { op: 'malloc', size: 24, id: 'b' },
  { op: 'free', id: 'a' },
] as const;

async function session(visibility = 'public'): Promise<SessionClient> {
  const opened = await SessionClient.open(api.url, { name: 'lesson', visibility });
  await opened.ask(...REQUESTS);
  return opened;
}

async function classOf(opened: SessionClient): Promise<Pupil> {
  const body = { name: 'Ada', subject: { kind: 'session', id: opened.id } };
  return Pupil.open(api.url, body, opened.token);
}

async function lesson(visibility = 'public') {
  const opened = await session(visibility);
  const ada = await classOf(opened);
  const grace = await Pupil.join(api.url, ada.code, 'Grace');
  await ada.enter();
  await grace.enter();
  return { opened, ada, grace };
}

describe('a classroom', () => {
  it('is opened around a session, and joined by a code that nobody misreads', async () => {
    const ada = await classOf(await session());
    expect(ada.code).toMatch(/^[A-HJKMNP-Z]{3} [2-9]{3}$/);
    const { classroom, join } = ada.admission;
    expect(classroom).toMatchObject({
      title: 'lesson',
      status: 'open',
      lead: { event: 3, speed: 0 },
      driverId: ada.id,
    });
    expect(join?.url).toBe(`${api.url}/j/${ada.code.replace(' ', '')}`);
    expect(Date.parse(join?.expiresAt ?? '') - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    const grace = await Pupil.join(api.url, ` ${ada.code.toLowerCase().replace(' ', '-')} `, 'Grace');
    expect(grace.admission.classroom.people.map(({ name, role }) => [name, role])).toEqual([
      ['Ada', 'owner'],
      ['Grace', 'student'],
    ]);
    const { body, headers } = await grace.rest('GET', '/code.svg');
    expect(headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(body).toMatch(/^<svg [^]*<\/svg>\s*$/);
  });

  it('is opened around a scenario that is started for it, and whoever opened it plays the steps', async () => {
    const ada = await Pupil.open(api.url, { name: 'Ada', scenario: { name: 'list-of-dicts' }, title: 'Scenario' });
    const { subject, lead } = ada.admission.classroom;
    const path = `${api.url}/v1/sessions/${subject.id}`;
    const { body } = await call(path, 'GET');
    expect([body.settings.scenario.name, lead.event]).toEqual(['list-of-dicts', 0]);
    expect((await call(`${path}/steps`, 'POST', {})).status).toBe(401);
    const played = await call(`${path}/steps`, 'POST', {}, ada.admission.sessionToken);
    expect([played.status, played.body.done]).toEqual([200, 1]);
    const { seq } = (await call(path, 'GET')).body;
    expect(seq).toBeGreaterThan(0);
    expect((await ada.asks('PUT', '/lead', { event: seq })).lead.event).toBe(seq);
  });

  it('begins where it is opened at, and nowhere behind the end', async () => {
    const opened = await session();
    const subject = { kind: 'session', id: opened.id };
    const ada = await Pupil.open(api.url, { name: 'Ada', subject, event: 1 });
    expect(ada.admission.classroom.lead).toMatchObject({ event: 1, speed: 0, revision: 1 });
    for (const around of [
      { subject, event: 4 },
      { scenario: { name: 'generators' }, event: 1 },
    ]) {
      await api.storesNothing(async () => {
        const told = await call(`${api.url}/v1/classrooms`, 'POST', { name: 'Ada', ...around });
        expect([told.status, told.body.type]).toEqual([400, '/problems/invalid-position']);
      });
    }
  });

  it('has new codes: the old one is dead at once', async () => {
    const ada = await classOf(await session());
    await ada.enter();
    const { code } = await ada.asks('POST', '/code', {});
    expect(code).not.toBe(ada.code);
    await ada.hears('classroom:changed', (change) => change.code === code);
    const old = await call(`${api.url}/v1/classrooms/join`, 'POST', { code: ada.code, name: 'Late' });
    expect([old.status, old.body.type]).toEqual([404, '/problems/not-found']);
    await Pupil.join(api.url, code, 'Early');
  });

  it('leads everybody: a step reaches the class with the server’s clock, and only the newest counts', async () => {
    const { ada, grace } = await lesson();
    const before = Date.now();
    const { lead } = await ada.does('classroom:lead', { event: 1, selection: { arena: 0, pool: 1, block: null } });
    const led = await grace.hears('classroom:led', (payload) => payload.lead.revision === lead.revision);
    expect(led.lead).toMatchObject({ event: 1, speed: 0, selection: { arena: 0, pool: 1, block: null } });
    expect(led.now).toBeGreaterThanOrEqual(before);
    const moves = await Promise.all([2, 3, 0, 2].map((event) => ada.does('classroom:lead', { event })));
    const newest = Math.max(...moves.map((move) => move.lead.revision));
    await grace.hears('classroom:led', (payload) => payload.lead.revision === newest);
    const revisions = grace.heard.filter(([name]) => name === 'classroom:led').map(([, told]) => told.lead.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect((await grace.state()).lead).toMatchObject({ event: 2, revision: newest });
  });

  it('keeps the clock of a playing lead: a change of the view goes on from where the class is', async () => {
    const { ada } = await lesson();
    const { lead: started } = await ada.asks('PUT', '/lead', { event: 0, speed: 1000 });
    expect(started).toMatchObject({ event: 0, speed: 1000 });
    for (let before = started; before.event < 3;) {
      const { lead } = await ada.asks('PUT', '/lead', { view: 'party' });
      const event = Math.min(3, before.event + (lead.since - before.since));
      expect(lead).toMatchObject({ view: 'party', speed: 1000, event });
      before = lead;
    }
  });

  it('takes the driver’s requests to the session, once for a key, and leads there', async () => {
    const { ada, grace, opened } = await lesson();
    const asked = { requests: [{ op: 'malloc', size: 8 }], idempotencyKey: 'step-4' };
    const first = await ada.does('classroom:request', asked);
    expect(first).toMatchObject({ seq: 4, lead: { event: 4 } });
    expect((await ada.asks('POST', '/requests', asked)).seq).toBe(4);
    const led = await grace.hears('classroom:led', ({ seq }) => seq === 4);
    expect(led.lead.event).toBe(4);
    expect(await opened.history()).toHaveLength(4);
    expect((await grace.mayNot('classroom:request', asked)).status).toBe(403);
    const bystander = await Pupil.open(api.url, { name: 'Eve', subject: { kind: 'session', id: opened.id } });
    expect((await bystander.rest('POST', '/requests', { requests: [{ op: 'mark' }] })).status).toBe(403);
  });

  it('lends control to a student, who gives it back', async () => {
    const { ada, grace } = await lesson();
    expect((await grace.mayNot('classroom:lead', { event: 0 })).status).toBe(403);
    await ada.asks('PATCH', '', { driverId: grace.id });
    await grace.hears('classroom:changed', ({ driverId }) => driverId === grace.id);
    await grace.does('classroom:lead', { event: 2 });
    expect((await ada.mayNot('classroom:lead', { event: 0 })).status).toBe(403);
    expect((await grace.rest('PATCH', '', { driverId: ada.id, title: 'mine' })).status).toBe(403);
    await grace.asks('PATCH', '', { driverId: ada.id });
    await ada.does('classroom:lead', { event: 0 });
  });

  it('lets people wander off and come back, and tells teachers who follows and where the others are', async () => {
    const { ada, grace } = await lesson();
    const linus = await Pupil.join(api.url, ada.code, 'Linus');
    await linus.enter();
    await grace.does('classroom:place', { following: false, event: 1 });
    await ada.sees(grace.id, { following: false, place: 1 });
    const seen = await linus.sees(grace.id, { following: false });
    expect(seen.changed.find(({ id }: { id: string }) => id === grace.id)).not.toHaveProperty('place');
    await grace.does('classroom:place', { following: true });
    await ada.sees(grace.id, { following: true });
    await grace.does('classroom:place', { following: false, event: 2 });
    await ada.asks('PATCH', '', { mayExplore: false });
    await grace.sees(grace.id, { following: true });
    expect((await grace.mayNot('classroom:place', { following: false, event: 1 })).status).toBe(403);
  });

  it('counts people, not sockets, and knows who comes back', async () => {
    const { ada, grace } = await lesson();
    const tab = grace.another();
    await tab.enter();
    grace.socket.disconnect();
    // The second tab is still there: only when that is gone too, so is she.
    const renamed = await ada.asks('PATCH', `/people/${grace.id}`, { name: 'Grace H.' });
    expect(renamed).toMatchObject({ name: 'Grace H.', online: true });
    tab.socket.disconnect();
    await ada.sees(grace.id, { online: false });
    const back = await Pupil.join(api.url, ada.code, 'somebody', { token: grace.token });
    expect([back.id, back.admission.classroom.people.length]).toEqual([grace.id, 2]);
    const state = await back.enter();
    expect(state.people.find(({ id }) => id === grace.id)).toMatchObject({ name: 'Grace H.', online: true });
  });

  it('is locked, and those who belong to it still come back', async () => {
    const { ada, grace } = await lesson();
    await ada.asks('PATCH', '', { locked: true });
    const late = await call(`${api.url}/v1/classrooms/join`, 'POST', { code: ada.code, name: 'Late' });
    expect([late.status, late.body.type]).toEqual([409, '/problems/conflict']);
    await Pupil.join(api.url, ada.code, 'Grace', { token: grace.token });
  });

  it('removes somebody for good: the socket ends, the token opens nothing, control is the owner’s again', async () => {
    const { ada, grace } = await lesson();
    await ada.asks('PATCH', '', { driverId: grace.id });
    await ada.asks('DELETE', `/people/${grace.id}`);
    expect(await grace.hears('classroom:over')).toEqual({ reason: 'removed' });
    await ada.hears('classroom:people', ({ gone }) => gone.includes(grace.id));
    await ada.hears('classroom:changed', ({ driverId }) => driverId === ada.id);
    expect((await grace.rest('GET', '')).status).toBe(403);
    expect((await refused(api.url, { token: grace.token })).status).toBe(403);
  });

  it('shows everyone’s own copy to whom it belongs: the maker and teachers, and the class once it is shown', async () => {
    const { ada, grace } = await lesson();
    const linus = await Pupil.join(api.url, ada.code, 'Linus');
    await linus.enter();
    const copy = await grace.asks('POST', '/copies', { event: 2 });
    expect(copy).toMatchObject({ personId: grace.id, event: 2, shown: false });
    await ada.hears('classroom:changed', ({ copies }) => copies?.some(({ id }: { id: string }) => id === copy.id));
    expect((await linus.state()).copies).toEqual([]);
    expect(JSON.stringify(linus.heard)).not.toContain(copy.sessionId);
    const path = `${api.url}/v1/sessions/${copy.sessionId}`;
    const read = async (who: Pupil) => (await call(path, 'GET', undefined, who.token)).status;
    const write = async (token: string) =>
      (await call(`${path}/requests`, 'POST', { op: 'free', id: 'a' }, token)).status;
    expect([await read(grace), await read(ada), await read(linus)]).toEqual([200, 200, 401]);
    expect([await write(grace.token), await write(copy.token), await write(ada.token)]).toEqual([200, 200, 403]);
    expect((await ada.rest('PATCH', '', { projection: { kind: 'copy', copyId: copy.id } })).status).toBe(409);

    await grace.asks('PATCH', `/copies/${copy.id}`, { shown: true, note: 'look' });
    await linus.hears('classroom:changed', ({ copies }) => copies?.[0]?.note === 'look');
    expect([await read(linus), await write(linus.token)]).toEqual([200, 403]);
    await ada.asks('PATCH', '', { projection: { kind: 'copy', copyId: copy.id } });
    await linus.hears('classroom:changed', ({ projection }) => projection?.copyId === copy.id);

    await ada.asks('PATCH', `/people/${grace.id}`, { muted: true });
    await linus.hears('classroom:changed', ({ projection }) => projection?.kind === 'lesson');
    await linus.hears('classroom:changed', ({ copies }) => copies?.length === 0);
    expect([await read(linus), await read(grace)]).toEqual([401, 200]);
    expect((await grace.rest('PATCH', `/copies/${copy.id}`, { shown: true })).status).toBe(403);
  });

  it('lets members, and nobody else, read a private session, until the class is over', async () => {
    const { ada, grace, opened } = await lesson('private');
    const path = `${api.url}/v1/sessions/${opened.id}`;
    const read = async (token?: string) => (await call(path, 'GET', undefined, token)).status;
    const stranger = await classOf(await session());
    expect([await read(grace.token), await read(stranger.token), await read()]).toEqual([200, 401, 401]);
    expect((await call(`${path}/requests`, 'POST', { op: 'mark' }, grace.token)).status).toBe(403);
    const unasked = { name: 'Eve', subject: { kind: 'session', id: opened.id } };
    expect((await call(`${api.url}/v1/classrooms`, 'POST', unasked)).status).toBe(401);
    await ada.asks('PATCH', '', { status: 'closed' });
    expect(await grace.hears('classroom:over')).toEqual({ reason: 'closed' });
    expect([await read(grace.token), await read(opened.token)]).toEqual([401, 200]);
    expect((await grace.state()).status).toBe('closed');
    expect((await refused(api.url, { token: grace.token })).status).toBe(409);
    expect((await ada.rest('PUT', '/lead', { event: 0 })).status).toBe(409);
    expect((await ada.rest('GET', '/code')).body).toBeNull();
  });

  it('turns to something else: another session, then the run that it became', async () => {
    const { ada, grace } = await lesson();
    const next = await session('private');
    const subject = { kind: 'session', id: next.id };
    expect((await ada.rest('PATCH', '', { subject })).status).toBe(401);
    await ada.asks('PATCH', '', { subject: { ...subject, token: next.token } });
    await grace.hears('classroom:changed', (change) => change.subject?.id === next.id);
    expect((await call(`${api.url}/v1/sessions/${next.id}`, 'GET', undefined, grace.token)).status).toBe(200);
    const { body } = await call(`${api.url}/v1/sessions/${next.id}/finish`, 'POST', undefined, next.token);
    await call(`${api.url}/v1/runs/${body.runId}/progress`, 'GET', undefined, next.token);
    await ada.asks('PATCH', '', { subject: { kind: 'run', id: body.runId, token: next.token } });
    expect((await call(`${api.url}/v1/runs/${body.runId}`, 'GET', undefined, grace.token)).status).toBe(200);
    expect((await ada.asks('PUT', '/lead', { event: 2 })).lead.event).toBe(2);
    expect((await ada.rest('PUT', '/lead', { event: 4 })).body.type).toBe('/problems/invalid-position');
    expect((await ada.rest('POST', '/requests', { requests: [{ op: 'mark' }] })).status).toBe(409);
  });

  it('takes names as text, and nothing but text', async () => {
    const ada = await Pupil.open(api.url, {
      name: '<b onclick=alert(1)>Ada</b>',
      subject: { kind: 'session', id: (await session()).id },
    });
    const { people } = ada.admission.classroom;
    expect(people[0]?.name).toBe('<b onclick=alert(1)>Ada</b>');
    const bidi = await Pupil.join(api.url, ada.code, 'Gr\u202eeca\u2066  \n\t H.\u200f');
    expect(bidi.admission.classroom.people.at(-1)?.name).toBe('Greca H.');
    const long = await Pupil.join(api.url, ada.code, 'x'.repeat(200));
    expect(long.admission.classroom.people.at(-1)?.name).toHaveLength(40);
    for (const name of [
      'x'.repeat(10_000),
      '',
      '   ',
      '\u202e\u200f',
      '\u3164',
      'a\u0000b',
      '\ud800',
      7,
      null,
      ['x'],
      { a: 1 },
    ]) {
      const told = await call(`${api.url}/v1/classrooms/join`, 'POST', { code: ada.code, name });
      expect([name, told.status, told.body.type]).toEqual([name, 400, '/problems/invalid-request']);
    }
    expect((await ada.rest('PATCH', '', { title: 'x'.repeat(10_000) })).status).toBe(400);
  });
});
