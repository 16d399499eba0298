/**
 * Between a classroom and the questions put to it: neither knows how the other works. The questions say what there is to see and
 * take answers (`QuestionDesk`, registered once); the classroom tells everybody (`publish`, `answers`, `scored`).
 */
import type { ClassroomQuestion, GivenAnswer } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { ProblemException } from '../problems/index.js';
import { type AnswersSoFar, Audience } from './audience.js';
import type { Classroom } from './classroom.js';
import type { Membership } from './membership.js';

export interface QuestionDesk {
  /** The question that is asked or revealed now, as this person may see it. */
  present(member: Membership): Promise<ClassroomQuestion | null>;
  /**
   * Takes the answer that came over the socket: resolves when it is stored.
   * @param payload as the client sent it, to be checked
   * @throws ProblemException
   */
  answer(member: Membership, payload: unknown): Promise<{ readonly mine: GivenAnswer }>;
  /** The classroom is over: nothing stays asked. */
  closed(classroom: Classroom): Promise<void>;
}

export interface QuestionViews {
  readonly teachers: ClassroomQuestion | null;
  readonly others: ClassroomQuestion | null;
  /** What single people are told in the place of `others`, by person: their own answer, graded. */
  readonly own?: ReadonlyMap<string, ClassroomQuestion>;
}

@Injectable()
export class QuestionPort {
  #desk: QuestionDesk | undefined;

  constructor(private readonly audience: Audience) {}

  /** Called once, when the service starts. */
  register(desk: QuestionDesk): void {
    this.#desk = desk;
  }

  async present(member: Membership): Promise<ClassroomQuestion | null> {
    return (await this.#desk?.present(member)) ?? null;
  }

  async answer(member: Membership, payload: unknown): Promise<{ readonly mine: GivenAnswer }> {
    if (!this.#desk) throw new ProblemException('conflict', 'No question is asked.');
    return this.#desk.answer(member, payload);
  }

  async closed(classroom: Classroom): Promise<void> {
    await this.#desk?.closed(classroom);
  }

  /** `classroom:question`: at once, encoded once for each kind of viewer. */
  publish(classroom: Classroom, views: QuestionViews): void {
    this.audience.question(classroom, views);
  }

  /** `classroom:answers`: the latest of a quarter of a second. Only teachers are told more than how many answered. */
  answers(classroom: Classroom, answers: AnswersSoFar): void {
    this.audience.answers(classroom, answers);
  }

  /** People's scores changed and are stored (`classroom_people.score`): person -> points in all. */
  scored(classroom: Classroom, scores: ReadonlyMap<string, number>): void {
    for (const [id, score] of scores) {
      const person = classroom.people.get(id);
      if (person) classroom.people.set(id, { ...person, score });
    }
    this.audience.people(classroom, scores.keys());
  }
}
