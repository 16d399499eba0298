/** Watching a session: by Socket.IO in both formats, and by Server-Sent Events. No gap, no duplicate, nobody left behind. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  applyMapChanges,
  CLIENT_EVENTS,
  decodeEventFrame,
  decodeHeapMap,
  type EventFrame,
  type HeapMap,
  type MapFrame,
  type Presence,
  type Problem,
  SERVER_EVENTS,
  type SessionEvent,
  type StateFrame,
  type Subscribe,
} from '@heapcast/contracts';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { type ClientSocket, connect } from '../faults/workload.js';
import { ApiUnderTest } from './api-under-test.js';
import { type Body, program, SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ sessionSubscribersLimit: 30, subscriberBuffer: 64 * 1024 });
});
afterAll(() => api.close());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
function socketOf(): ClientSocket {
  const socket = connect(api.url);
  sockets.push(socket);
  return socket;
}

/** A socket whose types are nobody's business: for what no client should send. */
function rudeSocket(): Socket {
  const socket = io(`${api.url}/v1`, { transports: ['websocket'], forceNew: true });
  sockets.push(socket);
  return socket;
}

/** What the socket is told next under this name. */
function next(socket: Pick<Socket, 'once'> | ClientSocket, name: string): Promise<Body> {
  return new Promise((resolve) => (socket as Socket).once(name, resolve));
}

/** JSON over HTTP as a client sends it. */
async function call(url: string, method: string, token: string, body?: object): Promise<Body> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.status).toBeLessThan(300);
  return response.status === 204 ? null : response.json();
}

const open = (body?: object): Promise<SessionClient> => SessionClient.open(api.url, body);

/** Everything that a subscriber was told. */
class Seen {
  readonly events: SessionEvent[] = [];
  readonly frames: EventFrame[] = [];
  readonly states: StateFrame[] = [];
  readonly presences: Presence[] = [];
  readonly maps: MapFrame[] = [];
  /** What a page shows after the map frames so far. */
  map: HeapMap | undefined;

  constructor(readonly socket: ClientSocket) {
    socket.on('session:events', (frame) => {
      this.frames.push(frame);
      const events = frame.format === 'json' ? frame.events : decodeEventFrame(frame.data);
      expect([events[0]?.seq, events.at(-1)?.seq]).toEqual([frame.firstSeq, frame.lastSeq]);
      this.events.push(...events);
    });
    socket.on('session:state', (state) => this.states.push(state));
    socket.on('session:map', (frame) => {
      this.maps.push(frame);
      const bytes = new Uint8Array(frame.data).slice().buffer;
      if (frame.since === null) this.map = decodeHeapMap(bytes);
      else if (this.map) this.map = applyMapChanges(this.map, bytes).map;
    });
    socket.on('session:presence', (presence) => this.presences.push(presence));
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`in vain: ${condition.toString()}; ${this.events.length} events`);
      await wait(5);
    }
  }
}

async function subscribe(session: SessionClient, wishes: Partial<Subscribe> = {}) {
  const socket = socketOf();
  const seen = new Seen(socket);
  const answer = await socket.emitWithAck('session:subscribe', { sessionId: session.id, ...wishes });
  return { socket, seen, answer };
}

/** The answer of a subscription that must succeed. */
async function watch(session: SessionClient, wishes: Partial<Subscribe> = {}) {
  const { socket, seen, answer } = await subscribe(session, wishes);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  return { socket, seen, answer };
}

describe('subscribing', () => {
  it('answers with a snapshot, and goes on with the next event', async () => {
    const session = await open();
    await session.ask({ op: 'malloc', size: 24, id: 'a' }, { op: 'malloc', size: 500 });
    const { seen, answer } = await watch(session, { detail: 'blocks' });
    const stats = await session.get('/stats');
    expect(answer).toMatchObject({ sessionId: session.id, status: 'open', seq: 2, next: 3, mode: 'events' });
    expect(answer.snapshot).toMatchObject({ seq: 2, totals: stats.totals, ledger: stats.ledger });
    const blocks = answer.snapshot?.heap['items'] as { name?: string; state: string }[];
    expect(blocks.filter(({ state }) => state === 'live')).toMatchObject([{ name: 'a' }, { requested: 500 }]);
    const told = await session.ask({ op: 'free', id: 'a' });
    await seen.until(() => seen.events.length > 0);
    expect(seen.events).toEqual(told);
  });

  it.each(['json', 'binary'] as const)(
    'sends what was missed and what comes, as %s, just as REST tells it',
    async (format) => {
      const session = await open();
      const requests = program(77, 3000);
      await session.ask(...requests.slice(0, 2000));
      const { seen, answer } = await watch(session, { from: 700, format });
      expect(answer).toMatchObject({ format, seq: 2000, next: 701 });
      expect(answer).not.toHaveProperty('snapshot');
      for (let at = 2000; at < 3000; at += 37) await session.ask(...requests.slice(at, Math.min(3000, at + 37)));
      await seen.until(() => seen.events.length >= 2300);
      expect(seen.events).toEqual((await session.history()).slice(700));
      for (const { firstSeq, lastSeq } of seen.frames) expect(lastSeq - firstSeq).toBeLessThan(512);
    },
  );

  it('while much is written joins live without a gap, wherever one begins', async () => {
    const session = await open();
    const requests = program(5, 2500);
    const writing = (async () => {
      for (let at = 0; at < requests.length; at += 50) await session.ask(...requests.slice(at, at + 50));
    })();
    const watchers = [];
    for (let i = 0; i < 12; i++) {
      const { seq } = await session.get('');
      watchers.push({ from: seq, ...(await watch(session, { from: seq, format: i % 2 ? 'json' : 'binary' })) });
    }
    await writing;
    const history = await session.history();
    for (const { seen, from } of watchers) {
      await seen.until(() => seen.events.length >= 2500 - from);
      expect(seen.events).toEqual(history.slice(from));
    }
  });

  it('again after a dropped connection goes on where it was', async () => {
    const session = await open();
    const { seen, socket } = await watch(session, { from: 0 });
    socket.on('connect', () => {
      void socket.emitWithAck('session:subscribe', { sessionId: session.id, from: seen.events.length });
    });
    const requests = program(6, 900);
    for (let at = 0; at < 900; at += 30) {
      await session.ask(...requests.slice(at, at + 30));
      if (at % 300 === 0) socket.io.engine.close();
    }
    await seen.until(() => seen.events.length >= 900);
    expect(seen.events).toEqual(await session.history());
  });

  it('twice on one socket replaces the first subscription', async () => {
    const session = await open();
    const { seen, socket } = await watch(session, { from: 0, format: 'binary' });
    const answer = await socket.emitWithAck('session:subscribe', { sessionId: session.id, from: 0, format: 'json' });
    expect(answer).toMatchObject({ ok: true, presence: { count: 1 } });
    await session.ask({ op: 'mark' });
    await seen.until(() => seen.events.length > 0);
    await wait(50);
    expect(seen.frames.map(({ format }) => format)).toEqual(['json']);
  });

  it('ends when it is cancelled', async () => {
    const session = await open();
    const { seen, socket } = await watch(session);
    expect(await socket.emitWithAck('session:unsubscribe', { sessionId: session.id })).toEqual({ ok: true });
    await session.ask({ op: 'mark' });
    const other = await watch(session, { from: 0 });
    await other.seen.until(() => other.seen.events.length === 1);
    expect(seen.events).toEqual([]);
    const again = await socket.emitWithAck('session:unsubscribe', { sessionId: session.id });
    expect(again).toMatchObject({ ok: false, problem: { status: 404 } });
  });

  it('in state mode tells the latest state only', async () => {
    const session = await open();
    const { seen, answer } = await watch(session, { mode: 'state' });
    expect(answer.mode).toBe('state');
    await session.ask(...program(9, 500));
    await seen.until(() => seen.states.at(-1)?.seq === 500);
    const stats = await session.get('/stats');
    expect(seen.states.at(-1)).toMatchObject({ status: 'open', totals: stats.totals, ledger: stats.ledger });
    expect(seen.events).toEqual([]);
  });

  it('in map mode shows the heap: first whole, then what changed, at every moment as the map of it', async () => {
    const session = await open();
    const requests = program(11, 3000);
    await session.ask(...requests.slice(0, 400));
    const { seen, socket, answer } = await watch(session, { mode: 'map', arena: 0, detail: 'summary' });
    expect(answer).toMatchObject({ mode: 'map', seq: 400 });
    const mapAt = async (at: number, arena: string): Promise<HeapMap> =>
      decodeHeapMap(await (await fetch(`${session.path}/map?at=${at}${arena}`)).arrayBuffer());
    for (let at = 400; at <= 3000; at += 200) {
      if (at > 400) await session.ask(...requests.slice(at - 200, at));
      await seen.until(() => seen.map?.at === at);
      expect(seen.map).toEqual(await mapAt(at, '&arena=0'));
    }
    const [whole, ...changes] = seen.maps;
    expect([whole.since, whole.seq]).toEqual([null, 400]);
    expect(changes.map(({ since }) => since)).toEqual(seen.maps.slice(0, -1).map(({ seq }) => seq));
    // To look elsewhere is to subscribe again: whole, and without blocks.
    const again = await socket.emitWithAck('session:subscribe', { sessionId: session.id, mode: 'map', from: 3000 });
    expect(again).toMatchObject({ ok: true, mode: 'map' });
    await seen.until(() => seen.map?.statesOf === null);
    expect(seen.maps.at(-1)?.since).toBeNull();
    expect(seen.map).toEqual(await mapAt(3000, ''));
    expect(seen.events).toEqual([]);
    expect(await subscribe(session, { arena: 0 })).toMatchObject({ answer: { ok: false, problem: { status: 400 } } });
  });

  it('to a finished session tells its events, and then that it is finished', async () => {
    const session = await open();
    await session.ask(...program(2, 100));
    const early = await watch(session, { from: 0 });
    const told = next(early.socket, 'session:finished');
    const finished = await call(`${session.path}/finish`, 'POST', session.token);
    expect(await told).toEqual({ sessionId: session.id, seq: 100, runId: finished.runId });

    const late = socketOf();
    const seen = new Seen(late);
    const toldLate = next(late, 'session:finished');
    const answer = await late.emitWithAck('session:subscribe', { sessionId: session.id, from: 0 });
    expect(answer).toMatchObject({ ok: true, status: 'finished' });
    await toldLate;
    expect(seen.events).toEqual(await session.history());
  });

  it('to a session that is deleted ends with that', async () => {
    const session = await open();
    const { socket } = await watch(session);
    const told = next(socket, 'session:deleted');
    await call(session.path, 'DELETE', session.token);
    expect(await told).toEqual({ sessionId: session.id });
  });

  it.each([
    [{ from: 1 }, 'invalid-position'],
    [{ from: -1 }, 'invalid-request'],
    [{ from: 0.5 }, 'invalid-request'],
    [{ from: '0' }, 'invalid-request'],
    [{ format: 'xml' }, 'invalid-request'],
    [{ mode: 'all' }, 'invalid-request'],
    [{ colour: 'red' }, 'invalid-request'],
    [{ sessionId: 7 }, 'invalid-request'],
    [{ sessionId: 'nonsense' }, 'not-found'],
    [{ sessionId: '00000000-0000-4000-8000-000000000000' }, 'not-found'],
  ])('with %j is %s', async (wishes, name) => {
    const session = await open();
    const { answer } = await subscribe(session, wishes as Partial<Subscribe>);
    expect(answer).toMatchObject({ ok: false, problem: { type: `/problems/${name}`, instance: expect.any(String) } });
  });
});

describe('a private session', () => {
  it('shows itself to holders of a token only, and not any more once that is taken back', async () => {
    const session = await open({ visibility: 'private' });
    expect((await subscribe(session)).answer).toMatchObject({ ok: false, problem: { status: 401 } });
    expect((await subscribe(session, { token: 'hc_wrong' })).answer).toMatchObject({
      ok: false,
      problem: { status: 401 },
    });

    const viewer = await call(`${session.path}/tokens`, 'POST', session.token, { role: 'viewer' });
    const { seen, socket } = await watch(session, { from: 0, token: viewer.token });
    const owner = await watch(session, { from: 0, token: session.token });
    await session.ask({ op: 'mark' });
    await seen.until(() => seen.events.length === 1);

    const problem = next(socket, 'problem');
    await call(`${session.path}/tokens/${viewer.id}`, 'DELETE', session.token);
    expect(await problem).toMatchObject({ status: 401, sessionId: session.id });
    await session.ask({ op: 'mark' });
    await owner.seen.until(() => owner.seen.events.length === 2);
    expect(seen.events).toHaveLength(1);
  });

  it('that was public stops being shown to who has no token', async () => {
    const session = await open();
    const { socket } = await watch(session);
    const problem = next(socket, 'problem');
    await call(session.path, 'PATCH', session.token, { visibility: 'private' });
    expect(await problem).toMatchObject({ status: 401 });
  });
});

describe('requests over the socket', () => {
  it('are answered as over REST, and told to who watches', async () => {
    const session = await open();
    const { seen, socket } = await watch(session);
    const requests = program(12, 40);
    const answer = await socket.emitWithAck('session:request', {
      sessionId: session.id,
      token: session.token,
      requests,
    });
    const history = await session.history();
    expect(answer).toEqual({ ok: true, seq: 40, results: history });
    await seen.until(() => seen.events.length >= 40);
    expect(seen.events).toEqual(history);
  });

  it('keep the order in which they were sent, however many wait', async () => {
    const session = await open();
    const socket = socketOf();
    const sent = Array.from({ length: 300 }, (_, i) => ({ op: 'mark' as const, label: `m${i}` }));
    const answers = await Promise.all(
      sent.map((request, i) =>
        socket.emitWithAck('session:request', {
          sessionId: session.id,
          token: session.token,
          requests: [request],
          ...(i % 3 === 0 ? { idempotencyKey: `k${i}` } : {}),
        }),
      ),
    );
    expect(answers.map((answer) => answer.ok && answer.seq)).toEqual(sent.map((_, i) => i + 1));
    expect((await session.history()).map(({ label }) => label)).toEqual(sent.map(({ label }) => label));
  });

  it('share their idempotency keys with REST', async () => {
    const session = await open();
    const requests = program(13, 5);
    const { body } = await session.send({ requests }, { key: 'both ways'.replace(' ', '-') });
    const socket = socketOf();
    const message = { sessionId: session.id, token: session.token, requests, idempotencyKey: 'both-ways' };
    expect(await socket.emitWithAck('session:request', message)).toEqual({ ok: true, ...body });
    const other = { ...message, requests: program(14, 5) };
    expect(await socket.emitWithAck('session:request', other)).toMatchObject({ ok: false, problem: { status: 409 } });
  });

  it('are refused for the same reasons, with the same words', async () => {
    const session = await open();
    const socket = rudeSocket();
    const send = (message: object) =>
      socket.emitWithAck('session:request', { sessionId: session.id, token: session.token, ...message });
    await api.storesNothing(async () => {
      const bad = await send({ requests: [{ op: 'mark' }, { op: 'malloc', size: -1 }] });
      const rest = await session.send({ requests: [{ op: 'mark' }, { op: 'malloc', size: -1 }] });
      expect(bad.problem).toEqual({ ...rest.body, instance: bad.problem.instance });
      for (const [message, status] of [
        [{ requests: [{ op: 'mark' }], token: undefined }, 401],
        [{ requests: [{ op: 'mark' }], token: 'hc_x' }, 401],
        [{ requests: { op: 'mark' } }, 400],
        [{ requests: [] }, 400],
        [{}, 400],
        [{ requests: [{ op: 'mark' }], colour: 'red' }, 400],
        [{ requests: [{ op: 'mark' }], idempotencyKey: 'a b' }, 400],
        [{ requests: [{ op: 'mark' }], sessionId: {} }, 400],
        [{ requests: [{ op: 'mark' }], sessionId: 'x' }, 404],
      ] as const) {
        expect(await send(message)).toMatchObject({ ok: false, problem: { status } });
      }
    });
  });
});

describe('what no client should send', () => {
  it('is answered, or ends the connection, and harms nobody', async () => {
    const session = await open();
    const quiet = await watch(session, { from: 0 });
    const socket = rudeSocket();
    for (const event of ['session:destroy', 'constructor', '__proto__', 'toString', '']) {
      expect(await socket.emitWithAck(event, {})).toMatchObject({ ok: false, problem: { status: 404 } });
    }
    for (const payload of [undefined, null, 7, 'text', [], [[]], Buffer.from('garbage'), { a: Buffer.alloc(9) }]) {
      for (const event of Object.keys(CLIENT_EVENTS)) {
        const answer = await socket.emitWithAck(event, payload);
        expect([event, answer.ok, answer.problem?.status]).toEqual([event, false, 400]);
      }
    }
    expect(await socket.emitWithAck('session:subscribe')).toMatchObject({ ok: false, problem: { status: 400 } });
    expect(await socket.emitWithAck('session:subscribe', {}, {}, {})).toMatchObject({ ok: false });

    const told: Problem[] = [];
    socket.on('problem', (problem: Problem) => told.push(problem));
    socket.emit('session:request', { requests: 1 });
    socket.emit('nonsense');
    socket.emit('session:subscribe', { sessionId: session.id }, 'not a function');
    await quiet.seen.until(() => told.length >= 3);
    expect(told.map(({ status }) => status).sort((a, b) => b - a)).toEqual([404, 400, 400]);

    await session.ask({ op: 'mark' });
    await quiet.seen.until(() => quiet.seen.events.length === 1);
  });

  it('bytes that are no packet end that connection and no other', async () => {
    const session = await open();
    const quiet = await watch(session, { from: 0 });
    for (const bytes of ['42["', '4', '451-["x",{"_placeholder":true,"num":99}]', '\u0000\u0001', '9'.repeat(100)]) {
      const socket = rudeSocket();
      await next(socket, 'connect');
      const { ws } = socket.io.engine.transport as unknown as { ws: { send(bytes: string | Uint8Array): void } };
      ws.send(bytes);
      ws.send(new Uint8Array([0xff, 0x00, 0xfe]));
      await Promise.race([next(socket, 'disconnect'), wait(300)]);
      socket.disconnect();
    }
    const tcp = connectTcp(Number(new URL(api.url).port), '127.0.0.1');
    tcp.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\xff\xff\xff');
    tcp.on('error', () => undefined);
    await Promise.race([once(tcp, 'close'), wait(500)]);
    tcp.destroy();
    await session.ask({ op: 'mark' });
    await quiet.seen.until(() => quiet.seen.events.length === 1);
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  });

  it('more than a message may hold ends the connection', async () => {
    const socket = rudeSocket();
    await next(socket, 'connect');
    const gone = next(socket, 'disconnect');
    socket.emit('session:request', { text: 'x'.repeat(2 * 1024 * 1024) });
    await gone;
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  });

  it('the root namespace says where to go', async () => {
    const socket = io(api.url, { transports: ['websocket'], forceNew: true });
    sockets.push(socket);
    const error: Error & { data?: Problem } = await next(socket, 'connect_error');
    expect(error.data).toMatchObject({ status: 404, detail: expect.stringContaining('/v1') });
  });
});

describe('presence', () => {
  it('tells how many are here and who, as it changes', async () => {
    const session = await open();
    const first = await watch(session, { name: '  Ada\u0007  Lovelace ' });
    expect(first.answer.presence).toEqual({ sessionId: session.id, count: 1, names: ['Ada Lovelace'] });
    const second = await watch(session);
    await first.seen.until(() => first.seen.presences.at(-1)?.count === 2);
    expect(await second.socket.emitWithAck('session:presence', { sessionId: session.id, name: 'Grace' })).toEqual({
      ok: true,
      presence: { sessionId: session.id, count: 2, names: ['Ada Lovelace', 'Grace'] },
    });
    await first.seen.until(() => first.seen.presences.at(-1)?.names.length === 2);
    expect((await session.get('')).presence).toBe(2);
    second.socket.disconnect();
    await first.seen.until(() => first.seen.presences.at(-1)?.count === 1);
    const stranger = socketOf();
    const answer = await stranger.emitWithAck('session:presence', { sessionId: session.id, name: 'x' });
    expect(answer).toMatchObject({ ok: false, problem: { status: 404 } });
  });
});

describe('the progress of a run', () => {
  it('is told until it has ended', async () => {
    const session = await open();
    await session.ask(...program(4, 50));
    const { runId } = await call(`${session.path}/finish`, 'POST', session.token);
    const socket = socketOf();
    const ended = new Promise((resolve) => {
      socket.on('run:progress', (progress) => {
        if (progress.status === 'done') resolve(progress);
      });
    });
    expect(await socket.emitWithAck('run:subscribe', { runId })).toMatchObject({
      ok: true,
      progress: { runId, total: 50 },
    });
    expect(await ended).toEqual({ runId, status: 'done', events: 50, total: 50 });
    expect(await socket.emitWithAck('run:subscribe', { runId: 'x' })).toMatchObject({
      ok: false,
      problem: { status: 404 },
    });
    expect(await socket.emitWithAck('run:unsubscribe', { runId })).toEqual({ ok: true });
  });
});

describe('limits', () => {
  it('bound the subscribers of a session and the subscriptions of a socket', async () => {
    const session = await open();
    for (let i = 0; i < 30; i++) await watch(session);
    expect((await subscribe(session)).answer).toMatchObject({
      ok: false,
      problem: { type: '/problems/limit-reached' },
    });
    const stream = await fetch(`${session.path}/stream`);
    expect([stream.status, stream.headers.get('content-type')]).toEqual([
      409,
      'application/problem+json; charset=utf-8',
    ]);
    const socket = socketOf();
    let answer: { ok: boolean } = { ok: true };
    let count = 0;
    for (; answer.ok && count < 100; count++) {
      answer = await socket.emitWithAck('session:subscribe', { sessionId: (await open()).id, from: 0 });
    }
    expect([count, answer]).toMatchObject([65, { ok: false, problem: { type: '/problems/limit-reached' } }]);
  });
});

/** Reads messages until there are `count` of them. */
async function read(session: SessionClient, query: string, headers: Record<string, string>, count: number) {
  const abort = new AbortController();
  const response = await fetch(`${session.path}/stream${query}`, { headers, signal: abort.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const messages: { event?: string; id?: number; data: Body }[] = [];
  let text = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      const id = field('id');
      messages.push({ event: field('event'), id: id === undefined ? undefined : Number(id), data: JSON.parse(data) });
    }
    if (messages.filter(({ event }) => event !== 'presence').length >= count) break;
  }
  abort.abort();
  return messages.filter(({ event }) => event !== 'presence');
}

describe('Server-Sent Events', () => {
  it('tell what was missed and what comes, each under its number', async () => {
    const session = await open();
    const requests = program(21, 1500);
    await session.ask(...requests.slice(0, 1000));
    const reading = read(session, '?from=200', {}, 1300);
    for (let at = 1000; at < 1500; at += 20) await session.ask(...requests.slice(at, at + 20));
    const messages = await reading;
    const history = await session.history();
    expect(messages.map(({ data }) => data)).toEqual(history.slice(200));
    expect(messages.map(({ id }) => id)).toEqual(history.slice(200).map(({ seq }) => seq));
  });

  it('go on after Last-Event-ID, which is stronger than from', async () => {
    const session = await open();
    await session.ask(...program(22, 50));
    const messages = await read(session, '?from=0', { 'last-event-id': '47' }, 3);
    expect(messages.map(({ id }) => id)).toEqual([48, 49, 50]);
  });

  it('begin with a snapshot, or tell states, or that all is over', async () => {
    const session = await open();
    await session.ask(...program(23, 10));
    expect(await read(session, '', {}, 1)).toMatchObject([{ event: 'snapshot', id: 10, data: { seq: 10 } }]);
    expect(await read(session, '?mode=state&from=0', {}, 1)).toMatchObject([{ event: 'state', data: { seq: 10 } }]);
    await call(`${session.path}/finish`, 'POST', session.token);
    const messages = await read(session, '?from=8', {}, 3);
    expect(messages).toMatchObject([{ id: 9 }, { id: 10 }, { event: 'finished', data: { seq: 10 } }]);
  });

  it('take a token in the query, for browsers', async () => {
    const session = await open({ visibility: 'private' });
    await session.ask({ op: 'mark' });
    expect((await fetch(`${session.path}/stream?from=0&token=hc_x`)).status).toBe(401);
    expect(await read(session, `?from=0&token=${session.token}`, {}, 1)).toMatchObject([{ id: 1 }]);
    expect(JSON.stringify(api.log)).not.toContain(session.token);
  });

  it.each(['?from=1', '?from=-1', '?from=x', '?mode=all', '?colour=red'])('refuse %s', async (query) => {
    const session = await open();
    expect((await fetch(`${session.path}/stream${query}`)).status).toBe(400);
  });

  it('forget a reader that went away', async () => {
    const session = await open();
    await read(session, '', {}, 1);
    const deadline = Date.now() + 5000;
    while ((await session.get('')).presence > 0 && Date.now() < deadline) await wait(10);
    expect((await session.get('')).presence).toBe(0);
  });
});

it('has a name and a purpose for every event of the contract', () => {
  for (const purpose of Object.values({ ...CLIENT_EVENTS, ...SERVER_EVENTS })) expect(purpose).toMatch(/\w/);
});
