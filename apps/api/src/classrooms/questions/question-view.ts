/**
 * A question as somebody may see it. Before the reveal only teachers are told what is right, why, and what was answered: here
 * is the one place that decides it, and whatever leaves the service goes through here.
 */
import { type ClassroomQuestion, QUESTION_KINDS } from '@heapcast/contracts';
import type { Classroom } from '../classroom.js';
import type { AnswersSoFar } from '../audience.js';
import type { QuestionViews } from '../question-port.js';
import type { QuestionBook } from './question-book.js';

export function viewForTeachers(classroom: Classroom, book: QuestionBook): ClassroomQuestion {
  const { right, explanation } = book.record;
  return {
    ...head(book),
    right,
    explanation,
    answeredBy: book.answeredBy,
    histogram: book.histogram(naming(classroom, book)),
  };
}

/** @param personId whose own answer is told with it */
export function viewForOthers(classroom: Classroom, book: QuestionBook, personId?: string): ClassroomQuestion {
  const mine = personId === undefined ? undefined : book.mine(personId);
  const seen = { ...head(book), ...(mine ? { mine } : {}) };
  if (book.record.status !== 'revealed') return seen;
  const { right, explanation } = book.record;
  return { ...seen, right, explanation, histogram: book.histogram(naming(classroom, book)) };
}

/** For everybody who is connected: those who answered are told their own answer too. */
export function viewsOf(classroom: Classroom, book: QuestionBook): QuestionViews {
  return {
    teachers: viewForTeachers(classroom, book),
    others: viewForOthers(classroom, book),
    own: new Map(book.answeredBy.map((personId) => [personId, viewForOthers(classroom, book, personId)])),
  };
}

export function answersSoFar(classroom: Classroom, book: QuestionBook): AnswersSoFar {
  return {
    questionId: book.id,
    answered: book.answered,
    answeredBy: book.answeredBy,
    histogram: book.histogram(naming(classroom, book)),
  };
}

function naming(classroom: Classroom, { record }: QuestionBook): ((personId: string) => string) | null {
  if (!record.namesShown) return null;
  return (personId) => (classroom.people.get(personId) ?? classroom.removed.get(personId))?.name ?? '';
}

function head(book: QuestionBook): ClassroomQuestion {
  const { id, kind, status, prompt, unit, event, deadline, attempts, points } = book.record;
  return {
    id,
    kind: QUESTION_KINDS.find((known) => known === kind) ?? 'own',
    status,
    prompt,
    choices: book.choices,
    ...(unit === null ? {} : { unit }),
    event,
    deadline: deadline?.getTime() ?? null,
    attempts,
    points,
    answered: book.answered,
  };
}
