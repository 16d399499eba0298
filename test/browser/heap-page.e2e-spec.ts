/** The heap of a recording, driven as people drive it: in time, from the heap down to a block, by search, by keys only. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

const TRACE = 'apps/api/assets/listdict20k.trace.gz';
const EVENTS = 273_581;

let service: Service;
let visitor: Visitor;
let page: Page;
/** Id of the run that is looked at. */
let run: string;
/** The same on an allocator that gives arenas back. */
let releasing: string;

beforeAll(async () => {
  service = await Service.start();
  visitor = await Visitor.arrive(service);
  [releasing = ''] = await visitor.replay(TRACE, ['cpython-3.9']);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});
beforeEach(async () => {
  page = await visitor.open();
});
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});

async function openRun(query = ''): Promise<void> {
  await visitor.go(`/r/${run}${query}`);
}

async function boxOf(selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} has no place`);
  return box;
}

describe('a recording', () => {
  it('is opened from the home page and shows where the memory is', async () => {
    await page.goto(service.url);
    await page.getByLabel('Allocator').selectOption('cpython-3.11');
    await page.getByLabel('Recording').setInputFiles(TRACE);
    await page.waitForURL(/\/r\/[\w-]+/);
    run = new URL(page.url()).pathname.slice('/r/'.length);
    await page.locator('[data-ready]').waitFor();
    await page.getByRole('heading', { name: /mapped,.*held empty/ }).waitFor();
    expect(await page.locator('.ledger-sum').innerText()).toContain('1\u2009048\u2009576 B');
    expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe(String(EVENTS));
  });

  it('is stepped through with keys, and the address follows', async () => {
    await openRun('?e=130000');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.getByText('129\u2009001', { exact: true }).first().waitFor();
    await page.waitForURL(/e=129001/);
    await page.getByRole('listitem').filter({ hasText: '129\u2009001' }).waitFor();
    await page.keyboard.press('Home');
    await page.getByText('Nothing is mapped at this event.').waitFor();
  });

  it('opens at the moment that the address says, the same for everybody', async () => {
    await openRun('?e=130000&a=2&color=size');
    await page.getByRole('heading', { name: 'Arena 2' }).waitFor();
    expect(await page.getByRole('button', { name: 'Size' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.ledger-sum').innerText()).toContain('3\u2009145\u2009728 B');
  });

  it('is scrubbed along the curve', async () => {
    await openRun();
    const box = await boxOf('.timeline canvas');
    // Right of the amounts, left of the last event's number.
    const along = (share: number): number => box.x + 64 + share * (box.width - 76);
    await page.mouse.move(along(0.9), box.y + 20);
    await page.mouse.down();
    await page.mouse.move(along(0.25), box.y + 20, { steps: 5 });
    await page.mouse.up();
    const at = Number(await page.getByRole('slider').getAttribute('aria-valuenow'));
    expect(at / EVENTS).toBeCloseTo(0.25, 1);
    await page.waitForURL(new RegExp(`e=${at}`));
  });

  it('is zoomed from the heap to a block and its story', async () => {
    await openRun('?e=130000&a=0');
    const box = await boxOf('.lens-map');
    const cell = Math.min(box.width, box.height) / 8;
    await page.locator('.lens-map').click({ position: { x: 1.5 * cell, y: 0.5 * cell } });
    await page.getByRole('heading', { name: /A0 · pool 0/ }).waitFor();
    await page.locator('.block.live').first().click();
    await page.locator('.story').waitFor();
    expect(await page.locator('.story').innerText()).toMatch(/malloc|asked|placed/i);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.pool-blocks').waitFor({ state: 'detached' });
  });

  it('is zoomed to a block by keyboard only, and the address tells which', async () => {
    await openRun('?e=130000&a=1');
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('heading', { name: 'Arena 0' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /A0 · pool 0/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.story .facts').waitFor();
    await page.waitForURL(/a=0&p=0&b=0/);
    for (const step of ['Escape', 'Escape']) await page.keyboard.press(step);
    await page.locator('.pool-blocks').waitFor({ state: 'detached' });
  });

  it('is searched, and what is found is gone to', async () => {
    await openRun('?e=130000');
    await page.keyboard.press('/');
    await page.keyboard.type('op:malloc size:>500');
    await page.getByText(/\d\+? found/).waitFor();
    const first = page.locator('.event-log.found li').first();
    const seq = (await first.locator('span').first().innerText()).replace(/\D/g, '');
    await first.getByRole('button').click();
    await page.waitForURL(new RegExp(`e=${seq}`));
    await page.getByLabel('Search events').fill('colour:red');
    await page.getByText(/Not understood: colour:red/).waitFor();
  });

  it('says what changed between two events, for whoever has the address', async () => {
    await openRun('?range=1000..130000');
    await page.getByRole('heading', { name: '1\u2009000 to 130\u2009000' }).waitFor();
    await page.getByText(/Pinned arenas: \d+ before, \d+ after/).waitFor();
    expect(await page.locator('.ledger-keys small').first().innerText()).toMatch(/^\+/);
    await page.locator('.difference').getByRole('button', { name: 'Close' }).click();
    await page.waitForURL((url) => !url.search.includes('range'));
  });

  it('keeps bookmarks, and explains its keys', async () => {
    await openRun('?e=130000');
    await page.keyboard.press('b');
    await page.waitForURL(/marks=130000/);
    await page.keyboard.press('Home');
    await page.keyboard.press('.');
    await page.waitForURL(/e=130000/);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it.each([
    ['lifetimes', /lived less than 64 events/],
    ['leaks', /grows by|No line holds/],
  ])('has a page of its %s that anybody can read', async (view, sentence) => {
    await visitor.go(`/r/${run}/${view}`);
    await page.getByRole('heading', { name: sentence }).waitFor();
    expect(await visitor.violations()).toEqual([]);
  });

  it('plays, and stops at the end', async () => {
    await openRun('?e=0');
    await page.getByRole('button', { name: '100k×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe(String(EVENTS));
  });

  it('keeps the places of arenas that went back', async () => {
    await visitor.go(`/r/${releasing}?e=270000`);
    await page.getByText('5 arenas · 3\u2009313 live blocks · 4 released').waitFor();
    // Nine places in three rows: the middle of the second row is free.
    const box = await boxOf('.overview');
    await page.mouse.move(box.x + 0.42 * box.width, box.y + box.height / 2);
    expect(await page.locator('.tip').innerText()).toMatch(/^Arena \d+\s+released: its memory was given back/);
    await page.mouse.click(box.x + 0.42 * box.width, box.y + box.height / 2);
    await page.getByRole('heading', { name: 'Arena 3' }).waitFor();
  });

  it('says of a pool from near who holds it and which block comes next, and draws the chain', async () => {
    await visitor.go(`/r/${releasing}?e=270000&a=3&p=2`);
    const facts = page.locator('.pool-blocks .facts').first();
    await facts.getByText(/^block \d+, the last one freed$/).waitFor();
    expect(await facts.innerText()).toMatch(/Class\s+\d+ B\s+Address\s+0x[0-9a-f]+/);
    expect(await facts.innerText()).toMatch(/Held by\s+site not recorded\s+\d+/);
    const next = /block (\d+),/.exec(await facts.innerText())?.[1];
    expect(await page.locator('.blocks .freed').nth(0).getAttribute('title')).toMatch(/^Block \d+: free, /);
    await page.locator(`.blocks [title="Block ${next}: free, handed out next"]`).waitFor();
    const picture = page.locator('.lens-map canvas').last();
    const calm = await picture.screenshot();
    const box = await boxOf('.lens-map');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.tip').waitFor();
    expect((await picture.screenshot()).equals(calm)).toBe(false);
  });

  it('tells how fast memory was asked for, where the curve is seen from near', async () => {
    await openRun('?e=130000');
    const box = await boxOf('.timeline');
    expect(await page.locator('.rates').count()).toBe(0);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -1200);
    await page.getByText(/^requests for memory, up to \d+% of the events$/).waitFor();
    await page.getByRole('button', { name: 'Whole recording' }).click();
    await page.locator('.rates').waitFor({ state: 'detached' });
  });
});
