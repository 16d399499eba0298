/** Programs in sessions: carried out live, seen beside their memory, rewound, forked, finished. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CommandAnswer,
  ProgramCommand,
  ProgramMoves,
  ProgramState,
  ProgramView,
  SessionEvent,
} from '@heapcast/contracts';
import { Program } from '@heapcast/program';
import { type ClientSocket, connect, StreamReader, Watcher } from '../faults/workload.js';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { CPYTHON, eventsOf, MANUAL, ProgramClient, pythonProgram, withoutPlace } from './programs-client.js';
import { type Body, SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.close());

const sockets: ClientSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
function socketOf(): ClientSocket {
  const socket = connect(api.url);
  sockets.push(socket);
  return socket;
}

/** The talk's leak: `Leak` makes an array and loses the only pointer to it. */
const LEAK: ProgramCommand[] = [
  { op: 'call', function: 'Leak', line: 8 },
  { op: 'new', to: 'p', type: 'int[10]', kind: 'new[]', line: 3 },
  { op: 'return', line: 4 },
];

describe('what a program did', () => {
  it('is told command by command, with what was lost after each, forwards and backwards', async () => {
    const client = await ProgramClient.open(api.url, MANUAL);
    await client.run(...LEAK);
    const list = (query = '') => client.session.get(`/commands${query}`) as Promise<ProgramMoves>;
    const told = ({ items }: ProgramMoves) =>
      items.map(({ seq, end, event, heap }) => [seq, end, event.command.op, heap?.reachable, heap?.lost]);
    const all = await list();
    expect(told(all)).toEqual([
      [1, 1, 'call', 0, 0],
      [2, 3, 'new', 40, 0],
      [4, 4, 'return', 0, 40],
    ]);
    expect(all.more).toEqual({ before: false, after: false });
    const middle = await list('?to=3&limit=1');
    expect([told(middle), middle.more]).toEqual([[[2, 3, 'new', 40, 0]], { before: true, after: true }]);
    const last = await list('?from=2&limit=5');
    expect([told(last), last.more]).toEqual([[[4, 4, 'return', 0, 40]], { before: true, after: false }]);
    const path = `/v1/sessions/${client.session.id}/commands`;
    expectProblem(await api.http.get(`${path}?from=5`), 'invalid-position', 400);
    expectProblem(await api.http.get(`${path}?from=1&to=2`), 'invalid-request', 400);
    expectProblem(await api.http.get(`${path}?limit=201`), 'invalid-request', 400);
  });
});

describe('a program session', () => {
  it('shows stack, object, block and address as one picture', async () => {
    const client = await ProgramClient.open(api.url, MANUAL, { allocator: { model: 'pymalloc' } });
    expect(client.session.created).toMatchObject({ kind: 'program', settings: { program: { ownership: 'manual' } } });
    const results = await client.run(...LEAK.slice(0, 2));
    expect(results.map(({ seq, event }) => [seq, event.number, event.outcome])).toEqual([
      [1, 1, 'ok'],
      [2, 2, 'ok'],
    ]);
    const [placed] = results[1]?.requests ?? [];
    expect(placed).toMatchObject({ seq: 3, op: 'malloc', size: 40, outcome: 'placed', block: 1 });
    const view = await client.state();
    expect(view.seq).toBe(3);
    expect(view.frames.items[0]).toMatchObject({ function: 'Leak', locals: { items: [{ name: 'p', object: 1 }] } });
    expect(view.objects.items).toMatchObject([
      {
        id: 1,
        block: 1,
        type: 'int[10]',
        place: {
          address: placed?.address,
          arena: placed?.arena,
          pool: placed?.pool,
          index: placed?.index,
          bytes: placed?.blockSize,
        },
      },
    ]);
  });

  it('does what the engine does, told the same in answers, events, views and to whoever watches', async () => {
    const client = await ProgramClient.open(api.url);
    const watcher = new Watcher(client.session);
    const commands = pythonProgram(7, 400);
    const engine = new Program(CPYTHON);
    const results = [];
    for (let at = 0; at < commands.length; at += 23)
      results.push(...(await client.run(...commands.slice(at, at + 23))));
    const expected = commands.map((command) => engine.apply(command));
    expect(results.map(({ event }) => event)).toEqual(expected.map(({ event }) => event));
    expect(results.map(({ requestCount }) => requestCount)).toEqual(expected.map(({ requests }) => requests.length));
    const history = await client.session.history();
    expect(eventsOf(history)).toEqual(expected.map(({ event }) => event));
    expect(results.flatMap(({ seq, requests }) => [seq, ...requests.map((request) => request.seq)])).toEqual(
      history.map(({ seq }) => seq),
    );
    const view = await client.state();
    const direct = engine.state();
    expect(view.seq).toBe(history.length);
    expect(withoutObjects(view)).toEqual(withoutObjects(direct));
    expect(view.objects.items.map(withoutPlace)).toEqual(direct.objects.items);
    await watcher.until(history.length);
    watcher.close();
    expect(watcher.events).toEqual(history);
  });

  it('takes one command, a bare list or a batch', async () => {
    const client = await ProgramClient.open(api.url);
    const one = await client.send({ op: 'new', to: 'a', type: 'dict' });
    const list = await client.send([
      { op: 'line', line: 3 },
      { op: 'unset', place: 'a' },
    ]);
    expect([one.status, one.body.results.length, list.status, list.body.results.length]).toEqual([200, 1, 200, 2]);
  });

  it('is carried out over the socket as well, in the order in which it was sent', async () => {
    const client = await ProgramClient.open(api.url);
    const socket = socketOf();
    const { id: sessionId, token } = client.session;
    const sent = Array.from({ length: 30 }, (_, i) =>
      socket.emitWithAck('session:command', { sessionId, token, commands: [{ op: 'let', name: 'n', value: i }] }),
    );
    const answers = await Promise.all(sent);
    expect(answers.map((answer) => answer.ok && answer.results[0]?.event.number)).toEqual(sent.map((_, i) => i + 1));
    expect((await client.state()).globals.items).toMatchObject([{ name: 'n', value: 29 }]);
    const refused = await socket.emitWithAck('session:command', { sessionId, token, commands: [] });
    expect(refused).toMatchObject({ ok: false, problem: { type: '/problems/invalid-request' } });
  });

  it('answers a retry with the same key as the first time, and does it once', async () => {
    const client = await ProgramClient.open(api.url);
    const batch = pythonProgram(3, 50);
    const first = await client.send({ commands: batch }, { key: 'k1' });
    const others = await Promise.all([
      client.send({ commands: batch }, { key: 'k1' }),
      client.send({ commands: batch }, { key: 'k1' }),
    ]);
    for (const other of others) expect(other).toEqual(first);
    expect((await client.state()).commands).toBe(50);
    const conflict = await client.send({ commands: batch.slice(1) }, { key: 'k1' });
    expect([conflict.status, conflict.body.type]).toEqual([409, '/problems/idempotency-conflict']);
  });

  it('is found by its kind, and its source is told whole where it is asked for', async () => {
    const text = 'int *p = new int[10];\n'.repeat(40);
    const client = await ProgramClient.open(api.url, { ...MANUAL, source: { file: 'leak.cpp', text } });
    const { body } = await api.http.get('/v1/sessions?kind=program&limit=1').expect(200);
    expect(body.items[0]).toMatchObject({ id: client.session.id, kind: 'program' });
    expect(body.items[0].settings.program.source.text.length).toBeLessThan(300);
    expect((await client.session.get('')).settings.program.source.text).toBe(text);
    expect((await client.state()).choice.source?.text).toBe(text);
    const none = await api.http.get(`/v1/sessions?kind=snippet&name=nothing`).expect(200);
    expect(none.body.items).toEqual([]);
    await api.http.get('/v1/sessions?kind=other').expect(400);
  });
});

function withoutObjects(state: Partial<ProgramState | ProgramView>): object {
  return { ...state, objects: undefined, seq: undefined };
}

describe('time in a program session', () => {
  it('goes back to every event, in any order, and tells where objects lay then', async () => {
    const client = await ProgramClient.open(api.url);
    const commands = pythonProgram(11, 60);
    const expected: Pick<ProgramView, 'commands' | 'heap' | 'frames'>[] = [];
    const engine = new Program(CPYTHON);
    expected.push(pick(engine.state()));
    for (const command of commands) {
      const { requests } = engine.apply(command);
      for (let i = 0; i <= requests.length; i++) expected.push(pick(engine.state()));
    }
    await client.run(...commands);
    const order = expected.map((_, at) => (at * 37) % expected.length);
    const history = await client.session.history();
    for (const at of order) {
      const view = await client.state(at);
      expect([at, pick(view)]).toEqual([at, expected[at]]);
      const live = new Map<number, SessionEvent>();
      for (const event of history.slice(0, at)) {
        if (event.op === 'free') live.delete(event.block);
        else if (event.block > 0) live.set(event.block, event);
      }
      for (const { block, place } of view.objects.items) {
        expect(place?.address ?? null).toBe(live.get(block)?.address ?? null);
      }
    }
    const beyond = await fetch(`${client.session.path}/program?at=${history.length + 1}`);
    expect(beyond.status).toBe(400);
  });

  it('goes on from any event in a fork, as a program, also from the middle of a command', async () => {
    const client = await ProgramClient.open(api.url);
    const commands = pythonProgram(5, 80);
    await client.run(...commands);
    const history = await client.session.history();
    for (const at of [0, 1, 2, 41, history.length - 1, history.length]) {
      const { status, body } = await post(`${client.session.path}/fork`, { at });
      expect(status).toBe(201);
      const whole = history.slice(at).findIndex(({ op }) => op === 'mark');
      const end = at === 0 ? 0 : whole === -1 ? history.length : at + whole;
      expect(body).toMatchObject({ kind: 'program', seq: end, settings: client.session.created.settings });
      const engine = new Program(CPYTHON);
      for (const { command } of eventsOf(history.slice(0, end))) engine.apply(command);
      const fork = ProgramClient.of(SessionClient.of(api.url, body));
      const { event } = engine.apply({ op: 'new', to: 'fresh', type: 'dict', line: 77 });
      const [result] = await fork.run({ op: 'new', to: 'fresh', type: 'dict', line: 77 });
      expect([result?.seq, result?.event]).toEqual([end + 1, event]);
    }
    expect((await client.state()).commands).toBe(80);
  });

  it('ends as a run with sites, and still shows its program', async () => {
    const client = await ProgramClient.open(api.url, {
      ...CPYTHON,
      source: { file: 'talk.py', text: 'a = {}\n' },
    });
    await client.run({ op: 'new', to: 'a', type: 'dict', line: 1 }, ...pythonProgram(9, 100));
    const before = await client.state();
    const middle = await client.state(20);
    const { body: sites } = await api.http.get(`/v1/sessions/${client.session.id}/sites`).expect(200);
    expect(sites.next).toBeNull();
    expect(sites.items.length).toBeGreaterThan(10);
    expect(sites.items[0]).toMatchObject({ index: 1, file: 'talk.py', line: 1, parent: 0 });
    const { body } = await post(`${client.session.path}/finish`, {}, client.session.token);
    expect(body).toMatchObject({ status: 'finished', seq: before.seq });
    const run = await api.runEnd(body.runId);
    expect(run).toMatchObject({ status: 'done' });
    const trace = await api.http.get(`/v1/traces/${run.trace.id}`).expect(200);
    expect(trace.body).toMatchObject({ events: before.seq, hasSites: true });
    expect((await api.http.get(`/v1/runs/${run.id}/sites`).expect(200)).body).toEqual(sites);
    const page = await api.http.get(`/v1/sessions/${client.session.id}/sites?from=2&limit=1`).expect(200);
    expect(page.body).toEqual({ items: [sites.items[1]], next: 3 });
    expect(await client.state()).toEqual(before);
    expect(await client.state(20)).toEqual(middle);
    const refused = await client.send({ op: 'line', line: 1 });
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/session-finished']);
    expect((await client.state()).seq).toBe(before.seq);
  });
});

describe('a leak', () => {
  it('is reported with its bytes, its call path and the moment it was last reachable', async () => {
    const client = await ProgramClient.open(api.url, MANUAL);
    await client.run(...LEAK);
    expect((await client.leaks(3)).summary.definite).toEqual({ bytes: 0, blocks: 0 });
    const report = await client.leaks();
    expect(report).toMatchObject({ seq: 4, summary: { definite: { bytes: 40, blocks: 1 } } });
    expect(report.records.items[0]).toMatchObject({
      kind: 'definite',
      allocator: 'new[]',
      path: [
        { function: 'Leak', line: 3 },
        { function: 'main', line: 8 },
      ],
      lastReachable: { command: 3, seq: 4 },
    });
  });

  it('is none when the fixed version deletes', async () => {
    const client = await ProgramClient.open(api.url, MANUAL);
    const [call, make, leave] = LEAK as [ProgramCommand, ProgramCommand, ProgramCommand];
    await client.run(call, make, { op: 'delete', place: 'p', kind: 'delete[]', line: 4 }, leave, { op: 'exit' });
    const { summary, resources } = await client.leaks();
    expect(summary.definite).toEqual({ bytes: 0, blocks: 0 });
    expect(resources.total).toBe(0);
  });

  it('of a socket that nobody closes stands beside the memory', async () => {
    const client = await ProgramClient.open(api.url, MANUAL);
    await client.run({ op: 'open', to: 's', kind: 'socket', name: 'example.org:80', line: 2 });
    expect((await client.leaks()).resources.items).toMatchObject([{ kind: 'socket', open: true, state: 'held' }]);
  });
});

describe('what a program does wrong', () => {
  it('is an outcome: dangling names, double frees, a return from nowhere, a stack that is full', async () => {
    const client = await ProgramClient.open(api.url, { ...MANUAL, stackLimit: 4096 });
    const results = await client.run(
      { op: 'unset', place: 'nobody' },
      { op: 'new', to: 'p', type: 'int' },
      { op: 'delete', place: 'p' },
      { op: 'delete', place: 'p' },
      { op: 'call', function: 'f', frameSize: 5000 },
      { op: 'return' },
      { op: 'return' },
    );
    expect(results.map(({ event }) => event.outcome)).toEqual([
      'unknownName',
      'ok',
      'ok',
      'doubleFree',
      'stackOverflow',
      'ok',
      'ended',
    ]);
    expect(results[3]?.requests).toMatchObject([{ op: 'free', outcome: 'doubleFree' }]);
  });

  it('ends in a stack overflow, not in the service, however deep it recurses', async () => {
    const client = await ProgramClient.open(api.url, { ...CPYTHON, stackLimit: 1 << 20 });
    let depth = 0;
    for (let batch = 0; batch < 4; batch++) {
      const results = await client.run(
        ...Array.from({ length: 1000 }, (): ProgramCommand => ({ op: 'call', function: 'f', line: 1 })),
      );
      depth = results.at(-1)?.event.depth ?? 0;
      if (results.some(({ event }) => event.outcome === 'stackOverflow')) break;
    }
    expect(depth).toBe(Math.floor((1 << 20) / 512));
  });

  it('goes on when the allocator has no memory left: the object is there, its place is not', async () => {
    const allocator = { model: 'freelist', profile: 'small-device' };
    const client = await ProgramClient.open(api.url, MANUAL, { allocator });
    const results = await client.run(
      { op: 'new', to: 'a', type: 'bytes', size: 60_000 },
      { op: 'new', to: 'b', type: 'bytes', size: 60_000 },
      { op: 'delete', place: 'a' },
      { op: 'new', to: 'c', type: 'bytes', size: 60_000 },
    );
    expect(results.map(({ requests }) => requests[0]?.outcome)).toEqual(['placed', 'outOfMemory', 'freed', 'placed']);
    const { objects } = await client.state();
    expect(objects.items.map(({ id, place }) => [id, place !== null])).toEqual([
      [2, false],
      [3, true],
    ]);
  });
});

describe('bad input', () => {
  const REFUSED: readonly (readonly [string, unknown, string])[] = [
    ['no batch', null, ''],
    ['a text', '"new"', ''],
    ['an empty list', [], ''],
    ['an unknown op', [{ op: 'explode' }], '[0].op'],
    [
      'an unknown field',
      {
        commands: [
          { op: 'line', line: 1 },
          { op: 'line', line: 1, colour: 2 },
        ],
      },
      'commands[1].colour',
    ],
    ['another field of the batch', { commands: [{ op: 'exit' }], requests: [] }, 'requests'],
    ['no list', { commands: { op: 'exit' } }, 'commands'],
    ['a command that is none', { commands: [7] }, 'commands[0]'],
    ['a name that is none', { op: 'let', name: 'a b' }, 'name'],
    ['a size below nothing', { op: 'new', to: 'a', size: -1 }, 'size'],
    ['too many', Array.from({ length: 1001 }, () => ({ op: 'exit' })), ''],
    ['too long', { op: 'let', name: 'a', value: 'x'.repeat(5000) }, 'value'],
  ];

  it.each(REFUSED)('of %s is refused with its place, and nothing is done', async (_what, body, path) => {
    const client = await ProgramClient.open(api.url);
    const { status, body: problem } = await client.send(body);
    expect([status, problem.type]).toEqual([400, '/problems/invalid-request']);
    expect(problem.errors[0].path).toBe(path);
    expect((await client.state()).commands).toBe(0);
  });

  it('of a program that cannot be is refused with the field', async () => {
    for (const [program, path] of [
      [{ ownership: 'magic' }, 'program.ownership'],
      [{ ownership: 'cpython', version: '1.5' }, 'program.version'],
      [{ ownership: 'manual', colour: 1 }, 'program.colour'],
      ['manual', 'program'],
    ] as const) {
      const response = await api.http.post('/v1/sessions').send({ program });
      expect(expectProblem(response, 'invalid-request', 400).errors[0].path).toBe(path);
    }
  });

  it('meets the right kind of session only', async () => {
    const client = await ProgramClient.open(api.url);
    const plain = await SessionClient.open(api.url);
    const request = await client.session.send({ op: 'malloc', size: 8 });
    const command = await ProgramClient.of(plain).send({ op: 'exit' });
    const view = await fetch(`${plain.path}/program`);
    expect([request.status, request.body.type, command.status, command.body.type, view.status]).toEqual([
      409,
      '/problems/wrong-session-kind',
      409,
      '/problems/wrong-session-kind',
      409,
    ]);
    expect((await client.session.history()).length).toBe(0);
  });

  it('without a token does nothing', async () => {
    const client = await ProgramClient.open(api.url, CPYTHON, { visibility: 'private' });
    expect((await client.send({ op: 'exit' }, { token: null })).status).toBe(401);
    expect((await fetch(`${client.session.path}/program`)).status).toBe(401);
    expect((await fetch(`${client.session.path}/leaks`)).status).toBe(401);
  });
});

describe('two sessions', () => {
  it('do not disturb each other, while one does heavy work', async () => {
    const [busy, quiet] = [await ProgramClient.open(api.url), await ProgramClient.open(api.url)];
    const heavy = busy.run(
      ...Array.from({ length: 1000 }, (_, i): ProgramCommand =>
        i % 2 === 0 ? { op: 'new', to: `v${i}`, type: 'dict', fields: 50 } : { op: 'collect' },
      ),
    );
    const commands = pythonProgram(21, 100);
    for (const command of commands) await quiet.run(command);
    const engine = new Program(CPYTHON);
    for (const command of commands) engine.apply(command);
    expect(withoutObjects(await quiet.state())).toEqual(withoutObjects(engine.state()));
    expect((await heavy).length).toBe(1000);
    expect((await busy.state()).heap.liveObjects).toBe(500);
  });

  it('may be one: many clients at once are carried out one after the other', async () => {
    const client = await ProgramClient.open(api.url);
    const stream = new StreamReader(client.session);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        client.run({ op: 'new', to: `a${i}`, type: 'list' }, { op: 'line', line: i }),
      ),
    );
    const numbers = answers.flat().map(({ event }) => event.number);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
    for (const [first, second] of answers as [CommandAnswer['results'][0], CommandAnswer['results'][0]][]) {
      expect(second.event.number).toBe(first.event.number + 1);
    }
    const { seq } = await client.state();
    while (stream.seqs.length < seq) await new Promise((resolve) => setImmediate(resolve));
    expect(stream.seqs).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    stream.close();
  });
});

function pick({ commands, heap, frames }: Pick<ProgramView, 'commands' | 'heap' | 'frames'>) {
  return { commands, heap, frames };
}

async function post(url: string, body: object, token?: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
