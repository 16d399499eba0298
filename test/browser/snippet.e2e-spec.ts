/** The snippet page, driven as people drive it: written, run, read; and what it says when the service runs nothing. */
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

/** The compiler needs seconds to start, and more where others work beside it. */
const COMPILING = 180_000;
/** A package that is optional. */
const hasCompiler = existsSync('node_modules/@yowasp/clang/package.json');

let service: Service;
let off: Service;
let visitor: Visitor;

beforeAll(async () => {
  // Where a host has not all walls, the test's own programs are run all the same.
  [service, off] = await Promise.all([
    Service.start({ environment: { SNIPPETS: 'on', SNIPPET_SECONDS_LIMIT: '60' } }),
    Service.start(),
  ]);
  visitor = await Visitor.arrive(service);
  // The first one has its interpreter prepared.
  await visitor.call('POST', '/v1/snippets', { language: 'python', source: '' });
}, COMPILING);
beforeEach(() => visitor.open());
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});

async function write(source: string, language = 'Python'): Promise<void> {
  const { page } = visitor;
  await page.goto(`${service.url}/snippets/new`);
  await page.getByRole('button', { name: language, exact: true }).click();
  await page.getByLabel('Program', { exact: true }).last().fill(source);
}

/** Runs what is written. @returns the outcome */
async function run(): Promise<string | null> {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForURL(/\/snippets\/[\w-]{36}$/);
  const result = page.locator('.result[data-outcome]');
  await result.waitFor({ timeout: COMPILING / 2 });
  return result.getAttribute('data-outcome');
}

describe('a snippet', () => {
  it('of the talk is run as printed; what it printed and what its lines asked for is shown, and its frames', async () => {
    const { page } = visitor;
    await page.goto(`${service.url}/snippets/new`);
    await page.getByLabel('Example').selectOption({ label: 'Python: A default argument that grows' });
    expect(await run()).toBe('finished');
    expect((await page.locator('.printed').innerText()).trim().split('\n')).toHaveLength(3);
    await page.getByText(/"xrange" is Python 2/).waitFor();
    await page.locator('.source li').nth(1).locator('.line-note').waitFor();
    await page.getByRole('button', { name: 'asked for in all' }).click();
    await page.getByRole('button', { name: 'asked for in all', pressed: true }).waitFor();
    const address = page.url();
    await page.getByRole('link', { name: 'Program', exact: true }).click();
    await page.locator('.program-page[data-ready]').waitFor();
    await page.locator('.bar[title^="foo, line"]').first().click();
    await page.locator('.frame.running', { hasText: 'foo()' }).waitFor();
    // The address is everybody's.
    const other = await visitor.device();
    await other.goto(address);
    await other.getByText(/"xrange" is Python 2/).waitFor();
  });

  it('that fails says where, beside the line', async () => {
    const { page } = visitor;
    await write('x = 1\nprint(x)\nx / 0\n');
    expect(await run()).toBe('exception');
    await page.getByRole('heading', { level: 1, name: 'ZeroDivisionError in line 3' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.locator('.editor-behind .marked').innerText()).toContain('x / 0');
  });

  it('that would never end is stopped, by its limit or by hand', async () => {
    const { page } = visitor;
    await write('while True: pass\n');
    await page.getByLabel('Seconds, at most').fill('1');
    expect(await run()).toBe('timeLimit');
    await page.getByLabel('Seconds, at most').fill('30');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('.result[data-outcome="cancelled"]').waitFor({ timeout: 30_000 });
  });

  it('with hostile text is shown as what it is', async () => {
    const { page } = visitor;
    await write('print("<img src=x onerror=alert(1)>\\u202e")\nraise ValueError("</pre><script>1</script>")\n');
    expect(await run()).toBe('exception');
    await page.locator('.printed').getByText('<img src=x').waitFor();
    expect(await page.locator('.result img, .result script, .editor img, .source img').count()).toBe(0);
  });

  it(
    hasCompiler ? 'in C++ loses 40 bytes, told at their line' : 'in C++ needs a compiler, and says how to get it',
    async () => {
      const { page } = visitor;
      await page.goto(`${service.url}/snippets/new`);
      await page.getByLabel('Example').selectOption({ label: 'C++: A leak in C++' });
      if (!hasCompiler) {
        await page.getByRole('button', { name: 'Run', exact: true }).click();
        await page.getByRole('alert').filter({ hasText: '@yowasp/clang' }).waitFor();
        visitor.complaints = visitor.complaints.filter((text) => !text.includes('501'));
        return;
      }
      expect(await run()).toBe('finished');
      await page.getByRole('heading', { level: 1, name: '40 B lost in 1 block' }).waitFor();
      await page.locator('.source li').nth(7).getByText('40 B lost').waitFor();
      // What does not compile is marked at its line.
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByLabel('Program', { exact: true }).last().fill('int main() {\n  return foo;\n}\n');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.result[data-outcome="doesNotCompile"]').waitFor({ timeout: COMPILING / 2 });
      expect(await page.locator('.editor-behind .marked').innerText()).toContain('return foo');
      await page
        .locator('.editor-marks')
        .getByText(/undeclared identifier/)
        .waitFor();
    },
    COMPILING,
  );

  it('is not run where snippets are off, and the page says what the service said', async () => {
    const { page } = visitor;
    await page.goto(`${off.url}/snippets/new`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /snippets/i })
      .waitFor();
    expect(new URL(page.url()).pathname).toBe('/snippets/new');
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('501'));
  });
});

/** Gets slower and slower: it is at its last line for longer than anybody watches. */
const SLOW = `import time
class Order:
    pass
def keep(order):
    print('begun')
    time.sleep(0.2)
    order.toys = 3
    time.sleep(55)
keep(Order())
`;

describe('a snippet that runs', () => {
  it('is watched: the line it is at, its stack and objects, the heap, and what it printed', async () => {
    const { page } = visitor;
    await write(SLOW);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'It runs: line 8' }).waitFor();
    expect(await page.locator('.source .on').innerText()).toContain('time.sleep(55)');
    await page.locator('.printed').getByText('begun').waitFor();
    await page.locator('.frame.running', { hasText: 'keep()' }).getByText('order').waitFor();
    const order = page.locator('.object', { hasText: /^Order #\d+/ });
    await order.waitFor();
    await order.hover();
    await page.locator('.cell-block.lit').waitFor();
    expect(await visitor.violations()).toEqual([]);
    // Its program page follows it, too.
    await page.getByRole('link', { name: 'Watch its lines' }).click();
    await page.locator('.source .on', { hasText: 'time.sleep(55)' }).waitFor();
    await page.locator('.frame.running', { hasText: 'keep()' }).waitFor();
    await page.locator('.bar.now[title^="keep, line 8"]').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('.result[data-outcome="cancelled"]').waitFor();
  });

  it(
    'is found again by a page that lost the network, and by one whose service was killed',
    async () => {
      const { page } = visitor;
      await write(SLOW);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'It runs: line 8' }).waitFor();
      await visitor.setOffline(true);
      await page.getByText(/^Reconnecting\. You see what it had asked for until event \d+\./).waitFor();
      expect(await page.locator('.source .on').innerText()).toContain('time.sleep(55)');
      await visitor.setOffline(false);
      await page.getByText(/^Reconnecting/).waitFor({ state: 'detached' });
      await service.kill();
      await page.getByText(/^Reconnecting/).waitFor();
      await service.restart();
      await page.locator('.result[data-outcome="interrupted"]').waitFor({ timeout: COMPILING / 2 });
      await page.getByText('The service ended while it ran; what it had asked until then is kept.').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    },
    COMPILING,
  );
});

describe('the editor', () => {
  it('indents with Tab, goes on at the same depth, and is left with Escape and Tab', async () => {
    const { page } = visitor;
    await write('');
    const field = page.getByLabel('Program', { exact: true }).last();
    await field.focus();
    await page.keyboard.type('if 1:\n1\n');
    await page.keyboard.press('Tab');
    expect(await field.inputValue()).toBe('if 1:\n    1\n        ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.locator('textarea:focus').count()).toBe(0);
  });
});

describe('for everybody', () => {
  it('the snippet page passes the accessibility check, in both themes and on a phone', async () => {
    await write('x = [{} for i in range(10)]\nprint(x)\n1 / 0\n');
    expect(await run()).toBe('exception');
    const address = visitor.page.url();
    for (const [theme, width] of [
      ['light', 1440],
      ['dark', 1440],
      ['light', 390],
    ] as const) {
      const page = await visitor.open({ theme, width, height: width < 500 ? 844 : 900 });
      await page.goto(`${service.url}/snippets/new`);
      await page.locator('.editor').waitFor();
      expect(await visitor.violations()).toEqual([]);
      await page.goto(address);
      await page.locator('.line-note').first().waitFor();
      expect(await visitor.violations()).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    }
  });
});
