/** What sessions are when memory is short, the service starts again, or the database fails under them. */
import { afterEach, expect, it } from '@jest/globals';
import { OUTCOMES } from '@heapcast/contracts';
import { PrismaService } from '@heapcast/database';
import { setTimeout as wait } from 'node:timers/promises';
import type { Configuration } from '../../apps/api/src/configuration/configuration.js';
import { SessionHost } from '../../apps/api/src/sessions/session-host.js';
import { crowd, load, verify, Watcher } from '../faults/workload.js';
import { ApiUnderTest } from './api-under-test.js';
import { DirectReplay, program, SessionClient } from './sessions-client.js';

let api: ApiUnderTest | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});
async function start(values: Partial<Configuration> = {}): Promise<ApiUnderTest> {
  api = await ApiUnderTest.start(values);
  return api;
}

async function expectSameAsDirect(session: SessionClient, requests: Parameters<DirectReplay['ask']>[0]): Promise<void> {
  const direct = new DirectReplay();
  direct.ask(requests);
  const history = await session.history();
  expect(history.map(({ outcome, block, address }) => [OUTCOMES.indexOf(outcome), block, address])).toEqual(
    direct.outcomes,
  );
  expect(await session.get('/stats')).toMatchObject({ totals: direct.totals, ledger: direct.ledger });
}

it('keeps few sessions in memory, and serves many as if all were', async () => {
  const { url, app } = await start({ residentSessionsLimit: 3 });
  const host = app.get(SessionHost);
  const sessions = await Promise.all(Array.from({ length: 12 }, () => SessionClient.open(url)));
  const programs = sessions.map((_, i) => program(100 + i, 300));
  let mostResident = 0;
  for (let at = 0; at < 300; at += 50) {
    for (const [i, session] of sessions.entries()) {
      await session.ask(...(programs[i]?.slice(at, at + 50) ?? []));
      mostResident = Math.max(mostResident, host.resident);
    }
  }
  expect(mostResident).toBeLessThanOrEqual(4);
  for (const [i, session] of sessions.entries()) await expectSameAsDirect(session, programs[i] ?? []);
});

it('lets go of a session that nobody uses, but not of who watches it', async () => {
  const { url, app } = await start({ sessionIdleSeconds: 1 });
  const host = app.get(SessionHost);
  const session = await SessionClient.open(url);
  const watcher = new Watcher(session);
  const requests = program(3, 200);
  await session.ask(...requests.slice(0, 100));
  await watcher.until(100);
  expect(host.resident).toBe(1);
  const deadline = Date.now() + 10_000;
  while (host.resident > 0 && Date.now() < deadline) await wait(50);
  expect(host.resident).toBe(0);
  await session.ask(...requests.slice(100));
  await watcher.until(200);
  watcher.close();
  expect(watcher.events).toEqual(await session.history());
  expect(watcher.subscriptions).toBe(1);
  await expectSameAsDirect(session, requests);
});

it('goes on after a restart: names, numbers, tokens, idempotency keys', async () => {
  const first = await start();
  const session = await SessionClient.open(first.url);
  const requests = program(8, 600);
  const answer = await session.send({ requests: requests.slice(0, 300) }, { key: 'first-half' });
  await first.close();

  const { url } = await start();
  const again = Object.assign(Object.create(SessionClient.prototype), session, { url }) as SessionClient;
  expect(await again.send({ requests: requests.slice(0, 300) }, { key: 'first-half' })).toEqual(answer);
  const conflict = await again.send({ op: 'mark' }, { key: 'first-half' });
  expect(conflict.status).toBe(409);
  await again.ask(...requests.slice(300));
  await expectSameAsDirect(again, requests);
});

it('merges the rows of a long journal when a session leaves memory, and changes nothing by it', async () => {
  const { url, app } = await start({ sessionIdleSeconds: 1 });
  const { pool } = app.get(PrismaService);
  const session = await SessionClient.open(url);
  const requests = program(9, 150);
  for (const request of requests) await session.ask(request);
  const rows = async (): Promise<number> => {
    const { rows: found } = await pool.query('SELECT 1 FROM session_journal WHERE session_id = $1', [session.id]);
    return found.length;
  };
  expect(await rows()).toBe(150);
  const deadline = Date.now() + 10_000;
  while ((await rows()) > 1 && Date.now() < deadline) await wait(50);
  expect(await rows()).toBe(1);
  await expectSameAsDirect(session, requests);
});

it('says that it is not available when too much waits, and loses nothing of what it took', async () => {
  const { url } = await start({ sessionQueueLimit: 100 });
  const session = await SessionClient.open(url);
  const batch = Array.from({ length: 40 }, () => ({ op: 'malloc', size: 8 }));
  const answers = await Promise.all(Array.from({ length: 30 }, () => session.send(batch)));
  const taken = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, body } of refused) expect([status, body.retryAfter]).toEqual([503, 1]);
  expect(await session.history()).toHaveLength(40 * taken.length);
  expect((await session.send(batch)).status).toBe(200);
});

it('survives cut database connections under load: acknowledged is stored, retried is applied once', async () => {
  const { url, app } = await start();
  const { pool } = app.get(PrismaService);
  const session = await SessionClient.open(url);
  const watcher = new Watcher(session);
  const crew = crowd(session, 'cut', 1);
  await load(crew, async () => {
    for (let i = 0; i < 15; i++) {
      await pool
        .query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL',
        )
        .catch(() => undefined);
      await wait(20);
    }
  });
  const history = await verify(session, crew);
  expect(crew.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThan(0);
  await watcher.until(history.length);
  watcher.close();
  expect(watcher.events).toEqual(history);
});

it('survives a PostgreSQL that is killed under load', async () => {
  const { url, app } = await start();
  const prisma = app.get(PrismaService);
  const session = await SessionClient.open(url);
  const watcher = new Watcher(session);
  const crews = [];
  for (let round = 0; round < 3; round++) {
    const crew = crowd(session, `pg${round}`, 20 + round);
    crews.push(...crew);
    await load(crew, async () => {
      process.kill(prisma.embeddedPid ?? 0, 'SIGKILL');
      const deadline = Date.now() + 20_000;
      while (
        Date.now() < deadline &&
        !(await prisma.check().then(
          () => true,
          () => false,
        ))
      )
        await wait(20);
    });
  }
  const history = await verify(session, crews);
  expect(crews.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThan(0);
  await watcher.until(history.length);
  watcher.close();
  expect(watcher.events).toEqual(history);
}, 120_000);
