/** What each member is told of a classroom: teachers more than others, everybody their own. */
import type { ClassroomCopy, ClassroomQuestion, ClassroomState, LedSubject, Person } from '@heapcast/contracts';
import type { ClassroomCopyRecord, ClassroomPersonRecord } from '@heapcast/database';
import type { Classroom } from './classroom.js';
import { isTeacher, type Membership } from './membership.js';

/** @param whole with score and place: for teachers and the person */
export function describePerson(classroom: Classroom, person: ClassroomPersonRecord, whole: boolean): Person {
  const { id, name, role, following, muted, score, place } = person;
  const seen = { id, name, role, online: classroom.isOnline(id), following, muted };
  return whole ? { ...seen, score, ...(following || place === null ? {} : { place }) } : seen;
}

export function describeCopy({ id, personId, sessionId, event, shown, note }: ClassroomCopyRecord): ClassroomCopy {
  return { id, personId, sessionId, event, shown, note };
}

/** May somebody see a copy: its maker and teachers always, others what is shown by somebody who is here and not muted. */
export function seesCopy(classroom: Classroom, copy: ClassroomCopyRecord, viewer: ClassroomPersonRecord): boolean {
  if (copy.personId === viewer.id || isTeacher(viewer)) return true;
  return isOffered(classroom, copy);
}

export function isOffered(classroom: Classroom, { shown, personId }: ClassroomCopyRecord): boolean {
  const maker = classroom.people.get(personId);
  return shown && maker !== undefined && !maker.muted;
}

export function copiesFor(classroom: Classroom, viewer: ClassroomPersonRecord): readonly ClassroomCopy[] {
  return [...classroom.copies.values()].filter((copy) => seesCopy(classroom, copy, viewer)).map(describeCopy);
}

export function subjectOf({ record, scenario }: Classroom): LedSubject {
  const { subjectKind: kind, subjectId: id, mayWrite } = record;
  return { kind, id, mayWrite, ...(scenario ? { scenario } : {}) };
}

export function describeState(
  { classroom, person }: Membership,
  question: ClassroomQuestion | null,
  now = Date.now(),
): ClassroomState {
  const { id, title, status, createdAt, closedAt, locked, driverId, mayExplore } = classroom.record;
  const whole = isTeacher(person);
  return {
    id,
    title,
    status,
    createdAt: createdAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    locked,
    code: classroom.code,
    subject: subjectOf(classroom),
    lead: classroom.lead,
    driverId,
    mayExplore,
    projection: classroom.projection,
    people: [...classroom.people.values()].map((each) =>
      describePerson(classroom, each, whole || each.id === person.id),
    ),
    copies: copiesFor(classroom, person),
    question,
    now,
  };
}
