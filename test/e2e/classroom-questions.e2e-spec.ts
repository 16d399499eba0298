/** Questions of a classroom: predict, then reveal. Nobody but teachers knows before; what comes too late or from others is refused. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClassroomQuestion } from '@heapcast/contracts';
import { ApiUnderTest } from './api-under-test.js';
import { LessonClient } from './lesson-client.js';
import { SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
let session: SessionClient;
let teacher: LessonClient;
let ada: LessonClient;
let ben: LessonClient;
let observer: LessonClient;
const all: LessonClient[] = [];

async function joined(name: string, role?: string): Promise<LessonClient> {
  const client = await LessonClient.join(teacher, name, role === undefined ? {} : { role });
  all.push(client);
  return client.connect();
}

beforeAll(async () => {
  api = await ApiUnderTest.start();
  session = await SessionClient.open(api.url);
  await session.ask(
    { op: 'malloc', size: 48, id: 'a' },
    { op: 'malloc', size: 48, id: 'b' },
    { op: 'malloc', size: 48, id: 'c' },
    { op: 'free', id: 'b' },
    { op: 'free', id: 'a' },
    { op: 'malloc', size: 40, id: 'd' },
    { op: 'free', id: 'c' },
  );
  teacher = await LessonClient.open(
    api.url,
    { name: 'Grace', subject: { kind: 'session', id: session.id } },
    session.token,
  );
  all.push(teacher);
  await teacher.connect();
  [ada, ben] = [await joined('Ada'), await joined('Ben')];
  observer = await joined('Olga', 'observer');
});
afterAll(async () => {
  for (const client of all) client.disconnect();
  await api.close();
});
/** Every story begins and ends with the picture. */
afterEach(async () => {
  const { question } = await teacher.did('GET', '');
  if (question) await teacher.change(question.id, { away: true });
});

const own = { kind: 'own', prompt: 'Two?', choices: ['yes', 'no'], right: 'yes', explanation: 'Count again and see.' };

let reasons = 0;

/** @param body with an explanation of its own, so that nothing that was told before can be taken for it */
async function asked(
  body: object = { ...own, explanation: `Count again and see (${++reasons}).` },
  terms: object = {},
): Promise<ClassroomQuestion> {
  const draft = await teacher.make(body);
  const heard = ada.next('classroom:question', ({ question }) => question?.id === draft.id);
  const question = await teacher.change(draft.id, { status: 'asked', ...terms });
  await heard;
  return question;
}

function rightId({ choices }: ClassroomQuestion, text: string): string {
  return choices.find((choice) => choice.text === text)?.id ?? '';
}

describe('predict, then reveal', () => {
  it('asks about the real next event, and the event then proves it right', async () => {
    const question = await asked({ kind: 'next-block', event: 5 }, { points: 2 });
    expect(question.prompt).toBe('The next request asks for 40 bytes for d. Which block is handed out?');
    const event = (await session.history())[5] as unknown as { address: string; arena: number; pool: number };
    const right = question.choices.find(({ id }) => id === question.right);
    expect(right?.block).toMatchObject({ arena: event.arena, pool: event.pool });
    expect(Number(right?.block?.address)).toBe(Number(event.address));

    const wrong = question.choices.find(({ id }) => id !== question.right)?.id ?? '';
    const counted = teacher.next('classroom:answers', ({ answered }) => answered === 2);
    const count = observer.next('classroom:answers', ({ answered }) => answered === 2);
    expect(await ada.answer(question.id, question.right ?? '')).toEqual({ answer: question.right, attempt: 1 });
    expect(await ben.answer(question.id, wrong)).toEqual({ answer: wrong, attempt: 1 });
    const { histogram, answeredBy } = await counted;
    expect(answeredBy).toEqual([ada.id, ben.id]);
    expect(histogram).toEqual(
      question.choices.map(({ id }) => ({ answer: id, count: id === question.right || id === wrong ? 1 : 0 })),
    );
    expect(await count).toEqual({ questionId: question.id, answered: 2 });

    // Whatever anybody but the teacher heard or may ask for, none of it says what is right.
    for (const student of [ada, ben, observer]) {
      await student.call('GET', '');
      await student.call('GET', '/questions');
      await student.call('GET', '/results');
      await student.call('GET', '/results.csv');
      student.disconnect();
      await student.connect();
      expect(student.state.question?.id).toBe(question.id);
      expect(student.secretsOf(question)).toEqual([]);
    }
    expect(ada.state.question?.mine).toEqual({ answer: question.right, attempt: 1 });

    const [toAda, toBen] = [ada, ben].map((student) =>
      student.next('classroom:question', (told) => told.question?.status === 'revealed'),
    );
    const scores = teacher.next('classroom:people', ({ changed }) =>
      changed.some(({ id }: { id: string }) => id === ada.id),
    );
    await teacher.change(question.id, { status: 'revealed' });
    expect((await toAda).question).toMatchObject({
      right: question.right,
      explanation: expect.stringContaining('freed last'),
      mine: { right: true, points: 2 },
    });
    expect((await toBen).question.mine).toMatchObject({ right: false, points: 0 });
    expect((await scores).changed).toContainEqual(expect.objectContaining({ id: ada.id, score: 2 }));
    // Revealed once more, nothing is counted twice.
    await teacher.change(question.id, { status: 'revealed' });
    const { people } = await teacher.did('GET', '/results');
    expect(people.map(({ name, score }: { name: string; score: number }) => [name, score])).toEqual([
      ['Ada', 2],
      ['Ben', 0],
    ]);
  });

  it('supposes a request at the end of a live session', async () => {
    const question = await teacher.make({ kind: 'next-block', event: 7, options: { size: 33 } });
    expect(question.prompt).toContain('Suppose that the program now asks for 33 bytes');
    const [placed] = (await session.ask({ op: 'malloc', size: 33 })) as unknown as readonly { address: string }[];
    const right = question.choices.find(({ id }) => id === question.right);
    expect(Number(right?.block?.address)).toBe(Number(placed.address));
  });

  it('says where a question of that kind could be asked, when it cannot be here', async () => {
    const { status, body } = await teacher.call('POST', '/questions', { kind: 'arena-returned', event: 0 });
    expect([status, body.type, body.nextEvent]).toEqual([409, '/problems/cannot-be-asked', 3]);
    expect(body.detail).toContain('It can be asked at event 3.');
    expect(await teacher.make({ kind: 'arena-returned', event: body.nextEvent })).toMatchObject({ right: 'pool' });
    const leak = await teacher.call('POST', '/questions', { kind: 'leaked', event: 3 });
    expect([leak.status, leak.body.nextEvent]).toEqual([409, null]);
  });

  it('hides names at the bars until the teacher turns them on', async () => {
    const question = await asked();
    await ada.answer(question.id, rightId(question, 'yes'));
    const [hidden] = (await teacher.did('GET', '/questions')).items.slice(-1);
    expect(JSON.stringify(hidden.histogram)).not.toContain('Ada');
    const shown = await teacher.change(question.id, { names: true });
    expect(shown.histogram).toContainEqual({ answer: rightId(question, 'yes'), count: 1, names: ['Ada'] });
    expect(ada.secretsOf(question)).toEqual([]);
  });
});

describe('an answer', () => {
  it('may be given as often as the teacher allows; the last one counts, and a retry costs nothing', async () => {
    const question = await asked(own, { attempts: 2, points: 1 });
    const [yes, no] = [rightId(question, 'yes'), rightId(question, 'no')];
    expect(await ada.answer(question.id, no)).toEqual({ answer: no, attempt: 1 });
    expect(await ada.answer(question.id, no)).toEqual({ answer: no, attempt: 1 });
    expect((await ada.did('POST', `/questions/${question.id}/answers`, { answer: yes })).mine).toEqual({
      answer: yes,
      attempt: 2,
    });
    const { status, body } = await ada.call('POST', `/questions/${question.id}/answers`, { answer: no });
    expect([status, body.detail]).toEqual([409, 'All 2 attempts are used: the last answer stands.']);
    const revealed = await teacher.change(question.id, { status: 'revealed' });
    expect(revealed.histogram).toContainEqual({ answer: yes, count: 1 });
    const { people } = await teacher.did('GET', '/results');
    expect(people[0].answers.at(-1)).toMatchObject({ questionId: question.id, right: true, points: 1, attempt: 2 });
  });

  it('is one of two at the same time where one is allowed', async () => {
    const question = await asked();
    const answers = await Promise.all(
      ['yes', 'no', 'yes', 'no'].map((text) =>
        ada.call('POST', `/questions/${question.id}/answers`, { answer: rightId(question, text) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(new Set(answers.flatMap(({ body }) => body.mine?.answer ?? []))).toHaveProperty('size', 1);
  });

  it('is refused from observers, teachers, the muted and the removed', async () => {
    const question = await asked();
    const answer = { answer: rightId(question, 'yes') };
    const path = `/questions/${question.id}/answers`;
    for (const [who, words] of [
      [observer, 'Observers watch'],
      [teacher, 'Teachers see what is right'],
    ] as const) {
      const { status, body } = await who.call('POST', path, answer);
      expect([status, body.detail]).toEqual([403, expect.stringContaining(words)]);
    }
    await teacher.did('PATCH', `/people/${ben.id}`, { muted: true });
    const muted = await ben.emit('classroom:answer', { questionId: question.id, ...answer });
    expect(muted).toMatchObject({ ok: false, problem: { status: 403, detail: expect.stringContaining('muted') } });
    await teacher.did('PATCH', `/people/${ben.id}`, { muted: false });
    expect(await ben.answer(question.id, answer.answer)).toMatchObject({ attempt: 1 });

    const eve = await joined('Eve');
    await teacher.did('DELETE', `/people/${eve.id}`);
    expect(await eve.call('POST', path, answer)).toMatchObject({ status: 403, body: { detail: /removed/ } });
  });

  it('is refused to drafts, to questions of other classrooms, and when it is none of the choices', async () => {
    const draft = await teacher.make(own);
    expect((await ada.call('POST', `/questions/${draft.id}/answers`, { answer: 'a' })).status).toBe(404);
    const elsewhere = await LessonClient.open(
      api.url,
      { name: 'Eva', subject: { kind: 'session', id: session.id } },
      session.token,
    );
    const other = await elsewhere.make(own);
    await elsewhere.change(other.id, { status: 'asked' });
    expect((await ada.call('POST', `/questions/${other.id}/answers`, { answer: 'a' })).status).toBe(404);
    expect(await ada.emit('classroom:answer', { questionId: other.id, answer: 'a' })).toMatchObject({
      ok: false,
      problem: { status: 404 },
    });
    expect((await elsewhere.call('PATCH', `/questions/${draft.id}`, { status: 'asked' })).status).toBe(404);

    const question = await asked();
    for (const answer of ['c', '', 'yes', 7, null, 'x'.repeat(10_000), ['a']]) {
      const { status } = await ada.call('POST', `/questions/${question.id}/answers`, { answer });
      expect([answer, status]).toEqual([answer, 400]);
    }
    for (const payload of [null, 'a', [], {}, { questionId: 'x', answer: 'a' }, { questionId: question.id }]) {
      expect(await ada.emit('classroom:answer', payload as object)).toMatchObject({ ok: false });
    }
    expect((await ada.did('GET', '')).question).toMatchObject({ id: question.id, answered: 0 });
  });

  it('is refused once the question is closed by hand', async () => {
    const question = await asked();
    await teacher.change(question.id, { status: 'closed' });
    const { status, body } = await ada.call('POST', `/questions/${question.id}/answers`, { answer: 'a' });
    expect([status, body.detail]).toEqual([409, 'The question is closed: it takes no more answers.']);
    expect(ada.secretsOf(question)).toEqual([]);
  });

  it('is refused after the deadline of the server, which closes the question by itself', async () => {
    const question = await asked(own, { seconds: 1 });
    expect(question.deadline).toBeGreaterThan(Date.now() - 1000);
    const { question: closed } = await ada.told(
      'classroom:question',
      (told) => told.question?.id === question.id && told.question.status === 'closed',
    );
    expect(Date.now()).toBeGreaterThanOrEqual(closed.deadline);
    const { status, body } = await ada.call('POST', `/questions/${question.id}/answers`, { answer: 'a' });
    expect([status, body.detail]).toEqual([409, 'The time for answers is over.']);
  });
});

describe("a teacher's own question", () => {
  it('asks for a number and takes a comma for a point', async () => {
    const question = await asked({ kind: 'own', prompt: 'How much?', right: '2.5', unit: 'coins' }, { points: 1 });
    expect(question).toMatchObject({ choices: [], unit: 'coins' });
    await ada.answer(question.id, '2,50');
    expect(await ben.emit('classroom:answer', { questionId: question.id, answer: 'a lot' })).toMatchObject({
      ok: false,
      problem: { status: 400 },
    });
    await ben.answer(question.id, '-3');
    const { histogram } = await teacher.change(question.id, { status: 'revealed' });
    expect(histogram).toEqual([
      { answer: '-3', count: 1 },
      { answer: '2.5', count: 1 },
    ]);
    expect((await ada.did('GET', '')).question.mine).toMatchObject({ right: true, points: 1 });
  });

  it('keeps markup as text and cleans what would turn a page around', async () => {
    const prompt = '<img src=x onerror=alert(1)> \u202eevil';
    expect(await teacher.make({ ...own, prompt })).toMatchObject({ prompt: '<img src=x onerror=alert(1)> evil' });
  });

  it('is bounded, and says what is wrong with it', async () => {
    for (const [body, path] of [
      [{ ...own, prompt: 'x'.repeat(10_000) }, 'prompt'],
      [{ ...own, prompt: ' \u202e ' }, 'prompt'],
      [{ ...own, choices: ['one'] }, 'choices'],
      [{ ...own, choices: ['one', 'one'] }, 'choices'],
      [{ ...own, choices: ['one', ''] }, 'choices[1]'],
      [{ ...own, choices: Array.from({ length: 9 }, (_, i) => `${i}`) }, 'choices'],
      [{ ...own, choices: ['x'.repeat(201), 'y'] }, 'choices'],
      [{ ...own, right: 'neither' }, 'right'],
      [{ kind: 'own', prompt: 'How much?', right: 'many' }, 'right'],
      [{ ...own, options: { seed: 1 } }, 'options'],
      [{ kind: 'next-block', prompt: 'mine' }, 'prompt'],
      [{ kind: 'riddle' }, 'kind'],
      [{ kind: 'own', prompt: 'How?', extra: 1 }, 'extra'],
      [{ kind: 'next-block', options: { size: -1 } }, 'options.size'],
      [{ kind: 'sizeof', options: { expression: '[1,' } }, 'options.expression'],
      [{ kind: 'next-block', event: 1e9 }, 'event'],
    ] as const) {
      const { status, body: problem } = await teacher.call('POST', '/questions', body);
      expect([path, status, problem.errors?.[0]?.path]).toEqual([path, 400, path]);
    }
  });

  it('is the teachers’ alone until it is asked', async () => {
    const draft = await teacher.make(own);
    for (const student of [ada, observer]) {
      const { items } = await student.did('GET', '/questions');
      expect(items.map(({ id }: { id: string }) => id)).not.toContain(draft.id);
      expect((await student.call('POST', '/questions', own)).status).toBe(403);
      expect((await student.call('PATCH', `/questions/${draft.id}`, { status: 'asked' })).status).toBe(403);
      expect((await student.call('DELETE', `/questions/${draft.id}`)).status).toBe(403);
      expect((await student.call('GET', '/results')).status).toBe(403);
    }
    await teacher.did('DELETE', `/questions/${draft.id}`);
    expect((await teacher.call('PATCH', `/questions/${draft.id}`, { status: 'asked' })).status).toBe(404);
  });
});

describe('the states of a question', () => {
  it('go one way, one question at a time', async () => {
    const question = await asked();
    const second = await teacher.make(own);
    expect((await teacher.call('PATCH', `/questions/${second.id}`, { status: 'asked' })).status).toBe(409);
    expect((await teacher.call('PATCH', `/questions/${second.id}`, { status: 'closed' })).status).toBe(409);
    expect((await teacher.call('PATCH', `/questions/${second.id}`, { status: 'revealed' })).status).toBe(409);
    expect((await teacher.call('PATCH', `/questions/${second.id}`, { seconds: 5 })).status).toBe(409);
    await teacher.change(question.id, { status: 'closed' });
    await teacher.change(second.id, { status: 'asked' });
    expect((await ada.did('GET', '')).question.id).toBe(second.id);
    expect((await teacher.call('PATCH', `/questions/${question.id}`, { status: 'asked' })).status).toBe(409);
    // A poll: nobody is right, so there is nothing to earn.
    const poll = await teacher.make({ kind: 'own', prompt: 'Tea?', choices: ['yes', 'no'] });
    expect((await teacher.call('PATCH', `/questions/${poll.id}`, { points: 1 })).status).toBe(409);
  });

  it('end with the picture: what is put away is closed and stays in the results', async () => {
    const question = await asked();
    const away = ada.next('classroom:question', (told) => told.question === null);
    await teacher.change(question.id, { away: true });
    await away;
    expect((await ada.did('GET', '')).question).toBeNull();
    const { questions } = await teacher.did('GET', '/results');
    expect(questions.at(-1)).toMatchObject({ id: question.id, status: 'closed' });
  });
});

describe('results', () => {
  it('are a table in which no name becomes a formula and no comma a column', async () => {
    const mallory = await joined('=HYPERLINK("http://x","y")');
    const comma = await joined('Eve, "the" Great');
    const question = await asked({ kind: 'own', prompt: '+1, or "not"?', choices: ['=1+1', '-2'], right: '-2' });
    await mallory.answer(question.id, rightId(question, '=1+1'));
    await comma.answer(question.id, rightId(question, '-2'));
    await teacher.change(question.id, { status: 'revealed' });
    const response = await fetch(`${teacher.path}/results.csv`, {
      headers: { authorization: `Bearer ${teacher.token}` },
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const csv = await response.text();
    const lines = csv.split('\r\n');
    const count = (await teacher.did('GET', '/results')).questions.length;
    expect(lines[0].startsWith('name,present,score,Q1: ')).toBe(true);
    expect(lines[0].endsWith(`"Q${count}: +1, or ""not""?",Q${count} right,Q${count} points`)).toBe(true);
    expect(lines.find((line) => line.includes('HYPERLINK'))).toMatch(
      /^"'=HYPERLINK\(""http:\/\/x"",""y""\)",here,0,.*'=1\+1,no,0$/,
    );
    expect(lines.find((line) => line.includes('Great'))).toMatch(/^"Eve, ""the"" Great",here,0,.*,-2,yes,0$/);
    expect(csv.endsWith('\r\n')).toBe(true);
  });
});

describe('the end of a class', () => {
  it('closes what is asked, and nothing is answered any more', async () => {
    const other = await LessonClient.open(
      api.url,
      { name: 'Eva', subject: { kind: 'session', id: session.id } },
      session.token,
    );
    const student = await LessonClient.join(other, 'Sam');
    const question = await other.make(own);
    await other.change(question.id, { status: 'asked', seconds: 3600 });
    await other.did('PATCH', '', { status: 'closed' });
    expect((await student.call('POST', `/questions/${question.id}/answers`, { answer: 'a' })).status).toBe(409);
    const { questions } = await other.did('GET', '/results');
    expect(questions).toEqual([expect.objectContaining({ status: 'closed' })]);
    expect((await other.call('POST', '/questions', own)).status).toBe(409);
  });
});
