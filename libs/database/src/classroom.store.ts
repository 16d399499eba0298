/** Classrooms: what they are about, who leads where, the code that lets people in. Who is in them: `classroom-people.store.ts`. */
import { Injectable } from '@nestjs/common';
import { type ClassroomStatus, Prisma } from './generated/client.js';
import { type ClassroomPersonRecord, type NewClassroomPerson, toPerson } from './classroom-people.store.js';
import { PrismaService } from './prisma.service.js';
import { readPlain, type StoredPlain, writePlain } from './stored-json.js';

export interface ClassroomRecord {
  readonly id: string;
  readonly title: string;
  readonly status: ClassroomStatus;
  readonly subjectKind: 'session' | 'run';
  readonly subjectId: string;
  /** The driver's requests may go to the session. */
  readonly mayWrite: boolean;
  readonly locked: boolean;
  readonly mayExplore: boolean;
  readonly driverId: string;
  readonly lead: StoredPlain;
  readonly projection: StoredPlain;
  /** The question that is asked or revealed now. */
  readonly questionId: string | null;
  readonly code: string | null;
  readonly codeHours: number;
  readonly codeExpiresAt: Date | null;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
}

export interface NewClassroom extends Pick<
  ClassroomRecord,
  'id' | 'title' | 'subjectKind' | 'subjectId' | 'mayWrite' | 'codeHours'
> {
  readonly lead: object;
  readonly projection: object;
  readonly code: string;
  readonly codeExpiresAt: Date;
  readonly owner: NewClassroomPerson;
}

/** What is left out stays. */
export type ClassroomChange = Partial<
  Pick<
    ClassroomRecord,
    | 'title'
    | 'status'
    | 'subjectKind'
    | 'subjectId'
    | 'mayWrite'
    | 'locked'
    | 'mayExplore'
    | 'driverId'
    | 'questionId'
    | 'code'
    | 'codeExpiresAt'
    | 'closedAt'
  >
> & { readonly lead?: object; readonly projection?: object };

export interface GoodCode {
  readonly code: string;
  readonly classroomId: string;
  readonly expiresAt: Date;
}

/** Another classroom has this code. */
export class CodeTakenError extends Error {}

@Injectable()
export class ClassroomStore {
  constructor(private readonly prisma: PrismaService) {}

  /** The classroom and its owner, or neither. @throws CodeTakenError */
  async create({ owner, lead, projection, ...rest }: NewClassroom): Promise<{
    readonly classroom: ClassroomRecord;
    readonly owner: ClassroomPersonRecord;
  }> {
    return codeFree(
      this.prisma.client.$transaction(async (tx) => {
        const classroom = await tx.classroom.create({
          data: { ...rest, driverId: owner.id, lead: writePlain(lead), projection: writePlain(projection) },
        });
        const { hash, ...person } = owner;
        const row = await tx.classroomPerson.create({
          data: { ...person, hash: Buffer.from(hash), classroomId: classroom.id },
        });
        return { classroom: toRecord(classroom), owner: toPerson(row) };
      }),
    );
  }

  async find(id: string): Promise<ClassroomRecord | null> {
    const row = await this.prisma.client.classroom.findUnique({ where: { id } });
    return row && toRecord(row);
  }

  /** Every code that is good now. */
  async codes(): Promise<readonly GoodCode[]> {
    const rows = await this.prisma.client.classroom.findMany({
      where: { status: 'open', code: { not: null }, codeExpiresAt: { gt: new Date() } },
      select: { id: true, code: true, codeExpiresAt: true },
    });
    return rows.flatMap(({ id, code, codeExpiresAt }) =>
      code !== null && codeExpiresAt ? [{ code, classroomId: id, expiresAt: codeExpiresAt }] : [],
    );
  }

  async countOpen(): Promise<number> {
    return this.prisma.client.classroom.count({ where: { status: 'open' } });
  }

  /** Returns it as it is now; `null`: there is none. @throws CodeTakenError */
  async change(id: string, { lead, projection, ...rest }: ClassroomChange): Promise<ClassroomRecord | null> {
    const data = {
      ...rest,
      ...(lead === undefined ? {} : { lead: writePlain(lead) }),
      ...(projection === undefined ? {} : { projection: writePlain(projection) }),
    };
    return codeFree(
      this.prisma.client.classroom.update({ where: { id }, data }).then(toRecord, (error: unknown) => {
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2025') return null;
        throw error;
      }),
    );
  }

  /** The lead alone, which changes often: one statement. */
  async writeLead(id: string, lead: object): Promise<void> {
    await this.prisma.pool.query('UPDATE classrooms SET lead = $2 WHERE id = $1', [id, JSON.stringify(lead)]);
  }
}

async function codeFree<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
      throw new CodeTakenError('The code is taken.', { cause: error });
    }
    throw error;
  }
}

function toRecord(row: Prisma.ClassroomGetPayload<object>): ClassroomRecord {
  const { lead, projection, subjectKind, ...rest } = row;
  return {
    ...rest,
    subjectKind: subjectKind === 'run' ? 'run' : 'session',
    lead: readPlain(lead) ?? {},
    projection: readPlain(projection) ?? {},
  };
}
