/** What the operator and the curious find: health, metrics, the API's own documents, headers, the first steps. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '@heapcast/database';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

/** JSON of any shape. */
type Loose = ReturnType<typeof JSON.parse>;

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly Record<string, Loose>[];
  readonly requestBody?: { readonly content: Record<string, Loose> };
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, Loose> }>;
}

let api: ApiUnderTest;
let document: Record<string, Loose>;
let operations: [string, Operation][];
beforeAll(async () => {
  api = await ApiUnderTest.start();
  document = (await api.http.get('/docs/openapi.json').expect(200)).body;
  operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => api.close());

/** An example may be given beside the schema, in it, or for each of its properties. */
function hasExample(media: Record<string, Loose>): boolean {
  if (media.example !== undefined || media.examples !== undefined) return true;
  return media.schema !== undefined && schemaHasExample(media.schema, new Set());
}

function schemaHasExample(schema: Record<string, Loose>, seen: Set<string>): boolean {
  if (schema.example !== undefined || schema.default !== undefined || schema.enum !== undefined) return true;
  if (typeof schema.$ref === 'string') {
    if (seen.has(schema.$ref)) return true;
    const name = schema.$ref.slice('#/components/schemas/'.length);
    return schemaHasExample(document.components.schemas[name], new Set([...seen, schema.$ref]));
  }
  const parts: Record<string, Loose>[] = schema.allOf ?? schema.oneOf ?? schema.anyOf;
  if (parts) return parts.filter(({ type }) => type !== 'null').every((part) => schemaHasExample(part, seen));
  if (schema.items) return schemaHasExample(schema.items, seen);
  if (schema.format === 'binary') return true;
  const properties = Object.values<Record<string, Loose>>(schema.properties ?? {});
  return properties.length > 0 && properties.every((property) => schemaHasExample(property, seen));
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await new Validator().validate(document);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('holds every route there is, and no other', () => {
    const described = new Set(operations.map(([name]) => name));
    for (const route of api.routes()) {
      // Pages for people, and their files, are no part of the API.
      if (/^(HEAD|OPTIONS) |^GET (\/docs|\/docs\/assets\/.*|\/assets\/\{file\})$/.test(route)) continue;
      if (/^GET \/([rs]|class|snippets|j|join|compare|party|scenarios)(\/|$)/.test(route)) continue;
      expect(described).toContain(route);
    }
    expect(described.size).toBeGreaterThan(30);
    const known = new Set(api.routes());
    for (const name of described) expect(known).toContain(name);
  });

  it('names each operation once and says what it does', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !id || /[_ ]/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(([, { summary }]) => !summary).map(([name]) => name)).toEqual([]);
  });

  it('describes every parameter, with an example', () => {
    const bare = operations.flatMap(([name, { parameters = [] }]) =>
      parameters
        .filter(({ description, example, examples, schema }) => {
          const shown = example ?? examples ?? schema?.example ?? schema?.examples ?? schema?.enum;
          return !description || shown === undefined;
        })
        .map((parameter) => `${name} ${parameter.in} ${parameter.name}`),
    );
    expect(bare).toEqual([]);
  });

  it('declares every part of a path', () => {
    for (const [name, { parameters = [] }] of operations) {
      const declared = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      const parts = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
      expect([name, new Set(declared)]).toEqual([name, new Set(parts)]);
    }
  });

  it('shows an example of every body that is sent or answered', () => {
    const bare = operations.flatMap(([name, { requestBody, responses }]) => {
      const bodies = Object.entries(responses).map(([status, { content }]) => [status, content ?? {}] as const);
      return [['request', requestBody?.content ?? {}] as const, ...bodies].flatMap(([what, content]) =>
        Object.entries<Record<string, Loose>>(content)
          .filter(([, media]) => !hasExample(media))
          .map(([type]) => `${name} ${what} ${type}`),
      );
    });
    expect(bare).toEqual([]);
  });

  it('gives every operation a good answer, and errors the shape of problems', () => {
    for (const [name, { responses }] of operations) {
      expect([name, Object.keys(responses).some((status) => /^2\d\d$/.test(status))]).toEqual([name, true]);
      for (const [status, { content = {} }] of Object.entries(responses)) {
        if (Number(status) < 400 || name === 'GET /health/ready') continue;
        expect([name, status, Object.keys(content)]).toEqual([name, status, ['application/problem+json']]);
      }
      if (name.startsWith('GET /v1/') && name.includes('{'))
        expect([name, responses]).toEqual([name, expect.objectContaining({ 404: expect.anything() })]);
      if (/^(POST|PUT|PATCH|DELETE) \/v1\//.test(name) && !name.includes('resolve')) {
        expect([name, responses]).toEqual([name, expect.objectContaining({ 429: expect.anything() })]);
      }
    }
  });

  it('knows the ways to show who one is', () => {
    expect(document.components.securitySchemes).toMatchObject({
      session: { type: 'http', scheme: 'bearer' },
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    });
  });

  it('can be read as YAML and tried on a page that needs no other host', async () => {
    const yaml = await api.http.get('/docs/openapi.yaml').expect(200);
    expect(yaml.text).toMatch(/^openapi: 3\.1\.0/);
    const page = await api.http.get('/docs').expect(200);
    expect(page.text).not.toMatch(/https?:\/\//);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const path of parts) await api.http.get(path).expect(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('is accompanied by AsyncAPI for the socket', async () => {
    const { body } = await api.http.get('/docs/asyncapi.json').expect(200);
    expect(body.asyncapi).toMatch(/^3\./);
    expect(JSON.stringify(body)).toContain('session:subscribe');
  });
});

describe('health', () => {
  it('is live and ready, and says why', async () => {
    expect((await api.http.get('/health/live').expect(200)).body).toEqual({ status: 'live' });
    const { body } = await api.http.get('/health/ready').expect(200);
    expect(body).toEqual({
      status: 'ready',
      checks: {
        database: { ok: true, detail: expect.stringMatching(/^PostgreSQL \d+.* answered in \d+ ms$/) },
        workers: { ok: true, detail: expect.any(String) },
        engines: { ok: true, detail: expect.any(String) },
        snippets: { ok: true, detail: 'off: SNIPPETS=off' },
      },
    });
  });

  it('is not ready while the database does not answer, and says so', async () => {
    const { pool } = api.app.get(PrismaService);
    const query = Object.getOwnPropertyDescriptor(pool, 'query');
    Object.defineProperty(pool, 'query', { configurable: true, value: () => Promise.reject(new Error('it is away')) });
    try {
      const { body } = await api.http.get('/health/ready').expect(503);
      expect(body).toMatchObject({ status: 'not ready', checks: { database: { ok: false, detail: 'it is away' } } });
      await api.http.get('/health/live').expect(200);
    } finally {
      if (query) Object.defineProperty(pool, 'query', query);
      else Reflect.deleteProperty(pool, 'query');
    }
    await api.http.get('/health/ready').expect(200);
  });
});

describe('metrics', () => {
  it('count requests by route pattern, never by id', async () => {
    await api.http.get(`/v1/traces/${'0'.repeat(64)}`).expect(404);
    await api.http.get('/no/such/path').expect(404);
    const { text, headers } = await api.http.get('/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain(
      'heapcast_http_request_duration_seconds_count{method="GET",route="/v1/traces/:id",status="4xx"} 1',
    );
    expect(text).toContain('route="(none)",status="4xx"');
    expect(text).not.toContain('0'.repeat(64));
    for (const name of [
      'nodejs_eventloop_lag_seconds',
      'heapcast_sessions_resident',
      'heapcast_subscribers',
      'heapcast_session_events_total',
      'heapcast_journal_commit_duration_seconds',
      'heapcast_ingested_events_total',
      'heapcast_replayed_events_total',
    ]) {
      expect(text).toMatch(new RegExp(`^# TYPE ${name} `, 'm'));
    }
  });
});

describe('every answer', () => {
  it('carries security headers, and none that opens it to other origins', async () => {
    for (const path of ['/', '/v1/runs', '/no/such/path', '/docs']) {
      const { headers } = await api.http.get(path).set('origin', 'https://elsewhere.example');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'self'"),
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
    }
  });

  it('keeps the request id of a caller, if it is a plain one', async () => {
    const named = await api.http.get('/nowhere').set('x-request-id', 'lesson-7.a');
    expect(expectProblem(named, 'not-found', 404).instance).toBe('urn:request:lesson-7.a');
    const odd = await api.http.get('/nowhere').set('x-request-id', 'a b"<script>');
    expect(expectProblem(odd, 'not-found', 404).instance).not.toContain('script');
  });
});

describe('the first look', () => {
  it('says where to go, and everything it names is there', async () => {
    const { body } = await api.http.get('/').expect(200);
    expect(body.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    for (const path of Object.values<string>(body.look)) await api.http.get(path).expect(200);
  });

  it('lists models with profiles and options, and says how each profile is known', async () => {
    const { body } = await api.http.get('/v1/allocators').expect(200);
    expect(body.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['pymalloc', 'freelist']));
    const [pymalloc] = body;
    const evidence = Object.fromEntries(
      pymalloc.profiles.map((profile: Record<string, string>) => [profile.name, profile.evidence]),
    );
    expect(evidence).toMatchObject({
      'cpython-2.3': 'documented',
      'cpython-2.7': 'recorded',
      'cpython-3.13': 'recorded',
    });
    const { body: profile } = await api.http.get('/v1/allocators/pymalloc/profiles/cpython-3.11').expect(200);
    expect(profile).toEqual(pymalloc.profiles.find(({ name }: { name: string }) => name === 'cpython-3.11'));
    const { body: resolved } = await api.http
      .post('/v1/allocators/resolve')
      .send({ model: 'pymalloc', profile: 'cpython-3.11', options: { arenaSize: 262_144 } })
      .expect(200);
    expect(resolved).toMatchObject({ model: 'pymalloc', profile: 'cpython-3.11', modelVersion: pymalloc.version });
    expect(resolved.options).toMatchObject({ arenaSize: 262_144, poolSize: 16_384 });
  });
});
