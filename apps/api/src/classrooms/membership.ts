/** Who asks, and in which classroom: what a person's bearer token stands for, over HTTP and over the socket. */
import type { ClassroomRole } from '@heapcast/contracts';
import type { ClassroomPersonRecord } from '@heapcast/database';
import { ProblemException } from '../problems/index.js';
import type { Classroom } from './classroom.js';

const RANK: Readonly<Record<ClassroomRole, number>> = { observer: 0, student: 1, teacher: 2, owner: 3 };

export function isTeacher({ role }: { readonly role: ClassroomRole }): boolean {
  return RANK[role] >= RANK.teacher;
}

export class Membership {
  constructor(
    readonly classroom: Classroom,
    readonly personId: string,
  ) {}

  /** As the person is now. @throws ProblemException `forbidden` for somebody who was removed meanwhile */
  get person(): ClassroomPersonRecord {
    const person = this.classroom.people.get(this.personId);
    if (!person) throw removed();
    return person;
  }

  get isTeacher(): boolean {
    return isTeacher(this.person);
  }

  get isDriver(): boolean {
    return this.classroom.record.driverId === this.personId;
  }

  /** @throws ProblemException `forbidden` for a lesser role */
  requireRole(role: ClassroomRole): void {
    const own = this.person.role;
    if (RANK[own] >= RANK[role]) return;
    throw new ProblemException('forbidden', `This is for ${PLURAL[role]}; you are ${WITH_ARTICLE[own]} here.`);
  }

  /** @throws ProblemException `forbidden` */
  requireDriver(): void {
    if (this.isDriver) return;
    throw new ProblemException('forbidden', 'Somebody else leads this class now: a teacher may take or lend control.');
  }

  /** @throws ProblemException `conflict` when the class is over */
  requireOpen(): void {
    if (this.classroom.isOpen) return;
    throw new ProblemException('conflict', 'The class is over: nothing changes in it any more.');
  }
}

export function removed(): ProblemException {
  return new ProblemException('forbidden', 'You were removed from this class.');
}

const PLURAL: Readonly<Record<ClassroomRole, string>> = {
  observer: 'members',
  student: 'students and teachers',
  teacher: 'teachers',
  owner: 'the owner',
};

const WITH_ARTICLE: Readonly<Record<ClassroomRole, string>> = {
  observer: 'an observer',
  student: 'a student',
  teacher: 'a teacher',
  owner: 'the owner',
};
