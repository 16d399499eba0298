/** A class on a phone: follows the led picture, answers, wanders off and comes back, tries things in a copy of one's own. */
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { Classroom } from '../../service/classroom.js';
import { forgetMembership, membershipByCode } from '../../service/memberships.js';
import { counted } from '../../words/amounts.js';
import { Answering } from './answering.js';
import { Follower } from './follower.js';
import { LiveLesson } from './live-lesson.js';
import './live-page.css';
import { OverNotice } from './over-notice.js';
import { Phone } from './phone.js';
import { useTiles } from './question-view.js';
import { Reconnecting } from './reconnecting.js';

export function LivePage({ code }: { readonly code: string }) {
  const who = useMemo(() => membershipByCode(code), [code]);
  const { route } = useLocation();
  useEffect(() => {
    // Nobody is in a class by its address alone: the join page knows the code already.
    if (!who) route(`/j/${encodeURIComponent(code)}`, true);
  }, [who]);
  return who ? <Live key={who.token} who={who} code={code} /> : <Phone />;
}

interface LiveProps {
  readonly who: NonNullable<ReturnType<typeof membershipByCode>>;
  readonly code: string;
}

function Live({ who, code }: LiveProps) {
  const classroom = useMemo(() => new Classroom(who), [who]);
  const follower = useMemo(() => new Follower(classroom), [classroom]);
  const { route } = useLocation();
  useEffect(() => {
    classroom.open();
    follower.open();
    return () => {
      follower.close();
      classroom.close();
    };
  }, [classroom]);
  const state = classroom.state.value;
  const me = classroom.me.value;
  const question = classroom.question.value;
  const over = classroom.over.value;
  const tiles = useTiles(follower.picture.value, question);
  useEffect(() => {
    document.title = state ? `${state.title || 'Class'} · Heapcast` : 'Class · Heapcast';
  }, [state?.title]);
  useEffect(() => {
    if (over === 'removed') forgetMembership(who.classroomId);
  }, [over]);
  const corner = (
    <>
      {me?.score !== undefined && me.score > 0 && <b class="score num">{counted(me.score, 'point')}</b>}
      <span class="chip">
        <i class={`dot${classroom.connection.value === 'open' ? '' : ' off'}`} />
        <bdi>{me?.name ?? who.name}</bdi>
      </span>
    </>
  );
  if (over !== null || classroom.connection.value === 'refused') {
    return (
      <Phone corner={corner}>
        <OverNotice
          reason={over ?? 'unknown'}
          subject={state?.subject ?? null}
          score={me?.score}
          copies={state?.copies.filter(({ personId }) => personId === who.personId)}
        />
        {over !== 'removed' && over !== 'closed' && (
          <button class="phone-action" type="button" onClick={() => route(`/j/${encodeURIComponent(code)}`)}>
            Join again
          </button>
        )}
      </Phone>
    );
  }
  return (
    <Phone corner={corner}>
      <Reconnecting classroom={classroom} at={follower.at} />
      {classroom.trouble.value !== null && classroom.connection.value === 'open' && (
        <p class="phone-notice" role="alert">
          {classroom.trouble.value}
        </p>
      )}
      {classroom.isTeacher.value && (
        <a class="phone-notice console-link" href={`/class/${who.classroomId}`}>
          You teach here now. Open the teacher’s console
        </a>
      )}
      <main class="live-main" data-ready={state ? '' : undefined}>
        {question ? (
          <Answering
            classroom={classroom}
            question={question}
            tiles={tiles}
            mayAnswer={me?.role === 'student' && !me.muted && classroom.connection.value === 'open'}
            isMuted={me?.muted === true}
          />
        ) : (
          <LiveLesson classroom={classroom} follower={follower} />
        )}
      </main>
    </Phone>
  );
}
