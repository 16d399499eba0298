/** The pages, driven as people drive them, in a real browser beside the built service. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../apps/cli/src/browser.js';
import { violationsOf } from '../support/accessibility.js';
import { Service } from '../support/service.js';

const TRACE = 'apps/api/assets/listdict20k.trace.gz';
const EVENTS = 273_581;

let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What a page must never say to its console, and calls that failed. */
let complaints: string[];

beforeAll(async () => {
  service = await Service.start();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Service.stopAll();
});
beforeEach(async () => {
  await openPage({ width: 1440, height: 900 });
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

async function openPage(viewport: { width: number; height: number }, theme: 'light' | 'dark' = 'light'): Promise<void> {
  await context?.close();
  // The pages' own policy forbids scripts from elsewhere; the accessibility checker is one.
  context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce', bypassCSP: true });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

/** Id of the run that `upload` made. */
let run: string;

async function upload(): Promise<void> {
  await page.goto(service.url);
  await page.getByLabel('Allocator').selectOption('cpython-3.11');
  await page.getByLabel('Recording').setInputFiles(TRACE);
  await page.waitForURL(/\/r\/[\w-]+/);
  run = new URL(page.url()).pathname.slice('/r/'.length);
}

async function openRun(query = ''): Promise<void> {
  await page.goto(`${service.url}/r/${run}${query}`);
  await page.locator('[data-ready]').waitFor();
}

describe('a recording', () => {
  it('is opened from the home page and shows where the memory is', async () => {
    await upload();
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
    const chart = page.locator('.timeline canvas');
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (!box) throw new Error('the timeline has no place');
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
    const lens = page.locator('.lens-map');
    const box = await lens.boundingBox();
    if (!box) throw new Error('the lens has no place');
    const cell = Math.min(box.width, box.height) / 8;
    await lens.click({ position: { x: 1.5 * cell, y: 0.5 * cell } });
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
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it.each([
    ['lifetimes', /lived less than 64 events/],
    ['leaks', /grows by|No line holds/],
  ])('has a page of its %s that anybody can read', async (view, sentence) => {
    await page.goto(`${service.url}/r/${run}/${view}`);
    await page.getByRole('heading', { name: sentence }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  it('plays, and stops at the end', async () => {
    await openRun('?e=0');
    await page.getByRole('button', { name: '100k×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor({ timeout: 30_000 });
    expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe(String(EVENTS));
  });
});

describe('a live session', () => {
  it('grows before the eyes of whoever has it open, and comes back after the service was away', async () => {
    await page.goto(service.url);
    await page.getByRole('button', { name: 'Start a session' }).click();
    await page.waitForURL(/\/s\/[\w-]+/);
    await page.getByText('Nothing is mapped at this event.').waitFor();
    const watcher = await context.newPage();
    await watcher.goto(page.url());
    await watcher.getByText('2 here').waitFor();
    await page.getByLabel('Name').fill('a');
    await page.getByLabel('Times').fill('50');
    await page.getByRole('button', { name: 'malloc', exact: true }).click();
    await watcher.getByText('1 arena · 50 live blocks').waitFor();
    await page.getByRole('button', { name: 'free', exact: true }).click();
    await watcher.getByText('1 arena · 49 live blocks').waitFor();

    await service.kill();
    await page.getByText(/^Reconnecting\. You see event 51\.$/).waitFor();
    await service.restart();
    await page.getByText('Reconnecting.').waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByRole('button', { name: 'malloc', exact: true }).click();
    await watcher.getByText('1 arena · 99 live blocks').waitFor({ timeout: 30_000 });
    // What failed while the service was away is not the page's mistake.
    complaints = complaints.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket|Failed to load resource/.test(text));
  });
});

describe('for everybody', () => {
  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)('the pages pass the accessibility check: %s at %d x %d', async (theme, width, height) => {
    await openPage({ width, height }, theme);
    await page.goto(service.url);
    await page.getByText('listdict20k').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await openRun('?e=130000&a=0&p=0');
    await page.locator('.event-log li').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    for (const picture of ['.overview', '.lens-map', '.timeline']) {
      expect((await page.locator(picture).boundingBox())?.height).toBeGreaterThan(80);
    }
  });

  it('nothing comes from another host, and nothing breaks the policy of the page', async () => {
    await context.close();
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${service.url}/r/${run}?e=130000`);
    await page.locator('[data-ready]').waitFor();
    await page.locator('.event-log li').first().waitFor();
    expect([...hosts]).toEqual([new URL(service.url).host]);
  });

  it('a file of another build is not there, and what is there may be kept for ever', async () => {
    expect((await fetch(`${service.url}/assets/index-00000000.js`)).status).toBe(404);
    const page = await (await fetch(service.url, { headers: { accept: 'text/html' } })).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const answer = await fetch(`${service.url}${script}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it('a page that is not there says so', async () => {
    const answer = await page.goto(`${service.url}/r/00000000-0000-4000-8000-000000000000`);
    expect(answer?.status()).toBe(200);
    await page
      .getByRole('alert')
      .filter({ hasText: /no run/i })
      .waitFor();
    complaints = complaints.filter((text) => !text.includes('404'));
  });
});
