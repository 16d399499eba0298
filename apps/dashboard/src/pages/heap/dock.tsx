/** Time, at the bottom of every page: where we are, playing, and the curve with its cursor. */
import { Icon } from '../../shell/icons.js';
import { count, progressOf } from '../../words/amounts.js';
import { SPEEDS } from '../../time/clock.js';
import type { HeapView } from './heap-view.js';
import type { Indexing } from './indexing.js';
import { ratesLabel } from './rates.js';
import { Timeline } from './timeline.js';

const STEP = 1000;

interface DockProps {
  readonly view: HeapView;
  readonly indexing: Indexing;
}

export function Dock({ view, indexing }: DockProps) {
  const { toldEnd: end, playing, speed, following, span } = view;
  const reached = indexing.reached.value;
  // Without the service there is nothing to go to.
  const isOff = !view.isConnected.value || reached !== null;
  return (
    <footer class="dock">
      <div class="dock-bar">
        <fieldset class="transport" disabled={isOff}>
          <legend class="unseen">Playing</legend>
          <Move label={`${STEP} events back`} icon="first" go={() => view.step(-STEP)} />
          <Move label="One event back" icon="back" go={() => view.step(-1)} />
          <button
            class="play"
            type="button"
            aria-label={playing.value ? 'Pause' : 'Play'}
            onClick={() => view.toggle()}
          >
            <Icon name={playing.value ? 'pause' : 'play'} />
          </button>
          <Move label="One event on" icon="next" go={() => view.step(1)} />
          <Move label={`${STEP} events on`} icon="last" go={() => view.step(STEP)} />
        </fieldset>
        {reached ? (
          <span class="num" role="status">
            Indexing, {progressOf(reached.events, reached.total)}
          </span>
        ) : (
          <>
            <Position view={view} />
            <span class="dim num">
              of {count(end.value)}
              {following.value ? ' · live' : ''}
            </span>
          </>
        )}
        <div class="segments" role="group" aria-label="Events per second">
          {SPEEDS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={speed.value === each}
              title={`${count(each)} events per second`}
              onClick={() => (speed.value = each)}
            >
              {each < 1000 ? each : `${each / 1000}k`}×
            </button>
          ))}
        </div>
        <button class="dock-key" type="button" title="Bookmark this event" onClick={() => span.bookmark(view.at.value)}>
          Bookmark <kbd>B</kbd>
        </button>
        {span.window.value && (
          <button class="dock-key" type="button" onClick={() => span.look(null)}>
            Whole recording
          </button>
        )}
        {span.rates.value && (
          <span class="rates-label num">
            <i class="square" style={{ background: 'var(--accent)' }} />
            {ratesLabel(span.rates.value)}
          </span>
        )}
        <span class="grow" />
        <div class="legend">
          <span>
            <i class="square" style={{ background: 'var(--use)' }} />
            requested
          </span>
          <span>
            <i class="square" style={{ background: 'var(--round)' }} />
            allocated
          </span>
          <span>
            <i class="square" style={{ background: 'var(--hold2)' }} />
            mapped
          </span>
        </div>
        <button
          class="button"
          type="button"
          onClick={() => document.querySelector<HTMLElement>('.event-search input')?.focus()}
        >
          Search events <kbd>/</kbd>
        </button>
        <button class="button icon" type="button" aria-label="All keys" onClick={() => (view.helping.value = true)}>
          ?
        </button>
      </div>
      <Timeline view={view} indexing={indexing} />
    </footer>
  );
}

function Position({ view }: { readonly view: HeapView }) {
  return <strong class="num position">{count(view.at.value)}</strong>;
}

interface MoveProps {
  readonly label: string;
  readonly icon: 'first' | 'back' | 'next' | 'last';
  readonly go: () => void;
}

function Move({ label, icon, go }: MoveProps) {
  return (
    <button type="button" aria-label={label} title={label} onClick={go}>
      <Icon name={icon} />
    </button>
  );
}
