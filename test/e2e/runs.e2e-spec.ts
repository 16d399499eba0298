/** Runs: a recorded program replayed through the API is placed as CPython placed it, and can be looked into anywhere. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionEvent } from '@heapcast/contracts';
import { PrismaService } from '@heapcast/database';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { longTrace } from './long-trace.js';

const EVENTS = 273_581;
/** SHA-256 of the placements that CPython 3.11.7 itself made (u32 each), as recorded beside the bundled trace. */
const PLACEMENTS = '848319b5aa666467e2272aa7966a5c24f7ca91dfc1fae6bccb896989f11ddf3e';
/** [event, arena, mapped] of every arena that CPython mapped and unmapped. */
const ARENAS = [
  [0, 0, true],
  [22_028, 1, true],
  [109_079, 2, true],
  [270_437, 1, false],
  [273_579, 0, false],
];

let api: ApiUnderTest;
let trace: string;
let run: string;

async function upload(body: Buffer | string, type: string): Promise<string> {
  const response = await api.http.post('/v1/traces').set('content-type', type).send(body);
  expect([response.body.detail, [200, 201].includes(response.status)]).toEqual([undefined, true]);
  return response.body.id;
}

/** Owner tokens of runs. */
const owners = new Map<string, string>();

async function start(allocator: object, of = trace): Promise<string> {
  const response = await api.http.post('/v1/runs').send({ trace: of, allocator }).expect(202);
  expect(response.headers.location).toBe(`/v1/runs/${response.body.id}`);
  owners.set(response.body.id, `Bearer ${response.body.ownerToken}`);
  return response.body.id;
}

function sumOf(entries: Record<string, number>): number {
  return Object.values(entries).reduce((sum, bytes) => sum + bytes, 0);
}

beforeAll(async () => {
  api = await ApiUnderTest.start({ concurrentRuns: 1 });
  trace = await upload(readFileSync('apps/api/assets/listdict20k.trace.gz'), 'application/vnd.heapcast.pmtrace1');
  run = await start({ model: 'pymalloc' });
});
afterAll(() => api.close());

describe('a run of a recorded program', () => {
  it('is accepted, told by a stream, and ends with a summary', async () => {
    const body = await api.runEnd(run);
    expect(body).toMatchObject({
      status: 'done',
      progress: EVENTS,
      // The trace says which CPython it came from.
      allocator: { model: 'pymalloc', profile: 'cpython-3.11' },
      modelVersion: { matches: true },
      problem: null,
    });
    const { summary } = body;
    expect(summary).toMatchObject({
      events: EVENTS,
      blocks: 136_093,
      operations: { malloc: 135_680, calloc: 367, free: 136_987, realloc: 496, reallocNull: 46, mark: 5 },
      regions: { mapped: 3, unmapped: 2, highWater: { value: 3 } },
      peaks: { mappedBytes: { value: 3 * 1_048_576 } },
    });
    expect(summary.peaks.liveBlocks.value).toBeGreaterThan(20_000);
    for (const { totals, ledger } of [summary.end, summary.peak]) {
      expect(sumOf(ledger.entries)).toBe(totals.mappedBytes);
    }
    expect(summary.peak.statistics.classes.length).toBeGreaterThan(20);
    expect(summary.curve.mappedMax.length).toBeLessThanOrEqual(200);
    expect(Math.max(...summary.curve.mappedMax)).toBe(3 * 1_048_576);
  });

  it('places every block where CPython 3.11.7 placed it, as its events tell', async () => {
    const { poolSize } = (await api.http.get(`/v1/runs/${run}`)).body.allocator.options;
    const hash = createHash('sha256');
    const arenas: unknown[] = [];
    let from: number | null = 0;
    let seq = 0;
    while (from !== null) {
      const { body }: { body: { events: SessionEvent[]; next: number | null } } = await api.http
        .get(`/v1/runs/${run}/events`)
        .query({ from: String(from), limit: '65536' })
        .expect(200);
      const codes: number[] = [];
      for (const event of body.events) {
        if (event.seq !== ++seq) throw new Error(`event ${event.seq} where ${seq} is due`);
        for (const { arena } of event.mapped ?? []) arenas.push([event.seq - 1, arena, true]);
        for (const { arena } of event.unmapped ?? []) arenas.push([event.seq - 1, arena, false]);
        if (!['malloc', 'calloc', 'realloc'].includes(event.op)) continue;
        const placed = event.outcome === 'placed' || event.outcome === 'moved';
        const place = ((event.arena ?? 0) << 16) | ((event.pool ?? 0) << 10) | (event.index ?? 0);
        codes.push(event.outcome === 'inPlace' ? 0xffff_fffe : placed ? place : 0xffff_ffff);
      }
      hash.update(Uint32Array.from(codes));
      from = body.next;
    }
    expect(seq).toBe(EVENTS);
    expect(poolSize).toBe(16_384);
    expect(arenas).toEqual(ARENAS);
    expect(hash.digest('hex')).toBe(PLACEMENTS);
  });

  it('shows the heap at any event, as deep as is asked for, page by page, and it adds up', async () => {
    const at = 123_743;
    const { body: stats } = await api.http.get(`/v1/runs/${run}/stats?at=${at}`).expect(200);
    expect([stats.at, sumOf(stats.ledger.entries)]).toEqual([at, stats.totals.mappedBytes]);
    const { body: arenas } = await api.http.get(`/v1/runs/${run}/heap?at=${at}&detail=arenas`).expect(200);
    expect(arenas.heap.items.map(({ region }: { region: number }) => region)).toEqual([0, 1, 2]);

    let blocks = 0;
    let bytes = 0;
    for (let offset = 0; ; offset += 10_000) {
      const query = `at=${at}&detail=blocks&limit=10000&offset=${offset}`;
      const { body } = await api.http.get(`/v1/runs/${run}/heap?${query}`).expect(200);
      for (const block of body.heap.items) {
        if (block.state !== 'live') continue;
        blocks++;
        bytes += block.requested;
      }
      if (offset + 10_000 >= body.heap.total) break;
    }
    expect([blocks, bytes]).toEqual([stats.totals.liveBlocks, stats.totals.requestedBytes]);

    const { body: pool } = await api.http.get(`/v1/runs/${run}/heap?at=${at}&detail=blocks&arena=1&pool=4`).expect(200);
    const places = new Set(
      pool.heap.items.map(({ region, pool: p }: { region: number; pool: number }) => `${region}.${p}`),
    );
    expect([...places]).toEqual(['1.4']);
    const { body: summary } = await api.http.get(`/v1/runs/${run}/heap?at=${at}&detail=summary`).expect(200);
    expect(summary.heap.items).toEqual([]);
  });

  it('is at its beginning with nothing, and at its end without being asked where', async () => {
    const { body: begin } = await api.http.get(`/v1/runs/${run}/stats?at=0`).expect(200);
    expect(begin.totals).toMatchObject({ events: 0, liveBlocks: 0, mappedBytes: 0 });
    const { body: end } = await api.http.get(`/v1/runs/${run}/stats`).expect(200);
    expect(end.at).toBe(EVENTS);
  });

  it('prints what sys._debugmallocstats() would, and the same as JSON', async () => {
    const url = `/v1/runs/${run}/debugmallocstats?at=123743`;
    const text = await api.http.get(url).expect(200);
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.text).toMatch(/^Small block threshold = 512, in 32 size classes\.\n/);
    const { body } = await api.http.get(url).set('accept', 'application/json').expect(200);
    const { total, ...bytes } = body.bytes;
    expect([body.arenas.current, total, sumOf(bytes)]).toEqual([3, 3 * 1_048_576, total]);
    const last = await api.http.get(`${url}&format=json`).set('accept', 'text/plain').expect(200);
    expect(last.body).toEqual(body);
  });

  it('lists events as lines, the same as in JSON', async () => {
    const { body } = await api.http.get(`/v1/runs/${run}/events?from=65530&limit=20`).expect(200);
    expect(body).toMatchObject({ next: 65_550 });
    const lines = await api.http
      .get(`/v1/runs/${run}/events?from=65530&limit=20`)
      .set('accept', 'application/x-ndjson');
    expect(lines.headers['content-type']).toMatch(/^application\/x-ndjson/);
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(body.events);
    const end = await api.http.get(`/v1/runs/${run}/events?from=${EVENTS}`).expect(200);
    expect(end.body).toEqual({ events: [], next: null });
  });

  it('has a curve whose joined points lose no peak', async () => {
    const { body: whole } = await api.http.get(`/v1/runs/${run}/curve`).expect(200);
    const { body: short } = await api.http.get(`/v1/runs/${run}/curve?points=10`).expect(200);
    expect(short.mappedMax.length).toBeLessThanOrEqual(10);
    expect(whole.requestedMax.length).toBeGreaterThan(500);
    expect(Math.max(...short.requestedMax)).toBe(Math.max(...whole.requestedMax));
  });
});

describe('the same trace on other allocators', () => {
  it('ends differently on another CPython, and on another model altogether', async () => {
    const ends: Record<string, unknown> = {};
    for (const allocator of [
      { model: 'pymalloc', profile: 'cpython-2.7' },
      { model: 'pymalloc', profile: 'cpython-2.3' },
      { model: 'freelist' },
    ]) {
      const { summary, status } = await api.runEnd(await start(allocator));
      expect([allocator, status]).toEqual([allocator, 'done']);
      expect(sumOf(summary.end.ledger.entries)).toBe(summary.end.totals.mappedBytes);
      ends[JSON.stringify(allocator)] = [
        summary.regions.mapped,
        summary.regions.unmapped,
        summary.peaks.mappedBytes.value,
      ];
    }
    expect(new Set(Object.values(ends).map((end) => JSON.stringify(end))).size).toBe(3);
  });

  it('has no sys._debugmallocstats() where the model has none', async () => {
    const id = await start({ model: 'freelist' });
    await api.runEnd(id);
    expectProblem(await api.http.get(`/v1/runs/${id}/debugmallocstats`), 'not-offered-by-model', 404);
  });
});

describe('a question that cannot be answered', () => {
  it.each([
    'heap?at=-1',
    'heap?at=1.5',
    'heap?at=1e3',
    'heap?at=0x10',
    'heap?at=',
    'heap?at=+1',
    'heap?at=99999999999999999999',
    'heap?at=1&at=2',
    'heap?at[]=1',
    'heap?detail=everything',
    'heap?limit=0',
    'heap?limit=10001',
    'heap?offset=-5',
    'heap?arena=-1',
    'heap?pool=3',
    'heap?colour=red',
    'stats?at=NaN',
    'stats?at=%00',
    'events?from=-1',
    'events?limit=0',
    'events?limit=65537',
    'events?limit=1e9',
    'events?format=xml',
    'debugmallocstats?at=last',
    'debugmallocstats?format=xml',
    'curve?points=1',
    'curve?points=many',
  ])('%s is an invalid request', async (question) => {
    const problem = expectProblem(await api.http.get(`/v1/runs/${run}/${question}`), 'invalid-request', 400);
    expect(problem.errors.length).toBeGreaterThan(0);
  });

  it.each(['heap?at=273582', 'stats?at=9007199254740991', 'events?from=273582', 'debugmallocstats?at=273582'])(
    '%s is beyond the last event',
    async (question) => {
      expectProblem(await api.http.get(`/v1/runs/${run}/${question}`), 'invalid-position', 400);
    },
  );

  it('about an unknown run is 404', async () => {
    for (const id of ['0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69', 'x', '1', '../runs', "'; drop table runs; --"]) {
      for (const view of ['', '/heap', '/stats', '/events', '/debugmallocstats', '/curve', '/progress']) {
        expectProblem(await api.http.get(`/v1/runs/${encodeURIComponent(id)}${view}`), 'not-found', 404);
      }
      expectProblem(await api.http.delete(`/v1/runs/${encodeURIComponent(id)}`), 'not-found', 404);
      expectProblem(await api.http.post(`/v1/runs/${encodeURIComponent(id)}/rerun`), 'not-found', 404);
      expectProblem(await api.http.post(`/v1/runs/${encodeURIComponent(id)}/cancel`), 'not-found', 404);
    }
  });
});

describe('POST /v1/runs', () => {
  it.each([
    [{}, 'invalid-request', 400],
    [{ trace: 7, allocator: { model: 'pymalloc' } }, 'invalid-request', 400],
    [{ trace: 'x', allocator: { model: 'pymalloc' } }, 'invalid-request', 400],
    [{ trace: '0'.repeat(64), allocator: { model: 'pymalloc' } }, 'not-found', 404],
    [{ allocator: { model: 'pymalloc' } }, 'invalid-request', 400],
    [{ trace: 'TRACE' }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: null }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: 'pymalloc' }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: [] }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: {} }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc', colour: 'red' } }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc', options: [] } }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: { model: 'jemalloc' } }, 'invalid-configuration', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc', profile: 'cpython-1.5' } }, 'invalid-configuration', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc', options: { poolSize: 5 } } }, 'invalid-configuration', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc' }, name: 'n'.repeat(201) }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc' }, name: 7 }, 'invalid-request', 400],
    [{ trace: 'TRACE', allocator: { model: 'pymalloc' }, priority: 1 }, 'invalid-request', 400],
  ] as const)('refuses %j, and stores nothing', async (body, problem, status) => {
    await api.storesNothing(async () => {
      const sent = 'trace' in body && body.trace === 'TRACE' ? { ...body, trace } : body;
      expectProblem(await api.http.post('/v1/runs').send(sent), problem, status);
    });
  });
});

describe('GET /v1/runs', () => {
  it('filters by trace, model, profile, status, name and time, page by page', async () => {
    const named = await api.http
      .post('/v1/runs')
      .send({ trace, allocator: { model: 'freelist' }, name: 'A Very Own Name' });
    await api.runEnd(named.body.id);
    const ids = async (query: string): Promise<string[]> =>
      (await api.http.get(`/v1/runs?${query}`).expect(200)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('name=very%20own')).toEqual([named.body.id]);
    expect(await ids('model=pymalloc&profile=cpython-3.11')).toEqual([run]);
    expect(await ids(`trace=${'0'.repeat(64)}`)).toEqual([]);
    expect(await ids('status=failed')).toEqual([]);
    const all = await ids(`trace=${trace}&status=done&limit=200`);
    expect(all[0]).toBe(named.body.id);
    expect(await ids(`createdFrom=${named.body.createdAt}`)).toEqual([named.body.id]);
    expect(await ids(`createdTo=${named.body.createdAt}&limit=200`)).toEqual(all.slice(1));

    const paged: string[] = [];
    let next: string | null = null;
    do {
      const { body } = await api.http.get('/v1/runs').query({ limit: '2', ...(next === null ? {} : { cursor: next }) });
      paged.push(...body.items.map(({ id }: { id: string }) => id));
      next = body.next;
    } while (next !== null);
    expect(paged).toEqual(all);
  });

  it.each(['status=great', 'trace=x', 'createdFrom=yesterday', 'model=', 'limit=0', 'cursor=%20', 'sort=name'])(
    'refuses ?%s',
    async (query) => {
      expectProblem(await api.http.get(`/v1/runs?${query}`), 'invalid-request', 400);
    },
  );
});

describe('the life of a run', () => {
  let long: string;
  beforeAll(async () => {
    long = await upload(longTrace(3_000_000), 'application/vnd.heapcast.columns');
  });

  it('is told while it lasts, without going back', async () => {
    const id = await start({ model: 'pymalloc', profile: 'cpython-3.13' }, long);
    const text = await (await fetch(`${api.url}/v1/runs/${id}/progress`)).text();
    const states = text
      .split('\n\n')
      .filter((message) => message.startsWith('event: progress'))
      .map((message) => JSON.parse(message.slice(message.indexOf('{'))));
    expect(states.at(-1)).toEqual({ runId: id, status: 'done', events: 3_000_000, total: 3_000_000 });
    // On the way it says what is held: whoever watches can draw the curve as it comes.
    const onItsWay = states.filter(({ status, events }) => status === 'running' && events > 0);
    expect(onItsWay.every(({ events, totals }) => totals.events === events && totals.mappedBytes > 0)).toBe(true);
    const events = states.map((state) => state.events);
    expect(events).toEqual(events.toSorted((a, b) => a - b));
  });

  it('can be cancelled while it waits and while it is executed, and cannot be looked into then', async () => {
    const first = await start({ model: 'pymalloc' }, long);
    const second = await start({ model: 'pymalloc' }, long);
    const answers = [];
    const cancel = (id: string) => api.http.post(`/v1/runs/${id}/cancel`).set('authorization', owners.get(id) ?? '');
    for (const id of [second, first]) answers.push(await cancel(id));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual([
      [200, 'cancelled'],
      [200, 'cancelled'],
    ]);
    for (const id of [second, first]) {
      expect(await api.runEnd(id)).toMatchObject({ status: 'cancelled', summary: null });
      for (const view of ['heap', 'stats', 'events', 'curve', 'debugmallocstats']) {
        expectProblem(await api.http.get(`/v1/runs/${id}/${view}`), 'run-not-finished', 409);
      }
      expectProblem(await cancel(id), 'conflict', 409);
    }
  });

  it('can end by deletion while it is executed, and others go on', async () => {
    const doomed = await start({ model: 'pymalloc' }, long);
    const other = await start({ model: 'pymalloc' });
    await api.http
      .delete(`/v1/runs/${doomed}`)
      .set('authorization', owners.get(doomed) ?? '')
      .expect(204);
    expectProblem(await api.http.get(`/v1/runs/${doomed}`), 'not-found', 404);
    expect((await api.runEnd(other)).status).toBe('done');
  });

  it('can be repeated', async () => {
    const again = await api.http.post(`/v1/runs/${run}/rerun`).expect(202);
    const { id, summary, allocator } = await api.runEnd(again.body.id);
    expect(id).not.toBe(run);
    const { body } = await api.http.get(`/v1/runs/${run}`);
    expect([allocator, summary]).toEqual([body.allocator, body.summary]);
  });

  it('ends as failed, with a problem, when its trace is damaged', async () => {
    const { pool } = api.app.get(PrismaService);
    const damaged = await upload(longTrace(200_000), 'application/vnd.heapcast.columns');
    await pool.query(
      `DELETE FROM trace_chunks WHERE idx = 2 AND trace_id = (SELECT id FROM traces WHERE content_id = $1)`,
      [damaged],
    );
    const { status, problem } = await api.runEnd(await start({ model: 'pymalloc' }, damaged));
    expect([status, problem.type]).toEqual(['failed', '/problems/internal']);
  });

  it('is not looked into by another version of its model, but can be repeated with it', async () => {
    const id = await start({ model: 'freelist' });
    await api.runEnd(id);
    const { pool } = api.app.get(PrismaService);
    await pool.query(
      `UPDATE runs SET model_version = 0, config = jsonb_set(config::jsonb, '{modelVersion}', '0')::json WHERE id = $1`,
      [id],
    );
    const { body } = await api.http.get(`/v1/runs/${id}`).expect(200);
    expect(body.modelVersion).toMatchObject({ pinned: 0, matches: false });
    expect(body.summary).not.toBeNull();
    expectProblem(await api.http.get(`/v1/runs/${id}/heap`), 'model-version-changed', 409);
    const again = await api.http.post(`/v1/runs/${id}/rerun`).expect(202);
    expect((await api.runEnd(again.body.id)).modelVersion.matches).toBe(true);
  });

  it('goes on after the service was stopped in the middle', async () => {
    const ids = [await start({ model: 'pymalloc' }, long), await start({ model: 'freelist' }, long)];
    await api.close();
    api = await ApiUnderTest.start({ concurrentRuns: 1 });
    for (const id of ids) {
      expect(await api.runEnd(id)).toMatchObject({ status: 'done', summary: { events: 3_000_000 } });
    }
    const { body } = await api.http.get(`/v1/runs/${run}/stats?at=123743`).expect(200);
    expect(body.totals.mappedBytes).toBe(3 * 1_048_576);
  });
});
