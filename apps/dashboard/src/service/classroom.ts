/**
 * A classroom as one person sees it, over the socket: the state and its changes as they come, where the class is led at this
 * moment, and whether the connection holds. A connection that breaks is made again as the same person; what the server tells
 * first then is the whole state, so nothing is missed.
 */
import {
  type Answer,
  CLASSROOM_NAMESPACE,
  type ClassroomClientEvents,
  type ClassroomCopy,
  type ClassroomQuestion,
  type ClassroomServerEvents,
  type ClassroomState,
  type GivenAnswer,
  type Lead,
  type LeadChange,
  type Person,
  type Problem,
  type ProgramCommand,
  type SessionRequest,
  type StepsToPlay,
  SOCKET_PATH,
} from '@heapcast/contracts';
import { batch, computed, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { ClassroomDesk } from './classrooms.js';
import { ledTo, ServerClock } from './led-time.js';
import type { Membership } from './memberships.js';
import { ServiceError } from './rest.js';

/** `refused`: the service does not know this person any more. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';
export type Over = 'removed' | 'closed';

export class Classroom {
  readonly state = signal<ClassroomState | null>(null);
  readonly connection = signal<Connection>('connecting');
  readonly over = signal<Over | null>(null);
  readonly trouble = signal<string | null>(null);
  /** Most events that the subject was heard to have. */
  readonly heard = signal(0);
  readonly people = computed(() => this.state.value?.people ?? []);
  readonly me = computed(() => this.people.value.find(({ id }) => id === this.who.personId) ?? null);
  readonly isTeacher = computed(() => this.me.value?.role === 'teacher' || this.me.value?.role === 'owner');
  readonly drives = computed(() => this.state.value?.driverId === this.who.personId);
  readonly question = computed(() => this.state.value?.question ?? null);
  readonly desk: ClassroomDesk;

  readonly #clock = new ServerClock();
  readonly #socket: Socket<ClassroomServerEvents, ClassroomClientEvents>;
  #next: LeadChange | null = null;
  #isLeading = false;

  constructor(readonly who: Membership) {
    this.desk = new ClassroomDesk(who);
    const auth = { token: who.token };
    this.#socket = io(CLASSROOM_NAMESPACE, {
      path: SOCKET_PATH,
      auth,
      autoConnect: false,
      reconnectionDelayMax: 3000,
      // A whole class comes at once: the way that takes one request is tried first, polling where nothing else gets through.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
    });
    this.#listen();
  }

  open(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** Where the class is led at this moment; at most `end`. */
  position(end: number): number {
    const lead = this.state.value?.lead;
    return lead ? Math.min(end, Math.floor(ledTo(lead, this.#clock.now()))) : 0;
  }

  /** Milliseconds until the server's clock says `time`. */
  until(time: number): number {
    return time - this.#clock.now();
  }

  /**
   * Moves the class; only the driver may. The page goes there at once. One change is on its way at a time; what is wanted meanwhile
   * is gathered and goes after it, so that a slider makes no queue.
   */
  async lead(change: LeadChange): Promise<void> {
    this.#change((state) => ({
      ...state,
      lead: { ...state.lead, event: ledTo(state.lead, this.#clock.now()), ...change, since: this.#clock.now() },
    }));
    this.#next = { ...this.#next, ...change };
    if (this.#isLeading) return;
    this.#isLeading = true;
    try {
      while (this.#next) {
        const wanted = this.#next;
        this.#next = null;
        const answer = await this.#asked<{ readonly lead: Lead }>((done) =>
          this.#socket.emit('classroom:lead', wanted, done),
        );
        if (answer && !this.#next) this.#led(answer.lead);
      }
    } finally {
      this.#isLeading = false;
    }
  }

  async request(payload: {
    readonly requests?: readonly SessionRequest[];
    readonly commands?: readonly ProgramCommand[];
    readonly steps?: StepsToPlay;
  }): Promise<boolean> {
    const key = crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}`;
    const keyed = payload.steps ? payload : { ...payload, idempotencyKey: key };
    const answer = await this.#asked<{ readonly seq: number; readonly lead: Lead }>((done) =>
      this.#socket.emit('classroom:request', keyed, done),
    );
    if (answer) this.#led(answer.lead, answer.seq);
    return answer !== null;
  }

  /** Follows again, or tells where one is. */
  async place(following: boolean, event?: number): Promise<void> {
    this.#change((state) => ({ ...state, people: withFollowing(state.people, this.who.personId, following) }));
    const place = { following, ...(event === undefined ? {} : { event }) };
    await this.#asked<object>((done) => this.#socket.emit('classroom:place', place, done));
  }

  async answer(questionId: string, answer: string): Promise<GivenAnswer | null> {
    const given = await this.#asked<{ readonly mine: GivenAnswer }>((done) =>
      this.#socket.emit('classroom:answer', { questionId, answer }, done),
    );
    if (!given) return null;
    this.#change((state) =>
      state.question?.id === questionId ? { ...state, question: { ...state.question, mine: given.mine } } : state,
    );
    return given.mine;
  }

  /** Does what a person asked for; what goes wrong is said on the page. Answers whether it went well. */
  async attempt(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      this.trouble.value = null;
      return true;
    } catch (error) {
      this.trouble.value = error instanceof ServiceError || error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** What REST answered before the socket tells it. */
  putCopy(copy: ClassroomCopy): void {
    this.#change((state) => ({
      ...state,
      copies: [...state.copies.filter(({ id }) => id !== copy.id), copy],
    }));
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('connect', () => (this.connection.value = 'open'));
    socket.on('disconnect', (reason) => {
      this.#clock.forget();
      if (this.over.value !== null) return;
      this.connection.value = 'lost';
      // The server ended it without a word, a restart for example: nobody else dials again.
      if (reason === 'io server disconnect') setTimeout(() => this.over.value === null && socket.connect(), 1000);
    });
    socket.on('connect_error', (error: Error & { readonly data?: Problem }) => {
      const problem = error.data;
      if (problem?.status !== undefined && problem.status < 500 && problem.status !== 429) {
        void this.#turnedAway(problem);
        return;
      }
      this.connection.value = 'lost';
      // A refused handshake is not tried again by itself; one that did not get through is.
      if (!socket.active) setTimeout(() => socket.connect(), 1000 * (problem?.retryAfter ?? 2));
    });
    socket.on('classroom:state', (state) => {
      this.#clock.heard(state.now);
      batch(() => {
        this.state.value = state;
        this.connection.value = 'open';
        this.trouble.value = null;
        this.heard.value = Math.max(this.heard.value, state.lead.event);
        if (state.status === 'closed') this.over.value = 'closed';
      });
    });
    socket.on('classroom:led', ({ lead, seq, now }) => {
      this.#clock.heard(now);
      // While this person leads, what comes back of it is older than what the page shows.
      if (this.#isLeading) this.heard.value = Math.max(this.heard.value, seq ?? 0);
      else this.#led(lead, seq);
    });
    socket.on('classroom:people', ({ changed, gone }) =>
      this.#change((state) => ({ ...state, people: merged(state.people, changed, gone) })),
    );
    socket.on('classroom:changed', (change) => {
      this.#change((state) => ({ ...state, ...change }));
      if (change.status === 'closed') this.over.value = 'closed';
    });
    socket.on('classroom:question', ({ question }) =>
      this.#change((state) => ({ ...state, question: kept(state, question) })),
    );
    socket.on('classroom:answers', ({ questionId, ...told }) =>
      this.#change((state) =>
        state.question?.id === questionId ? { ...state, question: { ...state.question, ...told } } : state,
      ),
    );
    socket.on('classroom:over', ({ reason }) => (this.over.value = reason));
    socket.on('problem', (problem) => (this.trouble.value = problem.detail ?? problem.title));
  }

  /** Over for everybody, which may still be read, or for this person. */
  async #turnedAway(problem: Problem): Promise<void> {
    const state = await this.desk.state().catch(() => null);
    batch(() => {
      if (state) this.state.value = state;
      if (state?.status === 'closed') {
        this.over.value = 'closed';
      } else {
        this.connection.value = 'refused';
        this.trouble.value = problem.detail ?? problem.title;
      }
    });
  }

  #led(lead: Lead, seq?: number): void {
    batch(() => {
      this.heard.value = Math.max(this.heard.value, seq ?? 0, lead.event);
      this.#change((state) => (lead.revision < state.lead.revision ? state : { ...state, lead }));
    });
  }

  #change(step: (state: ClassroomState) => ClassroomState): void {
    const state = this.state.peek();
    if (state) this.state.value = step(state);
  }

  /** What the server acknowledged, or `null` after saying on the page why not. */
  #asked<T>(send: (done: (answer: Answer<T>) => void) => unknown): Promise<T | null> {
    return new Promise((resolve) => {
      send((answer) => {
        if (answer.ok) this.trouble.value = null;
        else this.trouble.value = answer.problem.detail ?? answer.problem.title;
        resolve(answer.ok ? answer : null);
      });
    });
  }
}

/** The same question again may come without what this person answered: it is not forgotten. */
function kept(state: ClassroomState, question: ClassroomQuestion | null): ClassroomQuestion | null {
  const before = state.question;
  if (!question || before?.id !== question.id || question.mine || !before.mine) return question;
  return { ...question, mine: before.mine };
}

function merged(people: readonly Person[], changed: readonly Person[], gone: readonly string[]): readonly Person[] {
  const now = new Map(changed.map((person) => [person.id, person]));
  const stay = people.filter(({ id }) => !gone.includes(id)).map((person) => now.get(person.id) ?? person);
  const known = new Set(people.map(({ id }) => id));
  return [...stay, ...changed.filter(({ id }) => !known.has(id) && !gone.includes(id))];
}

function withFollowing(people: readonly Person[], id: string, following: boolean): readonly Person[] {
  return people.map((person) => (person.id === id ? { ...person, following } : person));
}
