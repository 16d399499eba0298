/** The questions of classrooms that are in memory, read once with their answers; they go when their classroom goes. */
import { ClassroomQuestionsStore } from '@heapcast/database';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../problems/index.js';
import type { Classroom } from '../classroom.js';
import { QuestionBook } from './question-book.js';

interface Shelf {
  /** In the order of making. */
  readonly books: Map<string, QuestionBook>;
  /** The last change on its way. */
  last: Promise<unknown>;
}

@Injectable()
export class QuestionBooks {
  readonly #shelves = new WeakMap<Classroom, Promise<Shelf>>();

  constructor(private readonly store: ClassroomQuestionsStore) {}

  /** @throws ProblemException `not-found`, also for a question of another classroom */
  async get(classroom: Classroom, id: string): Promise<QuestionBook> {
    const { books } = await this.#shelf(classroom);
    const book = books.get(id);
    if (!book) throw notFound('question', id);
    return book;
  }

  async all(classroom: Classroom): Promise<readonly QuestionBook[]> {
    return [...(await this.#shelf(classroom)).books.values()];
  }

  /** One that was stored just now. */
  put(classroom: Classroom, book: QuestionBook): QuestionBook {
    void this.#shelf(classroom).then(({ books }) => books.set(book.id, books.get(book.id) ?? book));
    return book;
  }

  drop(classroom: Classroom, id: string): void {
    void this.#shelf(classroom).then(({ books }) => books.delete(id));
  }

  /** One change of a classroom's questions after the other. */
  async inTurn<T>(classroom: Classroom, work: () => Promise<T>): Promise<T> {
    const shelf = await this.#shelf(classroom);
    const turn = shelf.last.then(work);
    shelf.last = turn.catch(() => undefined);
    return turn;
  }

  #shelf(classroom: Classroom): Promise<Shelf> {
    let shelf = this.#shelves.get(classroom);
    if (!shelf) {
      shelf = this.#read(classroom.id);
      this.#shelves.set(classroom, shelf);
      // A failure is told to who asked, and the next one tries again.
      shelf.catch(() => this.#shelves.delete(classroom));
    }
    return shelf;
  }

  async #read(classroomId: string): Promise<Shelf> {
    const [records, answers] = await Promise.all([this.store.list(classroomId), this.store.answersIn(classroomId)]);
    const books = new Map(records.map((record) => [record.id, new QuestionBook(record, [])]));
    for (const answer of answers) books.get(answer.questionId)?.add(answer);
    return { books, last: Promise.resolve() };
  }
}
