/** The people of classrooms. Only hashes of their secrets are kept; whoever was removed stays, for the results. */
import { Injectable } from '@nestjs/common';
import { type ClassroomRole, Prisma } from './generated/client.js';
import { PrismaService } from './prisma.service.js';

export interface ClassroomPersonRecord {
  readonly id: string;
  readonly classroomId: string;
  readonly name: string;
  readonly role: ClassroomRole;
  readonly muted: boolean;
  readonly following: boolean;
  /** Where somebody is who does not follow. */
  readonly place: number | null;
  readonly score: number;
  /** SHA-256 of the secret, 32 bytes. */
  readonly hash: Uint8Array;
  readonly createdAt: Date;
  readonly removedAt: Date | null;
}

export type NewClassroomPerson = Pick<ClassroomPersonRecord, 'id' | 'name' | 'role' | 'hash'>;

export type ClassroomPersonChange = Partial<Pick<ClassroomPersonRecord, 'name' | 'role' | 'muted'>>;

export interface StoredPlace {
  readonly personId: string;
  readonly following: boolean;
  readonly place: number | null;
}

@Injectable()
export class ClassroomPeopleStore {
  constructor(private readonly prisma: PrismaService) {}

  async create(classroomId: string, { hash, ...person }: NewClassroomPerson): Promise<ClassroomPersonRecord> {
    const data = { ...person, hash: Buffer.from(hash), classroomId };
    return toPerson(await this.prisma.client.classroomPerson.create({ data }));
  }

  /** In the order of coming; those who were removed too. */
  async list(classroomId: string): Promise<readonly ClassroomPersonRecord[]> {
    const rows = await this.prisma.client.classroomPerson.findMany({
      where: { classroomId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(toPerson);
  }

  /** The classroom of a person, also of one who was removed. */
  async classroomOf(personId: string): Promise<string | null> {
    const row = await this.prisma.client.classroomPerson.findUnique({
      where: { id: personId },
      select: { classroomId: true },
    });
    return row?.classroomId ?? null;
  }

  async change(id: string, data: ClassroomPersonChange): Promise<ClassroomPersonRecord> {
    return toPerson(await this.prisma.client.classroomPerson.update({ where: { id }, data }));
  }

  /** The classroom has one owner: the one before becomes a teacher. */
  async handOver(from: string, to: string): Promise<readonly ClassroomPersonRecord[]> {
    return this.prisma.client.$transaction(async (tx) => [
      toPerson(await tx.classroomPerson.update({ where: { id: from }, data: { role: 'teacher' } })),
      toPerson(await tx.classroomPerson.update({ where: { id: to }, data: { role: 'owner' } })),
    ]);
  }

  async remove(id: string, driver: { readonly classroomId: string; readonly driverId: string } | null): Promise<Date> {
    const removedAt = new Date();
    await this.prisma.client.$transaction(async (tx) => {
      await tx.classroomPerson.update({ where: { id }, data: { removedAt }, select: { id: true } });
      if (!driver) return;
      const { classroomId, driverId } = driver;
      await tx.classroom.update({ where: { id: classroomId }, data: { driverId }, select: { id: true } });
    });
    return removedAt;
  }

  /** Many at once: a class that scrubs through time is one statement. */
  async place(places: readonly StoredPlace[]): Promise<void> {
    await this.prisma.pool.query(
      `UPDATE classroom_people AS person SET following = told.following, place = told.place
       FROM unnest($1::uuid[], $2::boolean[], $3::bigint[]) AS told (id, following, place) WHERE person.id = told.id`,
      [
        places.map(({ personId }) => personId),
        places.map(({ following }) => following),
        places.map(({ place }) => place),
      ],
    );
  }

  /** Everybody goes where the class is led. */
  async gather(classroomId: string): Promise<void> {
    await this.prisma.client.classroomPerson.updateMany({
      where: { classroomId },
      data: { following: true, place: null },
    });
  }
}

export function toPerson(row: Prisma.ClassroomPersonGetPayload<object>): ClassroomPersonRecord {
  return { ...row, place: row.place === null ? null : Number(row.place) };
}
