/** The service as a process: what it says at the start, what it does when it is told to stop. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Service } from '../support/service.js';

const MAIN = path.resolve('dist/apps/api/src/main.js');

// Most of these stories start or stop the service, each with its database.
jest.setTimeout(240_000);

/** The service of most stories, one after the other: each leaves it running. */
let service: Service;
const environment: Record<string, string> = { LOG_LEVEL: 'info' };
beforeAll(async () => {
  service = await Service.start({ environment });
});
afterAll(() => Service.stopAll());

/** Resolves when the service takes no new requests any more. */
async function turnsAway(): Promise<void> {
  const answers = () =>
    fetch(`${service.url}/v1/runs`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (await answers()) await delay(10);
}

/** Of `GET /v1/traces`. */
async function traces(): Promise<unknown[]> {
  const { items }: { items: unknown[] } = JSON.parse(await (await fetch(`${service.url}/v1/traces`)).text());
  return items;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the service where it is expected to end by itself. */
function runToEnd(environment: Readonly<Record<string, string>>): Promise<Ended> {
  const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', DEMO: 'off', ...environment };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

function freshFolder(): string {
  return mkdtempSync(path.join(process.env.DATA_DIR ? path.dirname(process.env.DATA_DIR) : os.tmpdir(), 'process-'));
}

/** An upload of `lines` marks that is sent as the test likes. */
class SlowUpload {
  readonly #line = '{"op":"mark"}\n';
  readonly #socket: Socket;
  #answer = '';
  readonly answered: Promise<string>;

  constructor(
    { port }: Service,
    private readonly lines: number,
  ) {
    this.#socket = connect(port, '127.0.0.1');
    this.answered = new Promise((resolve, reject) => {
      this.#socket.on('data', (bytes) => {
        this.#answer += bytes.toString();
        if (this.#answer.includes('\r\n\r\n')) resolve(this.#answer);
      });
      this.#socket.on('error', reject).on('close', () => resolve(this.#answer));
    });
  }

  /** Resolves when the service has begun to read it. */
  async begin(service: Service): Promise<void> {
    const length = this.#line.length * this.lines;
    const head = [
      'POST /v1/traces HTTP/1.1',
      'Host: x',
      'Content-Type: application/x-ndjson',
      `Content-Length: ${length}`,
    ];
    this.#socket.write(`${head.join('\r\n')}\r\n\r\n${this.#line}`);
    for (;;) {
      const metrics = await fetch(`${service.url}/metrics`).then((response) => response.text());
      if (/^heapcast_uploads 1$/m.test(metrics)) return;
      await delay(20);
    }
  }

  finish(): void {
    this.#socket.write(this.#line.repeat(this.lines - 1));
  }
}

describe('the start', () => {
  it('tells a person where to look on standard output, and logs JSON lines', () => {
    const lines = service.output.split('\n');
    expect(service.output).toContain(`http://localhost:${service.port}/docs`);
    expect(service.output).toContain(`http://localhost:${service.port}/v1/runs`);
    const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(logged).toContainEqual(expect.objectContaining({ level: 'info', msg: 'ready', time: expect.any(String) }));
  });

  it('ends at once, with a sentence and before anything is touched, when the environment is wrong', async () => {
    const dataDir = path.join(freshFolder(), 'data');
    const { code, stderr, stdout } = await runToEnd({ PORT: '80x', BODY_LIMIT: '12 elephants', DATA_DIR: dataDir });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/PORT=80x: must be a whole number/);
    expect(stderr).toMatch(/BODY_LIMIT=12 elephants: /);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('says so when the port is taken, and leaves no database behind', async () => {
    const dataDir = path.join(freshFolder(), 'data');
    const { code, stderr } = await runToEnd({
      PORT: String(service.port),
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${service.port} on 127.0.0.1 is taken`);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    expect(existsSync(path.join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  });

  it('on an empty database shows a recorded program, a scenario on both its sides, and a live session; the next start adds nothing', async () => {
    const demo = await Service.start({ first: true, environment: { DEMO: 'on' } });
    const items = async (list: string): Promise<Record<string, unknown>[]> => {
      const response = await fetch(`${demo.url}/v1/${list}`);
      const page: { items: Record<string, unknown>[] } = JSON.parse(await response.text());
      return page.items;
    };
    const ready = async (): Promise<boolean> => {
      const [session] = await items('sessions');
      const runs = await items('runs');
      return Number(session?.['seq']) > 10 && runs.length === 3 && runs.every(({ status }) => status === 'done');
    };
    while (!(await ready())) await delay(100);
    const look = async (): Promise<unknown> => [await items('traces'), await items('runs'), await items('sessions')];
    const first = await look();
    const names = [/^pinned-arenas: at-once/, /^pinned-arenas: later/, /^listdict20k/];
    expect(first).toMatchObject([
      [{}, {}, { events: 273_581 }],
      names.map((name) => ({ name: expect.stringMatching(name), status: 'done' })),
      [{ status: 'open' }],
    ]);
    await demo.stop();
    await demo.restart();
    expect(await look()).toEqual(first);
    await demo.stop();
  });
});

describe('SIGTERM', () => {
  it('lets what is in flight end, turns new requests away, ends streams, and loses nothing', async () => {
    const upload = new SlowUpload(service, 1000);
    await upload.begin(service);
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);

    service.signal('SIGTERM');
    await turnsAway();
    upload.finish();
    expect(await upload.answered).toMatch(/^HTTP\/1\.1 201 /);
    expect(await service.exited).toEqual({ code: 0, signal: null });
    // Nobody was waited for who had been answered.
    expect(service.output).not.toContain('requests did not end');

    await service.restart();
    expect(await traces()).toEqual([expect.objectContaining({ events: 1000 })]);
  });

  it('twice hurries clients and spoils nothing: an upload that was cut is gone, the database is whole', async () => {
    const before = await traces();
    const upload = new SlowUpload(service, 1000);
    await upload.begin(service);
    service.signal('SIGTERM');
    await turnsAway();
    service.signal('SIGTERM');
    service.signal('SIGINT');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(await upload.answered.catch(() => '')).not.toMatch(/^HTTP\/1\.1 2/);

    // The next story's.
    environment['SHUTDOWN_GRACE_SECONDS'] = '1';
    await service.restart();
    expect(await traces()).toEqual(before);
  });

  it('does not wait for ever for a client that never ends', async () => {
    const upload = new SlowUpload(service, 1000);
    await upload.begin(service);
    service.signal('SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    await upload.answered.catch(() => '');
  });
});
