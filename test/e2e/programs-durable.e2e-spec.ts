/** Programs through kills, lost engines and failing commits: what was acknowledged is there, once, and goes on. */
import { afterAll, afterEach, expect, it } from '@jest/globals';
import type { CommandResult, ProgramCommand } from '@heapcast/contracts';
import { PrismaService } from '@heapcast/database';
import { EnginePool } from '@heapcast/engine';
import { Program } from '@heapcast/program';
import { packChunk, unpackChunk } from '@heapcast/trace';
import { setTimeout as wait } from 'node:timers/promises';
import type { Configuration } from '../../apps/api/src/configuration/configuration.js';
import { ProgramHost } from '../../apps/api/src/programs/program-host.js';
import { StreamReader, Watcher } from '../faults/workload.js';
import { Service } from '../support/service.js';
import { ApiUnderTest } from './api-under-test.js';
import { CPYTHON, eventsOf, ProgramClient, pythonProgram, withoutPlace } from './programs-client.js';
import type { Body } from './sessions-client.js';

afterAll(() => Service.stopAll());

let api: ApiUnderTest | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});
async function start(values: Partial<Configuration> = {}): Promise<ApiUnderTest> {
  api = await ApiUnderTest.start(values);
  return api;
}

/** Sends batches, each under a key of its own, again and again until each is acknowledged. */
async function runStubbornly(client: ProgramClient, name: string, commands: readonly ProgramCommand[], batch: number) {
  const results: CommandResult[] = [];
  let retried = 0;
  for (let at = 0; at < commands.length; at += batch) {
    const body = { commands: commands.slice(at, at + batch) };
    for (;;) {
      const answer = await client.send(body, { key: `${name}-${at}` }).catch(() => null);
      if (answer?.status === 200) {
        results.push(...answer.body.results);
        break;
      }
      expect([null, 503]).toContain(answer?.status ?? null);
      retried++;
      await wait(20);
    }
  }
  return { results, retried };
}

/** The session's program must be what an engine makes of the commands in its marks. */
async function expectSameAsEngine(client: ProgramClient): Promise<Program> {
  const history = await client.session.history();
  const events = eventsOf(history);
  const engine = new Program(CPYTHON);
  expect(events.map(({ command }) => engine.apply(command).event)).toEqual(events);
  const { objects, ...state } = await client.state();
  const { objects: direct, ...expected } = engine.state();
  expect(state).toEqual({ seq: history.length, ...expected });
  expect(objects.items.map(withoutPlace)).toEqual(direct.items);
  return engine;
}

it('keeps every acknowledged command through kill -9, once, with its sites, and tells watchers all of it', async () => {
  const service = await Service.start();
  const client = await ProgramClient.open(service.url);
  const watcher = new Watcher(client.session);
  const stream = new StreamReader(client.session);
  const sent: ProgramCommand[] = [];
  for (let round = 0; round < 4; round++) {
    const commands = pythonProgram(50 + round, 150);
    sent.push(...commands);
    const running = runStubbornly(client, `r${round}`, commands, 7);
    await wait(40 + 30 * round);
    await service.kill();
    await service.restart();
    const { results } = await running;
    expect(results).toHaveLength(commands.length);
  }
  const history = await client.session.history();
  expect(eventsOf(history).map(({ command }) => command)).toEqual(sent);
  await expectSameAsEngine(client);
  await watcher.until(history.length);
  expect(watcher.events).toEqual(history);
  while (stream.seqs.length < history.length) await wait(10);
  expect(stream.seqs).toEqual(history.map(({ seq }) => seq));
  watcher.close();
  stream.close();

  const finish = await fetch(`${client.session.path}/finish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.session.token}` },
  });
  const { runId } = (await finish.json()) as Body;
  await (await fetch(`${service.url}/v1/runs/${runId}/progress`)).text();
  const run = (await (await fetch(`${service.url}/v1/runs/${runId}`)).json()) as Body;
  const trace = (await (await fetch(`${service.url}/v1/traces/${run.trace.id}`)).json()) as Body;
  const most = Math.max(...history.map(({ site = 0 }) => site));
  expect([most > 10, trace.sites >= most]).toEqual([true, true]);
  await service.stop();
}, 300_000);

it('goes on when the thread of engines dies, at the head and in the past', async () => {
  const { url, app } = await start();
  const client = await ProgramClient.open(url);
  await client.run(...pythonProgram(1, 200));
  const before = await client.state(50);
  const pool = app.get(EnginePool);
  await pool.crash();
  expect(await client.state(50)).toEqual(before);
  await pool.crash();
  await runStubbornly(client, 'after', pythonProgram(2, 50), 10);
  await pool.crash();
  await expectSameAsEngine(client);
});

it('drops what the engine did when a commit fails, refuses what rests on it, and goes on from what is stored', async () => {
  const { url, app } = await start();
  const { pool } = app.get(PrismaService);
  const client = await ProgramClient.open(url);
  await client.run(...pythonProgram(4, 60));
  // A commit that waits for a lock, and is ended while more commands gather behind it.
  const holder = await pool.connect();
  await holder.query('BEGIN; LOCK TABLE session_journal IN ACCESS EXCLUSIVE MODE');
  const sending = Promise.all(pythonProgram(5, 20).map(async (command) => client.send(command)));
  let ended = 0;
  for (const deadline = Date.now() + 20_000; ended === 0 && Date.now() < deadline; await wait(10)) {
    // Not in the transaction: its view of activity does not change.
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%WITH entry%'`,
    );
    ended = rowCount ?? 0;
  }
  await holder.query('ROLLBACK');
  holder.release();
  const statuses = (await sending).map(({ status }) => status);
  const done = statuses.filter((status) => status === 200).length;
  expect(statuses.filter((status) => status === 503)).toHaveLength(20 - done);
  expect(done).toBeLessThan(20);
  expect((await client.state()).commands).toBe(60 + done);
  await client.run(...pythonProgram(6, 30));
  expect((await expectSameAsEngine(client)).commands).toBe(90 + done);
}, 120_000);

it('says so when the journal was written by an engine that did otherwise', async () => {
  const { url, app } = await start();
  const client = await ProgramClient.open(url);
  await client.run({ op: 'new', to: 'a', type: 'dict' });
  const { pool } = app.get(PrismaService);
  const id = client.session.id;
  const { rows } = await pool.query<{ data: Buffer }>('SELECT data FROM session_journal WHERE session_id = $1', [id]);
  const chunk = unpackChunk(rows[0]!.data);
  chunk.size[1] = 4;
  await pool.query('UPDATE session_journal SET data = $2 WHERE session_id = $1', [id, Buffer.from(packChunk(chunk))]);
  await app.get(EnginePool).crash();
  const { status, body } = await client.send({ op: 'line', line: 1 });
  expect([status, body.type, body.seq, body.pinned, body.current]).toEqual([
    409,
    '/problems/program-version-changed',
    2,
    1,
    1,
  ]);
  const view = await fetch(`${client.session.path}/program`);
  expect(view.status).toBe(409);
  expect((await client.session.history()).length).toBe(2);
});

it('keeps few programs in memory, and serves many as if all were', async () => {
  const { url, app } = await start({ residentProgramsLimit: 2, sessionIdleSeconds: 1 });
  const host = app.get(ProgramHost);
  const clients = await Promise.all(Array.from({ length: 6 }, () => ProgramClient.open(url)));
  for (const [i, client] of clients.entries()) await client.run(...pythonProgram(30 + i, 40));
  const deadline = Date.now() + 10_000;
  while (host.resident > 0 && Date.now() < deadline) await wait(50);
  expect(host.resident).toBe(0);
  for (const [i, client] of clients.entries()) await client.run(...pythonProgram(60 + i, 40));
  for (const client of clients) expect((await expectSameAsEngine(client)).commands).toBe(80);
});

it('frees more at once than a chunk of a trace holds, as one command, and reads it again', async () => {
  const { url, app } = await start();
  const client = await ProgramClient.open(url);
  const batches = 80;
  for (let batch = 0; batch < batches; batch++) {
    await client.run(
      ...Array.from({ length: 1000 }, (): ProgramCommand[] => [
        { op: 'new', to: 'next', type: 'object', fields: 1, size: 32 },
        { op: 'assign', to: 'next[0]', value: { ref: 'chain' } },
        { op: 'let', name: 'chain', value: { ref: 'next' } },
      ])
        .flat()
        .slice(0, 999),
    );
  }
  const { heap } = await client.state();
  const [dropped] = await client
    .run({ op: 'unset', place: 'next' }, { op: 'unset', place: 'chain' })
    .then((all) => all.slice(1));
  expect([dropped?.requestCount, dropped?.requests.length]).toEqual([heap.liveObjects, 9998]);
  expect((await client.state()).heap.liveObjects).toBe(0);
  await app.get(EnginePool).crash();
  expect((await client.state()).heap.liveObjects).toBe(0);
  expect((await client.run({ op: 'new', to: 'a', type: 'dict' }))[0]?.event.outcome).toBe('ok');
}, 300_000);
