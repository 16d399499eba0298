/**
 * Many at once: a class that watches one session, one of whom does not read, and more sessions than fit in memory. The
 * service is the built one; its own metrics tell what it costs.
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { decodeEventFrame, type ModeChange, type SessionEvent, type StateFrame } from '@heapcast/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { dice, DirectReplay, program, SessionClient } from '../e2e/sessions-client.js';
import { type ClientSocket, connect } from '../faults/workload.js';
import { Service } from '../support/service.js';

const KIB = 1024;
const MIB = 1024 * KIB;

let service: Service;
beforeAll(async () => {
  service = await Service.start({
    environment: { RESIDENT_SESSIONS_LIMIT: '40', SUBSCRIBER_BUFFER: '256KiB', REPLAY_THREADS: '1' },
  });
});
afterAll(() => Service.stopAll());

const sockets: ClientSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
function socketOf(): ClientSocket {
  const socket = connect(service.url);
  sockets.push(socket);
  return socket;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await wait(10);
  }
}

/** What one of a crowd remembers: not the events, but how many and which. */
class Spectator {
  seq = 0;
  readonly #hash = createHash('sha256');

  constructor(readonly socket: ClientSocket) {
    socket.on('session:events', (frame) => {
      for (const event of frame.format === 'json' ? frame.events : decodeEventFrame(frame.data)) this.#take(event);
    });
  }

  #take(event: SessionEvent): void {
    // Not by `expect`: there are hundreds of thousands.
    if (event.seq !== ++this.seq) throw new Error(`event ${event.seq} in the place of ${this.seq}`);
    this.#hash.update(JSON.stringify(event));
  }

  get digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

it('tells 200 subscribers of one session the same, in both formats', async () => {
  const session = await SessionClient.open(service.url);
  const requests = program(200, 2000);
  await session.ask(...requests.slice(0, 1000));
  const crowd = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const spectator = new Spectator(socketOf());
      const format = i % 2 === 0 ? 'json' : 'binary';
      await spectator.socket.emitWithAck('session:subscribe', { sessionId: session.id, from: 0, format });
      return spectator;
    }),
  );
  for (let at = 1000; at < 2000; at += 100) await session.ask(...requests.slice(at, at + 100));
  await until(() => crowd.every(({ seq }) => seq === 2000), 'all have all');
  const hash = createHash('sha256');
  for (const event of await session.history()) hash.update(JSON.stringify(event));
  // Both formats bring back an event with its fields in the order of the contract.
  expect(new Set(crowd.map(({ digest }) => digest))).toEqual(new Set([hash.digest('hex')]));
  expect(await metric('heapcast_subscribers')).toBe(200);
}, 180_000);

it('lets one who does not read fall behind: little memory, nobody waits, nothing is lost', async () => {
  const session = await SessionClient.open(service.url);
  const slow = socketOf();
  const modes: ModeChange[] = [];
  const states: StateFrame[] = [];
  const slowSeqs: number[] = [];
  slow.on('session:mode', (change) => modes.push(change));
  slow.on('session:state', (state) => states.push(state));
  slow.on('session:events', (frame) => {
    if (frame.format === 'json') slowSeqs.push(...frame.events.map(({ seq }) => seq));
  });
  await slow.emitWithAck('session:subscribe', { sessionId: session.id, from: 0 });
  const quick = new Spectator(socketOf());
  await quick.socket.emitWithAck('session:subscribe', { sessionId: session.id, from: 0, format: 'binary' });

  const transport = slow.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } };
  transport.ws.pause();
  const batch = Array.from({ length: 2000 }, (_, i) => ({ op: 'malloc' as const, size: i % 512, id: `n${i}` }));
  let backlog = 0;
  // Beyond what the system itself holds for a connection on this machine.
  for (let i = 0; i < 60; i++) {
    await session.ask(...batch);
    backlog = Math.max(backlog, await metric('heapcast_subscriber_backlog_bytes'));
  }
  await until(() => quick.seq === 120_000, 'the quick one has all');
  expect(backlog).toBeGreaterThan(256 * KIB);
  expect(backlog).toBeLessThan(MIB);
  expect([slow.connected, modes]).toEqual([true, []]);

  transport.ws.resume();
  await until(() => states.at(-1)?.seq === 120_000, 'the slow one has the latest state');
  expect(modes).toEqual([{ sessionId: session.id, mode: 'state', reason: 'slow', seq: slowSeqs.length }]);
  expect(slowSeqs.length).toBeLessThan(120_000);
  expect(states.length).toBeLessThan(20);
  // It may have everything after all, when it asks for it.
  await slow.emitWithAck('session:subscribe', { sessionId: session.id, from: slowSeqs.length });
  await until(() => slowSeqs.length === 120_000, 'the slow one has all');
  expect(slowSeqs.every((seq, i) => seq === i + 1)).toBe(true);
}, 240_000);

it('holds more sessions than fit in memory, each as it was left', async () => {
  const roll = dice(17);
  const blocks = Array.from({ length: 1000 }, (_, i) => ({ op: 'malloc' as const, size: roll(513), id: `b${i}` }));
  const before = await metric('process_resident_memory_bytes');
  const sessions: SessionClient[] = [];
  for (let i = 0; i < 250; i++) {
    const session = await SessionClient.open(service.url);
    await session.ask(...blocks);
    sessions.push(session);
  }
  expect(await metric('heapcast_sessions_resident')).toBeLessThanOrEqual(41);
  // 250 sessions that all stayed would be far above this.
  expect((await metric('process_resident_memory_bytes')) - before).toBeLessThan(200 * MIB);
  const direct = new DirectReplay();
  direct.ask([...blocks, { op: 'free', id: 'b7' }, { op: 'malloc', size: 100 }]);
  for (const session of sessions.filter((_, i) => i % 25 === 0)) {
    const events = await session.ask({ op: 'free', id: 'b7' }, { op: 'malloc', size: 100 });
    expect(events.map(({ block, address }) => [block, address])).toEqual(
      direct.outcomes.slice(-2).map(([, block, address]) => [block, address]),
    );
  }
}, 240_000);
