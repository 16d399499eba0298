/** The middle of the console while nothing is asked: what happened, the heap, what may be done next. */
import type { ClassroomView } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { LessonPicture } from './lesson-picture.js';
import type { Teaching } from './teaching.js';
import { eventSentence } from './words.js';

const VIEWS: readonly (readonly [ClassroomView, string])[] = [
  ['heap', 'Heap'],
  ['program', 'Program'],
  ['party', 'Party'],
];

const ZOOMS: readonly (readonly [number, string])[] = [
  [1, 'All'],
  [2, 'Arena'],
  [3, 'Pool'],
];

export function LessonStage({ teaching }: { readonly teaching: Teaching }) {
  const { classroom, follower } = teaching;
  const picture = follower.picture.value;
  const lead = follower.lead.value;
  const drives = classroom.drives.value;
  const about = picture?.about.value;
  const views = VIEWS.filter(([view]) => view !== 'program' || about?.runs === 'program');
  return (
    <>
      <div class="stage-head">
        <h1>{picture?.shown.value ? eventSentence(picture.shown.value.event) : 'Opening …'}</h1>
        <div class="segments" role="group" aria-label="What the class sees">
          {views.map(([view, name]) => (
            <button
              key={view}
              type="button"
              disabled={!drives}
              aria-pressed={lead?.view === view}
              onClick={() => teaching.lead({ view })}
            >
              {name}
            </button>
          ))}
        </div>
        <div class="segments" role="group" aria-label="How near the class looks">
          {ZOOMS.map(([zoom, name]) => (
            <button
              key={zoom}
              type="button"
              disabled={!drives}
              aria-pressed={Math.floor(lead?.zoom ?? 1) === zoom}
              onClick={() => teaching.lead({ zoom })}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <p class="stage-sub">{picture?.sentence.value}</p>
      {picture && picture.trouble.value !== null && (
        <p class="open-fault" role="alert">
          {picture.trouble.value}
        </p>
      )}
      <div class="stage-picture">
        {picture && (
          <LessonPicture
            picture={picture}
            view={lead?.view ?? 'heap'}
            zoom={lead?.zoom ?? 1}
            choose={drives ? (selection) => teaching.lead({ selection }) : undefined}
          />
        )}
      </div>
      <div class="stage-actions">
        <button class="button primary large" type="button" onClick={() => (teaching.desk.value = { kind: 'compose' })}>
          Ask a question
        </button>
        {lead?.selection.arena !== null && drives && (
          <button
            class="button large"
            type="button"
            onClick={() => teaching.lead({ selection: { arena: null, pool: null, block: null } })}
          >
            Show where it happens
          </button>
        )}
        {drives && about?.grows && about.runs === 'allocator' && <Requests teaching={teaching} />}
      </div>
    </>
  );
}

function Requests({ teaching }: { readonly teaching: Teaching }) {
  const size = useMemo(() => signal('100'), []);
  const name = useMemo(() => signal(''), []);
  const { classroom } = teaching;
  const malloc = (event: Event): void => {
    event.preventDefault();
    const id = name.value.trim();
    void classroom.request({ requests: [{ op: 'malloc', size: Number(size.value), ...(id === '' ? {} : { id }) }] });
  };
  return (
    <form class="stage-requests" onSubmit={malloc} aria-label="Ask the allocator">
      <label>
        Bytes
        <input
          class="field num"
          inputMode="numeric"
          value={size.value}
          onInput={({ currentTarget }) => (size.value = currentTarget.value)}
        />
      </label>
      <label>
        Name
        <input
          class="field"
          maxLength={64}
          value={name.value}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
      </label>
      <button class="button large" type="submit">
        malloc
      </button>
      <button
        class="button large"
        type="button"
        disabled={name.value.trim() === ''}
        onClick={() => void classroom.request({ requests: [{ op: 'free', id: name.value.trim() }] })}
      >
        free
      </button>
    </form>
  );
}
