/** The built service as a child process with data of its own, on a PostgreSQL that the benchmark shares with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgres, type EmbeddedConnection } from '@heapcast/database';

const MAIN = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../api/src/main.js');
const PATIENCE = 60_000;
/** The service's own, and those of a benchmark beside it. */
const CONNECTIONS = 80;

export class BuiltService {
  readonly url: string;
  #output = '';

  private constructor(
    readonly port: number,
    readonly database: EmbeddedConnection,
    private readonly child: ChildProcess,
    private readonly postgres: EmbeddedPostgres,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-10_000)));
    }
  }

  /** Resolves when it is ready. Rate limits are off: one machine is all clients. */
  static async start(directory: string, environment: Readonly<Record<string, string>> = {}): Promise<BuiltService> {
    if (!existsSync(MAIN)) throw new Error('the service is not built: npm run build');
    mkdirSync(directory, { recursive: true });
    const postgres = await EmbeddedPostgres.start({ directory, connections: CONNECTIONS });
    const { host, user, database } = postgres.connection;
    const port = await freePort();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: directory,
        DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
        LOG_LEVEL: 'warn',
        DEMO: 'off',
        RATE_LIMIT_READS: '0',
        RATE_LIMIT_WRITES: '0',
        RATE_LIMIT_UPLOADS: '0',
        RATE_LIMIT_SESSIONS: '0',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new BuiltService(port, postgres.connection, child, postgres);
    await service.#ready();
    return service;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      await ended;
    }
    await this.postgres.stop();
  }

  /** JSON in, JSON out. @throws Error on any status but a success */
  async call<T>(method: string, route: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}${route}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text.slice(0, 500)}`);
    // The service's contract; the callers name the part that they read.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(text) as T;
  }

  /** MiB of memory of the service's process now and at its highest; `null` where the system does not tell. */
  memory(): { readonly now: number; readonly highest: number } | null {
    const file = `/proc/${this.child.pid}/status`;
    if (!existsSync(file)) return null;
    const status = readFileSync(file, 'utf8');
    const mebibytes = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
    return { now: mebibytes('VmRSS'), highest: mebibytes('VmHWM') };
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      await delay(20);
    }
    await this.stop();
    throw new Error(`the service did not start: ${this.#output}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface OpenedSession {
  readonly id: string;
  readonly token: string;
}

export async function openSession(service: BuiltService): Promise<OpenedSession> {
  const allocator = { model: 'pymalloc', profile: 'cpython-3.13' };
  const { id, ownerToken } = await service.call<{ id: string; ownerToken: string }>('POST', '/v1/sessions', {
    allocator,
  });
  return { id, token: ownerToken };
}
