/** A student's copy on the wall: the picture of its newest event, and what they say about it. */
import { useEffect, useMemo } from 'preact/hooks';
import type { Classroom } from '../../service/classroom.js';
import { follow } from '../../service/live.js';
import { Subject } from '../../service/subject.js';
import { count } from '../../words/amounts.js';
import { HeapPicture } from './heap-picture.js';
import { Picture } from './picture.js';
import { eventSentence } from './words.js';

interface ShownCopyProps {
  readonly classroom: Classroom;
  readonly copyId: string;
}

const NOWHERE = { arena: null, pool: null };

export function ShownCopy({ classroom, copyId }: ShownCopyProps) {
  const copy = classroom.state.value?.copies.find(({ id }) => id === copyId);
  const session = copy?.sessionId ?? null;
  const picture = useMemo(
    () => (session === null ? null : new Picture(new Subject('session', session, classroom.who.token))),
    [session],
  );
  useEffect(() => {
    if (!picture || session === null) return undefined;
    void picture.open().then(() => picture.want(picture.end.value, NOWHERE));
    const unfollow = follow(session, picture.subject.secret, {
      grew: (seq) => {
        picture.grew(seq);
        picture.want(picture.end.value, NOWHERE);
      },
      finished: () => undefined,
      present: () => undefined,
      connected: () => undefined,
      refused: (why) => (picture.trouble.value = why),
    });
    return () => {
      unfollow();
      picture.close();
    };
  }, [picture]);
  if (!copy || !picture) return <main class="screen-lesson" />;
  const maker = classroom.people.value.find(({ id }) => id === copy.personId);
  return (
    <main class="screen-lesson">
      <p class="screen-joined">
        <bdi>{maker?.name ?? 'A student'}</bdi> tried this from event {count(copy.event)}
      </p>
      <h1>{copy.note === '' ? eventSentence(picture.shown.value?.event ?? null) : <bdi>{copy.note}</bdi>}</h1>
      <p>{picture.trouble.value ?? picture.sentence.value}</p>
      <HeapPicture picture={picture} />
    </main>
  );
}
