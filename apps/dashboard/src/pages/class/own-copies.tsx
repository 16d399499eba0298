/** A copy of one's own: taken at this event, tried in, and shown to the class. */
import type { ClassroomCopy } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Classroom } from '../../service/classroom.js';
import { count } from '../../words/amounts.js';
import type { Follower } from './follower.js';

const LONGEST_NOTE = 200;

interface OwnCopiesProps {
  readonly classroom: Classroom;
  readonly follower: Follower;
}

export function OwnCopies({ classroom, follower }: OwnCopiesProps) {
  const isBusy = useMemo(() => signal(false), []);
  const state = classroom.state.value;
  const me = classroom.me.value;
  if (!state || !me || me.role === 'observer') return null;
  const mine = state.copies.filter(({ personId }) => personId === me.id);
  const copy = (): void => {
    isBusy.value = true;
    const made = classroom.desk.copy(follower.at.value).then((taken) => classroom.putCopy(taken));
    void classroom.attempt(made).then(() => (isBusy.value = false));
  };
  return (
    <section class="own-copies" aria-label="Your copies">
      {mine.map((each) => (
        <OwnCopy key={each.id} copy={each} classroom={classroom} />
      ))}
      <button class="phone-action quiet-one" type="button" disabled={isBusy.value} onClick={copy}>
        {isBusy.value ? 'Taking a copy …' : 'Try it in a copy of your own'}
      </button>
    </section>
  );
}

function OwnCopy({ copy, classroom }: { readonly copy: ClassroomCopy; readonly classroom: Classroom }) {
  const note = useMemo(() => signal(copy.note), [copy.id]);
  const show = (shown: boolean): void => {
    const change = { shown, note: note.value };
    const done = classroom.desk.show(copy.id, change).then(() => classroom.putCopy({ ...copy, ...change }));
    void classroom.attempt(done);
  };
  return (
    <div class="own-copy">
      <p>
        <b>Your copy of event {count(copy.event)}</b>
        {copy.shown && <span class="dim"> is shown to the class</span>}
      </p>
      {!copy.shown && (
        <label>
          What did you find out?
          <input
            dir="auto"
            maxLength={LONGEST_NOTE}
            value={note.value}
            onInput={({ currentTarget }) => (note.value = currentTarget.value)}
          />
        </label>
      )}
      <div class="own-copy-actions">
        <a class="button large" href={`/s/${copy.sessionId}`} target="_blank" rel="noopener">
          Open it
        </a>
        <button class="button large" type="button" onClick={() => show(!copy.shown)}>
          {copy.shown ? 'Show it no more' : 'Show it to the class'}
        </button>
      </div>
    </div>
  );
}
