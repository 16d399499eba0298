/** A question in the middle of the console: preview, ask, answers as they come, reveal, and the event itself. */
import type { ClassroomQuestion } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Icon } from '../../shell/icons.js';
import { counted } from '../../words/amounts.js';
import { AnswerFigure } from './answer-figure.js';
import { AskTerms, type Terms } from './ask-terms.js';
import { Deadline } from './deadline.js';
import { useTiles } from './question-view.js';
import type { Teaching } from './teaching.js';
import { answerText, explained, isPoll, rightAnswer, rightOnes } from './words.js';

/** What a teacher gives when the class is not done yet. */
const MORE_SECONDS = 30;

interface QuestionStageProps {
  readonly teaching: Teaching;
  readonly question: ClassroomQuestion;
}

export function QuestionStage({ teaching, question }: QuestionStageProps) {
  const { classroom, follower } = teaching;
  const tiles = useTiles(follower.picture.value, question);
  const isAsked = question.status !== 'draft';
  const right = rightAnswer(question);
  return (
    <>
      <h1 dir="auto">{question.prompt}</h1>
      <p class="stage-sub">
        {question.status === 'revealed' ? (
          <bdi>{explained(question)}</bdi>
        ) : question.status === 'draft' ? (
          <>
            A preview: nobody but teachers sees it yet.
            {right !== undefined && (
              <>
                {' '}
                Right is: <bdi>{answerText(question, right)}</bdi>.
              </>
            )}
          </>
        ) : (
          <>
            {question.status === 'closed' ? 'Answers are closed. ' : ''}
            {question.points > 0 ? `${counted(question.points, 'point')}. ` : ''}
            {question.status === 'asked' && question.deadline !== null && (
              <Deadline until={question.deadline} classroom={classroom} />
            )}
          </>
        )}
      </p>
      <div class="stage-answers">
        <AnswerFigure question={question} tiles={tiles} withBars={isAsked} />
      </div>
      <Actions teaching={teaching} question={question} />
    </>
  );
}

function Actions({ teaching, question }: QuestionStageProps) {
  const { classroom } = teaching;
  const points = isPoll(question) ? 0 : question.points || 1;
  const terms = useMemo(() => signal<Terms>({ seconds: null, attempts: 10, points }), []);
  const isOff = classroom.connection.value !== 'open' || classroom.over.value !== null;
  const run = (work: () => Promise<unknown>) => (): void => void classroom.attempt(work());
  const { id, status } = question;
  if (status === 'draft') {
    const ask = run(() => teaching.change(id, { status: 'asked', ...terms.value }));
    return (
      <div class="stage-actions">
        <button class="button primary large" type="button" disabled={isOff} onClick={ask}>
          Ask
        </button>
        <AskTerms terms={terms} isPoll={isPoll(question)} />
        <span class="grow" />
        <button class="button large" type="button" onClick={run(() => teaching.drop(id))}>
          Discard
        </button>
      </div>
    );
  }
  const hasNames = question.histogram?.some(({ names }) => names !== undefined) ?? false;
  const right = rightOnes(question);
  const mayPlay = question.kind !== 'own' && classroom.drives.value;
  if (status === 'revealed') {
    return (
      <div class="stage-actions">
        <button
          class="button primary large"
          type="button"
          disabled={isOff}
          onClick={run(() => (mayPlay ? teaching.play(question) : teaching.putAway(question)))}
        >
          {mayPlay ? 'Play the event' : 'Go on'}
          <Icon name="arrow" />
        </button>
        <button class="button large" type="button" disabled={isOff} onClick={run(() => teaching.again(question))}>
          Ask again
        </button>
        <span class="quiet">{right !== null && `${right} of ${question.answered} were right`}</span>
      </div>
    );
  }
  return (
    <div class="stage-actions">
      <button
        class="button primary large"
        type="button"
        disabled={isOff}
        onClick={run(() => teaching.change(id, { status: 'revealed' }))}
      >
        <Icon name="eye" />
        {isPoll(question) ? 'Show the answers' : 'Reveal'}
      </button>
      {status === 'asked' && (
        <button
          class="button large"
          type="button"
          disabled={isOff}
          onClick={run(() => teaching.change(id, { status: 'closed' }))}
        >
          Close answers
        </button>
      )}
      {status === 'asked' && question.deadline !== null && (
        <button
          class="button large"
          type="button"
          disabled={isOff}
          onClick={run(() => teaching.giveTime(question, MORE_SECONDS))}
        >
          {MORE_SECONDS} s more
        </button>
      )}
      <span class="quiet">Only you see the bars until you reveal</span>
      <span class="grow" />
      <button
        class="button"
        type="button"
        aria-pressed={hasNames}
        disabled={isOff}
        onClick={run(() => teaching.change(id, { names: !hasNames }))}
      >
        {hasNames ? 'Hide the names' : 'Show me the names'}
      </button>
    </div>
  );
}
