/** Takes answers: who may answer, in time, with attempts left, one of the choices; stored before it is acknowledged. */
import type { GivenAnswer } from '@heapcast/contracts';
import { ClassroomQuestionsStore } from '@heapcast/database';
import { canonicalAnswer } from '@heapcast/questions';
import { Injectable } from '@nestjs/common';
import { invalid, ProblemException } from '../../problems/index.js';
import type { Membership } from '../membership.js';
import { QuestionPort } from '../question-port.js';
import type { QuestionBook } from './question-book.js';
import { answersSoFar } from './question-view.js';

@Injectable()
export class AnswerDesk {
  constructor(
    private readonly store: ClassroomQuestionsStore,
    private readonly port: QuestionPort,
  ) {}

  /** @throws ProblemException `forbidden`, `conflict`, `invalid-request` */
  async take(member: Membership, book: QuestionBook, given: string): Promise<GivenAnswer> {
    requireStudent(member);
    member.requireOpen();
    const answer = canonicalAnswer(book, given);
    if (answer === null) throw invalid('answer', wanted(book));
    requireTime(book);
    return book.inTurn(member.personId, () => this.#take(member, book, answer));
  }

  async #take(member: Membership, book: QuestionBook, answer: string): Promise<GivenAnswer> {
    // While it waited for its turn, a teacher or the clock may have been faster.
    requireStudent(member);
    requireTime(book);
    const { classroom, personId } = member;
    const last = book.lastOf(personId);
    const attempt = (last?.attempt ?? 0) + 1;
    // The same once more is a retry of who did not hear the first acknowledgement.
    if (last && last.answer === answer) return { answer, attempt: last.attempt };
    const { attempts } = book.record;
    if (attempt > attempts) {
      const had =
        attempts === 1 ? 'You have answered, and one answer was allowed' : `All ${attempts} attempts are used`;
      throw new ProblemException('conflict', `${had}: the last answer stands.`);
    }
    book.add(await this.store.addAnswer({ questionId: book.id, personId, attempt, answer }));
    this.port.answers(classroom, answersSoFar(classroom, book));
    return { answer, attempt };
  }
}

function requireStudent({ person }: Membership): void {
  if (person.role === 'observer') {
    throw new ProblemException('forbidden', 'Observers watch and answer nothing.');
  }
  if (person.role !== 'student') {
    throw new ProblemException('forbidden', 'Teachers see what is right, so their answers are not taken.');
  }
  if (person.muted) throw new ProblemException('forbidden', 'A teacher has muted you: your answers are not taken now.');
}

function requireTime(book: QuestionBook): void {
  if (book.takesAnswers(Date.now())) return;
  const { status, deadline } = book.record;
  const isLate = status !== 'revealed' && deadline !== null && Date.now() >= deadline.getTime();
  throw new ProblemException(
    'conflict',
    isLate
      ? 'The time for answers is over.'
      : `The question is ${status === 'asked' ? 'being closed' : status}: it takes no more answers.`,
  );
}

function wanted({ choices }: QuestionBook): string {
  return choices.length > 0
    ? `must be the id of a choice: ${choices.map(({ id }) => id).join(', ')}`
    : 'must be a number, such as 42 or 2.5';
}
