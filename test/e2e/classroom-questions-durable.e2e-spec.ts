/** What was acknowledged of a question is there after kill -9; deadlines go on by the server's clock, down or up. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { LessonClient } from './lesson-client.js';
import { SessionClient } from './sessions-client.js';

const clients: LessonClient[] = [];
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await Service.stopAll();
});

const own = { kind: 'own', prompt: 'Two?', choices: ['yes', 'no'], right: 'yes' };

describe('kill -9 in the middle of a question', () => {
  it('loses no answer that was acknowledged, no deadline and no score', async () => {
    const service = await Service.start();
    const session = await SessionClient.open(service.url);
    await session.ask({ op: 'malloc', size: 48 });
    const teacher = await LessonClient.open(
      service.url,
      { name: 'Grace', subject: { kind: 'session', id: session.id } },
      session.token,
    );
    const students = await Promise.all(
      Array.from({ length: 12 }, (_, i) => LessonClient.join(teacher, `Student ${i}`)),
    );
    clients.push(teacher, ...students);

    // A score from before.
    const first = await teacher.make(own);
    await teacher.change(first.id, { status: 'asked', points: 3 });
    await students[0].did('POST', `/questions/${first.id}/answers`, { answer: first.right ?? '' });
    await teacher.change(first.id, { status: 'revealed' });

    const late = await teacher.make(own);
    const question = await teacher.make(own);
    await teacher.change(question.id, { status: 'asked', attempts: 3, seconds: 3600, points: 1 });
    // Everybody answers over and over, until the service is gone in the middle of it.
    const acknowledged = new Map<string, { answer: string; attempt: number }>();
    const answering = students.map(async (student, i) => {
      for (let n = 0; n < 3; n++) {
        const answer = question.choices[(i + n) % 2].id;
        const { status, body } = await student.call('POST', `/questions/${question.id}/answers`, { answer });
        if (status === 201) acknowledged.set(student.id, body.mine);
        if (acknowledged.size > 7) service.signal('SIGKILL');
      }
    });
    await Promise.allSettled(answering);
    await service.exited;
    expect(acknowledged.size).toBeGreaterThan(5);
    await service.restart();

    const { question: still } = await teacher.did('GET', '');
    expect(still).toMatchObject({ id: question.id, status: 'asked', attempts: 3, points: 1 });
    expect(still.answered).toBeGreaterThanOrEqual(acknowledged.size);
    for (const student of students) {
      const mine = (await student.did('GET', '')).question.mine;
      const told = acknowledged.get(student.id);
      if (told) expect(mine?.attempt).toBeGreaterThanOrEqual(told.attempt);
      if (told && mine.attempt === told.attempt) expect(mine).toEqual(told);
    }
    await students[0].connect();
    expect(students[0].state.people.find(({ id }) => id === students[0].id)?.score).toBe(3);

    // The teacher gives it little time, and the service is down when that is over.
    await teacher.change(question.id, { status: 'closed' });
    await teacher.change(late.id, { status: 'asked', seconds: 1 });
    students[0].disconnect();
    await service.kill();
    await service.restart();
    await teacher.connect();
    // Either it was closed before the first state, or it is told in a moment.
    if (teacher.state.question?.status !== 'closed') {
      await teacher.told('classroom:question', ({ question: told }) => told?.status === 'closed');
    }
    expect((await teacher.did('GET', '')).question).toMatchObject({ id: late.id, status: 'closed' });
    expect((await students[1].call('POST', `/questions/${late.id}/answers`, { answer: 'a' })).status).toBe(409);
  }, 180_000);
});
