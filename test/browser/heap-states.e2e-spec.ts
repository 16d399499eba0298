/** What the heap page shows when things are not as usual: a service that goes away, a program that goes wrong, little room. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';
import { longTrace } from '../e2e/long-trace.js';

const TRACE = 'apps/api/assets/listdict20k.trace.gz';

let service: Service;
let visitor: Visitor;
let page: Page;
let run: string;

beforeAll(async () => {
  service = await Service.start({ environment: { CONCURRENT_RUNS: '1' } });
  visitor = await Visitor.arrive(service);
  [run = ''] = await visitor.replay(TRACE, ['cpython-3.11']);
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

/** Stores a recording of these requests and begins to replay it. Answers with the run. */
async function replay(lines: readonly object[]): Promise<string> {
  const sent = await fetch(`${service.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const { id: trace } = (await sent.json()) as { id: string };
  const allocator = { model: 'pymalloc', profile: 'cpython-3.11' };
  return (await visitor.call<{ id: string }>('POST', '/v1/runs', { trace, allocator })).id;
}

describe('a recorded program that goes wrong', () => {
  it('stops playing at the event, and goes on when somebody says so', async () => {
    const pairs = Array.from({ length: 4000 }, (_, nth) => [
      { op: 'malloc', id: nth + 1, size: 64 },
      { op: 'free', id: nth + 1 },
    ]).flat();
    // Events 2001 and 6002.
    pairs.splice(2000, 0, { op: 'free', id: 7 });
    pairs.splice(6001, 0, { op: 'free', id: 9 });
    const wrong = await replay(pairs);
    await (await fetch(`${service.url}/v1/runs/${wrong}/progress`)).text();
    await visitor.go(`/r/${wrong}?e=0`);
    await page.getByRole('button', { name: '10k×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByText(/^Event 2\u2009001 frees an address that is not live/).waitFor();
    await page.waitForURL(/e=2001/);
    await page.getByRole('button', { name: 'Skip' }).click();
    await page.getByText(/^Event 6\u2009002 frees an address that is not live/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.getByRole('button', { name: 'Stop here' }).click();
    await page.getByRole('button', { name: 'Skip' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.getByText(/frees an address/).waitFor({ state: 'detached' });
  });
});

describe('a recording that is still being replayed', () => {
  it('says how far it is, and opens when it is done', async () => {
    // Others hold the only place until the page has been seen.
    const trace = await longRecording();
    const allocator = { model: 'pymalloc', profile: 'cpython-3.11' };
    const start = (): Promise<{ id: string; ownerToken: string }> =>
      visitor.call('POST', '/v1/runs', { trace, allocator });
    const ahead = await Promise.all(Array.from({ length: 8 }, start));
    const { id } = await start();
    await page.goto(`${service.url}/r/${id}`);
    await page.getByText(/^Indexing, \d\.\d of 1\.5 million events$/).waitFor();
    await Promise.all(
      ahead.map((other) => visitor.call('POST', `/v1/runs/${other.id}/cancel`, undefined, other.ownerToken)),
    );
    expect(await page.getByRole('button', { name: 'Play' }).isDisabled()).toBe(true);
    await page.locator('[data-ready]').waitFor({ timeout: 60_000 });
    // Who opens an address asks for the picture at once; there was none.
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('409'));
    expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe('1500000');
    expect(await page.getByRole('button', { name: 'Play' }).isEnabled()).toBe(true);
  });
});

/** Columns of a million and a half requests: as many as take a moment. */
async function longRecording(): Promise<string> {
  const response = await fetch(`${service.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.heapcast.columns' },
    body: longTrace(1_500_000),
  });
  return ((await response.json()) as { id: string }).id;
}

describe('for everybody', () => {
  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)('the pages pass the accessibility check: %s at %d x %d', async (theme, width, height) => {
    page = await visitor.open({ width, height, theme });
    await page.goto(service.url);
    await page.getByText('listdict').first().waitFor();
    expect(await visitor.violations()).toEqual([]);
    await visitor.go(`/r/${run}?e=130000&a=0&p=0`);
    await page.locator('.event-log li').first().waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    for (const picture of ['.overview', '.lens-map', '.timeline']) {
      expect((await page.locator(picture).boundingBox())?.height).toBeGreaterThan(80);
    }
  });

  it('the rail is a sheet and the lens takes the place of the overview where there is little room', async () => {
    page = await visitor.open({ width: 900, height: 900 });
    await visitor.go(`/r/${run}?e=130000`);
    const overview = page.locator('.overview');
    const lens = page.locator('.lens-map');
    expect([await overview.isVisible(), await lens.isVisible()]).toEqual([true, false]);
    await overview.click({ position: { x: 60, y: 100 } });
    await page.getByRole('navigation', { name: 'Place in the heap' }).waitFor();
    expect([await overview.isVisible(), await lens.isVisible()]).toEqual([false, true]);
    await lens.click({ position: { x: 150, y: 30 } });
    await page
      .locator('.lens-path')
      .getByText(/^pool \d+$/)
      .waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.locator('.lens-path').getByRole('button', { name: 'Heap' }).click();
    await overview.waitFor();
    const rail = page.getByRole('complementary', { name: 'Why memory stays mapped' });
    expect(await rail.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Pins and events' }).click();
    await rail.waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await rail.waitFor({ state: 'hidden' });
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  });

  it('a page magnified twice is read from top to bottom', async () => {
    page = await visitor.open({ width: 720, height: 450 });
    await visitor.go(`/r/${run}?e=130000&a=0&p=0`);
    await page.locator('.pool-blocks .facts').waitFor();
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    for (const part of ['.overview', '.lens-map', '.rail .event-log']) {
      await page.locator(part).first().scrollIntoViewIfNeeded();
      expect(await page.locator(part).first().isVisible()).toBe(true);
    }
  });

  it('nothing comes from another host, and nothing breaks the policy of the page', async () => {
    page = await visitor.open();
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${service.url}/r/${run}?e=130000`);
    await page.locator('[data-ready]').waitFor();
    await page.locator('.event-log li').first().waitFor();
    expect([...hosts]).toEqual([new URL(service.url).host]);
  });

  it('a file of another build is not there, and what is there may be kept for ever', async () => {
    expect((await fetch(`${service.url}/assets/index-00000000.js`)).status).toBe(404);
    const html = await (await fetch(service.url, { headers: { accept: 'text/html' } })).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const answer = await fetch(`${service.url}${script}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const bytes = await answer.text();
    for (const encoding of ['br', 'gzip', 'identity'] as const) {
      const encoded = await fetch(`${service.url}${script}`, { headers: { 'accept-encoding': encoding } });
      expect(encoded.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
      expect(await encoded.text()).toBe(bytes);
    }
  });

  it('a page names all that it is made of, so that nothing waits for something else', async () => {
    const html = await (await fetch(`${service.url}/r/${run}`)).text();
    const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await page.goto(`${service.url}/r/${run}`);
    await page.locator('[data-ready]').waitFor();
    const files = fetched.filter((file) => /^\/assets\/.*\.(js|css)$/.test(file));
    expect(files.sort()).toEqual([...new Set(named)].sort());
    expect(files.length).toBeGreaterThan(3);
  });

  it('a page that is not there says so', async () => {
    const answer = await page.goto(`${service.url}/r/00000000-0000-4000-8000-000000000000`);
    expect(answer?.status()).toBe(200);
    await page
      .getByRole('alert')
      .filter({ hasText: /no run/i })
      .waitFor();
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('404'));
  });
});

describe('a service that goes away', () => {
  it('is waited for by those who follow a live session and by those who look at a recording', async () => {
    await page.goto(service.url);
    await page.getByRole('button', { name: 'Start a session' }).click();
    await page.waitForURL(/\/s\/[\w-]+/);
    await page.getByText('Nothing is mapped at this event.').waitFor();
    // Nothing happened: nothing is explained, and there is a way on.
    expect(await page.locator('.ledger, .rail').count()).toBe(0);
    await page.getByRole('link', { name: 'Open a recording' }).waitFor();
    const watcher = await page.context().newPage();
    await watcher.goto(page.url());
    await watcher.getByText('2 here').waitFor();
    await page.getByLabel('Name').fill('a');
    await page.getByLabel('Times').fill('50');
    await page.getByRole('button', { name: 'malloc', exact: true }).click();
    await watcher.getByText('1 arena · 50 live blocks').waitFor();
    await page.getByRole('button', { name: 'free', exact: true }).click();
    await watcher.getByText('1 arena · 49 live blocks').waitFor();
    const recording = await page.context().newPage();
    await recording.goto(`${service.url}/r/${run}?e=130000`);
    await recording.locator('.event-log li').first().waitFor();

    await service.kill();
    await page.getByText(/^Reconnecting\. You see event 51\.$/).waitFor();
    for (const name of ['Play', 'malloc']) {
      expect(await page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
    }
    await recording.keyboard.press('ArrowRight');
    await recording.getByText('Reconnecting. You see event 130\u2009000.').waitFor();
    await service.restart();
    await recording.getByText('Reconnecting.').waitFor({ state: 'detached' });
    // What was wanted meanwhile is shown.
    await recording.waitForURL(/e=130001/);
    await page.getByText('Reconnecting.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'malloc', exact: true }).click();
    await watcher.getByText('1 arena · 99 live blocks').waitFor();
    // What failed while the service was away is not the page's mistake.
    visitor.complaints = visitor.complaints.filter(
      (text) => !/ERR_CONNECTION_REFUSED|WebSocket|Failed to load resource/.test(text),
    );
  }, 90_000);
});
