/** The program page, driven as people drive it: a scenario is begun, stepped, rewound; the leak is seen where it happens. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatedSession, ProgramChoice, ProgramCommand } from '@heapcast/contracts';
import { Service } from '../support/service.js';
import { Visitor } from '../support/visitor.js';

let service: Service;
let visitor: Visitor;

beforeAll(async () => {
  service = await Service.start();
  visitor = await Visitor.arrive(service);
});
beforeEach(() => visitor.open());
afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});
afterAll(async () => {
  await visitor?.leave();
  await Service.stopAll();
});

const post = <T>(path: string, body: object, token?: string): Promise<T> => visitor.call('POST', path, body, token);
const play = ({ id, ownerToken }: CreatedSession, steps: object): Promise<object> =>
  post(`/v1/sessions/${id}/steps`, steps, ownerToken);
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
  await visitor.page.addInitScript(`localStorage.setItem('heapcast.token.${id}', '${ownerToken}')`);
}

const open = (id: string, query = ''): Promise<void> => visitor.go(`/s/${id}/program${query}`);
const heading = (text: string | RegExp) => visitor.page.getByRole('heading', { level: 1, name: text }).waitFor();
const bars = () => visitor.page.locator('.bar').count();

describe('a scenario on the program page', () => {
  it('is stepped from there, live, until the leak is seen at its object and at its block', async () => {
    const { page } = visitor;
    const session = await scenario('cpp-leak', 'leak');
    await holds(session);
    await open(session.id);
    await heading('The heap is empty');
    const watcher = await visitor.device();
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
    expect(await bars()).toBe(9);
  });

  it('goes back and on, by keys, bars and the address, to the same moment for everybody', async () => {
    const { page } = visitor;
    const session = await scenario('cpp-leak', 'leak');
    await play(session, { all: true });
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
    const { page } = visitor;
    const session = await scenario('mutable-default', 'shared');
    await play(session, { all: true });
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
    const { page } = visitor;
    const session = await scenario('list-of-dicts', 'give-back');
    await play(session, { count: 2 });
    await open(session.id);
    await heading('Every element becomes a dict of its own: pool after pool, arena after arena.');
    expect(await page.locator('.source .on').innerText()).toContain('l[i] = {}');
    expect(await bars()).toBe(2);
    await page.locator('.pool-rows li').first().waitFor();
  });
});

describe('a program page that loses the service', () => {
  it('says so, keeps what it shows, and shows what happened meanwhile when it is back', async () => {
    const { page } = visitor;
    const session = await scenario('cpp-leak', 'leak');
    await holds(session);
    await play(session, { count: 2 });
    await open(session.id);
    await heading('The object has a pointer');
    await visitor.setOffline(true);
    await page.getByText('Reconnecting. You see event 3.').waitFor();
    await page.getByRole('button', { name: 'Next step' }).click();
    await page.getByRole('alert').filter({ hasText: 'The service does not answer.' }).waitFor();
    await heading('The object has a pointer');
    await play(session, { all: true });
    await visitor.setOffline(false);
    await heading(/40 B leaked/);
    await page.getByText('7 of 7 steps').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByText('Reconnecting').count()).toBe(0);
  });

  it('goes on where it was when the service was restarted', async () => {
    const { page } = visitor;
    const session = await scenario('cpp-leak', 'leak');
    await holds(session);
    await play(session, { count: 2 });
    await open(session.id);
    await heading('The object has a pointer');
    await service.kill();
    await page.getByText('Reconnecting. You see event 3.').waitFor();
    await service.restart();
    await page.getByText('Reconnecting').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await heading(/40 B leaked/);
  });
});

describe('a program on its page', () => {
  it('takes commands from whoever holds its token, and says what the collector did', async () => {
    const { page } = visitor;
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
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('400'));
  });

  it('with many objects is drawn by type, and with hundreds as a table', async () => {
    const { page } = visitor;
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
    const { page } = visitor;
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
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  });

  it('that is none says so', async () => {
    const { page } = visitor;
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
    for (const session of [leak, python]) await play(session, { all: true });
    for (const [theme, width] of [
      ['light', 1440],
      ['dark', 1440],
      ['light', 390],
    ] as const) {
      await visitor.open({ theme, width, height: width < 500 ? 844 : 900 });
      await holds(leak);
      await open(leak.id, '?e=8');
      await visitor.page.locator('.object.lost').waitFor();
      expect(await visitor.violations()).toEqual([]);
      await open(python.id, '?e=10');
      await visitor.page.locator('.object').first().waitFor();
      expect(await visitor.violations()).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    }
  });
});
