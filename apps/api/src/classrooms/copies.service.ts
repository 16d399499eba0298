/** Everyone's own copy: a private fork of what the class looks at, at this event, which its maker may show to the class. */
import type { ClassroomCopy } from '@heapcast/contracts';
import { ClassroomCopiesStore, ClassroomStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../configuration/configuration.js';
import { notFound, ProblemException } from '../problems/index.js';
import { SessionHost } from '../sessions/session-host.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Audience } from './audience.js';
import { copiesFor, describeCopy, isOffered, seesCopy } from './classroom-state.js';
import { presentEvent } from './lead-clock.js';
import type { Membership } from './membership.js';
import { Subjects } from './subjects.js';

@Injectable()
export class CopiesService {
  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomCopiesStore,
    private readonly classrooms: ClassroomStore,
    private readonly sessions: SessionsService,
    private readonly host: SessionHost,
    private readonly subjects: Subjects,
    private readonly audience: Audience,
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
    return classroom.inTurn(async () => {
      this.#requireRoom(member);
      const fork = await this.host.use(this.subjects.session(classroom), (session) =>
        this.sessions.fork(session, { at, name: `${name}: ${session.record.name}`.slice(0, 200), visibility: 'private', owner: name }),
      );
      // A program goes on after whole commands only: the copy says where it really is.
      const taken = fork.forkedFrom?.seq ?? at;
      const copy = await this.store.create({ classroomId: classroom.id, personId, sessionId: fork.id, event: taken, note });
      classroom.copies.set(copy.id, copy);
      this.audience.copies(classroom);
      return { ...describeCopy(copy), token: fork.ownerToken };
    });
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
      await this.takeOffWall(member);
      this.audience.copies(classroom);
      if (shown === false) await this.#recheck(stored.sessionId);
      return describeCopy(stored);
    });
  }

  /** What is not shown any more does not stay on the wall. Called in the classroom's turn. */
  async takeOffWall({ classroom }: Membership): Promise<void> {
    const { projection } = classroom;
    if (projection.kind === 'lesson') return;
    const copy = classroom.copies.get(projection.copyId);
    if (copy && isOffered(classroom, copy)) return;
    const record = await this.classrooms.change(classroom.id, { projection: { kind: 'lesson' } });
    if (!record) return;
    classroom.record = record;
    this.audience.changed(classroom, { projection: classroom.projection });
  }

  async #recheck(sessionId: string): Promise<void> {
    await this.host.use(sessionId, async (session) => session.audience?.recheck()).catch(() => undefined);
  }

  #requireRoom({ classroom, personId }: Membership): void {
    const { classroomCopiesLimit } = this.configuration;
    const mine = [...classroom.copies.values()].filter((copy) => copy.personId === personId);
    if (mine.length < classroomCopiesLimit) return;
    throw new ProblemException(
      'limit-reached',
      `You have ${classroomCopiesLimit} copies in this class (CLASSROOM_COPIES_LIMIT).`,
    );
  }
}
