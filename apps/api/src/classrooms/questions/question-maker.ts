/** Makes questions and stores them as drafts: from the model, or as a teacher wrote them. */
import { randomUUID } from 'node:crypto';
import { type ClassroomQuestionRecord, ClassroomQuestionsStore } from '@heapcast/database';
import { canonicalAnswer, type GeneratedKind } from '@heapcast/questions';
import { Injectable } from '@nestjs/common';
import { invalid, ProblemException } from '../../problems/index.js';
import type { Classroom } from '../classroom.js';
import { cleanText } from './clean-text.js';
import type { MakeQuestionDto } from './question.dto.js';
import { QuestionSource, type WantedMoment } from './question-source.js';

export const MOST_QUESTIONS = 500;

/** What only a teacher's own question has, and what only a generated one has. */
const OWN_FIELDS = ['prompt', 'choices', 'right', 'explanation', 'unit'] as const;
const LETTERS = 'abcdefgh';

@Injectable()
export class QuestionMaker {
  constructor(
    private readonly store: ClassroomQuestionsStore,
    private readonly source: QuestionSource,
  ) {}

  /** @throws ProblemException `invalid-request`, `invalid-position`, `cannot-be-asked`, `limit-reached` */
  async make(
    classroom: Classroom,
    bearer: string | undefined,
    wanted: MakeQuestionDto,
  ): Promise<ClassroomQuestionRecord> {
    const made = await this.store.count(classroom.id);
    if (made >= MOST_QUESTIONS) {
      throw new ProblemException('limit-reached', `A classroom has at most ${MOST_QUESTIONS} questions.`);
    }
    const moment: WantedMoment = { bearer, event: wanted.event };
    const id = randomUUID();
    if (wanted.kind === 'own') return this.#own(classroom, id, moment, wanted);
    return this.#generated(classroom, { id, kind: wanted.kind, made }, moment, wanted);
  }

  async #generated(
    classroom: Classroom,
    { id, kind, made }: { readonly id: string; readonly kind: GeneratedKind; readonly made: number },
    moment: WantedMoment,
    wanted: MakeQuestionDto,
  ): Promise<ClassroomQuestionRecord> {
    for (const field of OWN_FIELDS) {
      if (wanted[field] !== undefined) throw invalid(field, 'belongs to a question of kind own');
    }
    const { seed, ...options } = wanted.options ?? {};
    // Asked twice at the same moment, it is another question, and the same list gives the same questions again.
    const chosen = { ...options, seed: seed ?? (moment.event ?? classroom.lead.event) * 31 + made };
    const { kind: _, ...question } = await this.source.generate(classroom, kind, moment, chosen);
    return this.store.create({
      ...question,
      id,
      kind,
      classroomId: classroom.id,
      unit: question.unit ?? null,
      choices: { items: question.choices },
      details: chosen,
    });
  }

  async #own(
    classroom: Classroom,
    id: string,
    moment: WantedMoment,
    wanted: MakeQuestionDto,
  ): Promise<ClassroomQuestionRecord> {
    if (wanted.options !== undefined) throw invalid('options', 'are for questions that the service makes');
    const prompt = cleanText(wanted.prompt ?? '');
    if (prompt === '') throw invalid('prompt', 'must be the question');
    const texts = (wanted.choices ?? []).map(cleanText);
    if (texts.length === 1) throw invalid('choices', 'must be two at least, or none to ask for a number');
    const empty = texts.indexOf('');
    if (empty >= 0) throw invalid(`choices[${empty}]`, 'must not be empty');
    if (new Set(texts).size < texts.length) throw invalid('choices', 'must each be there once');
    if (wanted.unit !== undefined && texts.length > 0) throw invalid('unit', 'belongs to a number');
    const choices = texts.map((text, index) => ({ id: LETTERS[index], text }));
    return this.store.create({
      id,
      classroomId: classroom.id,
      kind: 'own',
      prompt,
      choices: { items: choices },
      unit: wanted.unit === undefined ? null : cleanText(wanted.unit),
      event: await this.source.position(classroom, moment),
      right: rightOf(choices, wanted.right),
      explanation: cleanText(wanted.explanation ?? ''),
      details: null,
    });
  }
}

/** A choice's id or the number; empty = nobody is right. */
function rightOf(
  choices: readonly { readonly id: string; readonly text: string }[],
  right: string | undefined,
): string {
  const text = cleanText(right ?? '');
  if (text === '') return '';
  if (choices.length > 0) {
    const chosen = choices.find((choice) => choice.text === text);
    if (chosen) return chosen.id;
    throw invalid('right', 'must be the text of one of the choices');
  }
  const number = canonicalAnswer({ choices: [] }, text);
  if (number !== null) return number;
  throw invalid('right', 'must be a number, as the question has no choices');
}
