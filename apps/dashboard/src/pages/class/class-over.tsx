/** The console when the class is over: what came of it, and where what it was about lies. */
import { counted } from '../../words/amounts.js';
import { QuestionStage } from './question-stage.js';
import type { Teaching } from './teaching.js';

export function ClassOver({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  const question = teaching.question.value;
  // What was asked can still be looked at.
  if (question) {
    return (
      <>
        <QuestionStage key={question.id} teaching={teaching} question={question} />
        <button class="button large" type="button" onClick={() => (teaching.desk.value = { kind: 'lesson' })}>
          Back to the results
        </button>
      </>
    );
  }
  const subject = classroom.state.value?.subject;
  const students = classroom.people.value.filter(({ role }) => role === 'student');
  const asked = teaching.questions.value.filter(({ status }) => status !== 'draft').length;
  const best = students.toSorted((one, other) => (other.score ?? 0) - (one.score ?? 0));
  return (
    <section class="class-over">
      <h1>Class is over</h1>
      <p class="stage-sub">
        {counted(students.length, 'student')}, {counted(asked, 'question')}.
      </p>
      {best.some(({ score }) => score !== undefined && score > 0) && (
        <ol class="scores">
          {best.map(({ id, name, score = 0 }) => (
            <li key={id}>
              <bdi>{name}</bdi> <span class="num">{counted(score, 'point')}</span>
            </li>
          ))}
        </ol>
      )}
      {subject && (
        <a class="button large" href={`/${subject.kind === 'run' ? 'r' : 's'}/${subject.id}`}>
          Open the {subject.kind === 'run' ? 'recording' : 'session'} alone
        </a>
      )}
    </section>
  );
}
