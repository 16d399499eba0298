/** Grades of a question's answers: every attempt is right or wrong, and the last one of a person earns the points. */
import type { ClassroomAnswerRecord, Grade } from '@heapcast/database';
import { isRight } from '@heapcast/questions';
import type { QuestionBook } from './question-book.js';

export function gradesOf(book: QuestionBook): Map<ClassroomAnswerRecord, Grade> {
  const { right: rightAnswer, points: worth } = book.record;
  const grades = new Map<ClassroomAnswerRecord, Grade>();
  for (const answer of book.all()) {
    const { personId, attempt } = answer;
    // A teacher's question may have no right answer: then nobody is.
    const right = rightAnswer !== '' && isRight({ choices: book.choices, right: rightAnswer }, answer.answer);
    const counts = book.lastOf(personId)?.attempt === attempt;
    grades.set(answer, { personId, attempt, right, points: right && counts ? worth : 0 });
  }
  return grades;
}

export function pointsByPerson(grades: Iterable<Grade>): Map<string, number> {
  const earned = new Map<string, number>();
  for (const { personId, points } of grades) earned.set(personId, (earned.get(personId) ?? 0) + points);
  return earned;
}
