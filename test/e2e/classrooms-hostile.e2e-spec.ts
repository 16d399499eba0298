/** What a classroom is when people are hostile: floods, forged roles, guessed codes, names that are not names. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ApiUnderTest } from './api-under-test.js';
import { call, leaveAll, Pupil, refused, type Told } from './classroom-client.js';
import { SessionClient } from './sessions-client.js';

const GUESSES = 20;
const JOINS = 60;
const PEOPLE = 100;

let api: ApiUnderTest;
let lesson: SessionClient;
beforeAll(async () => {
  // Whom `X-Forwarded-For` names is believed: the stories come from many addresses.
  api = await ApiUnderTest.start({
    wrongCodesLimit: GUESSES,
    joinsLimit: JOINS,
    classroomPeopleLimit: PEOPLE,
    subscriberBuffer: 64 * 1024,
    trustProxy: 1,
  });
  lesson = await SessionClient.open(api.url);
  await lesson.ask({ op: 'malloc', size: 100, id: 'a' }, { op: 'free', id: 'a' });
});
afterEach(leaveAll);
afterAll(() => api.close());

function open(name = 'Ada'): Promise<Pupil> {
  return Pupil.open(api.url, { name, subject: { kind: 'session', id: lesson.id } }, lesson.token);
}

function join(code: string, name: string, from = '198.51.100.1', more: object = {}): Promise<Told> {
  const headers = { 'x-forwarded-for': from };
  return call(`${api.url}/v1/classrooms/join`, 'POST', { code, name, ...more }, undefined, headers);
}

function anotherCode(code: string): string {
  return `${code.slice(0, 4)}${code.slice(4) === '222' ? '333' : '222'}`;
}

it('tells nobody of another classroom anything', async () => {
  const here = await open();
  const there = await open('Eve');
  const grace = await Pupil.join(api.url, here.code, 'Grace');
  const mallory = await Pupil.join(api.url, there.code, 'Mallory');
  for (const person of [here, there, grace, mallory]) await person.enter();

  const foreign = `${api.url}/v1/classrooms/${here.classroomId}`;
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['GET', '/people', undefined],
    ['GET', '/code', undefined],
    ['GET', '/code.svg', undefined],
    ['PUT', '/lead', { event: 1 }],
    ['PUT', '/place', { following: false }],
    ['POST', '/copies', {}],
    ['PATCH', `/people/${grace.id}`, { muted: true }],
    ['DELETE', `/people/${grace.id}`, undefined],
    ['PATCH', '', { status: 'closed' }],
  ] as const) {
    const told = await call(`${foreign}${path}`, method, body, there.token);
    expect([method, path, told.status]).toEqual([method, path, 401]);
  }
  await here.does('classroom:lead', { event: 1 });
  await here.asks('PATCH', '', { title: 'only here' });
  await here.asks('PATCH', `/people/${grace.id}`, { name: 'Grace of here' });
  const copy = await grace.asks('POST', '/copies', { event: 1 });
  await grace.asks('PATCH', `/copies/${copy.id}`, { shown: true });
  await here.sees(grace.id, { name: 'Grace of here' });
  await grace.hears('classroom:changed', ({ copies }) => copies?.[0]?.shown === true);
  // Something of their own, told after all of that.
  await there.asks('PATCH', '', { title: 'only there' });
  await mallory.hears('classroom:changed', ({ title }) => title === 'only there');
  for (const person of [there, mallory]) {
    expect(JSON.stringify(person.heard)).not.toMatch(/only here|Grace of here/);
    expect(JSON.stringify(person.heard)).not.toContain(copy.id);
    expect(person.heard.map(([event]) => event)).not.toContain('classroom:led');
  }
});

it('keeps classes apart while they are led, handed over, joined and turned to something else, all at once', async () => {
  const other = await SessionClient.open(api.url);
  await other.ask({ op: 'malloc', size: 1 }, { op: 'malloc', size: 2 });
  const classes = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const teacher = await open(`Teacher ${number}`);
      const names = [1, 2, 3].map((nth) => `Pupil ${number}.${nth}`);
      const pupils = await Promise.all(names.map((name) => Pupil.join(api.url, teacher.code, name)));
      for (const person of [teacher, ...pupils]) await person.enter();
      return { number, teacher, pupils };
    }),
  );
  const rounds = 12;
  await Promise.all(
    classes.map(async ({ number, teacher, pupils }) => {
      for (let round = 0; round < rounds; round++) {
        const driver = pupils[round % pupils.length]!;
        // Each class has zooms of its own: whoever hears another's was told of another class.
        const handed = teacher.asks('PATCH', '', { driverId: driver.id, title: `Class ${number}` });
        await Promise.all([handed, teacher.emit('classroom:lead', { zoom: 100 * number + round })]);
        await driver.does('classroom:lead', { zoom: 100 * number + 50 + round });
        const role = round % 2 === 0 ? 'teacher' : 'student';
        const subject = { kind: 'session', id: round % 2 === 0 ? other.id : lesson.id };
        await Promise.all([
          teacher.asks('PATCH', `/people/${driver.id}`, { role }),
          teacher.asks('PATCH', '', { subject, driverId: teacher.id }),
          driver.another().enter(),
        ]);
      }
      const { lead } = await teacher.does('classroom:lead', { zoom: 100 * number + 99 });
      const told = ({ lead: { revision } }: Told['body']): boolean => revision === lead.revision;
      for (const person of [teacher, ...pupils]) await person.hears('classroom:led', told);
    }),
  );
  for (const { number, teacher, pupils } of classes) {
    const members = [teacher, ...pupils];
    const strangers = classes
      .filter((each) => each.number !== number)
      .flatMap((each) => [each.teacher, ...each.pupils]);
    for (const person of members) {
      const heard = JSON.stringify(person.heard);
      const foreign = strangers.flatMap(({ id, classroomId }) => [id, classroomId]);
      expect(foreign.filter((id) => heard.includes(id))).toEqual([]);
      expect(new RegExp(`(Pupil|Class|Teacher) [^${number}]`).exec(heard)).toBeNull();
      const leads = person.heard.flatMap(([event, payload]) => (event === 'classroom:led' ? [payload.lead] : []));
      expect(leads.filter(({ zoom }) => zoom !== 1 && Math.floor(zoom / 100) !== number)).toEqual([]);
      // One after the other, none twice.
      expect(leads.every(({ revision }, nth) => nth === 0 || revision > leads[nth - 1].revision)).toBe(true);
      expect(leads.length).toBeGreaterThan(rounds);
    }
  }
});

it('cuts off who does not read, at the expense of nobody; they come back to the whole state', async () => {
  const ada = await open();
  const [grace, linus] = await Promise.all(['Grace', 'Linus'].map((name) => Pupil.join(api.url, ada.code, name)));
  for (const person of [ada, grace, linus]) await person.enter();
  const long = '漢'.repeat(200);
  const question = await ada.asks('POST', '/questions', {
    kind: 'own',
    prompt: '漢'.repeat(500),
    choices: Array.from({ length: 8 }, (_, i) => `${i}${long.slice(1)}`),
    right: `0${long.slice(1)}`,
  });
  await ada.asks('PATCH', `/questions/${question.id}`, { status: 'asked', points: 0 });
  await grace.hears('classroom:question', (told) => told.question?.id === question.id);
  const transport = grace.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
  transport.ws.pause();
  const from = linus.heard.length;
  let told = 0;
  const isCut = (): boolean =>
    ada.heard.some(([event, { changed }]) => event === 'classroom:people' && changed.some(isAway));
  const isAway = ({ id, online }: { id: string; online: boolean }): boolean => id === grace.id && !online;
  // Beyond what the system itself holds for a connection on this machine: 6 KB each.
  for (; !isCut() && told < 4000; told += 20) {
    const change = (_: unknown, i: number): Promise<unknown> =>
      ada.asks('PATCH', `/questions/${question.id}`, { names: i % 2 === 0 });
    await Promise.all(Array.from({ length: 20 }, change));
  }
  expect(isCut()).toBe(true);
  await linus.until(() => linus.heard.slice(from).filter(([event]) => event === 'classroom:question').length === told);
  expect([ada.socket.connected, linus.socket.connected]).toEqual([true, true]);

  grace.heard.length = 0;
  await ada.asks('PATCH', '', { title: 'Meanwhile' });
  transport.ws.resume();
  const state = await grace.hears('classroom:state');
  expect(state).toMatchObject({ title: 'Meanwhile', question: { id: question.id } });
  await ada.sees(grace.id, { online: true });
  await ada.asks('PATCH', `/questions/${question.id}`, { status: 'closed' });
  await grace.hears('classroom:question', (now) => now.question?.status === 'closed');
});

it('believes nobody’s role but the one that is stored', async () => {
  const ada = await open();
  const grace = await Pupil.join(api.url, ada.code, 'Grace');
  const watcher = await Pupil.join(api.url, ada.code, 'Watcher', { role: 'observer' });
  await grace.enter();
  expect((await join(ada.code, 'Fake', undefined, { role: 'teacher' })).status).toBe(400);
  expect((await join(ada.code, 'Fake', undefined, { id: ada.id })).status).toBe(400);
  for (const [who, method, path, body] of [
    [grace, 'PATCH', `/people/${grace.id}`, { role: 'owner' }],
    [grace, 'PATCH', `/people/${ada.id}`, { name: 'Nobody' }],
    [grace, 'DELETE', `/people/${ada.id}`, undefined],
    [grace, 'PATCH', '', { driverId: grace.id }],
    [grace, 'PATCH', '', { locked: true }],
    [grace, 'POST', '/code', {}],
    [grace, 'PUT', '/lead', { event: 0 }],
    [watcher, 'POST', '/copies', {}],
  ] as const) {
    const told = await who.rest(method, path, body);
    expect([path, told.status, told.body.type]).toEqual([path, 403, '/problems/forbidden']);
  }
  expect((await grace.mayNot('classroom:lead', { event: 0 })).status).toBe(403);
  expect((await grace.mayNot('classroom:lead', { event: 0, role: 'owner' })).status).toBe(400);
  const forged = ada.token.slice(0, -4) + (ada.token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  expect((await call(`${api.url}/v1/classrooms/${ada.classroomId}`, 'GET', undefined, forged)).status).toBe(401);
  for (const auth of [{}, { token: forged }, { token: 7 }, { token: lesson.token }]) {
    expect((await refused(api.url, auth)).status).toBe(401);
  }
  await ada.asks('PATCH', `/people/${grace.id}`, { role: 'teacher' });
  const state = await grace.hears('classroom:state', ({ people }) =>
    people.some((person: { id: string; role: string }) => person.id === grace.id && person.role === 'teacher'),
  );
  expect(state.people[0]).toHaveProperty('score');
  expect((await grace.rest('DELETE', `/people/${ada.id}`)).status).toBe(403);
  await ada.asks('PATCH', `/people/${grace.id}`, { role: 'owner' });
  expect((await ada.state()).people.map(({ role }) => role)).toEqual(['teacher', 'owner', 'observer']);
});

it('lets codes be guessed a few times, and a school behind one address join all the same', async () => {
  const ada = await open();
  const school = '203.0.113.7';
  expect((await join(ada.code, 'First', school)).status).toBe(201);
  const wrong = anotherCode(ada.code);
  const guesses = await Promise.all(Array.from({ length: 60 }, () => join(wrong, 'Mallory', school)));
  expect(guesses.filter(({ status }) => status === 404)).toHaveLength(GUESSES);
  const stopped = guesses.find(({ status }) => status === 429);
  expect(stopped?.body).toMatchObject({ type: '/problems/too-many-requests', retryAfter: expect.any(Number) });
  // The right code of another class is not found out there any more …
  const other = await open('Other');
  expect((await join(other.code, 'Mallory', school)).status).toBe(429);
  // … but the class that it belongs to goes on, and so does everybody elsewhere.
  const class_ = await Promise.all(Array.from({ length: 30 }, (_, i) => join(ada.code, `Pupil ${i}`, school)));
  expect(class_.map(({ status }) => status)).toEqual(class_.map(() => 201));
  expect((await join(other.code, 'Honest', '192.0.2.9')).status).toBe(201);
  // What cannot be a code is said so, and not counted.
  for (let i = 0; i < GUESSES + 5; i++) expect((await join('AB0 123', 'x', '192.0.2.10')).status).toBe(400);
  expect((await join(other.code, 'Honest too', '192.0.2.10')).status).toBe(201);
});

it('stands a thousand joins at once: so many are let in, the others are told when, a class goes on meanwhile', async () => {
  const ada = await open();
  const other = await open('Other');
  const grace = await Pupil.join(api.url, other.code, 'Grace');
  await other.enter();
  await grace.enter();
  const answers: Told[] = [];
  // As fast as forty lanes go: more connections at once than the system queues would be refused by the system.
  const lane = async (): Promise<void> => {
    while (answers.length < 1000) answers.push(await join(ada.code, `Bot ${answers.length}`, '198.51.100.2'));
  };
  const flood = Promise.all(Array.from({ length: 40 }, lane));
  const { lead } = await other.does('classroom:lead', { event: 1 });
  await grace.hears('classroom:led', (told) => told.lead.revision === lead.revision);
  await flood;
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses]).toEqual(expect.arrayContaining([201, 429]));
  expect(statuses.has(500) || statuses.has(503)).toBe(false);
  const late = answers.find(({ status }) => status === 429);
  expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
  const { people } = await ada.state();
  expect(people.length - 1).toBe(answers.filter(({ status }) => status === 201).length);
  expect(people.length).toBeLessThanOrEqual(PEOPLE);
  await other.does('classroom:lead', { event: 0 });
});

it('answers what it does not know, and slows down who sends too much', async () => {
  const ada = await open();
  await ada.enter();
  for (const payload of [
    null,
    7,
    'x',
    [],
    { event: -1 },
    { event: 1.5 },
    { event: '1' },
    { event: 9 },
    { speed: NaN },
    { zoom: 0 },
  ]) {
    expect((await ada.mayNot('classroom:lead', payload)).status).toBe(400);
  }
  expect((await ada.mayNot('classroom:request', { requests: [{ op: 'melt' }] })).status).toBe(400);
  expect((await ada.mayNot('classroom:request', {})).status).toBe(400);
  expect((await ada.mayNot('classroom:conquer', {})).status).toBe(404);
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => ada.emit('classroom:place', { following: true })),
  );
  const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.problem]));
  expect(refusals.length).toBeGreaterThan(100);
  expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([429]));
  const tabs = await Promise.all(Array.from({ length: 9 }, () => ada.another().enter()));
  expect(tabs).toHaveLength(9);
  expect((await refused(api.url, { token: ada.token })).type).toBe('/problems/limit-reached');
});
