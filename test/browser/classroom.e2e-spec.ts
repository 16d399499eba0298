/** A lesson in real browsers: a teacher with a wall, a phone that joins, follows, answers, drops out and comes back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';
import {
  ASKED_AT,
  inRoster,
  isFitForEverybody,
  join,
  openClass,
  PATIENCE,
  PHONE,
  REQUESTS,
  sentence,
} from './class-visits.js';

const HOSTILE = '<img src=x onerror="globalThis.wasHurt=1">\u202e drawkcab';

let service: Service;
let visitor: Visitor;
let teacher: Page;
let wall: Page;
let student: Page;
let code = '';

beforeAll(async () => {
  service = await Service.start({ patience: PATIENCE });
  visitor = await Visitor.arrive(service);
}, 2 * PATIENCE);
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});
afterEach(() => {
  expect(visitor.complaints.splice(0)).toEqual([]);
});

describe('a lesson', () => {
  it('begins around a session, with a code on the wall', async () => {
    const opened = await visitor.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', {
      name: 'Where do toys go?',
      allocator: { model: 'pymalloc', profile: 'cpython-3.9' },
    });
    await visitor.call('POST', `/v1/sessions/${opened.id}/requests`, REQUESTS, opened.ownerToken);
    teacher = await visitor.device();
    code = await openClass(teacher, `${service.url}/s/${opened.id}`);
    wall = await visitor.tab(teacher.context());
    await wall.goto(`${teacher.url()}/screen`);
    await wall.getByRole('heading', { name: code }).waitFor();
    await wall.getByRole('img', { name: /QR code of .*\/j\// }).waitFor();
    await isFitForEverybody(wall);
  });

  it('is joined from a phone; a wrong code is said beside the field, which keeps its text', async () => {
    student = await visitor.device(PHONE);
    await student.goto(`${service.url}/join`);
    await student.getByLabel('Code on the board').fill('xyz 999');
    await student.getByLabel('Your name').fill('Maya');
    await isFitForEverybody(student);
    await student.getByRole('button', { name: 'Join', exact: true }).click();
    await student.getByRole('alert').filter({ hasText: 'No class with this code' }).waitFor();
    expect(await student.getByLabel('Code on the board').inputValue()).toBe('XYZ999');
    expect(await student.getByLabel('Your name').inputValue()).toBe('Maya');
    visitor.complaints.splice(0); // The browser's own word about the 404.
    await student.getByLabel('Code on the board').fill(code.toLowerCase());
    await student.getByRole('button', { name: 'Join', exact: true }).click();
    await student.waitForURL(/\/j\/\w{6}\/live$/);
    await sentence(student, 't5 is freed: block 5').waitFor();
    await wall.getByRole('listitem').filter({ hasText: 'Maya' }).waitFor();
    await wall.getByRole('button', { name: 'Hide the code' }).click();
  });

  it('goes where the teacher goes, on the phone and on the wall', async () => {
    await teacher.getByRole('button', { name: 'One event back' }).click();
    await sentence(student, 't8 is freed: block 8').waitFor();
    await sentence(wall, 't8 is freed: block 8').waitFor();
    await teacher.keyboard.press('ArrowRight');
    await sentence(student, 't5 is freed: block 5').waitFor();
    await teacher.getByRole('button', { name: 'Party' }).click();
    await student.locator('.party-words').filter({ hasText: /toy/i }).waitFor();
    await teacher.getByRole('button', { name: 'Heap', exact: true }).click();
    await teacher
      .getByRole('group', { name: 'How near the class looks' })
      .getByRole('button', { name: 'Pool' })
      .click();
    await student.locator('.one-arena').waitFor({ state: 'detached' });
    await wall.locator('.one-arena').waitFor({ state: 'detached' });
    await teacher.getByRole('group', { name: 'How near the class looks' }).getByRole('button', { name: 'All' }).click();
    await student.locator('.one-arena').waitFor();
    await isFitForEverybody(student);
    await isFitForEverybody(teacher);
  });

  it('can be wandered off from and come back to, and the teacher sees it', async () => {
    const maya = inRoster(teacher, 'Maya');
    await student.getByRole('button', { name: 'One event back' }).click();
    await sentence(student, 't8 is freed').waitFor();
    await maya.filter({ hasText: 'looks around' }).waitFor();
    await teacher.getByRole('button', { name: 'One event back' }).click();
    await teacher.getByRole('button', { name: 'One event back' }).click();
    await sentence(wall, 't3 is freed').waitFor();
    await sentence(student, 't8 is freed').waitFor();
    await student.getByRole('button', { name: 'Back to the class' }).click();
    await sentence(student, 't3 is freed').waitFor();
    await maya.filter({ hasText: 'follows' }).waitFor();
    await teacher.getByRole('slider', { name: 'Event' }).fill(String(ASKED_AT));
    await sentence(student, 't5 is freed').waitFor();
  });

  it('asks what comes next; the wall shows no answers before the reveal', async () => {
    await teacher.getByRole('button', { name: 'Ask a question' }).click();
    await teacher.getByRole('button', { name: 'Which block will be handed out next?' }).click();
    await teacher.getByText('A preview: nobody but teachers sees it yet.').waitFor();
    expect(await student.locator('.block-choices').count()).toBe(0);
    await teacher.getByLabel('Points').selectOption('2');
    await teacher.getByRole('button', { name: 'Ask', exact: true }).click();
    const blocks = student.locator('.block-choices button:not([disabled])');
    await blocks.first().waitFor();
    const target = await blocks.first().boundingBox();
    expect(Math.min(target?.width ?? 0, target?.height ?? 0)).toBeGreaterThanOrEqual(62);
    await student.locator('.block-choices button:not([disabled])', { hasText: /^3$/ }).click();
    await student
      .getByRole('status')
      .filter({ hasText: /You chose/ })
      .waitFor();
    await student.locator('.block-choices button', { hasText: /^5$/ }).click();
    await teacher.getByText('1 of 1 answered').waitFor();
    await teacher.locator('.answer-column').filter({ hasText: /^15/ }).waitFor();
    await teacher.locator('.names button').filter({ hasText: 'Maya, answered' }).waitFor();
    await wall.getByText('1 of 1 answered').waitFor();
    expect(await wall.locator('.answer-room b, .right-one').count()).toBe(0);
    expect(await student.locator('.right-one').count()).toBe(0);
    await isFitForEverybody(student);
    await isFitForEverybody(wall);
    await isFitForEverybody(teacher);
  });

  it('goes on when a phone loses the network: the same person comes back, with the answer', async () => {
    await student.context().setOffline(true);
    await student.getByText(/^Reconnecting\./).waitFor();
    await teacher.locator('.names button').filter({ hasText: '(away)' }).waitFor();
    await student.context().setOffline(false);
    await student.getByText(/^Reconnecting\./).waitFor({ state: 'detached', timeout: 30_000 });
    await student.locator('.block-choices .mine', { hasText: '5' }).waitFor();
    await teacher.locator('.names button').filter({ hasText: '(away)' }).waitFor({ state: 'detached' });
    expect(await teacher.locator('.names:not(.staff) li').count()).toBe(1);
    // What could not be fetched meanwhile is the network's fault.
    visitor.complaints.splice(0);
  });

  it('goes on when the teacher reloads', async () => {
    await teacher.reload();
    await teacher.getByRole('button', { name: 'Reveal' }).waitFor();
    await teacher.getByText('1 of 1 answered').waitFor();
  });

  it('reveals, gives points, and plays the event', async () => {
    await teacher.getByRole('button', { name: 'Reveal' }).click();
    await student
      .getByRole('status')
      .filter({ hasText: /^Right\. 2 points\./ })
      .waitFor();
    await student.locator('.block-choices .right-one', { hasText: '5' }).waitFor();
    await wall.locator('.right-one').filter({ hasText: '5' }).waitFor();
    await wall.getByText('1 of 1 were right').waitFor();
    await student.locator('.score', { hasText: '2 points' }).waitFor();
    await teacher.getByRole('button', { name: 'Play the event' }).click();
    await sentence(student, /as next: block 5/).waitFor();
  });

  it('is led by a student who was lent the wheel, until the teacher takes it back', async () => {
    const maya = inRoster(teacher, 'Maya');
    await maya.click();
    await teacher.getByRole('button', { name: 'Lend the wheel' }).click();
    await student.getByRole('group', { name: 'Lead the class' }).getByLabel('One event back').click();
    await sentence(wall, 't5 is freed: block 5').waitFor();
    await sentence(teacher, 't5 is freed: block 5').waitFor();
    await maya.click();
    await teacher.getByRole('button', { name: 'Take back the wheel' }).click();
    await teacher.getByRole('button', { name: 'One event on' }).click();
    await sentence(student, /as next: block 5/).waitFor();
  });

  it('lets a student try something in a copy, and puts it on the wall', async () => {
    await student.getByRole('button', { name: 'Try it in a copy of your own' }).click();
    await student.getByLabel('What did you find out?').fill('Mine was kept');
    const copy = await student.getByRole('link', { name: 'Open it' }).getAttribute('href');
    const own = await visitor.tab(student.context());
    await own.goto(service.url + copy);
    await own.getByRole('button', { name: 'malloc', exact: true }).waitFor();
    await own.close();
    await student.getByRole('button', { name: 'Show it to the class' }).click();
    await teacher.getByRole('button', { name: 'Put on the projector' }).click();
    await sentence(wall, 'Mine was kept').waitFor();
    await wall.getByText('Maya tried this from event 15').waitFor();
    await wall.locator('.heap-picture[data-ready]').waitFor();
    await teacher.getByRole('button', { name: 'Back to the lesson' }).click();
    await sentence(wall, /as next: block 5/).waitFor();
  });

  it('shows a hostile name as what it is, and removes who must go', async () => {
    const rude = await visitor.device(PHONE);
    await join(rude, service.url, code, HOSTILE);
    const name = teacher.locator('.names bdi').filter({ hasText: '<img src=x onerror=' });
    await name.waitFor();
    for (const page of [teacher, wall, student, rude]) {
      expect(await page.evaluate('globalThis.wasHurt')).toBeUndefined();
    }
    await name.click();
    await teacher.getByRole('button', { name: 'Remove', exact: true }).click();
    await teacher.getByRole('button', { name: 'Remove for good?' }).click();
    await sentence(rude, 'You were removed from this class').waitFor();
    await name.waitFor({ state: 'detached' });
  });

  it('ends for everybody', async () => {
    await teacher.getByRole('button', { name: 'End class' }).click();
    await teacher.getByRole('button', { name: 'End it for everybody' }).click();
    await sentence(student, 'Class is over').waitFor();
    await student.getByRole('link', { name: 'Open the session alone' }).waitFor();
    await isFitForEverybody(student);
    await sentence(wall, 'Class is over').waitFor();
    await sentence(teacher, 'Class is over').waitFor();
    await teacher.reload();
    await teacher.getByText('1 student, 1 question.').waitFor();
    await teacher.getByRole('listitem').filter({ hasText: 'Maya' }).filter({ hasText: '2 points' }).waitFor();
    await isFitForEverybody(teacher);
    await student.reload();
    await sentence(student, 'Class is over').waitFor();
    await student.getByRole('link', { name: 'Go on in your copy of event 15' }).click();
    await student.getByRole('button', { name: 'malloc', exact: true }).waitFor();
  });
});

describe('a tab that is older than the service', () => {
  it('says so and offers to load again', async () => {
    const page = await visitor.device(PHONE);
    await page.goto(`${service.url}/join`);
    // As after an upgrade: the files that the page knows are gone, and a reload did not bring others.
    await page.route(/\/assets\/new-class-page-[^/]+\.js$/, (route) => route.fulfill({ status: 404, body: '' }));
    await page.goto(`${service.url}/class/new`);
    await page.getByRole('heading', { name: 'This page is of another build' }).waitFor();
    await page.unroute(/\/assets\/new-class-page-[^/]+\.js$/);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { name: 'Open a class' }).waitFor();
    visitor.complaints.splice(0); // The browser's own word about the 404.
  });
});
