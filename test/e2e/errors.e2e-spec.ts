/** Whatever a client sends, it is answered with a clear problem, and the service goes on. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '@heapcast/database';
import { problemKinds } from '../../apps/api/src/problems/index.js';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

const LIMIT = 64 * 1024;
let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ bodyLimit: LIMIT });
});
afterAll(() => api.close());

const RESOLVE = '/v1/allocators/resolve';

function send(body: string, type = 'application/json') {
  return api.http.post(RESOLVE).set('content-type', type).send(body);
}

/** Bytes straight on the socket; resolves with all that came back. */
function speak(bytes: string): Promise<string> {
  const { port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

describe('a path', () => {
  it('that is unknown is 404', async () => {
    expectProblem(await api.http.get('/v1/nothing/here'), 'not-found', 404);
    expectProblem(await api.http.post('/nothing').send({ a: 1 }), 'not-found', 404);
  });

  it('that is known, with a wrong method, is 405 and says which are right', async () => {
    const response = await api.http.put('/v1/runs').send({});
    expectProblem(response, 'method-not-allowed', 405);
    expect(response.headers.allow).toBe('GET, HEAD, POST');
    expect((await api.http.options('/v1/runs')).status).toBe(405);
  });

  it('that is malformed or endless is refused by the router in the same words', async () => {
    for (const [path, status] of [
      ['/v1/runs/%zz', 400],
      [`/v1/runs/${'a'.repeat(1000)}`, 414],
    ] as const) {
      const response = await api.http.get(path);
      expect([response.status, response.body.status]).toEqual([status, status]);
      expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(JSON.stringify(response.body)).not.toContain('FST_');
    }
  });
});

describe('text that cannot be kept', () => {
  it.each([
    ['POST', '/v1/sessions', { name: 'a\0b' }, 'name'],
    ['POST', '/v1/sessions', { owner: '\ud800' }, 'owner'],
    ['POST', '/v1/runs', { trace: '0'.repeat(64), name: 'x\0', allocator: { model: 'pymalloc' } }, 'name'],
    ['POST', '/v1/traces?name=a%00b', { op: 'mark' }, 'name'],
    ['GET', '/v1/sessions?model=a%00b', undefined, 'model'],
    ['GET', '/v1/runs?profile=a%00b', undefined, 'profile'],
    ['GET', '/v1/traces?name=%00', undefined, 'name'],
  ])('is refused: %s %s %j', async (method, path, body, field) => {
    await api.storesNothing(async () => {
      const asked = method === 'GET' ? api.http.get(path) : api.http.post(path).send(body);
      const problem = expectProblem(await asked, 'invalid-request', 400);
      expect(problem.errors).toEqual([{ path: field, message: expect.stringContaining('U+0000') }]);
    });
  });
});

describe('a JSON body', () => {
  it.each([
    ['cut short', '{"model": "pymalloc"'],
    ['garbage', 'model=pymalloc'],
    ['with a trap for prototypes', '{"__proto__": {"admin": true}, "model": "pymalloc"}'],
    ['nested a hundred thousand deep', '['.repeat(LIMIT / 2)],
    ['nested deep in a field', `{"model":"pymalloc","options":${'{"a":'.repeat(200)}1${'}'.repeat(201)}`],
  ])('%s is malformed-json', async (_, body) => {
    expectProblem(await send(body), 'malformed-json', 400);
  });

  it('tells where it is broken', async () => {
    expect(expectProblem(await send('{"model": oops}'), 'malformed-json', 400).detail).toMatch(/oops/);
  });

  it('names every unknown field and wrong type at once', async () => {
    const body = { model: 7, profile: ['x'], options: 'large', colour: 'red' };
    const problem = expectProblem(await send(JSON.stringify(body)), 'invalid-request', 400);
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['model', 'profile', 'options', 'colour']),
    );
  });

  it.each(['', '[]', 'null', '"pymalloc"', '42'])('%j is not a configuration', async (body) => {
    expectProblem(await send(body), 'invalid-request', 400);
  });

  it('above the limit is 413', async () => {
    expectProblem(await send(JSON.stringify({ model: 'x'.repeat(LIMIT) })), 'payload-too-large', 413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'sent as %s is 415',
    async (type) => {
      expectProblem(await send('model=pymalloc', type), 'unsupported-media-type', 415);
    },
  );
});

describe('an allocator configuration', () => {
  it('of an unknown model, or profile, or with unknown or impossible options is refused with the reasons', async () => {
    for (const config of [
      { model: 'tcmalloc-9' },
      { model: 'pymalloc', profile: 'cpython-9.9' },
      { model: 'pymalloc', options: { colour: 'red' } },
      { model: 'pymalloc', options: { poolSize: 3000 } },
      { model: 'pymalloc', options: { arenaSize: -1 } },
      { model: 'freelist', options: { fit: 'luckiest' } },
    ]) {
      const problem = expectProblem(await api.http.post(RESOLVE).send(config), 'invalid-configuration', 400);
      expect(problem.errors.length).toBeGreaterThan(0);
      expect(problem.errors[0].message).toEqual(expect.any(String));
    }
  });

  it('of an unknown model or profile in a path is 404', async () => {
    expectProblem(await api.http.get('/v1/allocators/tcmalloc-9'), 'not-found', 404);
    expectProblem(await api.http.get('/v1/allocators/pymalloc/profiles/cpython-9.9'), 'not-found', 404);
  });
});

describe('what is not even HTTP', () => {
  it('is answered as a problem on the bare socket', async () => {
    expect(await speak('HELO heapcast\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*invalid-request/,
    );
  });

  it('with endless headers is 431', async () => {
    const answer = await speak(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(70_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 [^]*headers-too-large/);
  });

  it('is forgotten when the client goes away in the middle', async () => {
    const { port } = new URL(api.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /v1/allocators/resolve HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"mo',
        );
        socket.destroy();
      });
      socket.on('close', () => resolve());
    });
    await api.http.get('/health/live').expect(200);
  });
});

describe('a failure of our own', () => {
  it('is 500 without a word about the inside, and is in the log under its id', async () => {
    const store = api.app.get(PrismaService);
    const { trace } = store.client;
    const findMany = Object.getOwnPropertyDescriptor(trace, 'findMany');
    Object.defineProperty(trace, 'findMany', {
      configurable: true,
      value: () => Promise.reject(new Error('secret-inside of the store')),
    });
    try {
      const problem = expectProblem(await api.http.get('/v1/traces'), 'internal', 500);
      expect(JSON.stringify(problem)).not.toContain('secret-inside');
      const id = problem.instance.slice('urn:request:'.length);
      const line = api.log.find((text) => text.includes(`"requestId":"${id}"`));
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        level: 'error',
        path: '/v1/traces',
        err: { message: 'secret-inside of the store' },
      });
    } finally {
      if (findMany) Object.defineProperty(trace, 'findMany', findMany);
      else Reflect.deleteProperty(trace, 'findMany');
    }
  });
});

describe('the list of problems', () => {
  it('explains every type, and an unknown one is a problem itself', async () => {
    const { body } = await api.http.get('/problems').expect(200);
    expect(body).toHaveLength(Object.keys(problemKinds).length);
    for (const { type, status, title, meaning, remedy } of body) {
      const { body: one } = await api.http.get(type).expect(200);
      expect(one).toEqual({ type, status, title, meaning, remedy });
    }
    expectProblem(await api.http.get('/problems/unheard-of'), 'not-found', 404);
  });
});

it('is alive and ready after all of this', async () => {
  await api.http.get('/health/ready').expect(200);
});
