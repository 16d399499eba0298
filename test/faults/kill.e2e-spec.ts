/**
 * `kill -9`, many times, in the middle of load: what was acknowledged is there, nothing is there twice, the state is the
 * one that follows from the requests, and whoever watches misses nothing. The service is the built one, as `npm start`
 * runs it.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { dice, SessionClient } from '../e2e/sessions-client.js';
import { Service } from '../support/service.js';
import { crowd, load, StreamReader, verify, Watcher, type Writer } from './workload.js';

/** More find rarer faults. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 6);

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => Service.stopAll());

it(`keeps everything through ${ROUNDS} kills under load`, async () => {
  const session = await SessionClient.open(service.url);
  const watcher = new Watcher(session);
  const stream = new StreamReader(session);
  const roll = dice(4711);
  const writers: Writer[] = [];
  let seq = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const crew = crowd(session, `r${round}`, round);
    writers.push(...crew);
    await load(crew, async () => {
      await wait(roll(60));
      await service.kill();
      await service.restart();
    });
    // Every client came to an end: all batches are acknowledged, those of the last moment by a retry.
    const stats = await session.get('/stats');
    expect(stats.at).toBeGreaterThan(seq);
    seq = stats.at;
  }
  const history = await verify(session, writers);
  expect(history).toHaveLength(seq);
  expect(writers.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThanOrEqual(ROUNDS);

  await watcher.until(seq);
  expect(watcher.events).toEqual(history);
  expect(watcher.subscriptions).toBeGreaterThan(ROUNDS);
  while (stream.seqs.length < seq) await wait(10);
  expect(stream.seqs).toEqual(history.map((event) => event.seq));
  expect(stream.connections).toBeGreaterThan(ROUNDS);
  watcher.close();
  stream.close();
}, 300_000);

it('answers what was asked before it stops politely', async () => {
  const session = await SessionClient.open(service.url);
  const crew = crowd(session, 'q', 99);
  await load(crew, async () => {
    const { code } = await service.stop();
    expect(code).toBe(0);
    await service.restart();
  });
  await verify(session, crew);
}, 120_000);
