/**
 * One question in memory: what is stored of it and of its answers. An answer is in the book once it is stored; while it is on
 * its way, its person's next one waits, and closing waits for all of them.
 */
import type { Choice, GivenAnswer, HistogramBar } from '@heapcast/contracts';
import type { ClassroomAnswerRecord, ClassroomQuestionRecord } from '@heapcast/database';

export class QuestionBook {
  /** Answers are taken no more, though that may not be stored yet. */
  closing = false;
  readonly #answers = new Map<string, ClassroomAnswerRecord[]>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #writing = 0;
  #drained: (() => void)[] = [];

  constructor(
    public record: ClassroomQuestionRecord,
    answers: readonly ClassroomAnswerRecord[],
  ) {
    for (const answer of answers) this.add(answer);
  }

  get id(): string {
    return this.record.id;
  }

  get choices(): readonly Choice[] {
    // Written by `make`, which is the only way in.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (this.record.choices.items ?? []) as readonly Choice[];
  }

  /** Does it take answers at this moment of the server's clock? */
  takesAnswers(now: number): boolean {
    const { status, deadline } = this.record;
    return status === 'asked' && !this.closing && (deadline === null || now < deadline.getTime());
  }

  get answered(): number {
    return this.#answers.size;
  }

  /** People, in the order of their first answers. */
  get answeredBy(): readonly string[] {
    return [...this.#answers.keys()];
  }

  add(answer: ClassroomAnswerRecord): void {
    const own = this.#answers.get(answer.personId);
    if (own) own.push(answer);
    else this.#answers.set(answer.personId, [answer]);
  }

  /** Every attempt of everybody. */
  *all(): Generator<ClassroomAnswerRecord> {
    for (const own of this.#answers.values()) yield* own;
  }

  /** The last answer of a person: the one that counts. */
  lastOf(personId: string): ClassroomAnswerRecord | undefined {
    return this.#answers.get(personId)?.at(-1);
  }

  /** What was graded takes the place of what was answered. */
  regrade(grade: (answer: ClassroomAnswerRecord) => ClassroomAnswerRecord): void {
    for (const [personId, own] of this.#answers) this.#answers.set(personId, own.map(grade));
  }

  /** One answer of a person after the other. */
  async inTurn<T>(personId: string, work: () => Promise<T>): Promise<T> {
    this.#writing++;
    const before = this.#turns.get(personId) ?? Promise.resolve();
    const turn = before.then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(personId, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(personId) === settled) this.#turns.delete(personId);
      if (--this.#writing === 0) for (const resolve of this.#drained.splice(0)) resolve();
    }
  }

  /** Resolves when no answer is on its way. */
  async drained(): Promise<void> {
    if (this.#writing > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Last answers, in the order of the choices; numbers by their size. */
  histogram(nameOf: ((personId: string) => string) | null): readonly HistogramBar[] {
    const people = new Map<string, string[]>(this.choices.map(({ id }) => [id, []]));
    for (const personId of this.#answers.keys()) {
      const { answer } = this.lastOf(personId) ?? { answer: '' };
      people.set(answer, [...(people.get(answer) ?? []), personId]);
    }
    const bars = [...people].map(([answer, ids]) => ({
      answer,
      count: ids.length,
      ...(nameOf ? { names: ids.map(nameOf) } : {}),
    }));
    return this.choices.length > 0 ? bars : bars.sort((one, other) => Number(one.answer) - Number(other.answer));
  }

  /** What a person answered last; right or wrong only after the reveal. */
  mine(personId: string): GivenAnswer | undefined {
    const last = this.lastOf(personId);
    if (!last) return undefined;
    const { answer, attempt, right, points } = last;
    if (this.record.status !== 'revealed') return { answer, attempt };
    return { answer, attempt, right: right ?? false, points: points ?? 0 };
  }
}
