/** Questions of classrooms and the answers to them. What is answered is kept before anybody is told so. */
import { Injectable } from '@nestjs/common';
import type { Prisma, QuestionStatus } from './generated/client.js';
import { PrismaService } from './prisma.service.js';
import { readPlain, writePlain, type StoredPlain } from './stored-json.js';

export interface ClassroomQuestionRecord {
  readonly id: string;
  readonly classroomId: string;
  readonly kind: string;
  readonly status: QuestionStatus;
  readonly prompt: string;
  /** `items`: the contract's choices. */
  readonly choices: StoredPlain;
  readonly unit: string | null;
  readonly event: number;
  readonly deadline: Date | null;
  readonly attempts: number;
  readonly points: number;
  readonly right: string;
  readonly explanation: string;
  readonly namesShown: boolean;
  readonly createdAt: Date;
  readonly askedAt: Date | null;
}

export interface NewClassroomQuestion extends Pick<
  ClassroomQuestionRecord,
  'id' | 'classroomId' | 'kind' | 'prompt' | 'unit' | 'event' | 'right' | 'explanation'
> {
  readonly choices: object;
  /** What it was made from. */
  readonly details: object | null;
}

export type ClassroomQuestionChange = Partial<
  Pick<ClassroomQuestionRecord, 'status' | 'deadline' | 'attempts' | 'points' | 'namesShown' | 'askedAt'> & {
    readonly closedAt: Date;
  }
>;

export interface ClassroomAnswerRecord {
  readonly questionId: string;
  readonly personId: string;
  /** 1, 2, 3 … */
  readonly attempt: number;
  readonly answer: string;
  /** `null` = not graded yet. */
  readonly right: boolean | null;
  readonly points: number | null;
  readonly createdAt: Date;
}

export type NewClassroomAnswer = Pick<ClassroomAnswerRecord, 'questionId' | 'personId' | 'attempt' | 'answer'>;

/** A grade of one attempt. */
export interface Grade {
  readonly personId: string;
  readonly attempt: number;
  readonly right: boolean;
  readonly points: number;
}

@Injectable()
export class ClassroomQuestionsStore {
  constructor(private readonly prisma: PrismaService) {}

  async create({ choices, details, ...rest }: NewClassroomQuestion): Promise<ClassroomQuestionRecord> {
    const data = { ...rest, choices: writePlain(choices), details: writePlain(details ?? {}) };
    return toQuestion(await this.prisma.client.classroomQuestion.create({ data }));
  }

  /** In the order of making. */
  async list(classroomId: string): Promise<readonly ClassroomQuestionRecord[]> {
    const rows = await this.prisma.client.classroomQuestion.findMany({
      where: { classroomId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(toQuestion);
  }

  async count(classroomId: string): Promise<number> {
    return this.prisma.client.classroomQuestion.count({ where: { classroomId } });
  }

  async find(id: string): Promise<ClassroomQuestionRecord | null> {
    const row = await this.prisma.client.classroomQuestion.findUnique({ where: { id } });
    return row && toQuestion(row);
  }

  /** Those whose deadline has to be kept, of all classrooms. */
  async listAsked(): Promise<readonly ClassroomQuestionRecord[]> {
    const rows = await this.prisma.client.classroomQuestion.findMany({
      where: { status: 'asked', deadline: { not: null }, classroom: { status: 'open' } },
    });
    return rows.map(toQuestion);
  }

  async change(id: string, data: ClassroomQuestionChange): Promise<ClassroomQuestionRecord> {
    return toQuestion(await this.prisma.client.classroomQuestion.update({ where: { id }, data }));
  }

  /** With the answers. */
  async delete(id: string): Promise<void> {
    await this.prisma.client.classroomQuestion.deleteMany({ where: { id } });
  }

  async addAnswer(data: NewClassroomAnswer): Promise<ClassroomAnswerRecord> {
    return this.prisma.client.classroomAnswer.create({ data });
  }

  /** In the order of answering. */
  async answersTo(questionId: string): Promise<readonly ClassroomAnswerRecord[]> {
    return this.prisma.client.classroomAnswer.findMany({
      where: { questionId },
      orderBy: [{ createdAt: 'asc' }, { attempt: 'asc' }],
    });
  }

  /** To all questions of a classroom. */
  async answersIn(classroomId: string): Promise<readonly ClassroomAnswerRecord[]> {
    return this.prisma.client.classroomAnswer.findMany({
      where: { question: { classroomId } },
      orderBy: [{ createdAt: 'asc' }, { attempt: 'asc' }],
    });
  }

  /** Grades and scores, all or none, and only once: a question that is revealed already is left as it is. */
  async reveal(id: string, grades: readonly Grade[]): Promise<ClassroomQuestionRecord> {
    return this.prisma.client.$transaction(async (tx) => {
      const { count } = await tx.classroomQuestion.updateMany({
        where: { id, status: { not: 'revealed' } },
        data: { status: 'revealed', revealedAt: new Date() },
      });
      if (count > 0 && grades.length > 0) {
        await tx.$executeRaw`
          UPDATE classroom_answers AS answer SET "right" = grade."right", points = grade.points
          FROM unnest(${grades.map(({ personId }) => personId)}::uuid[], ${grades.map(({ attempt }) => attempt)}::int[],
            ${grades.map(({ right }) => right)}::boolean[], ${grades.map(({ points }) => points)}::int[])
            AS grade (person_id, attempt, "right", points)
          WHERE answer.question_id = ${id}::uuid AND answer.person_id = grade.person_id AND answer.attempt = grade.attempt`;
        await tx.$executeRaw`
          UPDATE classroom_people AS person SET score = person.score + earned.points
          FROM (SELECT person_id, sum(points) AS points FROM classroom_answers WHERE question_id = ${id}::uuid
            GROUP BY person_id) AS earned
          WHERE person.id = earned.person_id AND earned.points > 0`;
      }
      return toQuestion(await tx.classroomQuestion.findUniqueOrThrow({ where: { id } }));
    });
  }
}

function toQuestion(row: Prisma.ClassroomQuestionGetPayload<object>): ClassroomQuestionRecord {
  const { details: _, closedAt: __, revealedAt: ___, choices, event, ...rest } = row;
  return { ...rest, event: Number(event), choices: readPlain(choices) ?? {} };
}
