/** Classrooms as wholes: opened around a session, run or scenario; changed; closed. */
import { randomUUID } from 'node:crypto';
import type { Admission, ChangeClassroom, ClassroomState, OpenClassroom, Projection } from '@heapcast/contracts';
import { type ClassroomChange, ClassroomStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { mintToken } from '../access/token-secret.js';
import { Configuration } from '../configuration/configuration.js';
import { invalid, notFound, ProblemException } from '../problems/index.js';
import { ScenarioSessions } from '../scenarios/scenario-sessions.service.js';
import { noSuchEvent } from '../sessions/session-problems.js';
import { Audience, type SharedChange } from './audience.js';
import { Classroom } from './classroom.js';
import { ClassroomHost } from './classroom-host.js';
import { describeState, isOffered, subjectOf } from './classroom-state.js';
import { Codes } from './codes.service.js';
import { newLead } from './lead-clock.js';
import { LeadService } from './lead.service.js';
import { Membership } from './membership.js';
import { PeopleService } from './people.service.js';
import { personName } from './person-name.js';
import { QuestionPort } from './question-port.js';
import { type OpenedSubject, played, Subjects } from './subjects.js';
import { Wall } from './wall.js';

const CODE_HOURS = 12;

@Injectable()
export class ClassroomsService {
  constructor(
    private readonly configuration: Configuration,
    private readonly store: ClassroomStore,
    private readonly host: ClassroomHost,
    private readonly codes: Codes,
    private readonly subjects: Subjects,
    private readonly people: PeopleService,
    private readonly leads: LeadService,
    private readonly audience: Audience,
    private readonly questions: QuestionPort,
    private readonly scenarios: ScenarioSessions,
    private readonly wall: Wall,
  ) {}

  /**
   * @param bearer token of the session that it is about
   * @param base address of the service, for the code
   */
  async open(wanted: OpenClassroom, bearer: string | undefined, base: string): Promise<Admission> {
    const { title, name, event, codeHours = CODE_HOURS } = wanted;
    const shownName = personName(name);
    const { classroomsLimit } = this.configuration;
    if ((await this.store.countOpen()) >= classroomsLimit) {
      throw new ProblemException(
        'limit-reached',
        `The service holds ${classroomsLimit} classrooms (CLASSROOMS_LIMIT).`,
      );
    }
    const { subject, sessionToken } = await this.#begin(wanted, bearer);
    if (event !== undefined && event > subject.end) throw noSuchEvent('event', event, subject.end);
    const { id: personId, hash, token } = mintToken();
    const { classroom: record, owner } = await this.codes.draw(codeHours, (code, codeExpiresAt) =>
      this.store.create({
        id: randomUUID(),
        title: title ?? subject.name,
        subjectKind: subject.kind,
        subjectId: subject.id,
        mayWrite: subject.mayWrite,
        lead: newLead(event ?? subject.end, Date.now()),
        projection: { kind: 'lesson' },
        code,
        codeHours,
        codeExpiresAt,
        owner: { id: personId, name: shownName, role: 'owner', hash },
      }),
    );
    const classroom = new Classroom(record, [owner], []);
    classroom.lentSession = subject.sessionId;
    classroom.scenario = subject.scenario;
    this.host.welcome(classroom);
    this.codes.learn(classroom, null);
    return {
      classroom: describeState(new Membership(classroom, personId), null),
      personId,
      token,
      join: this.codes.describe(classroom, base),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    };
  }

  async state(member: Membership): Promise<ClassroomState> {
    return describeState(member, await this.questions.present(member));
  }

  /** What its driver may do without being a teacher: give control back. */
  async change(
    member: Membership,
    { driverId, subject, status, projection, ...plain }: ChangeClassroom,
  ): Promise<void> {
    const { classroom } = member;
    const { title, locked, mayExplore } = plain;
    const more = [title, locked, mayExplore, subject, status, projection].some((each) => each !== undefined);
    if (more || driverId === undefined || !member.isDriver) member.requireRole('teacher');
    member.requireOpen();
    const opened = subject && (await this.subjects.open(subject, subject.token));
    await classroom.inTurn(async () => {
      member.requireOpen();
      if (driverId !== undefined) this.#requireDriver(member, driverId);
      if (projection) this.#requireOffered(classroom, projection);
      const closed = status === 'closed' ? { status, closedAt: new Date(), code: null, codeExpiresAt: null } : {};
      const about = opened && { subjectKind: opened.kind, subjectId: opened.id, mayWrite: opened.mayWrite };
      const onWall: Projection | undefined = projection ?? (opened ? { kind: 'lesson' } : undefined);
      const before = classroom.record.code;
      await this.#store(classroom, {
        ...plain,
        ...closed,
        ...about,
        ...(driverId === undefined ? {} : { driverId }),
        ...(onWall ? { projection: onWall } : {}),
      });
      if (opened) {
        classroom.lentSession = opened.sessionId;
        classroom.scenario = opened.scenario;
      }
      if (status === 'closed') this.codes.learn(classroom, before);
      if (mayExplore === false) await this.people.gather(classroom);
    });
    if (opened) await this.leads.restart(classroom, opened.end);
    this.#tell(classroom, { title, locked, mayExplore, driverId, status, projection, subject: opened });
    if (status === 'closed') await this.#end(classroom);
    else if (opened) await this.wall.recheck(classroom);
  }

  async #begin(
    { subject, scenario, name, event = 0 }: OpenClassroom,
    bearer: string | undefined,
  ): Promise<{ readonly subject: OpenedSubject; readonly sessionToken?: string }> {
    if ((subject === undefined) === (scenario === undefined)) {
      throw invalid('subject', 'or scenario must be given, and not both');
    }
    if (subject) return { subject: await this.subjects.open(subject, bearer) };
    if (event > 0) throw noSuchEvent('event', event, 0);
    const { name: wanted = '', parameters, side } = scenario ?? {};
    const session = await this.scenarios.open(wanted, { parameters, side, owner: personName(name) });
    const { id, ownerToken, seq } = session;
    const opened = { kind: 'session' as const, id, mayWrite: true, end: seq, name: session.name, sessionId: id };
    return { subject: { ...opened, ...played(session.settings) }, sessionToken: ownerToken };
  }

  async #store(classroom: Classroom, change: ClassroomChange): Promise<void> {
    const record = await this.store.change(classroom.id, change);
    if (!record) throw notFound('classroom', classroom.id);
    classroom.record = record;
  }

  /** Only what was asked to change is told. */
  #tell(
    classroom: Classroom,
    { title, locked, mayExplore, driverId, status, projection, subject }: Partial<Record<keyof SharedChange, unknown>>,
  ): void {
    const { record } = classroom;
    this.audience.changed(classroom, {
      ...(title === undefined ? {} : { title: record.title }),
      ...(locked === undefined ? {} : { locked: record.locked }),
      ...(mayExplore === undefined ? {} : { mayExplore: record.mayExplore }),
      ...(driverId === undefined ? {} : { driverId: record.driverId }),
      ...(status === undefined ? {} : { status: record.status }),
      ...(projection === undefined && subject === undefined ? {} : { projection: classroom.projection }),
      ...(subject === undefined ? {} : { subject: subjectOf(classroom) }),
    });
  }

  async #end(classroom: Classroom): Promise<void> {
    await this.questions.closed(classroom);
    this.audience.closed(classroom);
    await this.wall.recheck(classroom);
  }

  #requireDriver({ classroom, isDriver, isTeacher }: Membership, driverId: string): void {
    const driver = classroom.people.get(driverId);
    if (!driver) throw notFound('person', driverId);
    if (driver.role === 'observer') throw invalid('driverId', 'must not be an observer: they only watch');
    if (!isTeacher && !isDriver) throw new ProblemException('forbidden', 'Only a teacher may lend control.');
    if (!isTeacher && driver.role === 'student' && driver.id !== classroom.record.driverId) {
      throw new ProblemException('forbidden', 'Control goes back to a teacher, who may lend it to others.');
    }
  }

  #requireOffered(classroom: Classroom, projection: Projection): void {
    if (projection.kind === 'lesson') return;
    const copy = classroom.copies.get(projection.copyId);
    if (!copy) throw notFound('copy', projection.copyId);
    if (!isOffered(classroom, copy)) {
      throw new ProblemException(
        'conflict',
        'The copy is not shown to the class: its maker or a teacher must show it first.',
      );
    }
  }
}
