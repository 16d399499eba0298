/** The way in, as people take it: a scenario, a session, a recording, a class. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';
const BUILT = 'dist/apps/dashboard/assets';
const BUDGET = 150 * 1024;

let service: Service;
let visitor: Visitor;

beforeAll(async () => {
  service = await Service.start();
  visitor = await Visitor.arrive(service);
});
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});

async function goHome(): Promise<void> {
  await visitor.page.goto(service.url);
  await visitor.page.getByRole('heading', { name: 'A memory leak in C++' }).waitFor();
}

describe('scenarios', () => {
  it('stand on the home page, each with a picture of its own runs', async () => {
    const page = await visitor.open();
    await goHome();
    const { items } = await visitor.call<{ items: { name: string }[] }>('GET', '/v1/scenarios');
    for (const { name } of items) {
      const picture = page.locator(`.card-picture[href="/scenarios/${name}"] .asked`);
      expect([name, await picture.count()]).not.toEqual([name, 0]);
    }
    // Of the leak, what is asked for stays; of the fix, it goes.
    const leak = page.locator('.card-picture[href="/scenarios/cpp-leak"]');
    expect(await leak.locator('.asked').count()).toBe(2);
    expect(await leak.locator('.leaks').count()).toBe(1);
  });

  it('are played step by step in a session', async () => {
    const page = await visitor.open();
    await goHome();
    await page.getByRole('button', { name: 'Play A list of dicts' }).click();
    await page.waitForURL(/\/s\/[\w-]+$/);
    const steps = page.getByRole('region', { name: 'Scenario' });
    await steps.getByText('Step 0 of 5').waitFor();
    await steps.getByRole('button', { name: 'Next step' }).click();
    await steps.getByText('Step 1 of 5').waitFor();
    await steps.getByRole('button', { name: 'All steps' }).click();
    await steps.getByText('That was the last step.').waitFor();
    expect(await steps.getByRole('button', { name: 'Next step' }).isDisabled()).toBe(true);
  });

  it('that are programs open beside their stack', async () => {
    const page = await visitor.open();
    await goHome();
    await page.getByRole('button', { name: 'Play A memory leak in C++' }).click();
    await page.waitForURL(/\/s\/[\w-]+\/program/);
  });

  it('are measured side by side, and held against what was claimed', async () => {
    const page = await visitor.open();
    await goHome();
    await page.getByRole('link', { name: 'Measure A memory leak in C++' }).click();
    await page.getByText('Borne out').first().waitFor();
    const lost = page.getByRole('row', { name: /^Lost/ });
    expect(await lost.getByRole('cell').allInnerTexts()).toEqual(['40 B', '0 B', '−100%']);
    await page.waitForURL(/runs=[\w-]{36},[\w-]{36}/);
    // The address shows the same measurement again, and makes no other.
    const { items: before } = await visitor.call<{ items: object[] }>('GET', '/v1/runs');
    await page.reload();
    await lost.waitFor();
    expect((await visitor.call<{ items: object[] }>('GET', '/v1/runs')).items).toHaveLength(before.length);
    expect(await visitor.violations()).toEqual([]);
  });
});

describe('from nothing', () => {
  it('a session starts on the allocator that was chosen', async () => {
    const page = await visitor.open();
    await goHome();
    await page.getByLabel('Allocator').selectOption('cpython-2.7');
    await page.getByRole('button', { name: 'Start a session' }).click();
    await page.getByText('cpython-2.7 · pymalloc · live').waitFor();
  });

  it('a program starts, with the way in which its memory comes back', async () => {
    const page = await visitor.open();
    await goHome();
    await page.getByLabel('Memory comes back').selectOption('refcount');
    await page.getByRole('button', { name: 'Start a program' }).click();
    await page.waitForURL(/\/s\/[\w-]+\/program/);
    const id = new URL(page.url()).pathname.split('/')[2];
    const { settings } = await visitor.call<{ settings: object }>('GET', `/v1/sessions/${id}`);
    expect(JSON.stringify(settings)).toContain('"ownership":"refcount"');
  });

  it('a snippet has its place', async () => {
    const page = await visitor.open();
    await goHome();
    expect(await page.getByRole('link', { name: 'Write a snippet' }).getAttribute('href')).toBe('/snippets/new');
  });
});

describe('a recording', () => {
  /** Drops a file on the page, as from a folder. */
  async function drop(name: string, content: Buffer): Promise<void> {
    // In the page's own words: these tests know no DOM.
    const files = await visitor.page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(${JSON.stringify(content.toString('base64'))}), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
      return transfer;
    })()`);
    await visitor.page.dispatchEvent('body', 'dragover', { dataTransfer: files });
    await visitor.page.getByText('Drop to open').waitFor();
    await visitor.page.dispatchEvent('body', 'drop', { dataTransfer: files });
  }

  it('is opened where it is dropped, and tells how far it is', async () => {
    const page = await visitor.open();
    await goHome();
    await drop('mine.trace.gz', readFileSync(RECORDING));
    await page.getByRole('progressbar', { name: 'Upload' }).waitFor();
    await page.waitForURL(/\/r\/[\w-]+/);
    await page.getByText('mine', { exact: false }).first().waitFor();
  });

  it('that is none is refused with the reason, and the page goes on', async () => {
    const page = await visitor.open();
    await goHome();
    await drop('holiday.ndjson', Buffer.from('{"op":"dance"}\n'));
    const why = page.getByRole('alert');
    await why.waitFor();
    expect(await why.innerText()).toMatch(/dance|op|line 1/);
    expect(await page.getByRole('button', { name: 'Open a recording' }).isEnabled()).toBe(true);
    visitor.complaints = visitor.complaints.filter((text) => !/status of 4\d\d/.test(text));
  });
});

describe('a class', () => {
  it('is joined by its code, however it is written; what is no code stays in its field', async () => {
    const page = await visitor.open();
    await goHome();
    const field = page.getByLabel('In a class?');
    await field.fill('toys');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('A code has three letters and three digits').waitFor();
    expect(await field.inputValue()).toBe('toys');
    await field.fill('toy 482');
    await field.press('Enter');
    await page.waitForURL(/\/j\/TOY482$/);
    visitor.complaints = visitor.complaints.filter((text) => !/status of 4\d\d/.test(text));
  });
});

describe('for everybody', () => {
  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)('the home page passes the accessibility check: %s at %d x %d', async (theme, width, height) => {
    await visitor.open({ theme, width, height });
    await goHome();
    expect(await visitor.violations()).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  });

  it('a tab with the files of an old build loads itself anew', async () => {
    const page = await visitor.open();
    await goHome();
    // As after an upgrade: the file that the old page knows is gone, until the page itself is another.
    let isOld = true;
    await page.route('**/assets/toy-party-page-*.js', (route) =>
      isOld ? ((isOld = false), route.fulfill({ status: 404, body: '' })) : route.continue(),
    );
    await page.getByRole('link', { name: 'The toy party', exact: true }).click();
    await page.getByRole('heading', { name: /coins less/ }).waitFor();
    expect(isOld).toBe(false);
    visitor.complaints = [];
  });

  it('all scripts but the code editor weigh less than 150 KB', () => {
    const scripts = readdirSync(BUILT).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(5);
    const sizes = scripts
      .filter((name) => !/editor/i.test(name))
      .map((name) => gzipSync(readFileSync(path.join(BUILT, name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
  });
});
