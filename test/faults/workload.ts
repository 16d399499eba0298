/**
 * Clients that write to a session through every kind of failure, as careful clients do: each batch has an idempotency
 * key and is sent again until it is answered. And watchers that come back where they were. Afterwards `verify` compares
 * what they know with what the service has.
 */
import { expect } from '@jest/globals';
import { OUTCOMES, type RequestAnswer, type SessionEvent, type SessionRequest } from '@heapcast/contracts';
import type { ClientToServerEvents, ServerToClientEvents } from '@heapcast/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { dice, DirectReplay, type SessionClient } from '../e2e/sessions-client.js';

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

export function connect(url: string): ClientSocket {
  return io(`${url}/v1`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 200,
  });
}

const RETRY_MILLISECONDS = 100;
/** For a restart of the service on a busy machine. */
const PATIENCE_MILLISECONDS = 60_000;

/** A batch that was answered. */
interface Acknowledged {
  readonly requests: readonly SessionRequest[];
  readonly answer: RequestAnswer;
}

/** One client: writes batch after batch, each under a key of its own, until it is told to stop. */
export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** Batches that had to be sent more than once. */
  retried = 0;
  #stopped = false;
  readonly #socket: ClientSocket | null;
  readonly #roll: (below: number) => number;
  readonly #live: string[] = [];
  #count = 0;

  constructor(
    readonly name: string,
    private readonly session: SessionClient,
    way: 'rest' | 'socket',
    seed: number,
  ) {
    this.#socket = way === 'socket' ? connect(session.url) : null;
    this.#roll = dice(seed);
  }

  async write(): Promise<void> {
    while (!this.#stopped) {
      const requests = this.#next();
      this.acknowledged.push({ requests, answer: await this.#send(requests, `${this.name}-${this.#count++}`) });
    }
    this.#socket?.disconnect();
  }

  /** After the batch that is under way. */
  stop(): void {
    this.#stopped = true;
  }

  /** Every batch begins with a mark that no other batch has. */
  #next(): SessionRequest[] {
    const requests: SessionRequest[] = [{ op: 'mark', label: `${this.name}-${this.#count}` }];
    for (let i = this.#roll(4); i >= 0; i--) {
      const victim = this.#live[this.#roll(Math.max(1, this.#live.length))];
      if (victim !== undefined && this.#roll(3) === 0) {
        requests.push({ op: 'free', id: victim });
        this.#live.splice(this.#live.indexOf(victim), 1);
      } else if (victim !== undefined && this.#roll(4) === 0) {
        requests.push({ op: 'realloc', id: victim, size: this.#roll(800) });
      } else {
        const name = `${this.name}.${this.#count}.${i}`;
        requests.push({ op: 'malloc', size: this.#roll(600), id: name });
        this.#live.push(name);
      }
    }
    return requests;
  }

  async #send(requests: SessionRequest[], key: string): Promise<RequestAnswer> {
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const answer = await (this.#socket ? this.#bySocket(this.#socket, requests, key) : this.#byRest(requests, key));
      if (answer) return answer;
      if (Date.now() > deadline) throw new Error(`${key} was not answered in time`);
      this.retried++;
      await wait(RETRY_MILLISECONDS);
    }
  }

  async #byRest(requests: SessionRequest[], key: string): Promise<RequestAnswer | null> {
    const answer = await this.session.send({ requests }, { key }).catch(() => null);
    if (answer === null || answer.status >= 500) return null;
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body;
  }

  async #bySocket(socket: ClientSocket, requests: SessionRequest[], key: string): Promise<RequestAnswer | null> {
    if (!socket.connected) return null;
    const { id: sessionId, token } = this.session;
    const message = { sessionId, token, requests, idempotencyKey: key };
    const answer = await socket
      .timeout(2000)
      .emitWithAck('session:request', message)
      .catch(() => null);
    if (answer === null) return null;
    if (answer.ok) return { seq: answer.seq, results: answer.results };
    expect(answer.problem.status).toBeGreaterThanOrEqual(500);
    return null;
  }
}

/** Six clients of one session, half of them over the socket. */
export function crowd(session: SessionClient, name: string, seed: number): Writer[] {
  const ways = ['rest', 'rest', 'rest', 'socket', 'socket', 'socket'] as const;
  return ways.map((way, i) => new Writer(`${name}${way[0]}${i}`, session, way, seed * 100 + i + 1));
}

/** Lets them write, has something happen when all are at it, and waits until all have been answered. */
export async function load(writers: readonly Writer[], fault: () => Promise<void>): Promise<void> {
  const writing = Promise.all(writers.map((writer) => writer.write()));
  const enough = Date.now() + 20_000;
  while (writers.some(({ acknowledged }) => acknowledged.length < 3) && Date.now() < enough) {
    await Promise.race([wait(5), writing]);
  }
  try {
    await fault();
  } finally {
    for (const writer of writers) writer.stop();
  }
  await writing;
}

/** Notes every event it is told, and comes back where it was. */
export class Watcher {
  readonly events: SessionEvent[] = [];
  /** Times that it subscribed. */
  subscriptions = 0;
  readonly #socket: ClientSocket;

  constructor(private readonly session: SessionClient) {
    this.#socket = connect(session.url);
    this.#socket.on('connect', () => void this.#subscribe());
    this.#socket.on('session:events', (frame) => {
      if (frame.format === 'json') this.events.push(...frame.events);
    });
  }

  async #subscribe(): Promise<void> {
    const answer = await this.#socket
      .timeout(5000)
      .emitWithAck('session:subscribe', { sessionId: this.session.id, from: this.events.length, format: 'json' })
      .catch(() => null);
    if (answer?.ok) this.subscriptions++;
    else if (this.#socket.connected) {
      await wait(RETRY_MILLISECONDS);
      await this.#subscribe();
    }
  }

  close(): void {
    this.#socket.disconnect();
  }

  async until(seq: number): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (this.events.length < seq) {
      if (Date.now() > deadline) throw new Error(`the watcher has ${this.events.length} of ${seq} events`);
      await wait(10);
    }
  }
}

/** The same over Server-Sent Events, with nothing but `Last-Event-ID`. */
export class StreamReader {
  readonly seqs: number[] = [];
  connections = 0;
  readonly #abort = new AbortController();

  constructor(private readonly session: SessionClient) {
    void this.#read();
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const last = this.seqs.at(-1) ?? 0;
        const response = await fetch(`${this.session.path}/stream`, {
          headers: { 'last-event-id': `${last}` },
          signal,
        });
        if (!response.ok || !response.body) throw new Error(`${response.status}`);
        this.connections++;
        let text = '';
        for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
          text += piece;
          const end = text.lastIndexOf('\n\n');
          if (end === -1) continue;
          for (const message of text.slice(0, end).split('\n\n')) {
            const id = /^id: (\d+)$/m.exec(message)?.[1];
            if (id !== undefined && !message.includes('event:')) this.seqs.push(Number(id));
          }
          text = text.slice(end + 2);
        }
      } catch {
        await wait(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** Events as requests again: what a model must be asked to come to the same. */
function requestsOf(events: readonly SessionEvent[]): SessionRequest[] {
  let blocks = 0;
  return events.map(({ op, size, block, name, label, outcome }) => {
    const isNew = block === blocks + 1;
    if (isNew) blocks++;
    if (op === 'mark') return { op, label };
    if (op === 'free') return { op, id: outcome === 'none' ? null : block || 2 ** 40 };
    if (op === 'realloc') return { op, id: isNew ? null : block || 2 ** 40, size };
    return { op, size, id: name };
  });
}

/** Everything that was acknowledged is there, nothing is there twice, and the state is the one that follows from it. */
export async function verify(session: SessionClient, writers: readonly Writer[]): Promise<SessionEvent[]> {
  const history = await session.history();
  for (const { acknowledged } of writers) {
    for (const { requests, answer } of acknowledged) {
      expect(answer.results).toHaveLength(requests.length);
      const first = answer.seq - requests.length;
      expect(answer.results).toEqual(history.slice(first, answer.seq));
    }
  }
  const labels = history.flatMap(({ label }) => label ?? []);
  expect(new Set(labels).size).toBe(labels.length);
  const named = history.flatMap(({ op, name }) => (op === 'malloc' && name !== undefined ? [name] : []));
  expect(new Set(named).size).toBe(named.length);
  const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
  expect(labels.length).toBeGreaterThanOrEqual(acknowledged);

  const direct = new DirectReplay();
  direct.ask(requestsOf(history));
  expect(history.map(({ outcome, block, address }) => [OUTCOMES.indexOf(outcome), block, address])).toEqual(
    direct.outcomes,
  );
  const stats = await session.get('/stats');
  expect(stats).toMatchObject({ at: history.length, totals: direct.totals, ledger: direct.ledger });
  const { heap } = await session.get('/heap?detail=blocks&limit=10000');
  const live = (heap.items as { state: string }[]).filter(({ state }) => state === 'live');
  expect(live).toHaveLength(direct.totals.liveBlocks);
  return history;
}
