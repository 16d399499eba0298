/**
 * The built service as a process of its own, with its own data: what a person has after `npm start`. It can be stopped
 * politely, killed, and started again on the same data and the same port.
 *
 *     const service = await Service.start();
 *     await fetch(`${service.url}/v1/sessions`);
 *     await service.kill();       // kill -9
 *     await service.restart();    // same data, same port
 *     await service.stop();       // SIGTERM; `Service.stopAll()` in afterAll covers failed tests too
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beginWithFirstData } from './first-data.js';

export interface ServiceOptions {
  /** Default: a folder of this test file's, with data as a first start leaves it. */
  readonly dataDir?: string;
  /** Whether this is to be a first start, on an empty folder. */
  readonly first?: boolean;
  /** Environment variables beside PORT, HOST, DATA_DIR, LOG_LEVEL, DEMO and SNIPPETS (off). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Its built entry; default: the one of this checkout. */
  readonly main?: string;
  /** Most milliseconds until it is ready; default 60,000. */
  readonly patience?: number;
}

export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const MAIN = path.resolve('dist/apps/api/src/main.js');
const running = new Set<Service>();

// A test runner that ends in a hurry takes its services along.
process.once('exit', () => {
  for (const service of running) service.signal('SIGKILL');
});

export class Service {
  readonly url: string;
  #child: ChildProcess | null = null;
  #exited: Promise<ServiceExit> = Promise.resolve({ code: null, signal: null });
  #output = '';

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    private readonly options: ServiceOptions,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Resolves when `GET /health/ready` says so. @throws Error with the service's output when it ends before */
  static async start(options: ServiceOptions = {}): Promise<Service> {
    const dataDir = options.dataDir ?? mkdtempSync(path.join(homeOfThisFile(), 'service-'));
    if (!options.first) await beginWithFirstData(dataDir);
    const service = new Service(await freePort(), dataDir, options);
    await service.restart();
    return service;
  }

  /** Ends every service that is still running. */
  static async stopAll(): Promise<void> {
    await Promise.all([...running].map((service) => service.stop()));
  }

  /** Starts it again on the same data and port; it must not be running. */
  async restart(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Starts the process without waiting until it is ready. */
  launch(): void {
    if (this.#child) throw new Error('the service is running already');
    const child = spawn(process.execPath, [this.options.main ?? MAIN], {
      env: {
        ...withoutJest(process.env),
        DATABASE_URL: '',
        LOG_LEVEL: 'warn',
        DEMO: 'off',
        SNIPPETS: 'off',
        ...this.options.environment,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        DATA_DIR: this.dataDir,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-65_536)));
    }
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => (this.#output += String(error)));
      child.once('close', (code, signal) => {
        this.#child = null;
        running.delete(this);
        resolve({ code, signal });
      });
    });
  }

  /** Resolves when it is ready. @throws Error with its output when it ends before, or takes too long */
  async ready(): Promise<void> {
    const deadline = Date.now() + (this.options.patience ?? 60_000);
    while (Date.now() < deadline) {
      if (!this.#child) throw new Error(`the service ended before it was ready:\n${this.#output}`);
      const isReady = await fetch(`${this.url}/health/ready`).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      if (isReady) return;
      await delay(50);
    }
    throw new Error(`the service is not ready after ${this.options.patience ?? 60_000} ms:\n${this.#output}`);
  }

  /** The end of what it printed on both streams, over all its starts. */
  get output(): string {
    return this.#output;
  }

  /** `undefined` while it is not running. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it has ended. */
  get exited(): Promise<ServiceExit> {
    return this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** `kill -9`. Resolves when it is gone; its PostgreSQL may take a moment longer. */
  async kill(): Promise<ServiceExit> {
    this.signal('SIGKILL');
    return this.#exited;
  }

  /** SIGTERM. Resolves when it has ended in good order, its PostgreSQL too. */
  async stop(): Promise<ServiceExit> {
    this.signal('SIGTERM');
    return this.#exited;
  }
}

function homeOfThisFile(): string {
  return process.env.DATA_DIR ? path.dirname(process.env.DATA_DIR) : os.tmpdir();
}

/** Options of the test runner are none of the service's. */
function withoutJest(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, NODE_ENV: 'production', NODE_OPTIONS: undefined, JEST_WORKER_ID: undefined };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no port is free');
  return address.port;
}
