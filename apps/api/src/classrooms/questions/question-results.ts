/** What came of the questions that were asked: everybody who ever joined and was asked, with what counted of theirs. */
import type { ClassroomResults, PersonResult, QuestionResult } from '@heapcast/contracts';
import type { ClassroomPersonRecord } from '@heapcast/database';
import type { Classroom } from '../classroom.js';
import type { QuestionBook } from './question-book.js';
import { viewForTeachers } from './question-view.js';

export function resultsOf(classroom: Classroom, books: readonly QuestionBook[]): ClassroomResults {
  const asked = books.filter(({ record }) => record.status !== 'draft');
  const students = [...classroom.people.values(), ...classroom.removed.values()]
    .filter((person) => person.role === 'student' || asked.some((book) => book.lastOf(person.id)))
    .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1));
  return {
    questions: asked.map((book) => viewForTeachers(classroom, book)),
    people: students.map((person) => resultOf(person, asked)),
  };
}

function resultOf({ id, name, score, removedAt }: ClassroomPersonRecord, asked: readonly QuestionBook[]): PersonResult {
  const answers = asked.flatMap((book): QuestionResult[] => {
    const mine = book.mine(id);
    const last = book.lastOf(id);
    if (!mine || !last) return [];
    const text = book.choices.find((choice) => choice.id === mine.answer)?.text ?? mine.answer;
    return [{ questionId: book.id, ...mine, text, at: last.createdAt.toISOString() }];
  });
  return { personId: id, name, removed: removedAt !== null, score, answers };
}
