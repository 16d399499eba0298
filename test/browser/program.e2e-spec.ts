/** The program page, driven as people drive it: a scenario is begun, stepped, rewound; the leak is seen where it happens. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatedSession, ProgramChoice, ProgramCommand } from '@heapcast/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../../apps/cli/src/browser.js';
import { violationsOf } from '../support/accessibility.js';
import { Service } from '../support/service.js';

let service: Service;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  service = await Service.start();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Service.stopAll();
});
beforeEach(() => openPage());
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** The accessibility checker is a script from elsewhere, which the page's own policy forbids. */
  readonly checked?: boolean;
}

async function openPage({ theme = 'light', width = 1440, checked = false }: Look = {}): Promise<void> {
  await context?.close();
  const viewport = { width, height: width < 500 ? 844 : 900 };
  context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce', bypassCSP: checked });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

async function post<T>(path: string, body: unknown, token?: string): Promise<T> {
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  expect([path, response.ok]).toEqual([path, true]);
  return response.json() as Promise<T>;
}

const scenario = (name: string, side: string): Promise<CreatedSession> =>
  post(`/v1/scenarios/${name}/sessions`, { side });

async function program(
  choice: ProgramChoice,
  commands: readonly ProgramCommand[],
  name = 'test',
): Promise<CreatedSession> {
  const session = await post<CreatedSession>('/v1/sessions', {
    name,
    program: choice,
    allocator: { model: 'pymalloc', profile: 'cpython-3.11' },
  });
  await post(`/v1/sessions/${session.id}/commands`, { commands }, session.ownerToken);
  return session;
}

/** This browser opened the session: it may write. */
async function holds({ id, ownerToken }: CreatedSession): Promise<void> {
  await context.addInitScript(`localStorage.setItem('heapcast.token.${id}', '${ownerToken}')`);
}

async function open(id: string, query = ''): Promise<void> {
  await page.goto(`${service.url}/s/${id}/program${query}`);
  await page.locator('.program-page[data-ready]').waitFor();
}

const heading = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text }).waitFor();
const bars = () => page.locator('.bar').count();

describe('a scenario on the program page', () => {
  it('is stepped from there, live, until the leak is seen at its object and at its block', async () => {
    const session = await scenario('cpp-leak', 'leak');
    await holds(session);
    await open(session.id);
    await heading('The heap is empty');
    const elsewhere = await browser.newContext();
    const watcher = await elsewhere.newPage();
    await watcher.goto(`${service.url}/s/${session.id}/program`);
    await watcher.getByText('2 here').waitFor();
    const next = page.getByRole('button', { name: 'Next step' });
    await next.click();
    await page.getByText('1 of 7 steps').waitFor();
    await next.click();
    await heading('The object has a pointer');
    await page.locator('.object', { hasText: 'int[10] #1' }).getByText('1 pointer').waitFor();
    expect(await page.locator('.arrows > path').count()).toBe(1);
    expect(await page.locator('.source .on').innerText()).toContain('int *a = new int[10]');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByText('7 of 7 steps').waitFor();
    await heading(/40 B leaked: nothing points to int\[10\] #1/);
    await page.locator('.object.lost').getByText('leaked', { exact: true }).waitFor();
    expect(await page.locator('.arrows > path').count()).toBe(0);
    await page.getByText('new[] in Leak line 8 ← main line 13').waitFor();
    // Whoever watches has seen the same, and may not write.
    await watcher.getByRole('heading', { level: 1, name: /40 B leaked/ }).waitFor();
    expect(await watcher.getByRole('button', { name: 'Next step' }).count()).toBe(0);
    await elsewhere.close();
    expect(await bars()).toBe(9);
  });

  it('goes back and on, by keys, bars and the address, to the same moment for everybody', async () => {
    const session = await scenario('cpp-leak', 'leak');
    await post(`/v1/sessions/${session.id}/steps`, { all: true }, session.ownerToken);
    await open(session.id, '?e=8');
    await heading(/40 B leaked/);
    await page.keyboard.press('ArrowLeft');
    await heading('The object has a pointer');
    await page.waitForURL(/e=7/);
    await page.keyboard.press('Home');
    await heading('The heap is empty');
    await page.locator('.bar').nth(1).click();
    await heading('The object has a pointer');
    await page.waitForURL(/e=3/);
    await page.getByRole('button', { name: 'Play' }).click();
    await heading(/40 B leaked/);
    await page.getByRole('button', { name: 'lost at event 8' }).click();
    await page.getByText('event 8 of 10').waitFor();
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(1);
  });

  it('lights the block of an object, and leads to the heap at the same moment', async () => {
    const session = await scenario('mutable-default', 'shared');
    await post(`/v1/sessions/${session.id}/steps`, { all: true }, session.ownerToken);
    await open(session.id, '?e=30');
    await heading(/One list, 2 references/);
    const list = page.locator('.object', { hasText: 'list #2' });
    await list.hover();
    const block = page.getByRole('link', { name: /^list #2, pool \d+, block 0$/ });
    expect(await block.getAttribute('class')).toContain('lit');
    await page.getByRole('link', { name: /^function #1, pool/ }).hover();
    expect(await page.locator('.object', { hasText: 'function #1' }).getAttribute('class')).toContain('lit');
    expect(await list.getAttribute('class')).not.toContain('lit');
    expect(await page.getByRole('listitem').filter({ hasText: 'foo(): a points to list #2' }).count()).toBe(1);
    await block.click();
    await page.waitForURL(new RegExp(`/s/${session.id}\\?e=30&a=0&p=\\d+`));
  });

  it('whose requests are a trace shows its steps and lines beside the heap', async () => {
    const session = await scenario('list-of-dicts', 'give-back');
    await post(`/v1/sessions/${session.id}/steps`, { count: 2 }, session.ownerToken);
    await open(session.id);
    await heading('Every element becomes a dict of its own: pool after pool, arena after arena.');
    expect(await page.locator('.source .on').innerText()).toContain('l[i] = {}');
    expect(await bars()).toBe(2);
    await page.locator('.pool-rows li').first().waitFor();
  });
});

describe('a program on its page', () => {
  it('takes commands from whoever holds its token, and says what the collector did', async () => {
    const session = await program({ ownership: 'cpython', version: '3.11' }, [
      { op: 'new', to: 'a', type: 'dict' },
      { op: 'assign', to: 'a.self', value: { ref: 'a' } },
      { op: 'unset', place: 'a' },
    ]);
    await holds(session);
    await open(session.id);
    await heading(/unreachable: no name leads to dict #1/);
    await page.locator('summary', { hasText: 'Command' }).click();
    await page.getByLabel('Command', { exact: true }).last().selectOption('collect');
    await page.getByRole('button', { name: 'Do it' }).click();
    await heading('The heap is empty');
    await page.getByText('generation 2: visited 1, freed 1').waitFor();
    // What is refused is said, and nothing is lost.
    await page.getByLabel('line', { exact: true }).fill('x');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('alert').filter({ hasText: 'line' }).waitFor();
    complaints = complaints.filter((text) => !text.includes('400'));
  });

  it('with many objects is drawn by type, and with hundreds as a table', async () => {
    const many = (count: number): ProgramCommand[] => [
      { op: 'new', to: 'all', type: 'list', fields: count },
      ...Array.from({ length: count }, (_, i): ProgramCommand => ({ op: 'new', to: `all[${i}]`, type: 'dict' })),
    ];
    const choice: ProgramChoice = { ownership: 'cpython' };
    const [some, lots] = await Promise.all([program(choice, many(60)), program(choice, many(450))]);
    await open(some.id);
    await page.getByText('61 objects, drawn by type.').waitFor();
    await page.locator('.object.group', { hasText: 'dict' }).getByText('60 ×').waitFor();
    await open(lots.id);
    await page.getByText('451 objects: a table says more than a picture.').waitFor();
    expect(await page.locator('.types tr', { hasText: 'dict' }).innerText()).toContain('450');
    // A program of more commands than bars is scrubbed as a whole.
    await page.getByLabel('Event', { exact: true }).fill('3');
    await page.getByText('Command 2', { exact: true }).waitFor();
    expect(await page.locator('.bar.now').count()).toBe(1);
  });

  it('shows hostile names and source as what they are', async () => {
    const markup = '<img src=x onerror="document.title=1">';
    const source = {
      file: 'evil.py',
      text: `${markup}\n\u202Eevil = "</code><script>1</script>"\n${'x'.repeat(5000)}\n`,
    };
    const session = await program(
      { ownership: 'cpython', source },
      [
        { op: 'let', name: 'text', value: markup, line: 1 },
        { op: 'new', to: 'thing', type: 'T'.repeat(64) },
        { op: 'assign', to: 'thing.text', value: '\u202E<b>' },
        { op: 'open', kind: 'file', to: 'f', name: markup },
      ],
      markup,
    );
    await open(session.id);
    await page.locator('.source li').first().getByText('<img src=x').waitFor();
    expect(await page.locator('.source img, .diagram img, .top-bar .title img, .source script').count()).toBe(0);
    expect(await page.title()).toBe(`${markup} · Heapcast`);
    await page.locator('.variable', { hasText: 'img src=x' }).waitFor();
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('that is none says so', async () => {
    const session = await post<CreatedSession>('/v1/sessions', { name: 'plain' });
    await open(session.id);
    await page.getByText(/This session has no program/).waitFor();
    const finished = await post<{ runId: string }>(`/v1/sessions/${session.id}/finish`, {}, session.ownerToken);
    await page.goto(`${service.url}/r/${finished.runId}/program`);
    await page.waitForURL(new RegExp(`/s/${session.id}/program`));
  });
});

describe('for everybody', () => {
  it('the program page passes the accessibility check, in both themes and on a phone', async () => {
    const [leak, python] = await Promise.all([scenario('cpp-leak', 'leak'), scenario('unclosed-socket', 'unclosed')]);
    for (const { id, ownerToken } of [leak, python]) await post(`/v1/sessions/${id}/steps`, { all: true }, ownerToken);
    for (const [theme, width] of [
      ['light', 1440],
      ['dark', 1440],
      ['light', 390],
    ] as const) {
      await openPage({ theme, width, checked: true });
      await holds(leak);
      await open(leak.id, '?e=8');
      await page.locator('.object.lost').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await open(python.id, '?e=10');
      await page.locator('.object').first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});
