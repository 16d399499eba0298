/** Traces: taken in from every format, stored once, given back in every format; nothing is kept of what is refused. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

const NDJSON = 'application/x-ndjson';
const COLUMNS = 'application/vnd.heapcast.columns';
const PMTRACE1 = 'application/vnd.heapcast.pmtrace1';
const REP = 'text/x-malloc-rep';
const UPLOAD_LIMIT = 3_000_000;
const TRACE_BYTES_LIMIT = 8_000_000;
const EVENTS_LIMIT = 400_000;
const CONCURRENT_UPLOADS = 3;

const recorded = readFileSync('apps/api/assets/listdict20k.trace.gz');
let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({
    uploadLimit: UPLOAD_LIMIT,
    traceBytesLimit: TRACE_BYTES_LIMIT,
    traceEventsLimit: EVENTS_LIMIT,
    uploadIdleSeconds: 1,
    concurrentUploads: CONCURRENT_UPLOADS,
  });
});
afterAll(() => api.close());

function upload(body: Buffer | string, type: string, query = '') {
  return api.http.post(`/v1/traces${query}`).set('content-type', type).send(body);
}

/** The trace's bytes in a format. */
async function download(id: string, accept: string): Promise<Buffer> {
  const response = await fetch(`${api.url}/v1/traces/${id}`, { headers: { accept, 'accept-encoding': 'identity' } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, accept]);
  return Buffer.from(await response.arrayBuffer());
}

/** `count` blocks that are placed and freed again, as NDJSON; different for every `seed`. */
function lines(count: number, seed: number): string[] {
  const requests: string[] = [];
  for (let id = 1; id <= count; id++) {
    requests.push(`{"op":"malloc","id":${id},"size":${(id * seed) % 700}}`);
    if (id % 3 === 0) requests.push(`{"op":"free","id":${id - 2}}`);
  }
  return requests;
}

function corrupt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, at, at + 64);
  return copy;
}

/** Resolves when the service reads this many uploads. */
async function uploads(count: number, beforeEach = (): void => undefined): Promise<void> {
  for (;;) {
    beforeEach();
    const { text } = await api.http.get('/metrics').expect(200);
    if (text.includes(`\nheapcast_uploads ${count}\n`)) return;
  }
}

const ANNOTATED = [
  JSON.stringify({
    heapcast: 'trace',
    version: 1,
    sites: [
      { function: 'main', file: 'app.py', line: 1, parent: 0 },
      { function: 'load', file: 'app.py', line: 12, parent: 1 },
    ],
  }),
  '{"op":"malloc","id":1,"size":24,"site":2,"time":100,"name":"a"}',
  '{"op":"calloc","id":2,"size":8,"count":4,"site":1,"time":200}',
  '{"op":"realloc","id":1,"size":500,"time":300}',
  '{"op":"mark","mark":7,"label":"half way","time":301}',
  '{"op":"free","id":2,"time":400}',
  '{"op":"free","id":1,"time":500}',
  '',
].join('\n');

describe('POST /v1/traces', () => {
  it('stores a recording of CPython, gzip and all, and tells what is known of it', async () => {
    const response = await upload(recorded, PMTRACE1, '?name=listdict20k');
    expect(response.status).toBe(201);
    expect(response.headers.location).toBe(`/v1/traces/${response.body.id}`);
    expect(response.body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'listdict20k',
      events: 273_581,
      blocks: 136_093,
      visibility: 'public',
      hasSites: false,
      hasTimes: false,
      origin: { recordedOn: 'cpython-3.11.7', arenaSize: 1_048_576, poolSize: 16_384, arenas: 3 },
    });
  });

  it('knows the same content again, whatever its clothes: same id, stored once, 200', async () => {
    const { id } = (await upload(recorded, PMTRACE1)).body;
    const before = await api.rows();
    const plain = gunzipSync(recorded);
    const again = [
      await upload(recorded, 'application/octet-stream'),
      await upload(recorded, 'application/gzip'),
      await upload(plain, 'application/octet-stream', '?format=pmtrace1'),
      await upload(recorded, PMTRACE1).set('content-encoding', 'gzip'),
      await upload(gzipSync(await download(id, COLUMNS)), COLUMNS).set('content-encoding', 'gzip'),
    ];
    expect(again.map(({ status, body }) => [status, body.id])).toEqual(again.map(() => [200, id]));
    expect(await api.rows()).toEqual(before);
  });

  it('streams what is larger than any buffer, from NDJSON', async () => {
    const body = Buffer.from(`${lines(75_000, 7).join('\n')}\n`);
    const { status, body: trace } = await upload(gzipSync(body), NDJSON);
    expect([status, trace.events, trace.blocks]).toEqual([201, 100_000, 75_000]);
    expect((await download(trace.id, NDJSON)).toString().trim().split('\n').length).toBeGreaterThanOrEqual(100_000);
  });

  it('keeps call sites, times, names and marks', async () => {
    const { body: trace } = await upload(ANNOTATED, NDJSON).expect(201);
    expect(trace).toMatchObject({ events: 6, sites: 2, hasSites: true, hasTimes: true, hasNames: true });
    const { body: sites } = await api.http.get(`/v1/traces/${trace.id}/sites`).expect(200);
    expect(sites).toEqual({
      items: [
        { index: 1, function: 'main', file: 'app.py', line: 1, parent: 0 },
        { index: 2, function: 'load', file: 'app.py', line: 12, parent: 1 },
      ],
      next: null,
    });
    const page = await api.http.get(`/v1/traces/${trace.id}/sites?from=2&limit=1`).expect(200);
    expect(page.body.items.map(({ index }: { index: number }) => index)).toEqual([2]);
    for (const format of [NDJSON, COLUMNS]) {
      const copy = await upload(await download(trace.id, format), format);
      expect([copy.status, copy.body.id]).toEqual([200, trace.id]);
    }
  });

  it('takes the malloc lab’s .rep, told by its first bytes', async () => {
    const rep = '0\n2\n4\n1\na 0 512\na 1 128\nr 0 640\nf 1\n';
    const { status, body } = await upload(rep, 'application/octet-stream');
    expect([status, body.events, body.blocks]).toEqual([201, 4, 2]);
    expect((await upload(rep, REP)).body.id).toBe(body.id);
  });

  it('names a trace by the query, or by the file that it came in', async () => {
    const byQuery = await upload(lines(10, 11).join('\n'), NDJSON, '?name=ten%20blocks');
    expect(byQuery.body.name).toBe('ten blocks');
    const disposition = 'attachment; filename="C:\\\\tmp\\\\my-app.ndjson.gz"';
    const byFile = await upload(lines(10, 12).join('\n'), NDJSON).set('content-disposition', disposition);
    expect(byFile.body.name).toBe('my-app');
  });

  it('takes an empty trace', async () => {
    const { status, body } = await upload('{"heapcast":"trace","version":1}\n', NDJSON);
    expect([status, body.events]).toEqual([201, 0]);
  });
});

describe('a bad upload', () => {
  it('with a bad line in the middle of NDJSON is told by line, and nothing is stored', async () => {
    const good = lines(100_000, 3);
    for (const bad of [
      '{"op":"malloc","id":1000001,"size":-1}',
      '{"op":"malloc","id":1000001,"size":1.5}',
      '{"op":"malloc","id":1000001,"size":1e300}',
      '{"op":"malloc","id":1000001,"size":4294967296}',
      '{"op":"malloc","id":1000001,"size":"8"}',
      '{"op":"malloc","id":1000001,"size":8,"colour":"red"}',
      '{"op":"mallocate","id":1000001,"size":8}',
      '{"op":"free","id":999999999}',
      'not json at all',
      '{"op":"malloc",',
      '[1,2]',
    ]) {
      const body = [...good.slice(0, 70_000), bad, ...good.slice(70_000)].join('\n');
      await api.storesNothing(async () => {
        const problem = expectProblem(await upload(gzipSync(body), NDJSON), 'invalid-trace', 400);
        expect([bad, problem.errors[0].line]).toEqual([bad, 70_001]);
        expect(problem.detail).toContain('line 70001');
      });
    }
  });

  it('that is cut short or corrupt, in any binary form, is refused, and nothing is stored', async () => {
    const plain = gunzipSync(recorded);
    const { body } = await upload(recorded, PMTRACE1);
    const columns = await download(body.id, COLUMNS);
    const cases: [string, Buffer, string][] = [
      ['cut gzip', recorded.subarray(0, 50_000), PMTRACE1],
      ['corrupt gzip', corrupt(recorded, 60_000), PMTRACE1],
      ['cut PMTRACE1', plain.subarray(0, plain.length - 1), PMTRACE1],
      ['PMTRACE1 with a tail', Buffer.concat([plain, Buffer.from('x')]), PMTRACE1],
      ['half a PMTRACE1', plain.subarray(0, plain.length / 2), PMTRACE1],
      ['half a header', plain.subarray(0, 32), PMTRACE1],
      ['a corrupt PMTRACE1', corrupt(plain, plain.length - 1000), PMTRACE1],
      ['cut columns', columns.subarray(0, columns.length - 4), COLUMNS],
      ['corrupt columns', corrupt(columns, 16), COLUMNS],
      ['columns under a wrong name', columns, PMTRACE1],
      ['noise', Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 256)), COLUMNS],
      [
        'noise',
        Buffer.from(Array.from({ length: 10_000 }, (_, i) => 128 + ((i * 7919) % 128))),
        'application/octet-stream',
      ],
      ['nothing', Buffer.alloc(0), 'application/octet-stream'],
      ['a cut .rep', Buffer.from('0\n2\n4\n1\na 0 512\n'), REP],
    ];
    await api.storesNothing(async () => {
      for (const [what, bytes, type] of cases) {
        const response = await upload(bytes, type);
        expect([what, response.status]).toEqual([what, 400]);
        expectProblem(response, 'invalid-trace', 400);
      }
    });
  });

  it('that is a gzip bomb is stopped at the limit, and nothing is stored', async () => {
    const zeros = gzipSync(Buffer.alloc(200_000_000));
    const endless = gzipSync(Buffer.from('{"op":"mark"}\n'.repeat(2_000_000)));
    expect(Math.max(zeros.length, endless.length)).toBeLessThan(UPLOAD_LIMIT);
    await api.storesNothing(async () => {
      // Zeros are no trace to begin with; marks are one, which is too long.
      expectProblem(await upload(zeros, NDJSON), 'payload-too-large', 413);
      const problem = expectProblem(await upload(endless, NDJSON), 'payload-too-large', 413);
      expect(problem.detail).toContain(`more than ${EVENTS_LIMIT} requests`);
    });
  });

  it('that is too large, as sent or in events, is refused, and nothing is stored', async () => {
    await api.storesNothing(async () => {
      const sent = lines(80_000, 5).join('\n');
      expect(sent.length).toBeGreaterThan(UPLOAD_LIMIT);
      expect(expectProblem(await upload(sent, NDJSON), 'payload-too-large', 413).detail).toContain('UPLOAD_LIMIT');
      const marks = gzipSync('{"op":"mark"}\n'.repeat(EVENTS_LIMIT + 1));
      expectProblem(await upload(marks, NDJSON), 'payload-too-large', 413);
    });
  });

  it('of a wrong type, format or name is refused before it is read', async () => {
    await api.storesNothing(async () => {
      expectProblem(await upload('{"op":"mark"}\n', 'application/json'), 'unsupported-media-type', 415);
      const form = expectProblem(
        await upload('x=1', 'application/x-www-form-urlencoded'),
        'unsupported-media-type',
        415,
      );
      expect(form.detail).toContain('curl');
      expectProblem(await upload('x', NDJSON).set('content-encoding', 'br'), 'unsupported-media-type', 415);
      expectProblem(await upload('plain', NDJSON).set('content-encoding', 'gzip'), 'invalid-trace', 400);
      expectProblem(await upload('x', NDJSON, '?format=elf'), 'invalid-request', 400);
      expectProblem(await upload('x', NDJSON, `?name=${'n'.repeat(201)}`), 'invalid-request', 400);
      expectProblem(await upload('x', NDJSON, '?name=a&name=b'), 'invalid-request', 400);
      expectProblem(await upload('x', NDJSON, '?colour=red'), 'invalid-request', 400);
    });
  });

  it('whose client goes away in the middle leaves nothing', async () => {
    const { port } = new URL(api.url);
    await api.storesNothing(async () => {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          const head = `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${NDJSON}\r\nContent-Length: 900000\r\n\r\n`;
          socket.write(head + lines(20_000, 9).join('\n'), () => setImmediate(() => socket.destroy()));
        });
        socket.on('close', () => resolve());
      });
      await uploads(0);
    });
  });

  it('whose client falls silent is told so, and nothing is stored', async () => {
    const { port } = new URL(api.url);
    await api.storesNothing(async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(Number(port), '127.0.0.1', () => {
          const head = `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${NDJSON}\r\nContent-Length: 900000\r\n\r\n`;
          socket.write(`${head}{"op":"mark"}\n`);
        });
        socket
          .on('data', (bytes) => (text += bytes.toString()))
          .on('error', reject)
          .on('close', () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*connection: close[^]*request-timeout/i);
      await uploads(0);
    });
  });

  it('that comes when as many as may are being read is told to come back', async () => {
    const { port } = new URL(api.url);
    const reading = Array.from({ length: CONCURRENT_UPLOADS }, () => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      socket.write(`POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${NDJSON}\r\nContent-Length: 900000\r\n\r\n`);
      return socket;
    });
    // A line for every look: none of them falls silent.
    const goOn = (): void => reading.forEach((socket) => socket.write('{"op":"mark"}\n'));
    await uploads(CONCURRENT_UPLOADS, goOn);
    goOn();
    const refused = await upload('{"op":"mark"}\n', NDJSON);
    expectProblem(refused, 'unavailable', 503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    for (const socket of reading) socket.destroy();
    await uploads(0);
    await upload('{"op":"mark"}\n', NDJSON).expect(201);
  });
});

describe('GET /v1/traces/:id', () => {
  let id: string;
  beforeAll(async () => {
    id = (await upload(ANNOTATED, NDJSON)).body.id;
  });

  it('says in a header, and in JSON, what a format cannot carry', async () => {
    const { body } = await api.http.get(`/v1/traces/${id}`).expect(200);
    expect(body.formats.ndjson.lost).toEqual([]);
    expect(body.formats.columns.lost).toEqual([]);
    expect(body.formats.rep.lost.join(' ')).toMatch(/site|name|time/i);
    const rep = await api.http.get(`/v1/traces/${id}?format=rep`).expect(200);
    expect(rep.headers['heapcast-lost']).toBe(body.formats.rep.lost.join('; '));
    expect(rep.headers['content-disposition']).toMatch(/attachment; filename="[\w.-]+\.rep"/);
    expect((await api.http.get(`/v1/traces/${id}?format=columns`)).headers['heapcast-lost']).toBeUndefined();
  });

  it('is compressed for who wants it', async () => {
    const response = await fetch(`${api.url}/v1/traces/${id}?format=ndjson`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe((await download(id, NDJSON)).toString());
  });

  it('is not sent again to who has it: the ETag is the id', async () => {
    const first = await api.http.get(`/v1/traces/${id}`).expect(200);
    expect(first.headers.etag).toBe(`"${id}"`);
    const again = await api.http.get(`/v1/traces/${id}`).set('if-none-match', `"${id}"`);
    expect([again.status, again.text]).toEqual([304, '']);
    const other = await api.http.get(`/v1/traces/${id}?format=rep`).set('if-none-match', `"${id}"`);
    expect(other.status).toBe(200);
  });

  it('gives the head without writing the trace', async () => {
    const head = await api.http.head(`/v1/traces/${id}?format=ndjson`).expect(200);
    expect(head.headers['content-type']).toBe(NDJSON);
  });

  it('refuses what it cannot give, and what it does not know', async () => {
    expectProblem(await api.http.get(`/v1/traces/${id}`).set('accept', 'image/png'), 'not-acceptable', 406);
    expectProblem(await api.http.get(`/v1/traces/${id}?format=elf`), 'invalid-request', 400);
    for (const unknown of ['0'.repeat(64), 'x', '1', `${id}0`, '..%2f..%2fetc', "' or 1=1"]) {
      expectProblem(await api.http.get(`/v1/traces/${encodeURIComponent(unknown)}`), 'not-found', 404);
      expectProblem(await api.http.get(`/v1/traces/${encodeURIComponent(unknown)}/sites`), 'not-found', 404);
      expectProblem(await api.http.delete(`/v1/traces/${encodeURIComponent(unknown)}`), 'not-found', 404);
    }
  });
});

describe('GET /v1/traces', () => {
  it('lists every trace once, newest first, page by page', async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const query: Record<string, string> = next === null ? { limit: '2' } : { limit: '2', cursor: next };
      const { body } = await api.http.get('/v1/traces').query(query).expect(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      for (const trace of body.items) seen.push(trace.id);
      next = body.next;
    } while (next !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await api.rows())['traces']);
    const times = await Promise.all(seen.map(async (id) => (await api.http.get(`/v1/traces/${id}`)).body.createdAt));
    expect(times).toEqual(times.toSorted((a: string, b: string) => b.localeCompare(a)));
  });

  it('filters by name', async () => {
    const { body } = await api.http.get('/v1/traces?name=LISTDICT').expect(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['listdict20k']);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=1e1',
    'limit=',
    'limit=1&limit=2',
    'cursor=%00',
    'cursor=abc',
    'page=2',
  ])('refuses ?%s', async (query) => {
    expectProblem(await api.http.get(`/v1/traces?${query}`), 'invalid-request', 400);
  });
});

describe('DELETE /v1/traces/:id', () => {
  it('deletes a trace with its chunks, but not while a run uses it', async () => {
    const { body: trace } = await upload(lines(30, 17).join('\n'), NDJSON).expect(201);
    const run = await api.http.post('/v1/runs').send({ trace: trace.id, allocator: { model: 'pymalloc' } });
    const remove = (path: string, token: string) => api.http.delete(path).set('authorization', `Bearer ${token}`);
    expectProblem(await remove(`/v1/traces/${trace.id}`, trace.ownerToken), 'trace-in-use', 409);
    await remove(`/v1/runs/${run.body.id}`, run.body.ownerToken).expect(204);
    const chunks = (await api.rows())['trace_chunks'] ?? 0;
    await remove(`/v1/traces/${trace.id}`, trace.ownerToken).expect(204);
    expect((await api.rows())['trace_chunks']).toBe(chunks - 1);
    expectProblem(await api.http.get(`/v1/traces/${trace.id}`), 'not-found', 404);
    await upload(lines(30, 17).join('\n'), NDJSON).expect(201);
  });
});
