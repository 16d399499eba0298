/** Copies that students made of the session: those that were shown may be put on the projector. */
import type { ClassroomCopy } from '@heapcast/contracts';
import { count } from '../../words/amounts.js';
import type { Teaching } from './teaching.js';

export function Copies({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  const state = classroom.state.value;
  const muted = new Set(classroom.people.value.filter((person) => person.muted).map(({ id }) => id));
  const shown = (state?.copies ?? []).filter((copy) => copy.shown && !muted.has(copy.personId));
  if (!state || shown.length === 0) return null;
  const projected = state.projection.kind === 'copy' ? state.projection.copyId : null;
  return (
    <section class="copies">
      <h2>
        Shown to the class <span class="num">{shown.length}</span>
      </h2>
      <ul>
        {shown.map((copy) => (
          <li key={copy.id} class={copy.id === projected ? 'projected' : ''}>
            <p>
              <b>
                <bdi>{maker(teaching, copy)}</bdi>
              </b>{' '}
              <span class="dim num">event {count(copy.event)}</span>
            </p>
            {copy.note !== '' && (
              <p>
                <bdi>{copy.note}</bdi>
              </p>
            )}
            <button
              class="button"
              type="button"
              onClick={() =>
                void classroom.attempt(
                  classroom.desk.change({
                    projection: copy.id === projected ? { kind: 'lesson' } : { kind: 'copy', copyId: copy.id },
                  }),
                )
              }
            >
              {copy.id === projected ? 'Back to the lesson' : 'Put on the projector'}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function maker({ classroom }: Teaching, { personId }: ClassroomCopy): string {
  return classroom.people.value.find(({ id }) => id === personId)?.name ?? 'Somebody who left';
}
