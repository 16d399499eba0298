/** People of classrooms for the stories in this folder: each speaks REST and the socket with a token of their own. */
import { expect } from '@jest/globals';
import {
  type Admission,
  type Answer,
  CLASSROOM_NAMESPACE,
  type ClassroomClientEvents,
  type ClassroomServerEvents,
  type ClassroomState,
  type JoinClassroom,
  type Problem,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';
import type { Response } from 'supertest';

export type Body = Response['body'];
export type ClassroomSocket = Socket<ClassroomServerEvents, ClassroomClientEvents>;

export interface Told {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** One request, whatever comes of it. */
export async function call(
  url: string,
  method: string,
  body?: unknown,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Told> {
  const response = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

const sockets = new Set<ClassroomSocket>();

/** In `afterEach`: nobody stays connected. */
export function leaveAll(): void {
  for (const socket of sockets) socket.disconnect();
  sockets.clear();
}

export class Pupil {
  readonly socket: ClassroomSocket;
  /** Everything that came over the socket, in order. */
  readonly heard: [event: string, payload: Body][] = [];
  #more: (() => void)[] = [];

  constructor(
    readonly url: string,
    readonly admission: Admission,
  ) {
    const auth = { token: admission.token };
    this.socket = io(`${url}${CLASSROOM_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      auth,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
    });
    sockets.add(this.socket);
    this.socket.onAny((event: string, payload: Body) => {
      this.heard.push([event, payload]);
      for (const wake of this.#more.splice(0)) wake();
    });
  }

  static async open(url: string, body: object, token?: string): Promise<Pupil> {
    const told = await call(`${url}/v1/classrooms`, 'POST', body, token);
    expect([told.status, told.body.detail]).toEqual([201, undefined]);
    return new Pupil(url, told.body);
  }

  static async join(url: string, code: string, name: string, more: Partial<JoinClassroom> = {}): Promise<Pupil> {
    const told = await call(`${url}/v1/classrooms/join`, 'POST', { code, name, ...more });
    expect([told.status, told.body.detail]).toEqual([201, undefined]);
    return new Pupil(url, told.body);
  }

  get id(): string {
    return this.admission.personId;
  }

  get token(): string {
    return this.admission.token;
  }

  get classroomId(): string {
    return this.admission.classroom.id;
  }

  get code(): string {
    return this.admission.join?.code ?? '';
  }

  /** A second device of the same person. */
  another(): Pupil {
    return new Pupil(this.url, this.admission);
  }

  /** Connects, and resolves with the state that is told first. */
  async enter(): Promise<ClassroomState> {
    const from = this.heard.length;
    this.socket.connect();
    await this.until(() => this.heard.length > from);
    const [event, state] = this.heard[from]!;
    expect(event).toBe('classroom:state');
    return state;
  }

  /** Resolves when something that was heard from now on, or before, fits. */
  async until<T>(found: () => T | undefined | false): Promise<T> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const result = found();
      if (result !== undefined && result !== false) return result;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`not heard: ${found.toString()} in ${JSON.stringify(this.heard).slice(-2000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#more.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The last payload of an event that fits. */
  hears(event: keyof ClassroomServerEvents, fits: (payload: Body) => boolean = () => true): Promise<Body> {
    return this.until(() => this.heard.findLast(([name, payload]) => name === event && fits(payload))?.[1]);
  }

  /** Resolves when this person was told of somebody as described. */
  sees(personId: string, like: object): Promise<Body> {
    return this.hears('classroom:people', ({ changed }) =>
      changed.some((person: Body) => person.id === personId && matches(person, like)),
    );
  }

  emit(event: string, payload: unknown): Promise<Answer<Body>> {
    return this.socket.emitWithAck(event as 'classroom:lead', payload as never) as Promise<Answer<Body>>;
  }

  /** What came of an event that must go well. */
  async does(event: string, payload: unknown): Promise<Body> {
    const answer = await this.emit(event, payload);
    expect(answer).toMatchObject({ ok: true });
    return answer;
  }

  /** The problem of an event that must not. */
  async mayNot(event: string, payload: unknown): Promise<Problem> {
    const answer = await this.emit(event, payload);
    if (answer.ok) throw new Error(`${event} went well`);
    return answer.problem;
  }

  rest(method: string, path: string, body?: unknown): Promise<Told> {
    return call(`${this.url}/v1/classrooms/${this.classroomId}${path}`, method, body, this.token);
  }

  /** A request that must go well. */
  async asks(method: string, path = '', body?: unknown): Promise<Body> {
    const told = await this.rest(method, path, body);
    expect([path, told.status < 300, told.body.detail]).toEqual([path, true, undefined]);
    return told.body;
  }

  state(): Promise<ClassroomState> {
    return this.asks('GET');
  }
}

function matches(person: Body, like: object): boolean {
  return Object.entries(like).every(([key, value]) => person[key] === value);
}

/** Connects with a token that opens nothing, and resolves with the problem. */
export async function refused(url: string, auth: object): Promise<Problem> {
  const socket: ClassroomSocket = io(`${url}${CLASSROOM_NAMESPACE}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth,
  });
  sockets.add(socket);
  return new Promise((resolve, reject) => {
    socket.once('connect_error', (error: Error & { data?: Problem }) =>
      error.data ? resolve(error.data) : reject(error),
    );
    socket.once('classroom:state', () => reject(new Error('was let in')));
  });
}
