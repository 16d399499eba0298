/**
 * Questions of classrooms. One goes through: draft, asked, closed (by hand, at its deadline, or with the class), revealed. What
 * a change says is stored before anybody is told; a restart reads it all again and goes on.
 */
import type { ClassroomQuestion, ClassroomResults, GivenAnswer } from '@heapcast/contracts';
import { ClassroomQuestionsStore, ClassroomStore } from '@heapcast/database';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { notFound, ProblemException } from '../../problems/index.js';
import { checkPayload } from '../../streaming/acknowledgement.js';
import type { Classroom } from '../classroom.js';
import { ClassroomHost } from '../classroom-host.js';
import type { Membership } from '../membership.js';
import { type QuestionDesk, QuestionPort } from '../question-port.js';
import { AnswerDesk } from './answer-desk.js';
import { Deadlines } from './deadlines.js';
import { QuestionBook } from './question-book.js';
import { QuestionBooks } from './question-books.js';
import { QuestionMaker } from './question-maker.js';
import { AnswerPayload, type ChangeQuestionDto, type MakeQuestionDto } from './question.dto.js';
import { resultsOf } from './question-results.js';
import { viewForOthers, viewForTeachers, viewsOf } from './question-view.js';
import { gradesOf, pointsByPerson } from './grades.js';

@Injectable()
export class QuestionsService implements QuestionDesk, OnApplicationBootstrap {
  readonly #log = new Logger(QuestionsService.name);

  constructor(
    private readonly store: ClassroomQuestionsStore,
    private readonly classrooms: ClassroomStore,
    private readonly host: ClassroomHost,
    private readonly port: QuestionPort,
    private readonly books: QuestionBooks,
    private readonly maker: QuestionMaker,
    private readonly answers: AnswerDesk,
    private readonly deadlines: Deadlines,
  ) {}

  /** Deadlines that passed while the service was down are kept now. */
  async onApplicationBootstrap(): Promise<void> {
    this.port.register(this);
    for (const { id, classroomId, deadline } of await this.store.listAsked()) this.#keep(classroomId, id, deadline);
  }

  async make(member: Membership, bearer: string | undefined, wanted: MakeQuestionDto): Promise<ClassroomQuestion> {
    member.requireRole('teacher');
    member.requireOpen();
    const { classroom } = member;
    const record = await this.maker.make(classroom, bearer, wanted);
    return viewForTeachers(classroom, this.books.put(classroom, new QuestionBook(record, [])));
  }

  /** Drafts are the teachers' alone. */
  async list(member: Membership): Promise<readonly ClassroomQuestion[]> {
    const { classroom, isTeacher, personId } = member;
    const books = await this.books.all(classroom);
    if (isTeacher) return books.map((book) => viewForTeachers(classroom, book));
    return books
      .filter(({ record }) => record.status !== 'draft')
      .map((book) => viewForOthers(classroom, book, personId));
  }

  async change(member: Membership, id: string, change: ChangeQuestionDto): Promise<ClassroomQuestion> {
    member.requireRole('teacher');
    member.requireOpen();
    const { classroom } = member;
    const book = await this.books.get(classroom, id);
    return this.books.inTurn(classroom, async () => {
      await this.#change(classroom, book, change);
      return viewForTeachers(classroom, book);
    });
  }

  /** A draft is deleted. One that was asked is put away and stays in the results. */
  async remove(member: Membership, id: string): Promise<void> {
    member.requireRole('teacher');
    member.requireOpen();
    const { classroom } = member;
    const book = await this.books.get(classroom, id);
    await this.books.inTurn(classroom, async () => {
      if (book.record.status !== 'draft') return this.#putAway(classroom, book);
      await this.store.delete(id);
      this.books.drop(classroom, id);
    });
  }

  async results(member: Membership): Promise<ClassroomResults> {
    member.requireRole('teacher');
    const { classroom } = member;
    return resultsOf(classroom, await this.books.all(classroom));
  }

  // What the classroom asks ----------------------------------------------------------------------------------------------

  async present({ classroom, personId, isTeacher }: Membership): Promise<ClassroomQuestion | null> {
    const { questionId } = classroom.record;
    if (questionId === null) return null;
    const book = await this.books.get(classroom, questionId);
    return isTeacher ? viewForTeachers(classroom, book) : viewForOthers(classroom, book, personId);
  }

  async answer(member: Membership, payload: unknown): Promise<{ readonly mine: GivenAnswer }> {
    const { questionId, answer } = await checkPayload(AnswerPayload, payload);
    return this.answerTo(member, questionId, answer);
  }

  async answerTo(member: Membership, id: string, answer: string): Promise<{ readonly mine: GivenAnswer }> {
    const book = await this.books.get(member.classroom, id);
    if (book.record.status === 'draft') throw notFound('question', id);
    return { mine: await this.answers.take(member, book, answer) };
  }

  /** Told while the classroom is being closed: nothing here may wait for the classroom's own turn. */
  async closed(classroom: Classroom): Promise<void> {
    const { questionId } = classroom.record;
    if (questionId === null) return;
    const book = await this.books.get(classroom, questionId);
    if (book.record.status === 'asked') await this.#close(book);
  }

  // Steps, one after the other -------------------------------------------------------------------------------------------

  async #change(classroom: Classroom, book: QuestionBook, change: ChangeQuestionDto): Promise<void> {
    if (change.away) return this.#putAway(classroom, book);
    const { status, seconds, attempts, points, names } = change;
    const { record } = book;
    if (seconds !== undefined && status !== 'asked' && record.status !== 'asked') {
      throw conflict('A time limit belongs to a question that is being asked.');
    }
    if ((attempts !== undefined || points !== undefined) && record.status === 'revealed') {
      throw conflict('The question is revealed and graded: its attempts and points stay what they are.');
    }
    if ((points ?? record.points) > 0 && record.right === '') {
      throw conflict('Nobody can be right: the question has no right answer, so it cannot have points.');
    }
    const asks = status === 'asked' && record.status !== 'asked';
    if (asks) await this.#requireAskable(classroom, book);
    const data = {
      ...(attempts === undefined ? {} : { attempts }),
      ...(points === undefined ? {} : { points }),
      ...(names === undefined ? {} : { namesShown: names }),
      ...(seconds === undefined ? {} : { deadline: seconds === null ? null : new Date(Date.now() + seconds * 1000) }),
      ...(asks ? { status: 'asked' as const, askedAt: new Date() } : {}),
    };
    if (Object.keys(data).length > 0) book.record = await this.store.change(book.id, data);
    if (asks) await this.#setCurrent(classroom, book.id);
    if (asks || seconds !== undefined) this.#keep(classroom.id, book.id, book.record.deadline);
    if (status === 'closed') await this.#closeByHand(book);
    if (status === 'revealed') await this.#reveal(classroom, book);
    if (classroom.record.questionId === book.id) this.port.publish(classroom, viewsOf(classroom, book));
  }

  async #requireAskable(classroom: Classroom, { record }: QuestionBook): Promise<void> {
    if (record.status !== 'draft') {
      throw conflict(`The question is ${record.status} already; to ask the same again, make it again.`);
    }
    const { questionId } = classroom.record;
    const current = questionId === null ? null : await this.books.get(classroom, questionId);
    if (current?.record.status === 'asked') throw conflict('Another question is being asked: close it first.');
  }

  async #closeByHand(book: QuestionBook): Promise<void> {
    const { status } = book.record;
    if (status === 'draft') throw conflict('The question was not asked yet.');
    if (status === 'revealed') throw conflict('The question is revealed already.');
    if (status === 'asked') await this.#close(book);
  }

  /** What was taken is stored first; from here on nothing is taken. */
  async #close(book: QuestionBook): Promise<void> {
    book.closing = true;
    this.deadlines.forget(book.id);
    try {
      await book.drained();
      book.record = await this.store.change(book.id, { status: 'closed', closedAt: new Date() });
    } finally {
      book.closing = false;
    }
  }

  async #reveal(classroom: Classroom, book: QuestionBook): Promise<void> {
    if (book.record.status === 'revealed') return;
    if (book.record.status === 'draft') throw conflict('The question was not asked yet.');
    if (book.record.status === 'asked') await this.#close(book);
    const grades = gradesOf(book);
    book.record = await this.store.reveal(book.id, [...grades.values()]);
    book.regrade((answer) => ({ ...answer, ...grades.get(answer) }));
    const earned = pointsByPerson(grades.values());
    const scores = [...earned].flatMap(([id, points]) => {
      const person = classroom.people.get(id) ?? classroom.removed.get(id);
      return person && points > 0 ? [[id, person.score + points] as const] : [];
    });
    if (scores.length > 0) this.port.scored(classroom, new Map(scores));
  }

  async #putAway(classroom: Classroom, book: QuestionBook): Promise<void> {
    if (book.record.status === 'asked') await this.#close(book);
    if (classroom.record.questionId !== book.id) return;
    await this.#setCurrent(classroom, null);
    this.port.publish(classroom, { teachers: null, others: null });
  }

  async #setCurrent(classroom: Classroom, questionId: string | null): Promise<void> {
    await classroom.inTurn(async () => {
      const record = await this.classrooms.change(classroom.id, { questionId });
      if (record) classroom.record = record;
    });
  }

  #keep(classroomId: string, id: string, deadline: Date | null): void {
    this.deadlines.keep(id, deadline, () => {
      this.#closeAtDeadline(classroomId, id).catch((error: unknown) => {
        this.#log.error(`question ${id} was not closed at its deadline: ${String(error)}`);
        // It takes no answers all the same; the next try makes it known.
        this.#keep(classroomId, id, new Date(Date.now() + RETRY_MILLISECONDS));
      });
    });
  }

  async #closeAtDeadline(classroomId: string, id: string): Promise<void> {
    const classroom = await this.host.get(classroomId);
    const book = await this.books.get(classroom, id);
    await this.books.inTurn(classroom, async () => {
      const { status, deadline } = book.record;
      if (status !== 'asked' || deadline === null || !classroom.isOpen) return;
      // It was given more time meanwhile.
      if (deadline.getTime() > Date.now()) return this.#keep(classroomId, id, deadline);
      await this.#close(book);
      if (classroom.record.questionId === id) this.port.publish(classroom, viewsOf(classroom, book));
    });
  }
}

const RETRY_MILLISECONDS = 5000;

function conflict(detail: string): ProblemException {
  return new ProblemException('conflict', detail);
}
