/** The people of a classroom: how they come in and come back, what teachers change of them, and where they are. */
import type { ChangePerson, JoinClassroom, Person } from '@heapcast/contracts';
import { ClassroomPeopleStore, type ClassroomPersonRecord, ClassroomStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { mintToken } from '../access/token-secret.js';
import { Configuration } from '../configuration/configuration.js';
import { invalid, notFound, ProblemException } from '../problems/index.js';
import { Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import { ClassroomHost } from './classroom-host.js';
import { describePerson } from './classroom-state.js';
import { Codes } from './codes.service.js';
import { Door } from './door.js';
import { Greeting } from './greeting.js';
import { readCode } from './join-code.js';
import { isTeacher, Membership } from './membership.js';
import { personName } from './person-name.js';
import { PlaceWriter } from './place-writer.js';
import { Wall } from './wall.js';

export interface Admitted {
  readonly member: Membership;
  readonly token: string;
}

@Injectable()
export class PeopleService {
  readonly #places: PlaceWriter;

  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomPeopleStore,
    private readonly classrooms: ClassroomStore,
    private readonly host: ClassroomHost,
    private readonly codes: Codes,
    private readonly door: Door,
    private readonly audience: Audience,
    private readonly wall: Wall,
    private readonly greeting: Greeting,
  ) {
    this.#places = new PlaceWriter(store);
  }

  /** @throws ProblemException `not-found`, `conflict`, `limit-reached`, `too-many-requests`, `forbidden` */
  async join(
    { code: typed, name, role = 'student', token: before }: JoinClassroom,
    address: string,
  ): Promise<Admitted> {
    const shownName = personName(name);
    const classroom = await this.#behind(typed, address);
    const back = before === undefined ? null : this.host.returning(classroom, before);
    if (back && before !== undefined) return { member: back, token: before };
    requireUnlocked(classroom);
    this.#requireRoom(classroom);
    await this.door.enter(classroom.id);
    const { id, hash, token } = mintToken();
    const person = await classroom.inTurn(async () => {
      requireUnlocked(classroom);
      this.#requireRoom(classroom);
      const stored = await this.store.create(classroom.id, { id, name: shownName, role, hash });
      classroom.people.set(id, stored);
      this.host.cameIn(classroom, id);
      return stored;
    });
    this.audience.people(classroom, [person.id]);
    return { member: new Membership(classroom, id), token };
  }

  list({ classroom, person: viewer }: Membership): readonly Person[] {
    const whole = isTeacher(viewer);
    return [...classroom.people.values()].map((person) =>
      describePerson(classroom, person, whole || person.id === viewer.id),
    );
  }

  own({ classroom, person }: Membership): Person {
    return describePerson(classroom, person, true);
  }

  /** People may rename themselves; teachers rename, mute and promote others; the owner hands the classroom over. */
  async change(member: Membership, personId: string, { name, role, muted }: ChangePerson): Promise<Person> {
    const { classroom } = member;
    member.requireOpen();
    const shownName = name === undefined ? undefined : personName(name);
    const changed = await classroom.inTurn(async () => {
      const person = find(classroom, personId);
      if (personId !== member.personId || role !== undefined || muted !== undefined) requireAbove(member, person);
      if (role !== undefined) requireGivable(member, person, role);
      const people: ClassroomPersonRecord[] = [];
      if (role === 'owner' && person.role !== 'owner') {
        people.push(...(await this.store.handOver(member.personId, personId)));
      }
      const rest = {
        ...(shownName === undefined ? {} : { name: shownName }),
        ...(role === undefined || role === 'owner' ? {} : { role }),
        ...(muted === undefined ? {} : { muted }),
      };
      if (Object.keys(rest).length > 0) people.push(await this.store.change(personId, rest));
      for (const each of people) put(classroom, each);
      if (muted === true) await this.wall.tidy(classroom);
      if (role === 'observer' && classroom.record.driverId === personId) await this.#takeControl(classroom, personId);
      return people;
    });
    this.audience.people(
      classroom,
      changed.map(({ id }) => id),
    );
    if (muted !== undefined) {
      this.audience.copies(classroom);
      await this.wall.recheck(classroom);
    }
    if (role !== undefined) {
      for (const { id } of changed) await this.greeting.greetAgain(new Membership(classroom, id));
    }
    return describePerson(classroom, find(classroom, personId), true);
  }

  /** Somebody is sent away, or leaves. @throws ProblemException `forbidden`, `not-found`, `conflict` */
  async remove(member: Membership, personId: string): Promise<void> {
    const { classroom } = member;
    await classroom.inTurn(async () => {
      const person = find(classroom, personId);
      if (personId !== member.personId) requireAbove(member, person);
      if (person.role === 'owner')
        throw new ProblemException('conflict', 'The owner stays: hand the class over first.');
      const drives = classroom.record.driverId === personId;
      const driverId = classroom.ownerId;
      const removedAt = await this.store.remove(personId, drives ? { classroomId: classroom.id, driverId } : null);
      classroom.people.delete(personId);
      classroom.removed.set(personId, { ...person, removedAt });
      if (drives) {
        classroom.record = { ...classroom.record, driverId };
        this.audience.changed(classroom, { driverId });
      }
      await this.wall.tidy(classroom);
    });
    this.audience.gone(classroom, personId);
    if ([...classroom.copies.values()].some((copy) => copy.personId === personId)) this.audience.copies(classroom);
    await this.wall.recheck(classroom);
  }

  /** Follows again, or has wandered off. Resolves when it is stored. @throws ProblemException `forbidden` */
  async place(member: Membership, following: boolean, event: number | undefined): Promise<void> {
    const { classroom, personId } = member;
    member.requireOpen();
    if (!following && !classroom.record.mayExplore) {
      throw new ProblemException('forbidden', 'The class goes together now: nobody can wander off.');
    }
    const person = find(classroom, personId);
    const place = following ? null : (event ?? person.place);
    await this.#places.write({ personId, following, place });
    const now = classroom.people.get(personId);
    if (!now) return;
    classroom.people.set(personId, { ...now, following, place });
    this.audience.people(classroom, [personId]);
  }

  /** Everybody follows. Called in the classroom's turn. */
  async gather(classroom: Classroom): Promise<void> {
    const strayed = [...classroom.people.values()].filter(({ following }) => !following);
    if (strayed.length === 0) return;
    await this.store.gather(classroom.id);
    for (const person of strayed) classroom.people.set(person.id, { ...person, following: true, place: null });
    this.audience.people(
      classroom,
      strayed.map(({ id }) => id),
    );
  }

  async #behind(typed: string, address: string): Promise<Classroom> {
    const code = readCode(typed);
    if (code === null) {
      throw invalid(
        'code',
        'must be three letters and three digits, such as ABC 234; there is no I, L, O, 0 or 1 in it',
      );
    }
    await this.door.knock(address, code);
    const id = this.codes.find(code);
    if (id === null) {
      await this.door.wrong(address);
      throw new ProblemException('not-found', 'No class with this code: it may have expired, or be over.');
    }
    this.door.right(address, code);
    return this.host.get(id);
  }

  #requireRoom({ people }: Classroom): void {
    const { classroomPeopleLimit } = this.configuration;
    if (people.size < classroomPeopleLimit) return;
    throw new ProblemException('limit-reached', `The class is full: ${classroomPeopleLimit} people are in it.`);
  }

  async #takeControl(classroom: Classroom, from: string): Promise<void> {
    const driverId = classroom.ownerId;
    const record = await this.classrooms.change(classroom.id, { driverId });
    if (!record || from === driverId) return;
    classroom.record = record;
    this.audience.changed(classroom, { driverId });
  }
}

/** Keeps what changed meanwhile outside the turn: where somebody is. */
function put(classroom: Classroom, person: ClassroomPersonRecord): void {
  const { following, place, score } = classroom.people.get(person.id) ?? person;
  classroom.people.set(person.id, { ...person, following, place, score });
}

function find(classroom: Classroom, personId: string): ClassroomPersonRecord {
  const person = classroom.people.get(personId);
  if (!person) throw notFound('person', personId);
  return person;
}

function requireUnlocked({ record, isOpen }: Classroom): void {
  if (!isOpen) throw new ProblemException('conflict', 'The class is over.');
  if (record.locked) throw new ProblemException('conflict', 'The class is locked: the teacher lets nobody new in.');
}

/** Teachers decide over students and observers, the owner over everybody. */
function requireAbove(member: Membership, person: ClassroomPersonRecord): void {
  member.requireRole('teacher');
  if (isTeacher(person) && member.person.role !== 'owner') {
    throw new ProblemException('forbidden', 'Only the owner of the class decides over its teachers.');
  }
}

function requireGivable({ person: { role: own, id } }: Membership, person: ClassroomPersonRecord, role: string): void {
  if (own !== 'owner' && (role === 'teacher' || role === 'owner')) {
    throw new ProblemException('forbidden', 'Only the owner of the class makes teachers, or hands it over.');
  }
  if (person.id === id && role !== 'owner') {
    throw new ProblemException('conflict', 'A class has one owner: hand it over to somebody else first.');
  }
}
