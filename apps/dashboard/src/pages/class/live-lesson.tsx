/** The lesson on a phone: what just happened, the heap, and whatever one may do on one's own. */
import type { Selection } from '@heapcast/contracts';
import type { Classroom } from '../../service/classroom.js';
import { Icon } from '../../shell/icons.js';
import { count } from '../../words/amounts.js';
import type { Follower } from './follower.js';
import { LessonPicture } from './lesson-picture.js';
import { OwnCopies } from './own-copies.js';
import { eventSentence } from './words.js';

interface LiveLessonProps {
  readonly classroom: Classroom;
  readonly follower: Follower;
}

export function LiveLesson({ classroom, follower }: LiveLessonProps) {
  const picture = follower.picture.value;
  const shown = picture?.shown.value;
  const { mayStray } = follower;
  return (
    <>
      <h1>{shown ? eventSentence(shown.event) : 'Your class begins here'}</h1>
      <p class="live-sentence">{picture?.sentence.value}</p>
      {picture && (
        <LessonPicture
          picture={picture}
          view={classroom.state.value?.lead.view ?? 'heap'}
          zoom={follower.follows.value ? (follower.lead.value?.zoom ?? 1) : 1}
          choose={chooserOf(classroom, follower)}
        />
      )}
      {picture?.trouble.value !== null && picture && classroom.connection.value === 'open' && (
        <p class="phone-notice" role="alert">
          {picture.trouble.value}
        </p>
      )}
      <div class="live-foot">
        {classroom.drives.value && <Wheel classroom={classroom} follower={follower} />}
        {mayStray && <OwnTime follower={follower} />}
        <OwnCopies classroom={classroom} follower={follower} />
        {follower.follows.value ? (
          <p class="follow-state" role="status">
            {followWords(classroom)}
          </p>
        ) : (
          <button class="phone-action" type="button" onClick={() => follower.back()}>
            Back to the class
          </button>
        )}
      </div>
    </>
  );
}

function followWords(classroom: Classroom): string {
  if (classroom.drives.value) return 'You lead the class';
  return classroom.state.value?.lead.speed === 0 ? 'You follow the class' : 'You follow the class. It plays';
}

/** Who leads chooses for everybody; who may look around, for themselves. */
function chooserOf(classroom: Classroom, follower: Follower): ((selection: Selection) => void) | undefined {
  if (classroom.drives.value) return (selection) => void classroom.lead({ selection });
  return follower.mayStray ? (selection) => follower.stray(follower.at.value, selection) : undefined;
}

/** The class is in this hand: what is moved here, everybody sees. */
function Wheel({ classroom, follower }: LiveLessonProps) {
  const { at, end } = follower;
  const isPlaying = (follower.lead.value?.speed ?? 0) > 0;
  const go = (to: number): void => {
    void classroom.lead({ event: Math.max(0, Math.min(end.value, to)), speed: 0 });
  };
  return (
    <div class="own-time" role="group" aria-label="Lead the class">
      <button type="button" aria-label="One event back" onClick={() => go(at.value - 1)}>
        <Icon name="back" />
      </button>
      <input
        type="range"
        min={0}
        max={end.value}
        value={at.value}
        aria-label="Event"
        aria-valuetext={`Event ${at.value} of ${end.value}`}
        onInput={({ currentTarget }) => go(Number(currentTarget.value))}
      />
      <button type="button" aria-label="One event on" onClick={() => go(at.value + 1)}>
        <Icon name="next" />
      </button>
      <span class="num dim">
        {count(at.value)} of {count(end.value)}
      </span>
      <button
        class="wheel-play"
        type="button"
        onClick={() => (isPlaying ? go(at.value) : void classroom.lead({ event: at.value, speed: 1 }))}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
        {isPlaying ? 'Pause' : 'Play'}
      </button>
    </div>
  );
}

function OwnTime({ follower }: { readonly follower: Follower }) {
  const { at, end } = follower;
  const go = (by: number) => (): void => follower.stray(at.value + by);
  return (
    <div class="own-time" role="group" aria-label="Look around on your own">
      <button type="button" aria-label="One event back" onClick={go(-1)}>
        <Icon name="back" />
      </button>
      <input
        type="range"
        min={0}
        max={end.value}
        value={at.value}
        aria-label="Event"
        aria-valuetext={`Event ${at.value} of ${end.value}`}
        onInput={({ currentTarget }) => follower.stray(Number(currentTarget.value))}
      />
      <button type="button" aria-label="One event on" onClick={go(1)}>
        <Icon name="next" />
      </button>
      <span class="num dim">
        {count(at.value)} of {count(end.value)}
      </span>
    </div>
  );
}
