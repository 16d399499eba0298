/** A person of a classroom for the stories about lessons: speaks REST and the socket, and remembers every message it heard. */
import { expect } from '@jest/globals';
import {
  type Admission,
  type Answer,
  CLASSROOM_NAMESPACE,
  type ClassroomClientEvents,
  type ClassroomQuestion,
  type ClassroomServerEvents,
  type ClassroomState,
  type GivenAnswer,
  SOCKET_PATH,
} from '@heapcast/contracts';
import { io, type Socket } from 'socket.io-client';
import type { Body } from './sessions-client.js';

export interface Heard {
  readonly event: string;
  readonly payload: Body;
}

interface Wait {
  readonly event: string;
  readonly fits: (payload: Body) => boolean;
  readonly resolve: (payload: Body) => void;
}

export interface Answered {
  readonly status: number;
  readonly body: Body;
}

async function send(url: string, method: string, token: string | undefined, body?: object): Promise<Answered> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

export class LessonClient {
  /** Every message of the socket and every answer of REST, in order. */
  readonly heard: Heard[] = [];
  state: ClassroomState;
  #socket: Socket<ClassroomServerEvents, ClassroomClientEvents> | null = null;
  #waits: Wait[] = [];

  private constructor(
    readonly url: string,
    readonly admission: Admission,
  ) {
    this.state = admission.classroom;
  }

  /** @param body `OpenClassroom` @param token of a private session */
  static async open(url: string, body: object, token?: string): Promise<LessonClient> {
    const { status, body: admission } = await send(`${url}/v1/classrooms`, 'POST', token, body);
    expect([status, admission.detail]).toEqual([201, undefined]);
    return new LessonClient(url, admission);
  }

  static async join(
    teacher: LessonClient,
    name: string,
    more: { readonly role?: string; readonly token?: string } = {},
  ): Promise<LessonClient> {
    const { url } = teacher;
    const code = teacher.admission.join?.code;
    const { status, body } = await send(`${url}/v1/classrooms/join`, 'POST', undefined, { code, name, ...more });
    expect([status, body.detail]).toEqual([201, undefined]);
    return new LessonClient(url, body);
  }

  get id(): string {
    return this.admission.personId;
  }

  get token(): string {
    return this.admission.token;
  }

  get path(): string {
    return `${this.url}/v1/classrooms/${this.admission.classroom.id}`;
  }

  get isConnected(): boolean {
    return this.#socket?.connected ?? false;
  }

  async call(method: string, path: string, body?: object): Promise<Answered> {
    const answered = await send(`${this.path}${path}`, method, this.token, body);
    this.#hear(`${method} ${path}`, answered.body);
    return answered;
  }

  /** The same where it must go well. */
  async did(method: string, path: string, body?: object): Promise<Body> {
    const answered = await this.call(method, path, body);
    if (answered.status >= 300) throw new Error(`${method} ${path}: ${answered.status} ${answered.body?.detail}`);
    return answered.body;
  }

  make(body: object): Promise<ClassroomQuestion> {
    return this.did('POST', '/questions', body);
  }

  change(id: string, body: object): Promise<ClassroomQuestion> {
    return this.did('PATCH', `/questions/${id}`, body);
  }

  /** Resolves when the first state is there. */
  async connect(): Promise<this> {
    const socket: Socket<ClassroomServerEvents, ClassroomClientEvents> = io(`${this.url}${CLASSROOM_NAMESPACE}`, {
      path: SOCKET_PATH,
      auth: { token: this.token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
    });
    this.#socket = socket;
    socket.onAny((event: string, payload: Body) => this.#hear(event, payload));
    const state = this.next('classroom:state');
    const refused = new Promise<never>((_, reject) => {
      socket.on('connect_error', (error: Error & { data?: Body }) => {
        if (error.data) reject(new Error(String(error.data.detail)));
      });
    });
    // A service that is being restarted refuses for a while: only who waits for the first state is told.
    refused.catch(() => undefined);
    this.state = await Promise.race([state, refused]);
    return this;
  }

  disconnect(): void {
    this.#socket?.disconnect();
    this.#socket = null;
  }

  /** The next message of that kind that fits, from now on. */
  next(event: string, fits: (payload: Body) => boolean = () => true): Promise<Body> {
    return new Promise((resolve) => this.#waits.push({ event, fits, resolve }));
  }

  /** A message of that kind that fits: one that was heard already, or the next. */
  async told(event: string, fits: (payload: Body) => boolean = () => true): Promise<Body> {
    const known = this.heard.findLast((heard) => heard.event === event && fits(heard.payload));
    return known ? known.payload : this.next(event, fits);
  }

  /** Over the socket. */
  async emit<T extends object>(event: keyof ClassroomClientEvents, payload: object): Promise<Answer<T>> {
    const socket = this.#socket as unknown as Socket;
    const answer = (await socket.timeout(20_000).emitWithAck(event, payload)) as Answer<T>;
    this.#hear(`ack ${event}`, answer);
    return answer;
  }

  /** Over the socket, where it must go well. */
  async answer(questionId: string, answer: string): Promise<GivenAnswer> {
    const answered = await this.emit<{ mine: GivenAnswer }>('classroom:answer', { questionId, answer });
    if (!answered.ok) throw new Error(answered.problem.detail);
    return answered.mine;
  }

  /** What this person's server said that nobody but a teacher may know before the reveal. */
  secretsOf(question: { readonly id: string; readonly explanation?: string }): Heard[] {
    const betrays = (value: unknown): boolean => {
      if (typeof value === 'string') return question.explanation !== '' && value === question.explanation;
      if (Array.isArray(value)) return value.some(betrays);
      if (typeof value !== 'object' || value === null) return false;
      const told = 'id' in value && value.id === question.id;
      const betrayed = told && ('right' in value || 'explanation' in value || 'histogram' in value);
      const counted = 'questionId' in value && ('histogram' in value || 'answeredBy' in value);
      return betrayed || counted || Object.values(value).some(betrays);
    };
    return this.heard.filter(({ payload }) => betrays(payload));
  }

  #hear(event: string, payload: Body): void {
    this.heard.push({ event, payload });
    const waits = this.#waits.filter((wait) => wait.event === event && wait.fits(payload));
    this.#waits = this.#waits.filter((wait) => !waits.includes(wait));
    for (const { resolve } of waits) resolve(payload);
  }
}
