/** The toy party: the model by its own endpoint, and the lens on sessions, runs and streams. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Answer,
  ClientToServerEvents,
  EventFrame,
  ServerToClientEvents,
  StateFrame,
  Subscribe,
  Subscribed,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

type Body = Record<string, any>;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.close());

const GUESTS = [
  { group: 'a', arrives: 0, leaves: 2, children: 6, toysEach: 2, kind: 'ball' },
  { group: 'b', arrives: 1, leaves: 4, children: 12, toysEach: 1, kind: 'ball' },
];
const SMALL = { toysPerCollection: 4, collectionsPerOrder: 3, pricePerHour: 10 };

describe('the toy party', () => {
  it('compares the bills of four strategies for the same guests', async () => {
    const { body } = await api.http
      .post('/v1/party')
      .send({ ...SMALL, guests: GUESTS })
      .expect(200);
    expect(body.strategies.map(({ strategy, bill }: Body) => [strategy, bill.total])).toEqual([
      ['everything-at-once', 80],
      ['as-needed', 70],
      ['give-back', 50],
      ['keep-one', 70],
    ]);
    expect(body.cheapest).toEqual({ strategy: 'give-back', total: 50 });
    expect(body.strategies[2].timeline[1].sentence).toBe(
      'a come: 6 children, 12 toys, with 1 more order from the vendor.',
    );
  });

  it('makes guests from a seed, the same every time', async () => {
    const ask = async (seed: number) =>
      (await api.http.post('/v1/party').send({ generate: { seed } }).expect(200)).body;
    expect(await ask(7)).toEqual(await ask(7));
    expect((await ask(7)).guests).not.toEqual((await ask(8)).guests);
  });

  it('sends a group away when the vendor has no order left', async () => {
    const { body } = await api.http
      .post('/v1/party')
      .send({ ...SMALL, vendorOrders: 1, guests: GUESTS })
      .expect(200);
    expect(body.strategies.map(({ turnedAway }: Body) => turnedAway)).toEqual([['b'], ['b'], ['b'], ['b']]);
  });

  it('says what is wrong with a party', async () => {
    const wrong: [object, string][] = [
      [{ toysPerCollection: 0 }, 'toysPerCollection'],
      [{ pricePerHour: '10' }, 'pricePerHour'],
      [{ guests: [{ ...GUESTS[0], leaves: -1 }] }, 'guests[0].leaves'],
      [{ guests: [{ ...GUESTS[0], arrives: 3 }] }, 'guests[0].leaves'],
      [{ guests: [{ ...GUESTS[0], children: 1.5 }] }, 'guests[0].children'],
      [{ guests: [{ ...GUESTS[0], children: 1000, toysEach: 100 }] }, 'guests'],
      [{ guests: GUESTS, generate: { seed: 1 } }, 'generate'],
      [{ generate: { seed: -1 } }, 'generate.seed'],
      [{ strategies: ['steal'] }, 'strategies'],
      [{ strategies: [] }, 'strategies'],
      [{ toysPerCollection: 1000, collectionsPerOrder: 1000 }, 'collectionsPerOrder'],
      [{ cake: true }, 'cake'],
    ];
    for (const [body, path] of wrong) {
      const response = await api.http.post('/v1/party').send(body);
      expectProblem(response, 'invalid-request', 400);
      expect(response.body.errors[0].path).toBe(path);
    }
  });

  it('answers the largest party while others are served', async () => {
    const guests = Array.from({ length: 500 }, (_, at) => {
      return { group: `g${at}`, arrives: at % 50, leaves: (at % 50) + 1, children: 20, toysEach: 1 };
    });
    const terms = { toysPerCollection: 1, collectionsPerOrder: 2, timeline: false, guests };
    const { body } = await api.http.post('/v1/party').send(terms).expect(200);
    expect(body.strategies).toHaveLength(4);
  });
});

describe('the lens of the party', () => {
  let session: Body;
  beforeAll(async () => {
    ({ body: session } = await api.http
      .post('/v1/sessions')
      .send({ allocator: { model: 'pymalloc' } })
      .expect(201));
    await api.http
      .post(`/v1/sessions/${session.id}/requests`)
      .set('authorization', `Bearer ${session.ownerToken}`)
      .send([
        { op: 'malloc', id: 'ball', size: 24 },
        { op: 'free', id: 'ball' },
      ])
      .expect(200);
  });

  const FIRST =
    'The children ask for a toy of 24 bytes: you hand out toy 0 of collection 0 in order 0, 32 bytes; you rent another order of 1.0 MiB from the vendor.';

  it("is a table that can be read in one place, in the talk's words", async () => {
    const { body } = await api.http.get('/v1/party/words').expect(200);
    const { program, block, pool, region, system, allocator } = body.words;
    expect([program, block, pool, region, system, allocator].map(({ party }: Body) => party).join()).toBe(
      'children,toy,collection,order,vendor,you',
    );
    expect(body.takenBy).toHaveLength(5);
  });

  it('tells the events and stats of a session', async () => {
    const { body: page } = await api.http.get(`/v1/sessions/${session.id}/events?lens=party`).expect(200);
    expect(page.events[0].sentence).toBe(FIRST);
    expect(page.events[1].sentence).toMatch(/^The children bring back toy 1 "ball": .* free for the next\.$/);
    const { body: stats } = await api.http.get(`/v1/sessions/${session.id}/stats?lens=party&at=1`).expect(200);
    expect(stats.sentence).toBe('You rent orders of 1.0 MiB; 1 toy is out.');
    const { text } = await api.http.get(`/v1/sessions/${session.id}/events?lens=party&format=ndjson`).expect(200);
    expect(JSON.parse(text.split('\n')[0]).sentence).toBe(FIRST);
  });

  it('leaves everything as it is without', async () => {
    const { body: page } = await api.http.get(`/v1/sessions/${session.id}/events`).expect(200);
    expect(page.events[0]).not.toHaveProperty('sentence');
    const { body: stats } = await api.http.get(`/v1/sessions/${session.id}/stats?at=1`).expect(200);
    expect(stats.sentence).toContain('mapped');
  });

  it('tells the stream, beside those who watch without it', async () => {
    const read = async (query: string): Promise<Body> => {
      const stop = new AbortController();
      const response = await fetch(`${api.url}/v1/sessions/${session.id}/stream?from=0${query}`, {
        signal: stop.signal,
      });
      let text = '';
      for await (const piece of response.body ?? []) {
        text += Buffer.from(piece).toString();
        if (text.includes('id: 2\n')) break;
      }
      stop.abort();
      return JSON.parse(/^id: 1\ndata: (.*)$/m.exec(text)?.[1] ?? '{}');
    };
    const [through, plain] = await Promise.all([read('&lens=party'), read('')]);
    expect(through.sentence).toBe(FIRST);
    expect(plain).toMatchObject({ seq: 1 });
    expect(plain).not.toHaveProperty('sentence');
  });

  it('tells the socket: events, states and the snapshot, beside those who watch without it', async () => {
    const sockets = [{ lens: 'party' as const }, {}].map((wishes) => {
      const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(`${api.url}/v1`, {
        transports: ['websocket'],
        forceNew: true,
      });
      const frame = new Promise<EventFrame>((resolve) => socket.once('session:events', resolve));
      const state = new Promise<StateFrame>((resolve) => socket.once('session:state', resolve));
      const subscribe = (more: Partial<Subscribe>): Promise<Answer<Subscribed>> =>
        socket.emitWithAck('session:subscribe', { sessionId: session.id, ...wishes, ...more });
      return { socket, frame, state, subscribe };
    });
    try {
      for (const { subscribe } of sockets) expect(await subscribe({ from: 0 })).toMatchObject({ ok: true });
      const [through, plain] = await Promise.all(sockets.map(async ({ frame }) => await frame));
      expect(through).toMatchObject({ format: 'json', events: [{ seq: 1, sentence: FIRST }, { seq: 2 }] });
      expect(plain).toMatchObject({ format: 'json', events: [{ seq: 1 }, { seq: 2 }] });
      expect(JSON.stringify(plain)).not.toContain('sentence');
      const answers = await Promise.all(sockets.map(({ subscribe }) => subscribe({ mode: 'state' })));
      expect(answers[0]).toMatchObject({ snapshot: { sentence: 'You rent orders of 1.0 MiB; 0 toys are out.' } });
      expect(JSON.stringify(answers[1])).not.toContain('sentence');
      const states = await Promise.all(sockets.map(async ({ state }) => await state));
      expect(states.map(({ sentence }) => typeof sentence)).toEqual(['string', 'undefined']);
      for (const wishes of [{ format: 'binary' as const }, { lens: 'circus' as 'party' }]) {
        expect(await sockets[0]?.subscribe(wishes)).toMatchObject({
          ok: false,
          problem: { type: '/problems/invalid-request', errors: [{ path: 'lens' }] },
        });
      }
    } finally {
      for (const { socket } of sockets) socket.close();
    }
  });

  it('tells the run that the session became', async () => {
    const { body } = await api.http
      .post(`/v1/sessions/${session.id}/finish`)
      .set('authorization', `Bearer ${session.ownerToken}`)
      .expect(200);
    await api.runEnd(body.runId);
    const { body: page } = await api.http.get(`/v1/runs/${body.runId}/events?lens=party`).expect(200);
    expect(page.events[0].sentence).toBe(FIRST);
    const { body: stats } = await api.http.get(`/v1/runs/${body.runId}/stats?lens=party&at=1`).expect(200);
    expect(stats.sentence).toContain('1 toy is out');
  });

  it('is the only one', async () => {
    for (const path of ['events', 'stats', 'stream']) {
      expectProblem(await api.http.get(`/v1/sessions/${session.id}/${path}?lens=circus`), 'invalid-request', 400);
    }
  });
});
