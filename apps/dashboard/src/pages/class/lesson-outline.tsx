/** The lesson: the steps of the scenario or the moments that were kept, and the questions. */
import type { QuestionStatus } from '@heapcast/contracts';
import { Icon } from '../../shell/icons.js';
import { count } from '../../words/amounts.js';
import type { Teaching } from './teaching.js';

export function LessonOutline({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  return (
    <nav class="outline" aria-label="Lesson">
      <h2>
        <bdi>{teaching.follower.picture.value?.about.value?.name ?? classroom.state.value?.title}</bdi>
      </h2>
      <Steps teaching={teaching} />
      <Kept teaching={teaching} />
      <Questions teaching={teaching} />
    </nav>
  );
}

function Steps({ teaching }: { readonly teaching: Teaching }) {
  const steps = teaching.steps.value;
  const at = teaching.follower.at.value;
  if (steps.length === 0) return null;
  const next = steps.find(({ isDone }) => !isDone);
  // The present step is the last one that led as far as the class is.
  const present = steps.findLast(({ to, isDone }) => isDone && to !== null && to <= at);
  const isLesson = teaching.desk.value.kind === 'lesson';
  return (
    <ol>
      {steps.map((step) => {
        const { to } = step;
        const mayGo = step.isDone ? to !== null && teaching.classroom.drives.value : teaching.mayPlaySteps;
        const go = (): void => {
          teaching.desk.value = { kind: 'lesson' };
          if (!step.isDone) void teaching.classroom.attempt(teaching.playStep(step.step));
          else if (to !== null) teaching.seek(to);
        };
        return (
          <li key={step.step}>
            <button
              type="button"
              class={step.isDone ? 'done' : step === next ? 'next' : ''}
              disabled={!mayGo}
              aria-current={isLesson && step === present ? 'step' : undefined}
              title={step.sentence}
              onClick={go}
            >
              {step.isDone ? <Icon name="check" /> : <i class="mark" />}
              <span>{step.sentence}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Kept({ teaching }: { readonly teaching: Teaching }) {
  const { events } = teaching.moments.kept.value;
  const isOver = teaching.classroom.over.value !== null;
  const at = teaching.follower.at.value;
  const isLesson = teaching.desk.value.kind === 'lesson';
  return (
    <>
      {events.length > 0 && <h3>Moments</h3>}
      <ol>
        {events.map((event) => (
          <li key={event}>
            <button
              type="button"
              aria-current={isLesson && event === at ? 'step' : undefined}
              onClick={() => {
                teaching.desk.value = { kind: 'lesson' };
                teaching.seek(event);
              }}
            >
              <i class="mark" />
              <span class="num">Event {count(event)}</span>
            </button>
          </li>
        ))}
      </ol>
      {!isOver && (
        <button class="outline-add" type="button" onClick={() => teaching.moments.toggle(at)}>
          {events.includes(at) ? 'Let this moment go' : 'Keep this moment'}
        </button>
      )}
    </>
  );
}

const STATES: Readonly<Record<QuestionStatus, string>> = {
  draft: 'not asked yet',
  asked: 'asked now',
  closed: 'closed',
  revealed: 'revealed',
};

function Questions({ teaching }: { readonly teaching: Teaching }) {
  const desk = teaching.desk.value;
  const chosen = desk.kind === 'question' ? desk.id : null;
  return (
    <>
      <h3>Questions</h3>
      <ol>
        {teaching.questions.value.map(({ id, prompt, status }) => (
          <li key={id}>
            <button
              type="button"
              class={status === 'revealed' ? 'done' : ''}
              aria-current={id === chosen ? 'step' : undefined}
              title={`${prompt} (${STATES[status]})`}
              onClick={() => (teaching.desk.value = { kind: 'question', id })}
            >
              {status === 'revealed' ? <Icon name="check" /> : <i class="mark" />}
              <span>
                <bdi>{prompt}</bdi>
                <span class="unseen">, {STATES[status]}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {teaching.classroom.over.value === null && (
        <button class="outline-add" type="button" onClick={() => (teaching.desk.value = { kind: 'compose' })}>
          Add a question
        </button>
      )}
    </>
  );
}
