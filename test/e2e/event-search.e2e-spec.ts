/** Finding events: a program with call sites, names and marks is searched, over runs and sessions, page by page. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeMapTints, NOTHING_LIVE } from '@heapcast/contracts';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { type Body, SessionClient } from './sessions-client.js';

const ORDERS = 3000;
const KEPT_EVERY = 500;

let api: ApiUnderTest;
let run: string;
let events: number;

/** Orders that are made and dropped, a cache that keeps some of them for ever, and a phase for each. */
function shop(): string {
  const lines: string[] = [
    JSON.stringify({ site: 1, function: 'load', file: 'shop.py', line: 12, parent: 0 }),
    JSON.stringify({ site: 2, function: 'remember', file: 'cache.py', line: 9, parent: 1 }),
  ];
  const add = (request: object): void => void lines.push(JSON.stringify(request));
  add({ op: 'mark', label: 'serve' });
  for (let id = 1; id <= ORDERS; id++) {
    const isKept = id % KEPT_EVERY === 0;
    add({ op: 'malloc', id, size: 60, site: isKept ? 2 : 1, name: `${isKept ? 'Entry' : 'order'}#${id}` });
  }
  add({ op: 'mark', label: 'drop report' });
  for (let id = 1; id <= ORDERS; id++) if (id % KEPT_EVERY !== 0) add({ op: 'free', id });
  add({ op: 'malloc', id: ORDERS + 1, size: 5000, site: 1 });
  add({ op: 'realloc', id: KEPT_EVERY, size: 300, site: 1 });
  add({ op: 'free', id: 1 });
  add({ op: 'mark' });
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  api = await ApiUnderTest.start();
  const { body: trace } = await api.http
    .post('/v1/traces')
    .set('content-type', 'application/x-ndjson')
    .send(shop())
    .expect(201);
  events = (await api.http.get(`/v1/traces/${trace.id}`)).body.events;
  const allocator = { model: 'pymalloc', profile: 'cpython-3.13' };
  const { body } = await api.http.post('/v1/runs').send({ trace: trace.id, allocator }).expect(202);
  run = body.id;
  expect((await api.runEnd(run)).status).toBe('done');
});
afterAll(() => api.close());

async function get(path: string): Promise<Body> {
  const { body, status } = await api.http.get(`/v1/runs/${run}/${path}`);
  expect([body.detail, status]).toEqual([undefined, 200]);
  return body;
}

async function find(query: string): Promise<Body> {
  return get(`events/search?${query}`);
}

const seqs = ({ events: found }: Body): number[] => found.map(({ seq }: Body) => seq);
const kept = Array.from({ length: ORDERS / KEPT_EVERY }, (_, i) => 1 + (i + 1) * KEPT_EVERY);

describe('events are found', () => {
  it('by what was never freed, with the lines that asked for it', async () => {
    const found = await find('leaked=true');
    expect(seqs(found)).toEqual([...kept, events - 3]);
    expect(found.events[0]).toMatchObject({
      name: 'Entry#500',
      place: { file: 'cache.py', line: 9, function: 'remember' },
    });
    expect(found).toMatchObject({ next: null, scanned: events, to: events });
    // Up to there everything is alive.
    expect(seqs(await find('leaked=true&to=11&limit=1000'))).toHaveLength(10);
  });

  it.each([
    ['name=entry%23', kept],
    ['site=CACHE.py', kept],
    ['text=remember', kept],
    ['text=report', [ORDERS + 2]],
    ['op=mark&limit=2', [1, ORDERS + 2]],
    ['minSize=100', () => [events - 3, events - 2]],
    ['minSize=60&maxSize=60&op=realloc', []],
    ['outcome=raw,doubleFree', () => [events - 3, events - 1]],
    ['block=500', () => [501, events - 2]],
    ['blockSize=304', () => [events - 2]],
  ] as const)('by %s', async (query, expected) => {
    const found = seqs(await find(query));
    const block = typeof expected === 'function' ? expected() : [...expected];
    // What is freed has the name of what was asked for.
    expect(
      query.startsWith('name') || query.startsWith('text=rem') ? found.filter((seq) => seq < ORDERS) : found,
    ).toEqual(
      block.filter((seq) => (!query.startsWith('name') && !query.startsWith('text=rem') ? true : seq < ORDERS)),
    );
  });

  it('by arena, pool and place, and by an address in the block', async () => {
    const { events: placed } = await find('block=77&limit=1');
    const { arena, pool, index, address } = placed[0];
    const here = `arena=${arena}&pool=${pool}&index=${index}`;
    expect(seqs(await find(here))).toEqual(seqs(await find('block=77')));
    expect(seqs(await find(`address=0x${(address + 5).toString(16)}`))).toEqual(seqs(await find(here)));
    expect(seqs(await find(`arena=${arena + 9}`))).toEqual([]);
  });

  it('page after page, and the ones before and after a moment', async () => {
    const pages: number[] = [];
    for (let from: number | null = 0; from !== null;) {
      const page: Body = await find(`op=free&limit=1000&from=${from}`);
      pages.push(...seqs(page));
      from = page.next;
    }
    expect(pages).toHaveLength(ORDERS - kept.length + 1);
    expect(pages).toEqual([...pages].sort((a, b) => a - b));
    expect(seqs(await find('op=mark&before=3000&limit=1'))).toEqual([1]);
    expect(seqs(await find('op=mark&from=1&limit=1'))).toEqual([ORDERS + 2]);
    expect(seqs(await find(`op=mark&before=${events}&limit=2`))).toEqual([ORDERS + 2, events]);
  });

  it('and what makes no sense is refused', async () => {
    for (const query of [
      'op=steal',
      'op=free&op=malloc',
      'minSize=9&maxSize=8',
      'address=zz',
      'from=1&before=2',
      'name=',
      `name=${'x'.repeat(300)}`,
      'leaked=yes',
      'limit=1001',
      'colour=blue',
    ]) {
      expectProblem(await api.http.get(`/v1/runs/${run}/events/search?${query}`), 'invalid-request', 400);
    }
    expectProblem(await api.http.get(`/v1/runs/${run}/events/search?from=${events + 1}`), 'invalid-position', 400);
  });
});

describe('of a session', () => {
  it('events and marks are found while it grows', async () => {
    const session = await SessionClient.open(api.url);
    await session.send([
      { op: 'mark', label: 'begin' },
      { op: 'malloc', size: 100, id: 'a' },
      { op: 'malloc', size: 100, id: 'b' },
    ]);
    const search = async (query: string): Promise<Body> =>
      (await api.http.get(`/v1/sessions/${session.id}/${query}`).expect(200)).body;
    expect(seqs(await search('events/search?leaked=true'))).toEqual([2, 3]);
    await session.send([
      { op: 'free', id: 'a' },
      { op: 'mark', label: 'end' },
    ]);
    expect(seqs(await search('events/search?leaked=true'))).toEqual([3]);
    expect((await search('marks')).marks).toEqual([
      { seq: 1, number: 0, label: 'begin' },
      { seq: 5, number: 0, label: 'end' },
    ]);
    expect((await search('marks?from=1')).marks).toHaveLength(1);
  });
});

describe('the rates of a run', () => {
  it('count what was asked for and given back in each stretch of a window', async () => {
    const rates = await get(`rates?from=1&to=${2 * ORDERS}&buckets=10`);
    expect([rates.edges[0], rates.edges.at(-1), rates.edges.length]).toEqual([1, 2 * ORDERS, 11]);
    const sum = (counts: number[]): number => counts.reduce((all, one) => all + one, 0);
    // A large block beside the orders; what was freed a second time is not given back.
    expect([sum(rates.asked), sum(rates.freed)]).toEqual([ORDERS + 1, ORDERS - ORDERS / KEPT_EVERY]);
    expect([rates.asked[0], rates.freed[0], rates.asked[9]]).toEqual([599, 0, 1]);
    expect(rates.nanoseconds).toBeNull();
  });

  it('are of windows within the recording, and not of more than can be read at once', async () => {
    expectProblem(await api.http.get(`/v1/runs/${run}/rates?from=0&to=65537`), 'invalid-position', 400);
    expectProblem(await api.http.get(`/v1/runs/${run}/rates?from=20&to=10`), 'invalid-request', 400);
    expectProblem(await api.http.get(`/v1/runs/${run}/rates?buckets=0`), 'invalid-request', 400);
    expect((await get(`rates?from=${events}`)).asked).toEqual([0]);
  });
});

describe('the marks of a run', () => {
  it('are its phases', async () => {
    expect(await get('marks')).toEqual({
      marks: [
        { seq: 1, number: 0, label: 'serve' },
        { seq: ORDERS + 2, number: 0, label: 'drop report' },
        { seq: events, number: 0, label: null },
      ],
      total: 3,
      to: events,
    });
  });
});

describe('the colours of the map', () => {
  async function tints(query: string) {
    const response = await fetch(`${api.url}/v1/runs/${run}/map/tints?${query}`);
    expect(response.status).toBe(200);
    return decodeMapTints(await response.arrayBuffer());
  }

  it('tell whose the blocks are, most first', async () => {
    const { sites, blocks, cells } = await tints(`by=site&arena=0&at=${ORDERS + 1}`);
    expect(sites.map(({ file, blocks: count }) => [file, count])).toEqual([
      ['shop.py', ORDERS - kept.length],
      ['cache.py', kept.length],
    ]);
    expect(blocks.filter((rank) => rank === 2)).toHaveLength(kept.length);
    expect(cells.includes(1)).toBe(true);
  });

  it('tell how old they are', async () => {
    const { blocks, cells } = await tints(`by=age&arena=0&at=${ORDERS + 1}`);
    const live = [...blocks].filter((born) => born !== NOTHING_LIVE);
    expect(live).toHaveLength(ORDERS);
    expect(Math.min(...live)).toBe(1);
    expect(Math.min(...cells)).toBe(1);
    expectProblem(await api.http.get(`/v1/runs/${run}/map/tints?by=taste`), 'invalid-request', 400);
  });
});

describe('memory over time', () => {
  it('is told by line: who grows, sample by sample', async () => {
    const { rows, positions } = await get('growth?samples=4');
    expect(positions.at(-1)).toBe(events);
    const cache = rows.find(({ file }: Body) => file === 'cache.py');
    // One of the kept ones was grown by another line, which owns it since.
    expect(cache).toMatchObject({ line: 9, function: 'remember', bytes: 60 * (kept.length - 1) });
    expect(cache.samples).toHaveLength(4);
    expect(rows.map(({ growth }: Body) => growth)).toEqual(
      rows.map(({ growth }: Body) => growth).sort((a: number, b: number) => b - a),
    );
  });

  it('is told as a picture of lives, in which every block is once', async () => {
    const { columns } = await get('lifetimes/map?columns=7');
    const ended = columns
      .flatMap((column: Body) => column.ended)
      .reduce((sum: number, count: number) => sum + count, 0);
    const alive = columns.reduce((sum: number, column: Body) => sum + column.alive, 0);
    expect([columns.length, ended, alive]).toEqual([7, ORDERS - kept.length, kept.length + 1]);
    expectProblem(await api.http.get(`/v1/runs/${run}/lifetimes/map?columns=0`), 'invalid-request', 400);
  });
});
