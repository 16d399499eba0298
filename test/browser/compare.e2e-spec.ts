/** One recording on several allocators, compared as people do. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';
const EVENTS = 273_581;
/** Nearly all is freed; 3.9 has given back more than 3.11. */
const MOMENT = 270_454;

let service: Service;
let visitor: Visitor;
let now: string;
let before: string;

beforeAll(async () => {
  service = await Service.start({ environment: { DEMO: 'off' } });
  visitor = await Visitor.arrive(service);
  [now = '', before = ''] = await visitor.replay(RECORDING, ['cpython-3.11', 'cpython-3.9']);
});
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});

function row(name: string) {
  return visitor.page.getByRole('region', { name, exact: true });
}

describe('a comparison', () => {
  it('says who holds least at this event, and by how much, in a sentence, a figure and a table', async () => {
    const page = await visitor.open();
    await visitor.go(`/compare?runs=${now},${before}&e=${MOMENT}`);
    await page.getByRole('heading', { name: '1.0 MiB less with CPython 3.9' }).waitFor();
    expect(await row('CPython 3.11').innerText()).toMatch(/2\.0 MiB\s+2 arenas/);
    expect(await row('CPython 3.9').innerText()).toMatch(/1\.0 MiB\s+−1\.0 MiB/);
    expect(await row('CPython 3.9').evaluate((element) => element.classList.contains('best'))).toBe(true);
    const mapped = page.getByRole('row', { name: /^Mapped 2/ });
    expect(await mapped.locator('td.good').innerText()).toContain('1.0 MiB');
    const peak = page.getByRole('row', { name: /^Most mapped/ });
    expect(await peak.getByRole('cell').allInnerTexts()).toEqual(['3.0 MiB', expect.stringMatching(/^2\.3 MiB/)]);
  });

  it('has one cursor, for keys and for the pointer, and the address follows', async () => {
    const page = await visitor.open();
    await visitor.go(`/compare?runs=${now},${before}&e=1000`);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForURL(/e=2001/);
    await page.keyboard.press('End');
    await page.waitForURL(new RegExp(`e=${EVENTS}`));
    const slider = page.getByRole('slider', { name: 'Event' });
    const second = await page.locator('.compare-row .scrubber').nth(1).boundingBox();
    if (!second) throw new Error('the second curve has no place');
    // Half of what is right of the axis.
    await page.mouse.click(second.x + 64 + (second.width - 64) / 2, second.y + 40);
    expect(Number(await slider.getAttribute('aria-valuenow')) / EVENTS).toBeCloseTo(0.5, 2);
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'Both hold the same' }).waitFor();
  });

  it('is zoomed with the wheel, all rows at once, and slid; a double click shows all of it again', async () => {
    const page = await visitor.open();
    await visitor.go(`/compare?runs=${now},${before}&e=1000`);
    const curves = page.locator('.compare-row .scrubber');
    const box = await curves.nth(1).boundingBox();
    if (!box) throw new Error('the second curve has no place');
    const [left, wide] = [box.x + 64, box.width - 64];
    const slider = page.getByRole('slider', { name: 'Event' });
    const clicked = async (share: number): Promise<number> => {
      await page.mouse.click(left + share * wide, box.y + 40);
      return Number(await slider.getAttribute('aria-valuenow')) / EVENTS;
    };
    await page.mouse.move(left + wide / 2, box.y + 40);
    // Twice as near.
    await page.mouse.wheel(0, -500 * Math.LN2);
    await page.getByRole('button', { name: 'Whole recording' }).waitFor();
    expect(await clicked(0.5)).toBeCloseTo(0.5, 2);
    expect(await clicked(0)).toBeCloseTo(0.25, 2);
    await page.mouse.wheel(wide / 2, 0);
    expect(await clicked(0.5)).toBeCloseTo(0.75, 2);
    await curves.first().dblclick({ position: { x: 200, y: 40 } });
    await page.getByRole('button', { name: 'Whole recording' }).waitFor({ state: 'detached' });
    expect(await clicked(0.25)).toBeCloseTo(0.25, 2);
  });

  it('plots only what differs when that is wanted', async () => {
    const page = await visitor.open();
    await visitor.go(`/r/${now}/compare?with=${before}&e=${MOMENT}`);
    const curve = page.locator('.compare-row .scrubber canvas').nth(1);
    const same = await curve.screenshot();
    await page.getByRole('button', { name: 'Difference' }).click();
    await page.waitForURL(/curves=difference/);
    expect((await curve.screenshot()).equals(same)).toBe(false);
    expect(await page.getByRole('link', { name: 'Compare' }).getAttribute('aria-current')).toBe('page');
  });

  it('takes a further allocator, with options of its own, and follows its replay', async () => {
    const page = await visitor.open();
    await visitor.go(`/r/${now}/compare?e=${MOMENT}`);
    await page.getByRole('heading', { name: 'Add an allocator to compare with' }).waitFor();
    await page.getByRole('button', { name: 'Add allocator' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').first().selectOption('cpython-3.9');
    await dialog.getByText('What if: other options').click();
    await dialog.getByLabel('arena size').fill('65536');
    expect(await visitor.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Replay and compare' }).click();
    await row('What if: arena size 64 KiB').getByText('64 KiB arenas, 4 KiB pools on CPython 3.9').waitFor();
    await page.getByRole('heading', { name: /less with arena size 64 KiB/ }).waitFor();
    await page.waitForURL(/with=[\w-]{36}/);
    await page.getByRole('button', { name: 'Take What if: arena size 64 KiB away' }).click();
    await page.getByRole('heading', { name: 'Add an allocator to compare with' }).waitFor();
  });

  it('refuses a run of another recording, and says so', async () => {
    const other = await fetch(`${service.url}/v1/traces?name=tiny`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"op":"malloc","id":1,"size":64}\n{"op":"free","id":1}\n',
    });
    const { id: trace } = (await other.json()) as { id: string };
    const allocator = { model: 'pymalloc', profile: 'cpython-3.11' };
    const { id } = await visitor.call<{ id: string }>('POST', '/v1/runs', { trace, allocator });
    const page = await visitor.open();
    await visitor.go(`/compare?runs=${now},${id}`);
    await page
      .getByRole('alert')
      .filter({ hasText: /"tiny" is a run of another recording/ })
      .waitFor();
    expect(await page.locator('.compare-row').count()).toBe(1);
  });

  it('of a live session is made of a copy, and the session goes on', async () => {
    const { id, ownerToken } = await visitor.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', {
      name: 'lesson',
      allocator: { model: 'pymalloc', profile: 'cpython-3.11' },
    });
    await visitor.call('POST', `/v1/sessions/${id}/requests`, { requests: [{ op: 'malloc', size: 100 }] }, ownerToken);
    const page = await visitor.open();
    await page.goto(`${service.url}/s/${id}/compare`);
    await page.getByText('This session is still live').waitFor();
    await page.getByRole('button', { name: 'Compare a copy' }).click();
    await page.waitForURL(/\/r\/[\w-]+\/compare/);
    await row('CPython 3.11').getByText('1 arena').waitFor();
    expect((await visitor.call<{ status: string }>('GET', `/v1/sessions/${id}`)).status).toBe('open');
  });

  it('of nothing says how to name runs, and a wrong name is no harm', async () => {
    const page = await visitor.open();
    await page.goto(`${service.url}/compare`);
    await page.getByText('No runs yet').waitFor();
    await page.goto(`${service.url}/compare?runs=00000000-0000-4000-8000-000000000000`);
    await page
      .getByRole('alert')
      .filter({ hasText: /no run/i })
      .waitFor();
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('404'));
  });
});

describe('for everybody', () => {
  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)('passes the accessibility check: %s at %d x %d', async (theme, width, height) => {
    const page = await visitor.open({ theme, width, height });
    await visitor.go(`/compare?runs=${now},${before}&e=${MOMENT}`);
    await page.getByRole('heading', { name: /less with/ }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  });
});
