/** What a teacher has on the desk: the questions, the code, the steps of the scenario, the moments that were kept. */
import type { ClassroomQuestion, JoinCode, LeadChange } from '@heapcast/contracts';
import { batch, computed, effect, signal } from '@preact/signals';
import type { Classroom } from '../../service/classroom.js';
import type { QuestionChange, WantedQuestion } from '../../service/classrooms.js';
import { json } from '../../service/rest.js';
import type { Follower } from './follower.js';
import { Moments } from './moments.js';

/** What the middle of the console is about. */
export type Desk =
  { readonly kind: 'lesson' } | { readonly kind: 'compose' } | { readonly kind: 'question'; readonly id: string };

export interface Step {
  readonly step: number;
  readonly sentence: string;
  readonly isDone: boolean;
  /** The last event of what was played of it. */
  readonly to: number | null;
}

interface StepsView {
  readonly steps: readonly Step[];
}

export class Teaching {
  readonly desk = signal<Desk>({ kind: 'lesson' });
  readonly questions = signal<readonly ClassroomQuestion[]>([]);
  readonly code = signal<JoinCode | null>(null);
  readonly codePicture = signal<string | null>(null);
  /** Of the scenario that the session plays; none = it plays none. */
  readonly steps = signal<readonly Step[]>([]);
  /** The person whose card is open. */
  readonly person = signal<string | null>(null);
  readonly moments: Moments;
  /** The question in the middle, as it is now. */
  readonly question = computed(() => {
    const desk = this.desk.value;
    if (desk.kind !== 'question') return null;
    const asked = this.classroom.question.value;
    return asked?.id === desk.id ? asked : (this.questions.value.find(({ id }) => id === desk.id) ?? null);
  });

  readonly #stops: (() => void)[] = [];
  readonly #wantedCode = computed(() => this.classroom.state.value?.code);
  /** The session that plays a scenario. */
  readonly #playing = computed(() => {
    const subject = this.classroom.state.value?.subject;
    return subject?.scenario ? subject.id : null;
  });
  #stepsOf = '';
  #asked: ClassroomQuestion | null = null;

  constructor(
    readonly classroom: Classroom,
    readonly follower: Follower,
  ) {
    this.moments = new Moments(classroom.who.classroomId);
  }

  open(): void {
    this.#stops.push(
      effect(() => {
        const isOver = this.classroom.over.value === 'closed';
        if (isOver) this.desk.value = { kind: 'lesson' };
        if (isOver || this.classroom.connection.value === 'open') void this.classroom.attempt(this.#read());
      }),
      effect(() => {
        // Another teacher may have made a new one.
        const code = this.#wantedCode.value;
        if (code !== undefined) void this.classroom.attempt(this.#readCode(code));
      }),
      effect(() => {
        // A question that is asked, by whichever teacher, is what the class is about.
        const asked = this.classroom.question.value;
        const before = this.#asked;
        this.#asked = asked;
        if (!asked) return;
        this.#keep(asked);
        if (asked.id !== before?.id) this.desk.value = { kind: 'question', id: asked.id };
      }),
      effect(() => {
        const session = this.#playing.value;
        if (session === null) this.steps.value = [];
        else void this.#readSteps(session, this.classroom.heard.value);
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  async #read(): Promise<void> {
    this.questions.value = await this.classroom.desk.questions();
  }

  async #readCode(wanted: string | null): Promise<void> {
    const { desk } = this.classroom;
    const code = wanted === null ? null : await desk.code();
    this.code.value = code;
    this.codePicture.value = code === null ? null : await desk.codePicture();
  }

  lead(change: LeadChange): void {
    if (this.classroom.drives.value) void this.classroom.lead(change);
  }

  seek(event: number): void {
    this.lead({ event: Math.max(0, Math.min(this.follower.end.value, Math.round(event))), speed: 0 });
  }

  /** Questions --------------------------------------------------------------------------------------------------- */

  async make(wanted: WantedQuestion): Promise<void> {
    const draft = await this.classroom.desk.makeQuestion(wanted);
    this.#keep(draft);
    this.desk.value = { kind: 'question', id: draft.id };
  }

  async change(id: string, change: QuestionChange): Promise<void> {
    this.#keep(await this.classroom.desk.changeQuestion(id, change));
  }

  async giveTime({ id, deadline }: ClassroomQuestion, seconds: number): Promise<void> {
    const left = deadline === null ? 0 : Math.ceil(this.classroom.until(deadline) / 1000);
    await this.change(id, { seconds: Math.max(0, left) + seconds });
  }

  async drop(id: string): Promise<void> {
    await this.classroom.desk.dropQuestion(id);
    batch(() => {
      this.questions.value = this.questions.value.filter((each) => each.id !== id);
      this.desk.value = { kind: 'lesson' };
    });
  }

  /** After the reveal: the event itself, before everybody's eyes. */
  async play(question: ClassroomQuestion): Promise<void> {
    await this.putAway(question);
    const next = this.steps.value.find(({ isDone }) => !isDone);
    if (question.event < this.follower.end.value) this.seek(question.event + 1);
    else if (next && this.mayPlaySteps) await this.playStep(next.step);
  }

  /** The same once more, as a new question: the old answers stay what they are. */
  async again(question: ClassroomQuestion): Promise<void> {
    const { kind, event, prompt, choices, right, explanation } = question;
    const rightText = choices.find(({ id }) => id === right)?.text;
    if (kind !== 'own') return this.make({ kind, event });
    return this.make({
      kind,
      event,
      prompt,
      choices: choices.map(({ text }) => text),
      ...(rightText === undefined ? {} : { right: rightText }),
      ...(explanation === undefined ? {} : { explanation }),
    });
  }

  /** The class goes back to the picture. */
  async putAway(question: ClassroomQuestion): Promise<void> {
    if (this.classroom.question.value?.id === question.id) await this.classroom.desk.putAway(question.id);
    this.desk.value = { kind: 'lesson' };
  }

  /** Steps ------------------------------------------------------------------------------------------------------- */

  /** Whoever drives plays the steps, from any browser, unless the class may only look on. */
  get mayPlaySteps(): boolean {
    return this.classroom.drives.value && this.classroom.state.value?.subject.mayWrite === true;
  }

  /** Plays up to step `until`: the class is led there. */
  async playStep(until: number): Promise<void> {
    await this.classroom.request({ steps: { until } });
  }

  async #readSteps(session: string, heard: number): Promise<void> {
    const key = `${session} ${heard}`;
    if (key === this.#stepsOf) return;
    this.#stepsOf = key;
    const path = `/v1/sessions/${encodeURIComponent(session)}/steps`;
    const view = await json<StepsView>(path, { token: this.classroom.who.token }).catch(() => null);
    if (view && key === this.#stepsOf) this.steps.value = view.steps;
  }

  #keep(question: ClassroomQuestion): void {
    const known = this.questions.peek();
    const isKnown = known.some(({ id }) => id === question.id);
    this.questions.value = isKnown
      ? known.map((each) => (each.id === question.id ? question : each))
      : [...known, question];
  }
}
