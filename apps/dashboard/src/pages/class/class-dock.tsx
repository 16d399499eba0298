/** Time, at the bottom: what the driver moves, everybody sees. */
import { useEffect } from 'preact/hooks';
import { Icon } from '../../shell/icons.js';
import { count } from '../../words/amounts.js';
import './class-dock.css';
import { playSpeed, rememberSpeed, togglePlay } from './leader-keys.js';
import type { Teaching } from './teaching.js';

const SPEEDS = [1, 10, 100, 10_000] as const;
const FAR = 1000;

export function ClassDock({ teaching }: { readonly teaching: Teaching }) {
  const { classroom, follower } = teaching;
  const { at, end } = follower;
  const state = classroom.state.value;
  const drives = classroom.drives.value;
  const isOff = !drives || classroom.connection.value !== 'open';
  const speed = state?.lead.speed ?? 0;
  useEffect(() => {
    // At the end there is nothing left to play.
    if (drives && speed > 0 && end.value > 0 && at.value >= end.value) teaching.seek(end.value);
  }, [drives, speed, at.value, end.value]);
  const move = (label: string, icon: 'first' | 'back' | 'next' | 'last', by: number) => (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={() => teaching.seek(at.value + by)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <footer class="class-dock">
      <div class="class-transport" role="group" aria-label="Playing">
        {move(`${FAR} events back`, 'first', -FAR)}
        {move('One event back', 'back', -1)}
        <button
          class="play"
          type="button"
          aria-label={speed > 0 ? 'Pause' : 'Play'}
          disabled={isOff}
          onClick={() => togglePlay(teaching)}
        >
          <Icon name={speed > 0 ? 'pause' : 'play'} />
        </button>
        {move('One event on', 'next', 1)}
        {move(`${FAR} events on`, 'last', FAR)}
      </div>
      <b class="num dock-event">
        Event {count(at.value)} of {count(end.value)}
      </b>
      <input
        class="dock-slider"
        type="range"
        min={0}
        max={end.value}
        value={at.value}
        disabled={isOff}
        aria-label="Event"
        aria-valuetext={`Event ${at.value} of ${end.value}`}
        onInput={({ currentTarget }) => teaching.seek(Number(currentTarget.value))}
      />
      <div class="segments" role="group" aria-label="Events per second">
        {SPEEDS.map((each) => (
          <button
            key={each}
            type="button"
            disabled={isOff}
            aria-pressed={(speed > 0 ? speed : playSpeed()) === each}
            title={`${count(each)} events per second`}
            onClick={() => {
              rememberSpeed(each);
              teaching.lead(speed > 0 ? { event: at.value, speed: each } : { speed: 0 });
            }}
          >
            {each < 1000 ? each : `${each / 1000}k`}×
          </button>
        ))}
      </div>
      {drives ? (
        <>
          <span class="quiet dock-follow">{state?.mayExplore ? 'Students may explore' : 'Students follow you'}</span>
          <button
            class="button"
            type="button"
            disabled={classroom.connection.value !== 'open'}
            onClick={() => void classroom.attempt(classroom.desk.change({ mayExplore: !state?.mayExplore }))}
          >
            {state?.mayExplore ? 'Gather them' : 'Let them explore'}
          </button>
        </>
      ) : (
        <button
          class="button"
          type="button"
          onClick={() => void classroom.attempt(classroom.desk.change({ driverId: classroom.who.personId }))}
        >
          Take back the wheel
        </button>
      )}
    </footer>
  );
}
