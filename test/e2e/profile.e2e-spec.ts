/** Profiling: a program with call sites is uploaded, run, and asked who holds memory, who pins arenas, what became of a block. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { longTrace } from './long-trace.js';
import { type Body, SessionClient } from './sessions-client.js';

const FILLED = 60_000;
/** Every so many blocks one goes into the cache and stays. */
const KEPT_EVERY = 4000;
const SITES = [
  { function: 'main', file: 'shop.py', line: 40, parent: 0 },
  { function: 'load', file: 'shop.py', line: 12, parent: 1 },
  { function: 'remember', file: 'cache.py', line: 9, parent: 2 },
  { function: 'total', file: 'shop.py', line: 20, parent: 1 },
];

let api: ApiUnderTest;
let run: string;
let events: number;

/** Fills a heap with orders, keeps a few in a cache, frees the others, then makes temporaries. */
function shop(): string {
  const lines: string[] = SITES.map((site, i) => JSON.stringify({ site: i + 1, ...site }));
  let time = 0;
  const add = (request: object): void => void lines.push(JSON.stringify({ ...request, time: (time += 10) }));
  const isKept = (id: number): boolean => id % KEPT_EVERY === 0;
  for (let id = 1; id <= FILLED; id++) {
    add({ op: 'malloc', id, size: 60, site: isKept(id) ? 3 : 2, name: `${isKept(id) ? 'entry' : 'order'}#${id}` });
  }
  add({ op: 'malloc', id: FILLED + 1, size: 400 });
  for (let id = 1; id <= FILLED; id++) if (!isKept(id)) add({ op: 'free', id, site: 2 });
  for (let id = FILLED + 2; id <= FILLED + 1001; id++) {
    add({ op: 'malloc', id, size: 24, site: 4 });
    add({ op: 'free', id, site: 4 });
  }
  add({ op: 'malloc', id: FILLED + 1002, size: 100, site: 2 });
  add({ op: 'realloc', id: FILLED + 1002, size: 300, site: 4 });
  add({ op: 'realloc', id: FILLED + 1002, size: 5000, site: 4 });
  add({ op: 'free', id: FILLED + 1002, site: 1 });
  add({ op: 'free', id: FILLED + 1002, site: 1 });
  return `${lines.join('\n')}\n`;
}

const kept = FILLED / KEPT_EVERY;

async function get(path: string, of = run): Promise<Body> {
  const response = await api.http.get(`/v1/runs/${of}/${path}`);
  expect([response.body.detail, response.status]).toEqual([undefined, 200]);
  return response.body;
}

async function upload(lines: string): Promise<string> {
  const { body, status } = await api.http.post('/v1/traces').set('content-type', 'application/x-ndjson').send(lines);
  expect([body.detail, status]).toEqual([undefined, 201]);
  return body.id;
}

async function start(trace: string, allocator: object): Promise<string> {
  const { body } = await api.http.post('/v1/runs').send({ trace, allocator }).expect(202);
  expect((await api.runEnd(body.id)).status).toBe('done');
  return body.id;
}

function sumOf(rows: readonly Body[], name: string): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}

let trace: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  trace = await upload(shop());
  events = (await api.http.get(`/v1/traces/${trace}`)).body.events;
  run = await start(trace, { model: 'pymalloc', profile: 'cpython-3.13' });
});
afterAll(() => api.close());

describe('a profile', () => {
  it('tells by line who holds memory, and sums exactly to the totals of that position', async () => {
    for (const at of [0, 1, 30_000, FILLED + 1, 90_000, events]) {
      const { totals } = await get(`stats?at=${at}`);
      for (const by of ['line', 'function', 'file', 'path', 'type']) {
        const { total, rows, rest, unknown } = await get(`profile?at=${at}&by=${by}&limit=1`);
        expect(total).toMatchObject({
          blocks: totals.liveBlocks + totals.rawBlocks,
          bytes: totals.requestedBytes + totals.rawBytes,
          occupiedBytes: totals.allocatedBytes + totals.rawBytes,
          rawBytes: totals.rawBytes,
        });
        for (const name of ['bytes', 'blocks']) {
          expect(sumOf(rows, name) + rest[name] + unknown[name]).toBe(total[name]);
        }
      }
    }
    const { rows, unknown, at } = await get(`profile?at=${FILLED + 1}`);
    expect(at).toBe(FILLED + 1);
    expect(rows).toMatchObject([
      { function: 'load', file: 'shop.py', line: 12, blocks: FILLED - kept, bytes: 60 * (FILLED - kept) },
      { function: 'remember', file: 'cache.py', line: 9, blocks: kept, bytes: 60 * kept },
    ]);
    expect(rows[0].withCallees).toEqual({ blocks: FILLED, bytes: 60 * FILLED });
    expect(unknown).toMatchObject({ blocks: 1, bytes: 400 });
  });

  it('tells what was asked for in total and how long it lived, what was churn, and what was alive at each peak', async () => {
    const total = await get('profile?measure=total&by=function');
    const byName = new Map<string, Body>(total.rows.map((row: Body) => [row.function, row]));
    expect(byName.get('total')).toMatchObject({
      // 1,000 temporaries and two places that realloc found for a block.
      blocks: 1002,
      bytes: 24_000 + 300 + 5000,
      moves: 2,
      movedBytes: 100 + 300,
      averageLifetime: { events: (1000 + 3) / 1001, nanoseconds: (10_000 + 30) / 1001 },
    });
    expect(byName.get('remember')).toMatchObject({ blocks: kept, freedBlocks: 0, averageLifetime: null });
    const churn = await get('profile?measure=churn&within=2');
    expect(churn).toMatchObject({ within: 2, total: { blocks: 1000, bytes: 24_000 } });
    expect(churn.rows[0]).toMatchObject({ line: 20, blocks: 1000 });
    for (const peak of ['requested', 'allocated', 'mapped']) {
      const { summary } = await get('');
      const { at, total: held } = await get(`profile?measure=peak&peak=${peak}`);
      expect(at).toBe(summary.peaks[`${peak}Bytes`].at);
      if (peak === 'requested') expect(held.bytes).toBe(summary.peaks.requestedBytes.value);
    }
  });

  it('counts objects by type', async () => {
    const { rows, unknown } = await get(`profile?by=type&at=${FILLED + 1}`);
    expect(rows).toMatchObject([
      { type: 'order', blocks: FILLED - kept },
      { type: 'entry', blocks: kept },
    ]);
    expect(unknown.blocks).toBe(1);
  });

  it('tells what changed between two positions, and between two runs', async () => {
    const grown = await get(`profile?from=${FILLED + 1}`);
    expect(grown.total).toMatchObject({ blocks: -(FILLED - kept), bytes: -60 * (FILLED - kept) });
    expect(grown.rows).toMatchObject([{ line: 12, before: { blocks: FILLED - kept }, after: { blocks: 0 } }]);
    // A small device refuses what does not fit: those bytes are missing.
    const small = await start(trace, {
      model: 'pymalloc',
      profile: 'cpython-3.13',
      options: { mappedLimit: 2 * 1_048_576 },
    });
    const versus = await get(`profile?against=${small}&at=${FILLED}&againstAt=${FILLED}`);
    const { totals } = await get(`stats?at=${FILLED}`, small);
    expect(versus.against).toEqual({ id: small, at: FILLED });
    expect(versus.total).toMatchObject({
      bytes: 60 * FILLED - totals.requestedBytes,
      before: { bytes: totals.requestedBytes },
      after: { bytes: 60 * FILLED },
    });
    expect(versus.rows[0]).toMatchObject({ function: 'load', line: 12 });
  });

  it('opens in speedscope: the file keeps to its schema, weights sum to the bytes', async () => {
    const { text, headers } = await api.http
      .get(`/v1/runs/${run}/profile.speedscope.json?at=${FILLED + 1}`)
      .expect(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    const file = JSON.parse(text);
    const validate = new Ajv().compile(SPEEDSCOPE);
    expect([validate(file), validate.errors]).toEqual([true, null]);
    const [bytes, blocks] = file.profiles;
    for (const { samples, weights, endValue } of file.profiles) {
      expect(samples.length).toBe(weights.length);
      expect(weights.reduce((sum: number, weight: number) => sum + weight, 0)).toBe(endValue);
      for (const sample of samples) for (const frame of sample) expect(file.shared.frames[frame]).toBeDefined();
    }
    expect([bytes.unit, bytes.endValue, blocks.endValue]).toEqual(['bytes', 60 * FILLED + 400, FILLED + 1]);
    const names = (sample: number[]): string[] => sample.map((frame) => file.shared.frames[frame].name);
    expect(bytes.samples.map(names)).toEqual([['main', 'load'], ['main', 'load', 'remember'], ['(unknown)']]);
  });

  it('opens in flame graph tools: a stack and a whole weight a line', async () => {
    const { text } = await api.http
      .get(`/v1/runs/${run}/profile.collapsed.txt?at=${FILLED + 1}&weight=blocks`)
      .expect(200);
    expect(text.split('\n')).toEqual([
      `main (shop.py:40);load (shop.py:12) ${FILLED - kept}`,
      `main (shop.py:40);load (shop.py:12);remember (cache.py:9) ${kept}`,
      '(unknown) 1',
      '',
    ]);
  });
});

describe('lifetimes', () => {
  it('are told by powers of two, overall and by line, and sum up', async () => {
    const { overall, rows, unknown, rest } = await get('lifetimes?limit=2');
    const blocks = (part: Body): number => sumOf(part.events, 'blocks');
    for (const part of [overall, ...rows, unknown, rest]) expect(blocks(part)).toBe(part.ended);
    expect(overall.ended).toBe(FILLED - kept + 1001);
    expect(overall.alive).toBe(kept + 1);
    expect(sumOf(rows, 'ended') + unknown.ended + rest.ended).toBe(overall.ended);
    const temporaries = rows.find((row: Body) => row.line === 20);
    expect(temporaries.events.slice(0, 2)).toEqual([
      { from: 0, to: 0, blocks: 0 },
      { from: 1, to: 1, blocks: 1000 },
    ]);
    expect(temporaries.nanoseconds.at(4)).toEqual({ from: 8, to: 15, blocks: 1000 });
  });
});

describe('pinned arenas', () => {
  it('are found with the blocks that keep them, their sites, and what would really come back', async () => {
    const { totals, mapped, pinned, regions, together, sites } = await get('pins?limit=10');
    expect(totals.mappedBytes).toBe(mapped * 1_048_576);
    expect(pinned).toBeGreaterThan(1);
    expect(regions.length).toBe(pinned);
    for (const region of regions) {
      expect(region.liveBlocks).toBe(region.blocks.length);
      expect(region.peak.bytes).toBeGreaterThan(600_000);
      for (const block of region.blocks) {
        if (block.site)
          expect(block.site.path.map((call: Body) => call.function)).toEqual(['main', 'load', 'remember']);
        expect(block.age).toBe(events - block.placedAt);
      }
    }
    // CPython 3.13 keeps one empty arena: each of these would be that one if only its own blocks died.
    expect(regions.map((region: Body) => region.comesBack.regions)).toEqual(regions.map(() => 0));
    expect(together).toMatchObject({ bytes: (regions.length - 1) * 1_048_576, regions: regions.length - 1 });
    expect(sites[0].site).toMatchObject({ function: 'remember', file: 'cache.py', line: 9 });
    // What is promised happens when the program frees those blocks. (Their numbers are their ids.)
    const frees = regions.flatMap((region: Body) =>
      region.blocks.map(({ number }: Body) => ({ op: 'free', id: number })),
    );
    const further = await upload(shop() + frees.map((request: object) => `${JSON.stringify(request)}\n`).join(''));
    const { summary } = await get('', await start(further, { model: 'pymalloc', profile: 'cpython-3.13' }));
    expect(summary.end.totals.mappedBytes).toBe(totals.mappedBytes - together.bytes);
  });

  it('are none where everything lives', async () => {
    expect(await get(`pins?at=${FILLED}`)).toMatchObject({ pinned: 0, regions: [], sites: [], together: { bytes: 0 } });
  });
});

describe('the story of a block', () => {
  it('tells who asked, every move, how it ended and how it was misused', async () => {
    const story = await get(`blocks/${FILLED + 1002}`);
    expect(story).toMatchObject({ moves: 2, mistakes: 1, freed: events - 1, state: 'freed', total: 5 });
    expect(story.steps.map((step: Body) => [step.op, step.outcome, step.site?.line])).toEqual([
      ['malloc', 'placed', 12],
      ['realloc', 'moved', 20],
      ['realloc', 'raw', 20],
      ['free', 'freed', 40],
      ['staleFree', 'doubleFree', 40],
    ]);
    expect(story.lifetime).toEqual({ events: 3, nanoseconds: 30 });
    expect(story.sentence).toBe(
      `Block ${FILLED + 1002} was asked for at event ${events - 4} (100 bytes), was moved 2 times and was freed at event ${events - 1}, 3 events later. After that it was misused 1 time.`,
    );
  });

  it('shows what lies beside it at any position', async () => {
    const { place, state, neighbours, name } = await get(`blocks/100?at=${FILLED}`);
    expect([state, name]).toEqual(['alive', 'order#100']);
    const itself = neighbours.find((block: Body) => block.index === place.index);
    expect(itself).toMatchObject({ number: 100, state: 'live', region: place.arena, pool: place.pool });
    expect(neighbours.find((block: Body) => block.index === place.index + 1)).toMatchObject({ number: 101 });
    expect(await get('blocks/100?at=99')).toMatchObject({ state: 'unborn', place: null, neighbours: null });
    expect(await get('blocks/100')).toMatchObject({ state: 'freed', freed: FILLED + 101 });
    const list = await start(trace, { model: 'freelist' });
    const beside = await get(`blocks/100?at=${FILLED}`, list);
    expect(beside.neighbours.map((block: Body) => block.number)).toEqual(Array.from({ length: 17 }, (_, i) => 92 + i));
  });
});

describe('the curve of a window', () => {
  it('is exact between its edges', async () => {
    const { edges, requestedMin, requestedMax, liveBlocksMax } = await get('curve?from=1000&to=1100&buckets=4');
    expect(edges).toEqual([1000, 1025, 1050, 1075, 1100]);
    expect(requestedMin).toEqual([60_000, 61_500, 63_000, 64_500]);
    expect(requestedMax).toEqual([61_500, 63_000, 64_500, 66_000]);
    expect(liveBlocksMax).toEqual([1025, 1050, 1075, 1100]);
    const { summary } = await get('');
    const whole = await get('curve?buckets=20');
    expect([whole.edges[0], whole.edges.at(-1)]).toEqual([0, events]);
    expect(Math.max(...whole.requestedMax)).toBe(summary.peaks.requestedBytes.value);
    expect(Math.max(...whole.mappedMax)).toBe(summary.peaks.mappedBytes.value);
  });
});

describe('a session', () => {
  it('is profiled live, at any of its events', async () => {
    const session = await SessionClient.open(api.url, {
      allocator: { model: 'pymalloc', profile: 'cpython-3.13' },
    });
    const of = (path: string) => api.http.get(`/v1/sessions/${session.id}/${path}`);
    await session.ask(
      { op: 'malloc', size: 100, id: 'list#1' },
      { op: 'malloc', size: 50, id: 'dict#1' },
      { op: 'free', id: 'dict#1' },
    );
    const { body } = await of('profile?by=type&at=2').expect(200);
    expect(body.rows).toMatchObject([
      { type: 'list', bytes: 100 },
      { type: 'dict', bytes: 50 },
    ]);
    expect((await of('profile').expect(200)).body).toMatchObject({ at: 3, unknown: { bytes: 100 } });
    expect((await of('profile').expect(200)).body.note).toMatch(/no call sites/);
    await session.ask({ op: 'malloc', size: 70, id: 'dict#2' });
    expect((await of('profile').expect(200)).body.total.bytes).toBe(170);
    expect((await of('profile?measure=peak').expect(200)).body).toMatchObject({ at: 4, total: { bytes: 170 } });
    expect((await of('blocks/2').expect(200)).body).toMatchObject({ born: 2, freed: 3, name: 'dict#1' });
    expect((await of('curve?buckets=2').expect(200)).body).toMatchObject({
      edges: [0, 2, 4],
      requestedMax: [150, 170],
    });
    expect((await of('lifetimes').expect(200)).body.overall).toMatchObject({ ended: 1, alive: 2 });
    expect((await of('pins').expect(200)).body).toMatchObject({ pinned: 0 });
    expect((await of('profile.collapsed.txt').expect(200)).text).toBe('(unknown) 170\n');
  });

  it('that is private is profiled only by those who may read it', async () => {
    const session = await SessionClient.open(api.url, {
      allocator: { model: 'pymalloc' },
      visibility: 'private',
    });
    const path = `/v1/sessions/${session.id}/profile`;
    expectProblem(await api.http.get(path), 'missing-token', 401);
    await api.http.get(path).set('authorization', `Bearer ${session.token}`).expect(200);
  });
});

describe('advice', () => {
  it('names what keeps the arenas, ties it to a practice of the talk and says how sure it is', async () => {
    const { at, note, advice, rules } = await get('advice');
    expect([at, note]).toEqual([events, null]);
    const pinned = advice.find((piece: Body) => piece.rule === 'pinned-arenas');
    expect(pinned).toMatchObject({
      practice: 'profile-first',
      bestPractice: 'Run profiling tools over your script before creating service',
      confidence: { level: 'high' },
    });
    expect(pinned.evidence[0].place).toEqual({ function: 'remember', file: 'cache.py', line: 9 });
    expect(pinned.evidence[0].numbers.blocks).toBe(kept);
    for (const piece of advice) expect(piece.evidence.length).toBeGreaterThan(0);
    const fired = rules.filter((rule: Body) => rule.fired).map((rule: Body) => rule.name);
    expect(new Set(advice.map((piece: Body) => piece.rule))).toEqual(new Set(fired));
  });

  it('is given on a live session, too', async () => {
    const session = await SessionClient.open(api.url, {
      allocator: { model: 'pymalloc', profile: 'cpython-3.9', options: { mappedLimit: 262_144 } },
    });
    const advice = async () => (await api.http.get(`/v1/sessions/${session.id}/advice`).expect(200)).body;
    await session.ask({ op: 'malloc', size: 100, id: 'a' });
    expect(await advice()).toMatchObject({ at: 1, advice: [], note: expect.stringMatching(/no call sites/) });
    await session.ask({ op: 'malloc', size: 400_000, id: 'b' });
    expect((await advice()).advice).toMatchObject([{ rule: 'memory-limit', evidence: [{ place: null }] }]);
  });
});

describe('a client that leaves', () => {
  /** Resolves when so many measurements are under way, and so many have been stopped in all. */
  const until = async (underWay: number, stopped: number): Promise<void> => {
    const wanted = [`heapcast_measurements_under_way ${underWay}`, `heapcast_measurements_stopped_total ${stopped}`];
    for (;;) {
      const { text } = await api.http.get('/metrics').expect(200);
      const lines = new Set(text.split('\n'));
      if (wanted.every((line) => lines.has(line))) return;
    }
  };

  it('takes its measurement along', async () => {
    const { body } = await api.http
      .post('/v1/traces')
      .set('content-type', 'application/vnd.heapcast.columns')
      .set('content-encoding', 'gzip')
      .send(longTrace(2_000_000));
    const long = await start(body.id, { model: 'pymalloc', profile: 'cpython-3.13' });
    let stopped = 0;
    for (const path of ['lifetimes', 'pins', 'advice']) {
      const leaving = new AbortController();
      const asked = fetch(`${api.url}/v1/runs/${long}/${path}`, { signal: leaving.signal });
      await until(1, stopped);
      leaving.abort();
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
      await until(0, ++stopped);
    }
    expect(api.log.filter((line) => line.includes('request failed'))).toEqual([]);
  });
});

describe('what cannot be answered', () => {
  it('a trace without sites is unknown, not wrong', async () => {
    const bare = await start(await upload('{"op":"malloc","id":1,"size":64}\n'), { model: 'pymalloc' });
    const { rows, unknown, total, note } = await get('profile', bare);
    expect([rows, unknown.bytes, total.bytes]).toEqual([[], 64, 64]);
    expect(note).toMatch(/no call sites/);
    expect((await get('lifetimes', bare)).unknown.alive).toBe(1);
    expect((await get('pins?full=0&below=100', bare)).regions[0].blocks[0].site).toBeNull();
    expect((await api.http.get(`/v1/runs/${bare}/profile.collapsed.txt`).expect(200)).text).toBe('(unknown) 64\n');
  });

  it.each([
    ['profile?at=999999999', 'invalid-position', 400],
    ['profile?from=999999999', 'invalid-position', 400],
    ['pins?at=999999999', 'invalid-position', 400],
    ['lifetimes?at=999999999', 'invalid-position', 400],
    ['curve?from=999999999', 'invalid-position', 400],
    ['curve?to=999999999', 'invalid-position', 400],
    ['blocks/1?at=999999999', 'invalid-position', 400],
    ['profile?measure=much', 'invalid-request', 400],
    ['profile?by=moon', 'invalid-request', 400],
    ['profile?limit=0', 'invalid-request', 400],
    ['profile?at=5&from=6', 'invalid-request', 400],
    ['profile?measure=peak&at=5', 'invalid-request', 400],
    ['profile?measure=live&within=5', 'invalid-request', 400],
    ['profile?peak=mapped', 'invalid-request', 400],
    ['profile?againstAt=5', 'invalid-request', 400],
    ['profile?against=me', 'invalid-request', 400],
    ['profile?against=00000000-0000-4000-8000-000000000000', 'not-found', 404],
    ['profile.collapsed.txt?weight=stones', 'invalid-request', 400],
    ['curve?from=5&to=4', 'invalid-request', 400],
    ['curve?buckets=0', 'invalid-request', 400],
    ['curve?from=1&points=4', 'invalid-request', 400],
    ['pins?below=101', 'invalid-request', 400],
    ['blocks/0', 'invalid-request', 400],
    ['blocks/x', 'invalid-request', 400],
    ['blocks/999999', 'not-found', 404],
  ] as const)('%s is refused as %s', async (path, problem, status) => {
    expectProblem(await api.http.get(`/v1/runs/${run}/${path}`), problem, status);
  });
});

/** The facts of speedscope's published schema that concern sampled profiles. */
const SPEEDSCOPE = {
  type: 'object',
  required: ['$schema', 'profiles', 'shared'],
  properties: {
    $schema: { const: 'https://www.speedscope.app/file-format-schema.json' },
    name: { type: 'string' },
    exporter: { type: 'string' },
    activeProfileIndex: { type: 'number' },
    shared: {
      type: 'object',
      required: ['frames'],
      properties: {
        frames: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              file: { type: 'string' },
              line: { type: 'number' },
              col: { type: 'number' },
            },
          },
        },
      },
    },
    profiles: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'name', 'unit', 'startValue', 'endValue', 'samples', 'weights'],
        properties: {
          type: { const: 'sampled' },
          name: { type: 'string' },
          unit: { enum: ['none', 'nanoseconds', 'microseconds', 'milliseconds', 'seconds', 'bytes'] },
          startValue: { type: 'number' },
          endValue: { type: 'number' },
          samples: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
          weights: { type: 'array', items: { type: 'number' } },
        },
      },
    },
  },
} as const;
