/** What people of a class do in their browsers, for the stories about classrooms. */
import { expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.js';

export const PHONE = { width: 390, height: 844 };
/** Eleven toys are handed out, three come back, and one more is asked for: who gets which block? */
export const REQUESTS = [
  ...Array.from({ length: 11 }, (_, index) => ({ op: 'malloc', size: 250, id: `t${index}` })),
  ...[3, 8, 5].map((index) => ({ op: 'free', id: `t${index}` })),
  { op: 'malloc', size: 250, id: 'next' },
];
/** Just before the last one. */
export const ASKED_AT = 14;
/** Milliseconds for the service to start on a busy machine. */
export const PATIENCE = 120_000;

/** In both themes, without anything that sticks out of the page. */
export async function isFitForEverybody(page: Page): Promise<void> {
  for (const theme of ['dark', 'light']) {
    const turn = page.getByRole('button', { name: `${theme === 'dark' ? 'Dark' : 'Light'} colours` });
    if ((await turn.count()) > 0) await turn.click();
    else await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
    expect(await violationsOf(page)).toEqual([]);
  }
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
}

/** Opens a class from the page of a session, at the moment that the page shows. Answers with the code. */
export async function openClass(teacher: Page, session: string): Promise<string> {
  await teacher.goto(`${session}?e=${ASKED_AT}`);
  await teacher.getByRole('link', { name: 'Class' }).click();
  await teacher.getByLabel('Your name').fill('Dr. Stone');
  await teacher.getByLabel('What the class is called').fill('Systems 101');
  await teacher.getByRole('button', { name: 'Open the class' }).click();
  await teacher.waitForURL(/\/class\/[\w-]{36}$/);
  await sentence(teacher, 't5 is freed: block 5').waitFor();
  return codeOn(teacher);
}

/** The code on the teacher's console. */
export function codeOn(teacher: Page, other = /^[A-Z]{3} \d{3}$/): Promise<string> {
  return teacher.locator('.code-card .code').filter({ hasText: other }).innerText();
}

export async function knock(page: Page, address: string, code: string, name: string): Promise<void> {
  await page.goto(`${address}/j/${code.replace(' ', '')}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

export async function join(page: Page, address: string, code: string, name: string): Promise<void> {
  await knock(page, address, code, name);
  await page.waitForURL(/\/live$/);
  await page.locator('.live-main[data-ready]').waitFor();
}

export function sentence(page: Page, text: string | RegExp): Locator {
  return page.getByRole('heading', { level: 1 }).filter({ hasText: text });
}

/** Somebody in the teacher's roster. */
export function inRoster(teacher: Page, name: string | RegExp): Locator {
  return teacher.locator('.names button').filter({ hasText: name });
}

/** A question of the teacher's own, as far as its choices. */
export async function writeQuestion(teacher: Page, prompt: string, choices: readonly string[]): Promise<void> {
  await teacher.getByRole('button', { name: 'A question of your own' }).click();
  await teacher.getByRole('textbox', { name: 'Question' }).fill(prompt);
  for (const [nth, text] of choices.entries()) {
    await teacher.getByLabel(`Choice ${nth + 1}`, { exact: true }).fill(text);
  }
}
