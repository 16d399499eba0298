/** Forks that people of a classroom made to try something. The sessions themselves are sessions like any other. */
import { Injectable } from '@nestjs/common';
import type { Prisma } from './generated/client.js';
import { PrismaService } from './prisma.service.js';

export interface ClassroomCopyRecord {
  readonly id: string;
  readonly classroomId: string;
  readonly personId: string;
  readonly sessionId: string;
  /** The event at which it was taken. */
  readonly event: number;
  /** Offered to the class. */
  readonly shown: boolean;
  readonly note: string;
}

export type NewClassroomCopy = Omit<ClassroomCopyRecord, 'id' | 'shown'>;

@Injectable()
export class ClassroomCopiesStore {
  constructor(private readonly prisma: PrismaService) {}

  async create(copy: NewClassroomCopy): Promise<ClassroomCopyRecord> {
    return toCopy(await this.prisma.client.classroomCopy.create({ data: copy }));
  }

  /** Oldest first. Those whose session was deleted went with it. */
  async list(classroomId: string): Promise<readonly ClassroomCopyRecord[]> {
    const rows = await this.prisma.client.classroomCopy.findMany({
      where: { classroomId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(toCopy);
  }

  /** Those of classes that were over before `time`, in which nothing happened since then either. */
  async abandoned(time: Date, most: number): Promise<readonly ClassroomCopyRecord[]> {
    const before = { lt: time };
    const rows = await this.prisma.client.classroomCopy.findMany({
      where: {
        classroom: { status: 'closed', closedAt: before },
        session: { updatedAt: before, journal: { every: { createdAt: before } } },
      },
      orderBy: { createdAt: 'asc' },
      take: most,
    });
    return rows.map(toCopy);
  }

  async change(id: string, data: Partial<Pick<ClassroomCopyRecord, 'shown' | 'note'>>): Promise<ClassroomCopyRecord> {
    return toCopy(await this.prisma.client.classroomCopy.update({ where: { id }, data }));
  }
}

function toCopy(row: Prisma.ClassroomCopyGetPayload<object>): ClassroomCopyRecord {
  const { id, classroomId, personId, sessionId, event, shown, note } = row;
  return { id, classroomId, personId, sessionId, event: Number(event), shown, note };
}
