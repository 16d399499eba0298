/** The middle of the console while nothing is asked: what happened, the heap, what may be done next. */
import type { ClassroomView } from '@heapcast/contracts';
import { RequestForm } from '../../shell/request-form.js';
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
        {drives && about?.grows && about.runs === 'allocator' && classroom.state.value?.subject.mayWrite && (
          <RequestForm ask={(requests) => void classroom.request({ requests })} isLarge />
        )}
      </div>
    </>
  );
}
