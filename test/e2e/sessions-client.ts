/** A client of sessions for the stories in this folder: speaks REST, knows its token, and checks what comes back. */
import { expect } from '@jest/globals';
import { createModel, resolveConfig, type AllocatorConfig } from '@heapcast/allocators';
import type { CreatedSession, RequestAnswer, SessionEvent, SessionRequest } from '@heapcast/contracts';
import { RequestResolver } from '@heapcast/trace';
import type { Response } from 'supertest';

/** JSON of whatever shape. */
export type Body = Response['body'];

export const PYTHON_311: AllocatorConfig = { model: 'pymalloc', profile: 'cpython-3.11' };

export interface Sent {
  readonly key?: string;
  readonly token?: string | null;
}

export class SessionClient {
  private constructor(
    readonly url: string,
    readonly created: CreatedSession,
    readonly token: string,
  ) {}

  static async open(url: string, body: object = { allocator: PYTHON_311 }): Promise<SessionClient> {
    const response = await fetch(`${url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    const created = (await response.json()) as CreatedSession;
    return new SessionClient(url, created, created.ownerToken);
  }

  /** A client of a session that was made otherwise: forked, begun by a scenario. */
  static of(url: string, created: CreatedSession): SessionClient {
    return new SessionClient(url, created, created.ownerToken);
  }

  get id(): string {
    return this.created.id;
  }

  get path(): string {
    return `${this.url}/v1/sessions/${this.created.id}`;
  }

  /** The raw answer to a batch. */
  async send(body: unknown, { key, token = this.token }: Sent = {}): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${this.path}/requests`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  /** What the requests became. */
  async ask(...requests: SessionRequest[]): Promise<readonly SessionEvent[]> {
    const { status, body } = await this.send({ requests });
    expect([status, body.title]).toEqual([200, undefined]);
    return (body as RequestAnswer).results;
  }

  async get(path: string, token: string | null = this.token): Promise<Body> {
    const response = await fetch(`${this.path}${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
    expect([path, response.status]).toEqual([path, 200]);
    return response.json();
  }

  /** Every event that the session has, by pages. */
  async history(): Promise<SessionEvent[]> {
    const events: SessionEvent[] = [];
    for (let from: number | null = 0; from !== null;) {
      const page = (await this.get(`/events?from=${from}&limit=700`)) as {
        events: SessionEvent[];
        next: number | null;
      };
      events.push(...page.events);
      from = page.next;
    }
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    return events;
  }
}

/** A reproducible stream of numbers, 0 … below - 1. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** A program with names, numbers, reallocs, mistakes and marks. */
export function program(seed: number, length: number): SessionRequest[] {
  const roll = dice(seed);
  const requests: SessionRequest[] = [];
  let blocks = 0;
  for (let i = 0; i < length; i++) {
    const name = `v${roll(40)}`;
    const id = roll(3) === 0 && blocks > 0 ? 1 + roll(blocks) : name;
    switch (roll(10)) {
      case 0:
        requests.push({ op: 'calloc', size: roll(64), count: roll(12), id: name });
        blocks++;
        break;
      case 1:
      case 2:
        requests.push({ op: 'realloc', id, size: roll(700) });
        break;
      case 3:
      case 4:
      case 5:
        requests.push({ op: 'free', id });
        break;
      case 6:
        requests.push(roll(4) === 0 ? { op: 'mark', label: `m${i}` } : { op: 'free', id: null });
        break;
      default:
        requests.push(roll(4) === 0 ? { op: 'malloc', size: roll(5000) } : { op: 'malloc', size: roll(513), id: name });
        blocks++;
    }
  }
  return requests;
}

/**
 * What a model, asked directly and one request after the other, says of the same requests: the session's placements must
 * be these, whatever batches, crashes and evictions it went through.
 */
export class DirectReplay {
  readonly outcomes: [outcome: number, block: number, address: number | null][] = [];
  readonly #model;
  readonly #resolver = new RequestResolver();

  constructor(config: AllocatorConfig = PYTHON_311) {
    const result = resolveConfig(config);
    if (!('resolved' in result)) throw new Error(result.problems[0]?.message);
    this.#model = createModel(result.resolved, { arenaMisalignment: new Uint8Array(0) });
  }

  ask(requests: readonly SessionRequest[]): void {
    for (const request of requests) {
      const { chunk, numbers } = this.#resolver.resolve([request]);
      const out = { outcome: new Uint8Array(1), region: new Int32Array(1), offset: new Int32Array(1) };
      this.#model.apply(chunk, 0, 1, out);
      const address = out.region[0] < 0 ? null : this.#model.address(out.region[0], out.offset[0]);
      this.outcomes.push([out.outcome[0], numbers[0], address]);
    }
  }

  get totals() {
    return this.#model.totals();
  }

  get ledger() {
    return this.#model.ledger();
  }

  get statistics() {
    return this.#model.statistics();
  }
}
