/**
 * The whole service in this process, on an embedded PostgreSQL of this test file's own (which was started once before, see
 * `first-data`), spoken to over HTTP.
 */
import { expect } from '@jest/globals';
import { PrismaService } from '@heapcast/database';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest, { type Response } from 'supertest';
import { createApp } from '../../apps/api/src/application.js';
import type { Configuration } from '../../apps/api/src/configuration/configuration.js';
import { configure } from '../../apps/api/src/configuration/environment.js';
import { createLog } from '../../apps/api/src/operations/logging.js';
import { AllowedMethods } from '../../apps/api/src/problems/allowed-methods.js';
import { problemType, type ProblemName } from '../../apps/api/src/problems/index.js';
import { beginWithFirstData } from '../support/first-data.js';

export class ApiUnderTest {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    /** What the service logged, one JSON line each. */
    readonly log: readonly string[],
  ) {}

  /** @param values settings that differ from the defaults; the demo and snippets are off */
  static async start(values: Partial<Configuration> = {}): Promise<ApiUnderTest> {
    const log: string[] = [];
    const sink = { write: (line: string) => void log.push(line) };
    const settings = {
      port: 0,
      demo: false,
      snippets: 'off',
      dataDir: process.env.DATA_DIR ?? '.data',
      replayThreads: 1,
      ...values,
    };
    await beginWithFirstData(settings.dataDir);
    const configuration = configure(settings);
    const app = await createApp(configuration, createLog(configuration.logLevel, sink));
    await app.listen(0, '127.0.0.1');
    return new ApiUnderTest(app, await app.getUrl(), log);
  }

  get http() {
    return supertest(this.url);
  }

  /** Every route of the service, `GET /v1/runs/{id}`. */
  routes(): string[] {
    return this.app
      .get(AllowedMethods)
      .routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  }

  /** How many rows there are in each table that an upload or a run could leave something in. */
  async rows(): Promise<Record<string, number>> {
    const tables = ['traces', 'trace_chunks', 'runs', 'sessions', 'session_journal', 'tokens'];
    const { pool } = this.app.get(PrismaService);
    const counts = await Promise.all(
      tables.map(async (table) => {
        const { rows } = await pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
        return [table, Number(rows[0]?.count)] as const;
      }),
    );
    return Object.fromEntries(counts);
  }

  /** Does something that must leave nothing behind. */
  async storesNothing(attempt: () => Promise<unknown>): Promise<void> {
    const before = await this.rows();
    await attempt();
    expect(await this.rows()).toEqual(before);
  }

  /** Waits, by its own progress stream, until a run has ended. @returns the run with its summary */
  async runEnd(id: string): Promise<Response['body']> {
    const stream = await fetch(`${this.url}/v1/runs/${id}/progress`);
    await stream.text();
    const { body } = await this.http.get(`/v1/runs/${id}`).expect(200);
    return body;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Every error has this shape, and its type leads somewhere. */
export function expectProblem(response: Response, name: ProblemName, status: number): Response['body'] {
  expect([response.status, response.body]).toEqual([
    status,
    expect.objectContaining({
      type: problemType(name),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^urn:request:\S+$/),
    }),
  ]);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(response.headers['x-request-id']).toBe(response.body.instance.slice('urn:request:'.length));
  return response.body;
}
