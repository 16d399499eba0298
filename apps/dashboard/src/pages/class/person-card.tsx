/** What a teacher may do about one person. */
import type { Person } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { count, counted } from '../../words/amounts.js';
import type { Teaching } from './teaching.js';

interface PersonCardProps {
  readonly person: Person;
  readonly teaching: Teaching;
}

const LONGEST_NAME = 60;

export function PersonCard({ person, teaching }: PersonCardProps) {
  const { classroom } = teaching;
  const { desk, who } = classroom;
  const name = useMemo(() => signal(person.name), [person.id, person.name]);
  const isRemoving = useMemo(() => signal(false), [person.id]);
  const run = (work: () => Promise<unknown>) => (): void => void classroom.attempt(work());
  const drives = classroom.state.value?.driverId === person.id;
  const isMe = person.id === who.personId;
  const isStudent = person.role === 'student';
  return (
    <div class="person-card" role="group" aria-label="Person">
      <form
        class="person-name"
        onSubmit={(event) => {
          event.preventDefault();
          void classroom.attempt(desk.person(person.id, { name: name.value.trim() }));
        }}
      >
        <input
          class="field"
          dir="auto"
          aria-label="Name"
          maxLength={LONGEST_NAME}
          value={name.value}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
        <button class="button" type="submit" disabled={name.value.trim() === '' || name.value === person.name}>
          Rename
        </button>
      </form>
      <p class="dim num">{aboutPerson(person)}</p>
      <div class="person-actions">
        {!drives && (
          <button class="button" type="button" onClick={run(() => desk.change({ driverId: person.id }))}>
            {isMe ? 'Drive' : 'Lend the wheel'}
          </button>
        )}
        {drives && !isMe && (
          <button class="button" type="button" onClick={run(() => desk.change({ driverId: who.personId }))}>
            Take back the wheel
          </button>
        )}
        {isStudent && (
          <>
            <button
              class="button"
              type="button"
              onClick={run(async () => {
                await desk.person(person.id, { role: 'teacher' });
                await desk.change({ driverId: person.id });
              })}
            >
              Hand over as teacher
            </button>
            <button class="button" type="button" onClick={run(() => desk.person(person.id, { muted: !person.muted }))}>
              {person.muted ? 'Unmute' : 'Mute'}
            </button>
          </>
        )}
        {person.role === 'teacher' && classroom.me.value?.role === 'owner' && (
          <button class="button" type="button" onClick={run(() => desk.person(person.id, { role: 'owner' }))}>
            Hand the class over
          </button>
        )}
        {person.role === 'teacher' && !isMe && classroom.me.value?.role === 'owner' && (
          <button class="button" type="button" onClick={run(() => desk.person(person.id, { role: 'student' }))}>
            Back to student
          </button>
        )}
        {!isMe && person.role !== 'owner' && (
          <button
            class={`button${isRemoving.value ? ' alert' : ''}`}
            type="button"
            onClick={() => {
              if (isRemoving.value) void classroom.attempt(desk.remove(person.id));
              isRemoving.value = true;
            }}
          >
            {isRemoving.value ? 'Remove for good?' : 'Remove'}
          </button>
        )}
      </div>
    </div>
  );
}

function aboutPerson({ role, online, following, place, score, muted }: Person): string {
  const where = following ? 'follows' : place === undefined ? 'looks around' : `is at event ${count(place)}`;
  const points = score === undefined ? '' : `, ${counted(score, 'point')}`;
  return `${role}${online ? `, ${where}` : ', away'}${points}${muted ? ', muted' : ''}`;
}
