/** Everyone's own copy: a private fork of what the class looks at, at this event, which its maker may show to the class. */
import type { ClassroomCopy, CreatedSession } from '@heapcast/contracts';
import { ClassroomCopiesStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { notFound, ProblemException } from '../problems/index.js';
import { SessionHost } from '../sessions/session-host.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import { copiesFor, describeCopy, seesCopy } from './classroom-state.js';
import { presentEvent } from './lead-clock.js';
import type { Membership } from './membership.js';
import { Subjects } from './subjects.js';
import { Wall } from './wall.js';

@Injectable()
export class CopiesService {
  /** Copies that people are taking at this moment. */
  readonly #taking = new Map<string, number>();

  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomCopiesStore,
    private readonly sessions: SessionsService,
    private readonly host: SessionHost,
    private readonly subjects: Subjects,
    private readonly audience: Audience,
    private readonly wall: Wall,
  ) {}

  list({ classroom, person }: Membership): readonly ClassroomCopy[] {
    return copiesFor(classroom, person);
  }

  /**
   * @param event the moment; without it, where this person is
   * @throws ProblemException `forbidden`, `conflict`, `invalid-position`, `limit-reached`
   */
  async take(member: Membership, event: number | undefined, note: string): Promise<ClassroomCopy> {
    const { classroom } = member;
    member.requireOpen();
    member.requireRole('student');
    this.#requireRoom(member);
    const end = await this.subjects.end(classroom);
    const { id: personId, name, place } = member.person;
    const at = event ?? place ?? presentEvent(classroom.lead, Date.now(), end);
    this.#requireSize(at);
    this.#taking.set(personId, (this.#taking.get(personId) ?? 0) + 1);
    try {
      const fork = await this.#fork(classroom, at, name);
      // A program goes on after whole commands only: the copy says where it really is.
      const taken = fork.forkedFrom?.seq ?? at;
      const { id: classroomId } = classroom;
      const copy = await this.store.create({ classroomId, personId, sessionId: fork.id, event: taken, note });
      classroom.copies.set(copy.id, copy);
      this.audience.copies(classroom);
      return { ...describeCopy(copy), token: fork.ownerToken };
    } finally {
      const left = (this.#taking.get(personId) ?? 1) - 1;
      if (left > 0) this.#taking.set(personId, left);
      else this.#taking.delete(personId);
    }
  }

  /** Its maker writes the note and shows it; teachers may show or hide it. @throws ProblemException `forbidden`, `not-found` */
  async change(
    member: Membership,
    copyId: string,
    change: { readonly shown?: boolean | undefined; readonly note?: string | undefined },
  ): Promise<ClassroomCopy> {
    const { classroom } = member;
    member.requireOpen();
    return classroom.inTurn(async () => {
      const { person, isTeacher } = member;
      const copy = classroom.copies.get(copyId);
      if (!copy || !seesCopy(classroom, copy, person)) throw notFound('copy', copyId);
      const isMine = copy.personId === person.id;
      if (!isMine && (!isTeacher || change.note !== undefined)) {
        throw new ProblemException('forbidden', 'This is somebody else’s copy.');
      }
      if (isMine && !isTeacher && person.muted && change.shown === true) {
        throw new ProblemException('forbidden', 'You are muted: nothing of yours is shown to the class.');
      }
      const { shown, note } = change;
      const stored = await this.store.change(copyId, {
        ...(shown === undefined ? {} : { shown }),
        ...(note === undefined ? {} : { note }),
      });
      classroom.copies.set(copyId, stored);
      await this.wall.tidy(classroom);
      this.audience.copies(classroom);
      if (shown === false) await this.wall.recheck(classroom);
      return describeCopy(stored);
    });
  }

  async #fork(classroom: Classroom, at: number, owner: string): Promise<CreatedSession> {
    const origin = await this.subjects.origin(classroom);
    const terms = (name: string) => ({
      at,
      name: `${owner}: ${name}`.slice(0, 200),
      visibility: 'private' as const,
      owner,
    });
    if ('run' in origin) {
      const { name, trace } = origin.run;
      return this.sessions.goOn(origin.run, terms(name || trace.name));
    }
    return this.host.use(origin.session, (session) => this.sessions.fork(session, terms(session.record.name)));
  }

  /** Each copy holds the requests before it: of a very long recording nobody makes hundreds. */
  #requireSize(at: number): void {
    const { classroomCopyEventsLimit: most } = this.configuration;
    if (at <= most) return;
    throw new ProblemException(
      'limit-reached',
      `A copy begins with at most ${most} events (CLASSROOM_COPY_EVENTS_LIMIT), and this moment is after ${at}: take it earlier.`,
    );
  }

  #requireRoom({ classroom, personId }: Membership): void {
    const { classroomCopiesLimit } = this.configuration;
    const mine = [...classroom.copies.values()].filter((copy) => copy.personId === personId);
    if (mine.length + (this.#taking.get(personId) ?? 0) < classroomCopiesLimit) return;
    throw new ProblemException(
      'limit-reached',
      `You have ${classroomCopiesLimit} copies in this class (CLASSROOM_COPIES_LIMIT).`,
    );
  }
}
