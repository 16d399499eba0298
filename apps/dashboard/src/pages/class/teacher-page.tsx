/** The teacher's console: the lesson at the left, what the class is about in the middle, the class at the right, time below. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Classroom } from '../../service/classroom.js';
import { type Membership, membershipOf } from '../../service/memberships.js';
import { TopBar } from '../../shell/top-bar.js';
import { AskForm } from './ask-form.js';
import { ClassDock } from './class-dock.js';
import { ClassOver } from './class-over.js';
import { ClassRail } from './class-rail.js';
import { Follower } from './follower.js';
import { LessonOutline } from './lesson-outline.js';
import { LessonStage } from './lesson-stage.js';
import { NotAMember } from './not-a-member.js';
import { QuestionStage } from './question-stage.js';
import { Reconnecting } from './reconnecting.js';
import './class.css';
import './teacher-page.css';
import { listenToLeaderKeys } from './leader-keys.js';
import { Teaching } from './teaching.js';

export function TeacherPage({ id }: { readonly id: string }) {
  const who = useMemo(() => membershipOf(id), [id]);
  return who ? <Console key={who.token} who={who} /> : <NotAMember />;
}

function Console({ who }: { readonly who: Membership }) {
  const classroom = useMemo(() => new Classroom(who), [who]);
  const follower = useMemo(() => new Follower(classroom), [classroom]);
  const teaching = useMemo(() => new Teaching(classroom, follower), [follower]);
  useEffect(() => {
    classroom.open();
    follower.open();
    teaching.open();
    const stopKeys = listenToLeaderKeys(teaching);
    return () => {
      stopKeys();
      teaching.close();
      follower.close();
      classroom.close();
    };
  }, [teaching]);
  const state = classroom.state.value;
  useEffect(() => {
    document.title = state ? `${state.title || 'Class'} · Heapcast` : 'Class · Heapcast';
  }, [state?.title]);
  const isGone = classroom.connection.value === 'refused' || classroom.over.value === 'removed';
  if (isGone) return <NotAMember why={classroom.trouble.value} />;
  const desk = teaching.desk.value;
  const question = teaching.question.value;
  return (
    <>
      <TopBar
        title={state?.title || 'Class'}
        about={state ? leadWords(classroom) : ''}
        {...(state
          ? { views: { ...state.subject, current: 'class', runs: follower.picture.value?.about.value?.runs } }
          : {})}
      >
        <ClassChip classroom={classroom} />
        {classroom.isTeacher.value && state?.status === 'open' && <EndClass classroom={classroom} />}
      </TopBar>
      <Reconnecting classroom={classroom} at={follower.at} />
      {classroom.trouble.value !== null && classroom.connection.value === 'open' && (
        <p class="notice" role="alert">
          {classroom.trouble.value}
        </p>
      )}
      <main class="console" data-ready={state ? '' : undefined}>
        <LessonOutline teaching={teaching} />
        <section class="console-middle">
          {classroom.over.value === 'closed' ? (
            <ClassOver teaching={teaching} />
          ) : desk.kind === 'compose' ? (
            <AskForm teaching={teaching} />
          ) : question ? (
            <QuestionStage key={question.id} teaching={teaching} question={question} />
          ) : (
            <LessonStage teaching={teaching} />
          )}
        </section>
        <ClassRail teaching={teaching} />
      </main>
      {state?.status === 'open' && <ClassDock teaching={teaching} />}
    </>
  );
}

function leadWords(classroom: Classroom): string {
  if (classroom.over.value !== null) return '';
  if (classroom.drives.value) return 'you are driving';
  const driver = classroom.people.value.find(({ id }) => id === classroom.state.value?.driverId);
  return driver ? `${driver.name} is driving` : '';
}

function ClassChip({ classroom }: { readonly classroom: Classroom }) {
  const state = classroom.state.value;
  const isLive = classroom.connection.value === 'open' && state?.status === 'open';
  return (
    <span class="chip">
      <i class={`dot${isLive ? '' : ' off'}`} />
      {state?.status === 'closed' ? 'Over' : isLive ? (state?.locked ? 'Locked' : 'Live') : 'Offline'}
    </span>
  );
}

function EndClass({ classroom }: { readonly classroom: Classroom }) {
  const isAsked = useMemo(() => signal(false), []);
  if (!isAsked.value) {
    return (
      <button class="button" type="button" onClick={() => (isAsked.value = true)}>
        End class
      </button>
    );
  }
  return (
    <span class="end-class" role="group" aria-label="End the class for everybody?">
      <button
        class="button alert"
        type="button"
        onClick={() => void classroom.attempt(classroom.desk.change({ status: 'closed' }))}
      >
        End it for everybody
      </button>
      <button class="button" type="button" onClick={() => (isAsked.value = false)}>
        Go on
      </button>
    </span>
  );
}
