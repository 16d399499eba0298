/** Sessions and runs as the talk's party. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

const RECORDING = 'apps/api/assets/listdict20k.trace.gz';
/** The list was cleared: one arena is held by 49 blocks. */
const MOMENT = 265_000;

let service: Service;
let visitor: Visitor;
let run: string;

beforeAll(async () => {
  service = await Service.start({ environment: { DEMO: 'off' } });
  visitor = await Visitor.arrive(service);
  [run = ''] = await visitor.replay(RECORDING, ['cpython-3.11']);
});
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});

describe('a recording as a party', () => {
  it('says which order cannot go back, and draws the line from the slot to the toy', async () => {
    const page = await visitor.open();
    await visitor.go(`/r/${run}/party?e=${MOMENT}`);
    await page.getByRole('heading', { name: 'Order 1 cannot go back: 49 toys are still out' }).waitFor();
    await page.getByText('The children kept them').waitFor();
    expect(await page.locator('.party-scene .tag.stuck').count()).toBe(1);
    await page.locator('.party-scene .line').waitFor();
    await page.getByText('The children bring back toy').waitFor();
    expect(await page.locator('.party-scene').getAttribute('aria-label')).toContain('Order 1: 49 toys out');
  });

  it('is told in the words of allocators when those are wanted', async () => {
    const page = await visitor.open();
    await visitor.go(`/r/${run}/party?e=${MOMENT}`);
    await page.getByRole('button', { name: 'Allocator words' }).click();
    await page.getByRole('heading', { name: 'Arena 1 cannot be unmapped: 49 blocks are still live' }).waitFor();
    await page.waitForURL(/words=allocator/);
    await page.keyboard.press('p');
    await page.getByRole('heading', { name: /^Order 1/ }).waitFor();
    await page.getByRole('button', { name: 'What is what' }).click();
    await page.getByRole('row', { name: /^order pool of collections/ }).waitFor();
    expect(await visitor.violations()).toEqual([]);
  });

  it('is stepped through request by request', async () => {
    const page = await visitor.open();
    await visitor.go(`/r/${run}/party?e=200001`);
    await page.getByText('toy 126 of collection 41 in order 1').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('toy 442 of collection 6 in order 0').waitFor();
    await page.waitForURL(/e=200002/);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForURL(/e=199992/);
    // The phases of the recording stand above the curve, and are gone to by keys.
    const slider = page.getByRole('slider', { name: 'Request' });
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^Request 199992 of 273581, mark 4\./);
    await page.keyboard.press('.');
    await page.waitForURL(/e=24\d{4}$/);
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/, mark 5\./);
    await page.keyboard.press('Home');
    await page.getByRole('heading', { name: 'No order is rented' }).waitFor();
  });
});

describe('a live session as a party', () => {
  it('fills before the eyes of whoever watches', async () => {
    const { id, ownerToken } = await visitor.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', {
      name: 'lesson',
      allocator: { model: 'pymalloc', profile: 'cpython-3.8' },
    });
    const page = await visitor.open();
    await visitor.go(`/s/${id}/party`);
    await page.getByRole('heading', { name: 'No order is rented' }).waitFor();
    const requests = Array.from({ length: 3 }, (_, nth) => ({ op: 'malloc', size: 16, id: `River kids ${nth + 1}` }));
    await visitor.call('POST', `/v1/sessions/${id}/requests`, { requests }, ownerToken);
    await page.getByRole('heading', { name: '1 order in the room, 3 toys out' }).waitFor();
    await page.getByText('holding 3 toys').waitFor();
    await page.locator('.party-scene').getByText('River kids', { exact: true }).waitFor();
  });
});

describe('the toy party', () => {
  it('compares four ways to order by the bill, and takes other guests', async () => {
    const page = await visitor.open();
    await visitor.go('/party');
    await page.getByRole('heading', { name: '70 coins less with "give back"' }).waitFor();
    expect(await page.getByRole('region', { name: 'Give back' }).innerText()).toContain('90 coins');
    await page.getByLabel('Coins for an order, an hour').fill('1');
    await page.getByRole('button', { name: 'Give the party' }).click();
    await page.getByRole('heading', { name: '7 coins less with "give back"' }).waitFor();
  });

  it('is watched as a session, in orders of eight boxes, with the same guests', async () => {
    const page = await visitor.open();
    await visitor.go('/party');
    await page.getByRole('button', { name: 'Watch Give back as a session' }).click();
    await page.waitForURL(/\/s\/[\w-]+\/party/);
    await page.getByRole('heading', { name: '3 orders in the room, 93 toys out' }).waitFor();
    await page.locator('.party-scene').getByText('Park kids', { exact: true }).waitFor();
    expect(await page.locator('.party-scene .box, .party-scene .closed').count()).toBe(3 * 8);
    // Every toy that is out has its empty slot.
    expect(await page.locator('.party-scene .slot').count()).toBe(93);
  });
});

describe('for everybody', () => {
  it.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 390, 844],
  ] as const)('passes the accessibility check: %s at %d x %d', async (theme, width, height) => {
    await visitor.open({ theme, width, height });
    await visitor.go(`/r/${run}/party?e=${MOMENT}`);
    expect(await visitor.violations()).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    await visitor.go('/party');
    expect(await visitor.violations()).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  });
});
