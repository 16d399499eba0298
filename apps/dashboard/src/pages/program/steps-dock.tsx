/** Time: one bar per command, step or line, as high as the heap was after it; playing, and where we are. */
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../shell/icons.js';
import { bytes, count } from '../../words/amounts.js';
import { SPEEDS } from './player.js';
import type { ProgramPageView } from './program-view.js';
import type { Stop } from './stops.js';
import { isCollected } from './words.js';

export function StepsDock({ view }: { readonly view: ProgramPageView }) {
  const { at, end, following, index, stops, more, steps } = view;
  const { playing, speed } = view.player;
  const list = stops.value;
  const hasLost = list.some(({ lost }) => lost > 0);
  const hasBytes = list.some(({ reachable }) => reachable !== null);
  const isWindow = more.value.before || more.value.after;
  const unit = steps.value && list[0]?.move === null ? 'Step' : list[0]?.move ? 'Command' : 'Line';
  const shown = view.stop.value?.move?.event.number ?? index.value + 1;
  return (
    <footer class="dock steps-dock">
      <div class="dock-bar">
        <div class="transport" role="group" aria-label="Playing">
          <Move label="To the beginning" icon="first" go={() => view.seek(0)} />
          <Move label="One back" icon="back" go={() => view.move(-1)} />
          <button
            class="play"
            type="button"
            aria-label={playing.value ? 'Pause' : 'Play'}
            onClick={() => view.player.toggle()}
          >
            <Icon name={playing.value ? 'pause' : 'play'} />
          </button>
          <Move label="One on" icon="next" go={() => view.move(1)} />
          <Move label="To the end" icon="last" go={() => view.seek(end.value)} />
        </div>
        <strong class="num position">
          {unit} {count(shown)}
          {isWindow ? '' : ` of ${count(list.length)}`}
        </strong>
        <span class="dim num">
          event {count(at.value)} of {count(end.value)}
          {following.value ? ' · live' : ''}
        </span>
        <div class="segments" role="group" aria-label="Speed">
          {SPEEDS.map((each) => (
            <button key={each} type="button" aria-pressed={speed.value === each} onClick={() => (speed.value = each)}>
              {each}×
            </button>
          ))}
        </div>
        <span class="grow" />
        {hasBytes && (
          <div class="legend">
            <span>
              <i class="square reachable" />
              {hasLost ? 'reachable' : 'bytes on the heap'}
            </span>
            {hasLost && (
              <span>
                <i class="square lost" />
                {view.moment.value?.state && isCollected(view.moment.value.state) ? 'unreachable' : 'leaked'}
              </span>
            )}
          </div>
        )}
      </div>
      {isWindow && (
        <input
          class="scrub"
          type="range"
          min={0}
          max={end.value}
          value={at.value}
          aria-label="Event"
          onInput={({ currentTarget }) => view.seek(Number(currentTarget.value))}
        />
      )}
      <Bars view={view} list={list} />
    </footer>
  );
}

function Bars({ view, list }: { readonly view: ProgramPageView; readonly list: readonly Stop[] }) {
  const place = useRef<HTMLDivElement>(null);
  const current = view.index.value;
  useEffect(() => {
    place.current?.children[current]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current, list]);
  const most = Math.max(1, ...list.map(({ reachable, lost }) => (reachable ?? 0) + lost));
  const begins = new Set(view.steps.value?.steps.map(({ from }) => from) ?? []);
  const select = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !(event.target instanceof Element)) return;
    const bar = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-end]');
    const to = bar?.getAttribute('data-end');
    if (to && bar && place.current?.contains(bar)) view.seek(Number(to));
  };
  const stop = list[current];
  return (
    <div
      ref={place}
      class="bars"
      role="slider"
      tabIndex={0}
      aria-label="Moment"
      aria-valuemin={0}
      aria-valuemax={list.length}
      aria-valuenow={current + 1}
      aria-valuetext={stop ? said(stop) : 'Before the beginning'}
      onPointerDown={select}
      onPointerMove={select}
    >
      {list.map((each, i) => (
        <div
          key={each.seq}
          data-end={each.end}
          title={said(each)}
          class={[
            'bar',
            i === current && 'now',
            i > current && 'future',
            each.isWrong && 'wrong',
            begins.has(each.seq) && 'begins',
          ]
            .filter(Boolean)
            .join(' ')}
        >
          <i class="lost" style={{ height: `${(each.lost / most) * 86}%` }} />
          <i class="reachable" style={{ height: `max(2px, ${((each.reachable ?? 0) / most) * 86}%)` }} />
        </div>
      ))}
    </div>
  );
}

function said({ words, line, reachable, lost }: Stop): string {
  const where = line > 0 ? `, line ${line}` : '';
  const held = reachable === null ? '' : `, ${bytes(reachable)} reachable`;
  return `${words}${where}${held}${lost > 0 ? `, ${bytes(lost)} lost` : ''}`;
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
