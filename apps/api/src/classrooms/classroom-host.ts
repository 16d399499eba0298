/**
 * The classrooms that are in memory: read when somebody asks for one, given up when nobody is connected and nobody asked for a
 * while. It also says whose token lends what: a member's own token reads the private session that the class looks at.
 */
import {
  ClassroomCopiesStore,
  ClassroomPeopleStore,
  type ClassroomRecord,
  ClassroomStore,
  RunStore,
  SessionStore,
} from '@heapcast/database';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessService, type Lender, type LentRole } from '../access/index.js';
import { parseToken, sameHash, type TokenSecret } from '../access/token-secret.js';
import { Configuration } from '../configuration/configuration.js';
import { Metrics } from '../operations/metrics.js';
import { notFound, ProblemException } from '../problems/index.js';
import { Classroom } from './classroom.js';
import { isTeacher, Membership, removed } from './membership.js';
import { played } from './subjects.js';

const IDLE_MILLISECONDS = 10 * 60_000;
const SWEEP_MILLISECONDS = 10_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

@Injectable()
export class ClassroomHost implements Lender, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #classrooms = new Map<string, Classroom>();
  readonly #loading = new Map<string, Promise<Classroom | null>>();
  /** Person -> classroom, of those in memory. */
  readonly #homes = new Map<string, string>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomStore,
    private readonly peopleStore: ClassroomPeopleStore,
    private readonly copiesStore: ClassroomCopiesStore,
    private readonly runs: RunStore,
    private readonly sessions: SessionStore,
    private readonly access: AccessService,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.access.askAlso(this);
    this.metrics.gauge('heapcast_classrooms_resident', 'Classrooms in memory.', () => this.#classrooms.size);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MILLISECONDS).unref();
  }

  /** Everything that was taken is stored before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#classrooms.values()].map((classroom) => classroom.settled()));
  }

  /** @throws ProblemException `not-found` */
  async get(id: string): Promise<Classroom> {
    const classroom = await this.#find(id);
    if (!classroom) throw notFound('classroom', id);
    return classroom;
  }

  /** Takes in one that was stored just now. */
  welcome(classroom: Classroom): void {
    this.#classrooms.set(classroom.id, classroom);
    for (const id of [...classroom.people.keys(), ...classroom.removed.keys()]) this.#homes.set(id, classroom.id);
  }

  /** A person who was stored just now. */
  cameIn(classroom: Classroom, personId: string): void {
    this.#homes.set(personId, classroom.id);
  }

  /** @throws ProblemException `missing-token`, `invalid-token`, `forbidden`, `not-found` */
  async member(id: string, bearer: string | undefined): Promise<Membership> {
    const classroom = await this.get(id);
    if (bearer === undefined) throw missingToken();
    const presented = parseToken(bearer);
    const member = presented && this.#proved(classroom, presented);
    if (!member) throw invalidToken();
    return member;
  }

  /** The same where the token alone says which classroom it is. */
  async memberByToken(token: unknown): Promise<Membership> {
    if (typeof token !== 'string' || token === '') throw missingToken();
    const presented = parseToken(token);
    const classroom = presented && (await this.#homeOf(presented.id));
    const member = presented && classroom && this.#proved(classroom, presented);
    if (!member) throw invalidToken();
    return member;
  }

  /** The member of this classroom, if the token is one of theirs. */
  returning(classroom: Classroom, token: string): Membership | null {
    const presented = parseToken(token);
    return (presented && this.#proved(classroom, presented)) ?? null;
  }

  // What a member's token lends ------------------------------------------------------------------------------------------

  holds(personId: string): boolean {
    return this.#homes.has(personId);
  }

  async lent(presented: TokenSecret, sessionIds: readonly string[]): Promise<LentRole | undefined> {
    const classroom = await this.#homeOf(presented.id);
    const person = classroom?.people.get(presented.id);
    if (!classroom || !person || !sameHash(person.hash, presented.hash)) return undefined;
    for (const sessionId of sessionIds) {
      if (classroom.isOpen && classroom.lentSession === sessionId) return { sessionId, role: 'viewer' };
      for (const copy of classroom.copies.values()) {
        if (copy.sessionId !== sessionId) continue;
        // A copy stays its maker's when the class is over.
        if (copy.personId === person.id) return { sessionId, role: 'editor' };
        if (!classroom.isOpen) continue;
        const maker = classroom.people.get(copy.personId);
        if (isTeacher(person) || (copy.shown && maker && !maker.muted)) return { sessionId, role: 'viewer' };
      }
    }
    return undefined;
  }

  /** A copy that is there no more. */
  forget(classroomId: string, copyId: string): void {
    this.#classrooms.get(classroomId)?.copies.delete(copyId);
  }

  /** The session that members may read through a run is the one that it came from. */
  async #subjectOf({ subjectKind, subjectId }: ClassroomRecord): Promise<Pick<Classroom, 'lentSession' | 'scenario'>> {
    if (subjectKind === 'run') {
      return { lentSession: (await this.runs.find(subjectId))?.session?.id ?? null, scenario: undefined };
    }
    const session = await this.sessions.find(subjectId);
    return { lentSession: subjectId, scenario: played(session?.settings ?? null).scenario };
  }

  /** @throws ProblemException `forbidden` for somebody who was removed */
  #proved(classroom: Classroom, { id, hash }: TokenSecret): Membership | undefined {
    const person = classroom.people.get(id) ?? classroom.removed.get(id);
    if (!person || !sameHash(person.hash, hash)) return undefined;
    if (person.removedAt) throw removed();
    classroom.lastUsed = Date.now();
    return new Membership(classroom, id);
  }

  async #homeOf(personId: string): Promise<Classroom | null> {
    const id = this.#homes.get(personId) ?? (await this.peopleStore.classroomOf(personId));
    return id === null ? null : this.#find(id);
  }

  async #find(id: string): Promise<Classroom | null> {
    const known = this.#classrooms.get(id);
    if (known) return known;
    if (!UUID.test(id)) return null;
    let loading = this.#loading.get(id);
    if (!loading) {
      loading = this.#load(id).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return loading;
  }

  async #load(id: string): Promise<Classroom | null> {
    const record = await this.store.find(id);
    if (!record) return null;
    const [people, copies, { lentSession, scenario }] = await Promise.all([
      this.peopleStore.list(id),
      this.copiesStore.list(id),
      this.#subjectOf(record),
    ]);
    const classroom = new Classroom(record, people, copies);
    classroom.lentSession = lentSession;
    classroom.scenario = scenario;
    this.welcome(classroom);
    return classroom;
  }

  #sweep(): void {
    const surplus = this.#classrooms.size > this.configuration.residentClassroomsLimit;
    const tooOld = Date.now() - (surplus ? SWEEP_MILLISECONDS : IDLE_MILLISECONDS);
    for (const [id, classroom] of this.#classrooms) {
      if (!classroom.idle || classroom.lastUsed > tooOld) continue;
      this.#classrooms.delete(id);
      for (const person of [...classroom.people.keys(), ...classroom.removed.keys()]) this.#homes.delete(person);
    }
  }
}

function missingToken(): ProblemException {
  return new ProblemException('missing-token', 'This needs the token that you got when you joined the class.', {
    headers: { 'www-authenticate': 'Bearer realm="classroom"' },
  });
}

function invalidToken(): ProblemException {
  return new ProblemException('invalid-token', 'The token is not one of this class.', {
    headers: { 'www-authenticate': 'Bearer realm="classroom", error="invalid_token"' },
  });
}
