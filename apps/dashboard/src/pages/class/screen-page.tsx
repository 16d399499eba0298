/** The wall: the code until the lesson begins, then what the class is led to see, a question, or a copy that somebody shows. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Classroom } from '../../service/classroom.js';
import { type Membership, membershipOf } from '../../service/memberships.js';
import mark from '../../shell/mark.svg';
import { count } from '../../words/amounts.js';
import { AnswerFigure } from './answer-figure.js';
import { Deadline } from './deadline.js';
import { Follower } from './follower.js';
import { LessonPicture } from './lesson-picture.js';
import { NotAMember } from './not-a-member.js';
import { useTiles } from './question-view.js';
import { Reconnecting } from './reconnecting.js';
import { ScreenCode } from './screen-code.js';
import './screen-page.css';
import { ShownCopy } from './shown-copy.js';
import { eventSentence, explained, rightOnes } from './words.js';

export function ScreenPage({ id }: { readonly id: string }) {
  const who = useMemo(() => membershipOf(id), [id]);
  return who ? <Screen key={who.token} who={who} /> : <NotAMember />;
}

function Screen({ who }: { readonly who: Membership }) {
  const classroom = useMemo(() => new Classroom(who), [who]);
  const follower = useMemo(() => new Follower(classroom, true), [classroom]);
  const withCode = useMemo(() => signal<boolean | null>(null), []);
  useEffect(() => {
    classroom.open();
    follower.open();
    return () => {
      follower.close();
      classroom.close();
    };
  }, [follower]);
  const state = classroom.state.value;
  useEffect(() => {
    document.title = state ? `${state.title || 'Class'} · Heapcast` : 'Class · Heapcast';
  }, [state?.title]);
  if (classroom.connection.value === 'refused' || classroom.over.value === 'removed') {
    return <NotAMember why={classroom.trouble.value} />;
  }
  const question = classroom.question.value;
  const copy = state?.projection.kind === 'copy' ? state.projection.copyId : null;
  // Until the lesson has moved, and whenever it is wanted again, the wall tells how to come in.
  const hasBegun = state !== null && (state.lead.revision > 1 || question !== null || copy !== null);
  const isJoining = withCode.value ?? !hasBegun;
  return (
    <div class="screen" data-ready={state ? '' : undefined}>
      <header class="screen-head">
        <span class="brand">
          <img src={mark} width="32" height="32" alt="" />
          Heapcast
        </span>
        <span class="grow" />
        <bdi class="quiet">{state?.title}</bdi>
        {state?.status === 'open' && (
          <button class="button large" type="button" onClick={() => (withCode.value = !isJoining)}>
            {isJoining ? 'Hide the code' : 'Show the code'}
          </button>
        )}
      </header>
      <Reconnecting classroom={classroom} at={follower.at} />
      {classroom.over.value === 'closed' ? (
        <main class="screen-over">
          <h1>Class is over</h1>
        </main>
      ) : isJoining ? (
        <ScreenCode classroom={classroom} />
      ) : question ? (
        <ScreenQuestion classroom={classroom} follower={follower} />
      ) : copy !== null ? (
        <ShownCopy key={copy} classroom={classroom} copyId={copy} />
      ) : (
        <ScreenLesson classroom={classroom} follower={follower} />
      )}
    </div>
  );
}

interface ScreenPartProps {
  readonly classroom: Classroom;
  readonly follower: Follower;
}

function ScreenLesson({ classroom, follower }: ScreenPartProps) {
  const picture = follower.picture.value;
  return (
    <main class="screen-lesson">
      <h1>{picture?.shown.value ? eventSentence(picture.shown.value.event) : ''}</h1>
      <p>{picture?.sentence.value}</p>
      {picture && (
        <LessonPicture
          picture={picture}
          view={classroom.state.value?.lead.view ?? 'heap'}
          zoom={follower.lead.value?.zoom ?? 1}
        />
      )}
      <p class="screen-event num">
        Event {count(follower.at.value)} of {count(follower.end.value)}
      </p>
    </main>
  );
}

function ScreenQuestion({ classroom, follower }: ScreenPartProps) {
  const question = classroom.question.value;
  const tiles = useTiles(follower.picture.value, question);
  if (!question) return null;
  const isRevealed = question.status === 'revealed';
  const right = rightOnes(question);
  return (
    <main class="screen-question">
      <h1 dir="auto">{question.prompt}</h1>
      <p>
        {isRevealed && <bdi>{explained(question)}</bdi>}
        {question.status === 'asked' && question.deadline !== null && (
          <Deadline until={question.deadline} classroom={classroom} />
        )}
        {question.status === 'closed' && 'Answers are closed.'}
      </p>
      <div class="screen-answers">
        <AnswerFigure question={withoutNames(question)} tiles={tiles} withBars={isRevealed} />
      </div>
      <p class="screen-count num">
        {isRevealed && right !== null
          ? `${right} of ${question.answered} were right`
          : `${question.answered} of ${studentsOf(classroom)} answered`}
      </p>
    </main>
  );
}

/** Names never stand next to answers on the wall. */
function withoutNames<Q extends { readonly histogram?: readonly { answer: string; count: number }[] }>(question: Q): Q {
  if (!question.histogram) return question;
  return { ...question, histogram: question.histogram.map(({ answer, count: people }) => ({ answer, count: people })) };
}

function studentsOf(classroom: Classroom): number {
  return classroom.people.value.filter(({ role }) => role === 'student').length;
}
