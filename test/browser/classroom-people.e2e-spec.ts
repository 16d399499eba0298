/** What a teacher does about the people of a class, and how these come back: in real browsers. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';
import {
  codeOn,
  inRoster,
  isFitForEverybody,
  join,
  knock,
  openClass,
  PATIENCE,
  PHONE,
  REQUESTS,
  sentence,
  writeQuestion,
} from './class-visits.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';

interface Opened {
  readonly classroom: { readonly id: string; readonly subject: { readonly id: string } };
  readonly token: string;
  readonly personId: string;
  readonly join: { readonly code: string };
}

let service: Service;
let visitor: Visitor;
let teacher: Page;
let student: Page;
let code = '';

beforeAll(async () => {
  service = await Service.start({ patience: PATIENCE });
  visitor = await Visitor.arrive(service);
  const opened = await visitor.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', { name: 'Toys' });
  await visitor.call('POST', `/v1/sessions/${opened.id}/requests`, REQUESTS, opened.ownerToken);
  teacher = await visitor.device();
  code = await openClass(teacher, `${service.url}/s/${opened.id}`);
  student = await visitor.device(PHONE);
  await join(student, service.url, code, 'Maya');
}, 2 * PATIENCE);
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});
afterEach(() => {
  expect(visitor.complaints.splice(0)).toEqual([]);
});

/** What the teacher may ask of the service, as the teacher. */
async function asTeacher<T>(method: string, path: string, body?: object): Promise<T> {
  const id = new URL(teacher.url()).pathname.split('/').at(-1) ?? '';
  const kept = await teacher.evaluate<string>(`localStorage.getItem('heapcast.class.${id}')`);
  const { token } = JSON.parse(kept) as { token: string };
  return visitor.call(method, `/v1/classrooms/${id}${path}`, body, token);
}

describe('the door', () => {
  it('is locked: whoever is new is told, whoever belongs to the class comes back', async () => {
    await teacher.getByRole('button', { name: 'More', exact: true }).click();
    await teacher.getByRole('button', { name: 'Lock the door' }).click();
    await teacher.getByText('Locked: nobody new may join.').waitFor();
    const late = await visitor.device(PHONE);
    await knock(late, service.url, code, 'Linus');
    await late.getByRole('alert').filter({ hasText: 'The class is locked' }).waitFor();
    visitor.complaints.splice(0); // The browser's own word about the 409.
    await student.reload();
    await sentence(student, 't5 is freed: block 5').waitFor();
    await teacher.getByRole('button', { name: 'Let people in' }).click();
    await teacher.getByText('Locked: nobody new may join.').waitFor({ state: 'detached' });
    await late.getByRole('button', { name: 'Join', exact: true }).click();
    await sentence(late, 't5 is freed: block 5').waitFor();
    await teacher.getByText('2 joined').waitFor();
  });

  it('has a new code: the old one says so, and who came in with it stays', async () => {
    await teacher.getByRole('button', { name: 'New code' }).click();
    const fresh = await codeOn(teacher, new RegExp(`^(?!${code})[A-Z]{3} \\d{3}$`));
    const late = await visitor.device(PHONE);
    await knock(late, service.url, code, 'Late');
    await late.getByRole('alert').filter({ hasText: 'No class with this code. Look at the board' }).waitFor();
    visitor.complaints.splice(0); // The browser's own word about the 404.
    await late.getByLabel('Code on the board').fill(fresh);
    await late.getByRole('button', { name: 'Join', exact: true }).click();
    await late.waitForURL(/\/live$/);
    await student.reload();
    await sentence(student, 't5 is freed: block 5').waitFor();
    await inRoster(teacher, 'Late').click();
    await teacher.getByRole('button', { name: 'Remove', exact: true }).click();
    await teacher.getByRole('button', { name: 'Remove for good?' }).click();
    await sentence(late, 'You were removed from this class').waitFor();
    await teacher.getByText('2 joined').waitFor();
  });
});

describe('a person', () => {
  it('is renamed, and muted: then nothing can be answered, and the phone says why', async () => {
    await inRoster(teacher, 'Maya').click();
    await teacher.getByLabel('Name', { exact: true }).fill('Maya R.');
    await teacher.getByRole('button', { name: 'Rename' }).click();
    await student.locator('.phone-head').getByText('Maya R.').waitFor();
    await teacher.getByRole('button', { name: 'Mute', exact: true }).click();
    await inRoster(teacher, 'Maya R. (muted)').waitFor();

    // A question of the teacher's own, against the clock.
    await teacher.getByRole('button', { name: 'Ask a question' }).click();
    await writeQuestion(teacher, 'Who gives an arena back?', ['malloc', 'the last free in it']);
    await teacher.getByLabel('Choice 2 is right').check();
    await teacher.getByLabel('Why, said after the reveal').fill('An arena goes back when it is empty.');
    await isFitForEverybody(teacher);
    await teacher.getByRole('button', { name: 'Preview' }).click();
    await teacher.getByText('Right is: the last free in it').waitFor();
    await teacher.getByLabel('Time').selectOption('20 s');
    await teacher.getByLabel('Points').selectOption('3');
    await teacher.getByRole('button', { name: 'Ask', exact: true }).click();
    await sentence(student, 'Who gives an arena back?').waitFor();
    await student.getByRole('status').filter({ hasText: 'The teacher has muted you' }).waitFor();
    await student.getByRole('button', { name: 'the last free in it', disabled: true }).click({ force: true });
    await inRoster(teacher, 'Maya R. (muted)').filter({ hasText: 'not answered' }).waitFor();
    await teacher.getByRole('button', { name: 'Unmute' }).click();
    await student.getByRole('status').filter({ hasText: 'Choose an answer' }).waitFor();
  });

  it('answers until the time is up: the question closes by itself', async () => {
    await student
      .getByRole('timer')
      .filter({ hasText: /^0:[01]\d left$/ })
      .waitFor();
    await teacher.getByRole('button', { name: '30 s more' }).click();
    await student
      .getByRole('timer')
      .filter({ hasText: /^0:[2-5]\d left$/ })
      .waitFor();
    await student.getByRole('button', { name: 'the last free in it' }).click();
    await student.getByRole('status').filter({ hasText: 'You chose the last free in it' }).waitFor();
    const [asked] = (await asTeacher<{ items: { id: string }[] }>('GET', '/questions')).items;
    await asTeacher('PATCH', `/questions/${asked?.id}`, { seconds: 1 });
    await student.getByRole('status').filter({ hasText: 'Answers are closed.' }).waitFor();
    await teacher.getByText('Answers are closed.').waitFor();
    await teacher.getByRole('button', { name: 'Reveal' }).click();
    await student
      .getByRole('status')
      .filter({ hasText: 'Right. 3 points. An arena goes back when it is empty.' })
      .waitFor();
    await teacher.getByRole('button', { name: 'Go on' }).click();
    await sentence(student, 't5 is freed: block 5').waitFor();
  });

  it('is one person in two tabs: both are where the person is', async () => {
    const other = await visitor.tab(student.context());
    await other.goto(student.url());
    await sentence(other, 't5 is freed: block 5').waitFor();
    await teacher.getByText('2 online').waitFor();
    await student.getByRole('button', { name: 'One event back' }).click();
    await sentence(other, 't8 is freed: block 8').waitFor();
    await inRoster(teacher, 'Maya R.').filter({ hasText: 'looks around' }).waitFor();
    await other.getByRole('button', { name: 'Back to the class' }).click();
    await sentence(student, 't5 is freed: block 5').waitFor();
    await other.close();
    await student.getByRole('button', { name: 'One event back' }).click();
    // Had it been the person who left with the tab, this would not be told.
    await inRoster(teacher, 'Maya R.').filter({ hasText: 'looks around' }).waitFor();
    expect(await inRoster(teacher, '(away)').count()).toBe(0);
    expect(await teacher.locator('.names:not(.staff) li').count()).toBe(2);
  });

  it('drops out of the network and comes back as the same person, at the same place, with the score', async () => {
    await sentence(student, 't8 is freed: block 8').waitFor();
    await student.context().setOffline(true);
    await inRoster(teacher, 'Maya R.').filter({ hasText: '(away)' }).waitFor();
    await student.context().setOffline(false);
    // The phone was put away meanwhile: nothing is left but what the browser keeps.
    const again = await visitor.tab(student.context());
    await student.close();
    student = again;
    await student.goto(`${service.url}/j/${code.replace(' ', '')}/live`);
    await sentence(student, 't8 is freed: block 8').waitFor();
    await student.locator('.score', { hasText: '3 points' }).waitFor();
    await student.getByRole('button', { name: 'Back to the class' }).waitFor();
    await inRoster(teacher, 'Maya R.').filter({ hasText: 'looks around' }).waitFor();
    await inRoster(teacher, '(away)').waitFor({ state: 'detached' });
    visitor.complaints.splice(0); // What could not be fetched meanwhile is the network's fault.
    await teacher.getByRole('button', { name: 'Gather them' }).click();
    await sentence(student, 't5 is freed: block 5').waitFor();
    await student.getByRole('button', { name: 'One event back' }).waitFor({ state: 'detached' });
    await teacher.getByRole('button', { name: 'Let them explore' }).click();
  });

  it('is handed the lesson as a teacher, with a console of her own, and it is taken back', async () => {
    await teacher.getByRole('button', { name: 'Hand over as teacher' }).click();
    await inRoster(teacher, 'Maya R. (teacher)').waitFor();
    await student.getByRole('link', { name: 'Open the teacher’s console' }).click();
    await student.setViewportSize({ width: 1440, height: 900 });
    await student.getByText('you are driving').waitFor();
    await student.getByRole('button', { name: 'One event back' }).click();
    await sentence(teacher, 't8 is freed: block 8').waitFor();
    await teacher.getByText('Maya R. is driving').waitFor();
    await isFitForEverybody(student);
    await teacher.locator('.class-dock').getByRole('button', { name: 'Take back the wheel' }).click();
    await teacher.getByText('you are driving').waitFor();
    await student.getByText('Dr. Stone is driving').waitFor();
    await teacher.getByRole('button', { name: 'One event on' }).click();
    await sentence(student, 't5 is freed: block 5').waitFor();
    // The class itself goes to her, and back.
    await teacher.getByRole('button', { name: 'Hand the class over' }).click();
    await inRoster(teacher, 'Maya R. (owner)').waitFor();
    await inRoster(student, 'Dr. Stone (teacher)').click();
    await student.getByRole('button', { name: 'Hand the class over' }).click();
    await inRoster(teacher, 'Maya R. (teacher)').waitFor();
    await teacher.getByRole('button', { name: 'Back to student' }).click();
    await inRoster(teacher, 'Maya R. (teacher)').waitFor({ state: 'detached' });
  });
});

describe('results', () => {
  it('are saved as a table that spreadsheets read', async () => {
    const [download] = await Promise.all([
      teacher.waitForEvent('download'),
      teacher.getByRole('button', { name: 'Results as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('results.csv');
    const [head, ...rows] = readFileSync(await download.path(), 'utf8')
      .replace('\ufeff', '')
      .trim()
      .split('\r\n');
    expect(head).toBe('name,present,score,Q1: Who gives an arena back?,Q1 right,Q1 points');
    expect(rows.toSorted()).toEqual([
      'Late,removed,0,,,',
      'Linus,here,0,,,',
      'Maya R.,here,3,the last free in it,yes,3',
    ]);
  });
});

describe('a poll', () => {
  it('has no right answer: everybody sees what was chosen', async () => {
    await teacher.getByRole('button', { name: 'Add a question' }).click();
    await writeQuestion(teacher, 'Go on?', ['Yes', 'A break first']);
    await teacher.getByLabel('None is right').check();
    await teacher.getByRole('button', { name: 'Preview' }).click();
    await teacher.getByRole('button', { name: 'Ask', exact: true }).click();
    const late = await visitor.device(PHONE);
    await join(late, service.url, await codeOn(teacher), 'Ben');
    await late.getByRole('button', { name: 'A break first' }).click();
    await teacher.getByText('1 of 3 answered').waitFor();
    await teacher.getByRole('button', { name: 'Show the answers' }).click();
    await late.getByRole('status').filter({ hasText: 'You chose A break first' }).waitFor();
    expect(await teacher.getByText('were right').count()).toBe(0);
    await isFitForEverybody(teacher);
  });
});

describe('another device', () => {
  it('plays the steps of a scenario that it did not open, also after a reload', async () => {
    const opened = await visitor.call<Opened>('POST', '/v1/classrooms', {
      name: 'Ada',
      scenario: { name: 'generators' },
    });
    const page = await visitor.device();
    await join(page, service.url, opened.join.code, 'Grace');
    const { id } = opened.classroom;
    type People = { items: { id: string; name: string }[] };
    const { items } = await visitor.call<People>('GET', `/v1/classrooms/${id}/people`, undefined, opened.token);
    const grace = items.find(({ name }) => name === 'Grace')?.id;
    await visitor.call('PATCH', `/v1/classrooms/${id}/people/${grace}`, { role: 'teacher' }, opened.token);
    await visitor.call('PATCH', `/v1/classrooms/${id}`, { driverId: grace }, opened.token);
    await page.getByRole('link', { name: 'Open the teacher’s console' }).click();
    const steps = page.locator('.outline ol').first().getByRole('button');
    await steps.first().click();
    await page.locator('.outline .done').first().waitFor();
    await page.reload();
    await steps.nth(1).click();
    await page.locator('.outline .done').nth(1).waitFor();
    await page.locator('.outline [aria-current="step"]').and(steps.nth(1)).waitFor();
    await steps.first().click();
    await page.locator('.outline [aria-current="step"]').and(steps.first()).waitFor();
    await isFitForEverybody(page);
  });

  it('takes a copy of an uploaded recording, and goes on in it', async () => {
    const [run = ''] = await visitor.replay(RECORDING, ['cpython-3.11']);
    const opened = await visitor.call<Opened>('POST', '/v1/classrooms', {
      name: 'Ada',
      subject: { kind: 'run', id: run },
      event: 200_000,
    });
    const phone = await visitor.device(PHONE);
    await join(phone, service.url, opened.join.code, 'Grace');
    await phone.getByRole('button', { name: 'Try it in a copy of your own' }).click();
    await phone.getByText(/Your copy of event 200\s000/).waitFor();
    const own = await visitor.tab(phone.context());
    await own.setViewportSize({ width: 1440, height: 900 });
    await own.goto(service.url + (await phone.getByRole('link', { name: 'Open it' }).getAttribute('href')));
    await own.getByLabel('Name').fill('mine');
    await own.getByRole('button', { name: 'malloc', exact: true }).click();
    await own
      .getByText(/200\s001/)
      .first()
      .waitFor();
  });
});
