/** The buttons of a cursor, where it is, and how fast it plays. */
import { Icon } from '../shell/icons.js';
import { count } from '../words/amounts.js';
import { type Clock, SPEEDS } from './clock.js';
import './transport.css';

interface TransportProps {
  readonly clock: Clock;
  /** What is counted: `events`, `requests`. */
  readonly noun?: string;
  readonly leap?: number;
}

const SPEED_NAMES: Readonly<Record<number, string>> = { 1: '1×', 100: '100×', 10_000: '10k×', 100_000: '100k×' };

export function Transport({ clock, noun = 'events', leap = 1000 }: TransportProps) {
  const { at, end, playing, speed } = clock;
  return (
    <div class="time-buttons">
      <button class="button icon" type="button" aria-label={`Back ${leap} ${noun}`} onClick={() => clock.step(-leap)}>
        <Icon name="first" />
      </button>
      <button class="button icon" type="button" aria-label="Back one" onClick={() => clock.step(-1)}>
        <Icon name="back" />
      </button>
      <button
        class="button icon play"
        type="button"
        aria-label={playing.value ? 'Pause' : 'Play'}
        onClick={() => clock.toggle()}
      >
        <Icon name={playing.value ? 'pause' : 'play'} />
      </button>
      <button class="button icon" type="button" aria-label="On one" onClick={() => clock.step(1)}>
        <Icon name="next" />
      </button>
      <button class="button icon" type="button" aria-label={`On ${leap} ${noun}`} onClick={() => clock.step(leap)}>
        <Icon name="last" />
      </button>
      <strong class="num transport-at">{count(at.value)}</strong>
      <span class="dim num">
        of {count(end.value)} {noun}
      </span>
      <span class="segments" role="group" aria-label="Speed">
        {SPEEDS.map((value) => (
          <button key={value} type="button" aria-pressed={speed.value === value} onClick={() => (speed.value = value)}>
            {SPEED_NAMES[value]}
          </button>
        ))}
      </span>
    </div>
  );
}
