/** Snippets when the service is killed, stopped, installed without its optional parts, or told not to run any. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Watcher } from '../faults/workload.js';
import { Service } from '../support/service.js';
import { type Body, SessionClient } from './sessions-client.js';

jest.setTimeout(240_000);

const FOREVER =
  'while True:\n    kept = [object(), object(), object()]\n    for i in range(200):\n        for j in range(200): pass\n';
/** Settings of the one service of these stories; changed between its starts. */
const environment: Record<string, string> = {
  SNIPPETS: 'on',
  SNIPPETS_CONCURRENCY: '1',
  SNIPPET_SECONDS_LIMIT: '120',
};
let service: Service;

beforeAll(async () => {
  const folder = mkdtempSync(path.join(path.dirname(process.env['DATA_DIR'] ?? ''), 'installed-'));
  const dataDir = path.join(folder, 'data');
  service = await Service.start({ main: installWithout('@yowasp', folder), dataDir, environment });
}, 240_000);
afterAll(() => Service.stopAll());

/** The service as `npm install --omit=optional` leaves it: nothing of that scope is there. Answers its entry. */
function installWithout(scope: string, folder: string): string {
  cpSync('dist', path.join(folder, 'dist'), { recursive: true });
  for (const name of ['package.json', 'prisma', 'docs']) symlinkSync(path.resolve(name), path.join(folder, name));
  mkdirSync(path.join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules')) {
    if (name !== scope) symlinkSync(path.resolve('node_modules', name), path.join(folder, 'node_modules', name));
  }
  return path.join(folder, 'dist/apps/api/src/main.js');
}

async function order(body: object): Promise<Response> {
  return fetch(`${service.url}/v1/snippets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify(body),
  });
}

async function begin(): Promise<SessionClient> {
  await readiness();
  const response = await order({ language: 'python', source: FOREVER, limits: { timeMs: 60_000 } });
  expect(response.status).toBe(202);
  return SessionClient.of(service.url, (await response.json()) as Body);
}

async function get(address: string): Promise<Body> {
  return (await fetch(`${service.url}${address}`)).json();
}

/** Of `GET /health/ready`, once the layers were tried. */
async function readiness(): Promise<string> {
  for (;;) {
    const { checks } = await get('/health/ready');
    if (!checks.snippets.detail.includes('being tried')) return checks.snippets.detail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('without the compiler’s package', () => {
  it.each(['c', 'c++'])('%s is 501, with how to get it; Python runs', async (language) => {
    const refused = await order({ language, source: 'int main(void) {}' });
    expect(refused.status).toBe(501);
    expect(((await refused.json()) as Body).detail).toContain('npm install @yowasp/clang');
    expect((await order({ language: 'python', source: 'print(1)' })).status).toBe(202);
  });
});

it.each(['kill', 'stop'] as const)(
  'a snippet that ran when the service had to %s is interrupted, and what it had asked is there',
  async (how) => {
    const running = await begin();
    const waiting = await begin();
    const watcher = new Watcher(running);
    await watcher.until(300);
    watcher.close();
    await service[how]();
    // The next story's settings: each start serves two.
    if (how === 'stop') environment['SNIPPETS'] = 'off';
    await service.restart();
    const snippet = await get(`/v1/snippets/${running.id}`);
    expect(snippet).toMatchObject({
      status: 'finished',
      outcome: 'interrupted',
      detail: expect.stringContaining('service'),
    });
    expect(await get(`/v1/snippets/${waiting.id}`)).toMatchObject({ status: 'finished', outcome: 'interrupted' });
    const told = watcher.events.map(({ seq, op, block, size }) => ({ seq, op, block, size }));
    const kept = (await running.history()).slice(0, told.length);
    expect(kept.map(({ seq, op, block, size }) => ({ seq, op, block, size }))).toEqual(told);
    // Its session is finished in the background, and is a run then.
    for (let tries = 0; (await running.get('')).status !== 'finished'; tries++) expect(tries).toBeLessThan(1000);
    expect((await get(`/v1/snippets/${running.id}`)).traceId).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
  },
);

describe('with SNIPPETS=off', () => {
  it('nothing is run, and that is said; what was run before is still there', async () => {
    const refused = await order({ language: 'python', source: 'print(1)' });
    expect(refused.status).toBe(501);
    expect(((await refused.json()) as Body).detail).toContain('SNIPPETS=off');
    expect((await get('/health/ready')).checks.snippets).toEqual({ ok: true, detail: 'off: SNIPPETS=off' });
    expect((await get('/v1/snippets')).items.length).toBeGreaterThan(0);
  });
});

describe('on a host without namespaces', () => {
  it('snippets are refused unless somebody says that the network is shut, and that is told at the start', async () => {
    await service.stop();
    Object.assign(environment, { SNIPPETS: 'auto', PATH: service.dataDir });
    await service.restart();
    const detail = await readiness();
    expect(detail).toContain('off: a layer of the sandbox is not in force on this host: network');
    expect(detail).toContain('unshare is missing');
    expect(service.output).toContain('off: a layer of the sandbox is not in force');
    const refused = await order({ language: 'python', source: 'print(1)' });
    expect(refused.status).toBe(501);
    expect(((await refused.json()) as Body).detail).toContain('network');
  });
});
