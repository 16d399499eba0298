/** A class of thirty runs through a whole lesson without a fault: join, follow, predict, reveal, try, show, drop out and return. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClassroomQuestion } from '@heapcast/contracts';
import { ApiUnderTest } from './api-under-test.js';
import { LessonClient } from './lesson-client.js';
import { CPYTHON, ProgramClient } from './programs-client.js';
import { SessionClient } from './sessions-client.js';

const STUDENTS = 28;

let api: ApiUnderTest;
let teacher: LessonClient;
let students: LessonClient[] = [];
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(async () => {
  for (const client of [teacher, ...students]) client.disconnect();
  await api.close();
});

async function openClass(session: SessionClient): Promise<LessonClient> {
  const subject = { kind: 'session', id: session.id };
  return (await LessonClient.open(api.url, { name: 'Grace', title: 'Memory', subject }, session.token)).connect();
}

/** Asks, has everybody answer (every third one wrong), reveals, and holds what everybody was told against the model's answer. */
async function predict(body: object): Promise<ClassroomQuestion> {
  const draft = await teacher.make(body);
  const heard = students.map((student) =>
    student.next('classroom:question', ({ question }) => question?.id === draft.id),
  );
  const asked = await teacher.change(draft.id, { status: 'asked', seconds: 600, attempts: 2, points: 1 });
  await Promise.all(heard);
  const { right = '' } = asked;
  const wrong = asked.choices.find(({ id }) => id !== right)?.id ?? String(Number(right) + 1);
  const counted = teacher.next('classroom:answers', ({ answered }) => answered === students.length);
  await Promise.all(
    students.map(async (student, i) => {
      const answer = i % 3 === 0 ? wrong : right;
      if (i % 2 === 0) expect(await student.answer(asked.id, answer)).toEqual({ answer, attempt: 1 });
      else await student.did('POST', `/questions/${asked.id}/answers`, { answer });
    }),
  );
  const { histogram } = await counted;
  expect(histogram.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(students.length);
  for (const student of students) expect(student.secretsOf(asked)).toEqual([]);
  const revealed = students.map((student) =>
    student.next('classroom:question', ({ question }) => question?.status === 'revealed'),
  );
  await teacher.change(asked.id, { status: 'revealed' });
  for (const [i, { question }] of (await Promise.all(revealed)).entries()) {
    expect(question).toMatchObject({ id: asked.id, right, mine: { right: i % 3 !== 0, points: i % 3 === 0 ? 0 : 1 } });
    expect(question.explanation).toBe(asked.explanation);
  }
  const away = students.map((student) => student.next('classroom:question', ({ question }) => question === null));
  await teacher.change(asked.id, { away: true });
  await Promise.all(away);
  return asked;
}

/** Has everybody led to an event, and waits until everybody knows. */
async function lead(event: number): Promise<void> {
  const led = students.map((student) => student.next('classroom:led', (told) => told.lead.event === event));
  await teacher.emit('classroom:lead', { event });
  await Promise.all(led);
}

describe('a lesson', () => {
  it('of pymalloc: joins, follows, predicts, tries on a copy, shows it, drops out and comes back with the score', async () => {
    const session = await SessionClient.open(api.url, {
      allocator: { model: 'pymalloc', profile: 'cpython-3.8', options: { arenaSize: 8192, poolSize: 1024 } },
      visibility: 'private',
    });
    await session.ask(
      ...Array.from({ length: 40 }, (_, i) => ({ op: 'malloc' as const, size: 64, id: `x${i}` })),
      ...Array.from({ length: 10 }, (_, i) => ({ op: 'malloc' as const, size: 200, id: `y${i}` })),
      { op: 'free', id: 'x3' },
      { op: 'free', id: 'x4' },
      { op: 'malloc', size: 50, id: 'z' },
    );
    teacher = await openClass(session);
    students = await Promise.all(
      Array.from({ length: STUDENTS }, async (_, i) => (await LessonClient.join(teacher, `Student ${i}`)).connect()),
    );
    expect((await teacher.did('GET', '/people')).items).toHaveLength(STUDENTS + 1);

    await lead(52);
    const next = await predict({ kind: 'next-block' });
    expect(next).toMatchObject({ kind: 'next-block', event: 52 });
    await lead(51);
    await predict({ kind: 'arena-returned' });
    await lead(0);
    expect(await predict({ kind: 'next-arena' })).toMatchObject({ event: 0 });
    await predict({ kind: 'next-arena', event: 53 });
    expect((await predict({ kind: 'sizeof', options: { expression: '[1, 2, 3]', asNumber: true } })).choices).toEqual(
      [],
    );
    await predict({ kind: 'party-bill', options: { party: { strategy: 'keep-one' } } });
    await predict({ kind: 'own', prompt: 'Ready?', choices: ['yes', 'no'], right: 'yes' });

    // The driver asks for memory: the class is led to what came of it.
    const grown = students.map((student) => student.next('classroom:led', ({ seq }) => seq === 54));
    expect(await teacher.emit('classroom:request', { requests: [{ op: 'malloc', size: 64 }] })).toMatchObject({
      ok: true,
    });
    await Promise.all(grown);

    // A student wanders off, forks, tries something, and shows it; the teacher puts it on the wall.
    const [curious, dropped] = students;
    await curious.emit('classroom:place', { following: false, event: 20 });
    const copy = await curious.did('POST', '/copies', { event: 20 });
    const tried = await fetch(`${api.url}/v1/sessions/${copy.sessionId}/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${copy.token}` },
      body: JSON.stringify({ requests: [{ op: 'free', id: 'x0' }] }),
    });
    expect(tried.status).toBe(200);
    const shown = dropped.next('classroom:changed', ({ copies }) =>
      copies?.some(({ id }: { id: string }) => id === copy.id),
    );
    await curious.did('PATCH', `/copies/${copy.id}`, { shown: true, note: 'x0 is free' });
    await shown;
    const wall = dropped.next('classroom:changed', ({ projection }) => projection?.kind === 'copy');
    await teacher.did('PATCH', '', { projection: { kind: 'copy', copyId: copy.id } });
    await wall;

    // One loses the connection in the middle of a question and is back with answer and score.
    const draft = await teacher.make({ kind: 'own', prompt: 'Still here?', choices: ['yes', 'no'], right: 'yes' });
    const heard = dropped.next('classroom:question', ({ question }) => question?.id === draft.id);
    await teacher.change(draft.id, { status: 'asked', points: 5 });
    await heard;
    await dropped.answer(draft.id, draft.right ?? '');
    const gone = teacher.next('classroom:people', ({ changed }) =>
      changed.some(({ id, online }: { id: string; online: boolean }) => id === dropped.id && !online),
    );
    dropped.disconnect();
    await gone;
    await dropped.connect();
    expect(dropped.state.question).toMatchObject({ id: draft.id, mine: { answer: draft.right, attempt: 1 } });
    await teacher.change(draft.id, { status: 'revealed' });
    const own = (await dropped.did('GET', '/people')).items.find(({ id }: { id: string }) => id === dropped.id);
    // The first question of seven had everybody but every third one right.
    expect(own.score).toBe(7 + 5);

    const { questions, people } = await teacher.did('GET', '/results');
    expect(questions.map(({ kind }: { kind: string }) => kind)).toEqual([
      'next-block',
      'arena-returned',
      'next-arena',
      'next-arena',
      'sizeof',
      'party-bill',
      'own',
      'own',
    ]);
    expect(people.map(({ score }: { score: number }) => score)).toEqual(
      students.map((student, i) => (i % 3 === 0 ? 0 : 7) + (student === dropped ? 5 : 0)),
    );
    const csv = await teacher.did('GET', '/results.csv');
    expect(String(csv).trim().split('\r\n')).toHaveLength(STUDENTS + 1);
    await teacher.did('PATCH', '', { status: 'closed' });
    for (const client of [teacher, ...students]) {
      expect(client.heard.filter(({ event }) => event === 'problem')).toEqual([]);
      client.disconnect();
    }
  });

  it('of a program: the class says what is leaked', async () => {
    const program = await ProgramClient.open(api.url, CPYTHON);
    await program.run(
      { op: 'new', to: 'a', type: 'dict', fields: ['b'] },
      { op: 'new', to: 'b', type: 'dict', fields: ['a'] },
      { op: 'assign', to: 'a.b', value: { ref: 'b' } },
      { op: 'assign', to: 'b.a', value: { ref: 'a' } },
      { op: 'unset', place: 'a' },
      { op: 'unset', place: 'b' },
    );
    teacher = await openClass(program.session);
    students = await Promise.all(
      ['Ada', 'Ben', 'Cy'].map(async (name) => (await LessonClient.join(teacher, name)).connect()),
    );
    const at = (await program.session.history()).length;
    const early = await teacher.call('POST', '/questions', { kind: 'leaked', event: 0 });
    expect([early.status, early.body.nextEvent]).toEqual([409, 1]);
    const question = await predict({ kind: 'leaked', event: at, options: { object: 1 } });
    const { records } = await program.leaks(at);
    const record = records.items.find(({ objects }) => objects.first.includes(1));
    expect(question.right).toBe(record?.kind);
  });
});
