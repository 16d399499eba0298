/** Who is in the class: filled = answered, hollow = not yet; without a question filled = follows. A name opens what may be done. */
import type { Person } from '@heapcast/contracts';
import { PersonCard } from './person-card.js';
import type { Teaching } from './teaching.js';

const COLLATOR = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

export function Roster({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  const everybody = [...classroom.people.value].sort((a, b) => COLLATOR.compare(a.name, b.name));
  const students = everybody.filter(({ role }) => role === 'student');
  const asked = classroom.question.value;
  const answered = asked ? new Set(asked.answeredBy ?? []) : null;
  const online = students.filter((person) => person.online).length;
  const following = students.filter((person) => person.online && person.following).length;
  const chosen = everybody.find(({ id }) => id === teaching.person.value);
  return (
    <section class="roster">
      <p class="roster-counts num">
        <b>{asked ? `${asked.answered} of ${students.length} answered` : `${students.length} joined`}</b>
        {classroom.over.value === null && <span class="dim">{online} online</span>}
      </p>
      {classroom.over.value === null && (
        <div class="roster-progress" aria-hidden="true">
          <i style={{ width: `${(100 * (asked?.answered ?? following)) / Math.max(1, students.length)}%` }} />
        </div>
      )}
      {!asked && online > 0 && classroom.over.value === null && (
        <p class="dim roster-follow">{following === online ? 'All of them follow' : `${following} follow`}</p>
      )}
      {students.length === 0 && <p class="dim">Nobody yet. The code is on the projector view.</p>}
      <Names
        people={everybody.filter(({ role }) => role !== 'student')}
        isStaff
        teaching={teaching}
        answered={answered}
      />
      <Names people={students} teaching={teaching} answered={answered} />
      {chosen && classroom.over.value === null && <PersonCard key={chosen.id} person={chosen} teaching={teaching} />}
    </section>
  );
}

interface NamesProps {
  readonly people: readonly Person[];
  readonly isStaff?: boolean;
  readonly teaching: Teaching;
  readonly answered: ReadonlySet<string> | null;
}

function Names({ people, isStaff = false, teaching, answered }: NamesProps) {
  const { person: chosen } = teaching;
  return (
    <ul class={`names${isStaff ? ' staff' : ''}`}>
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            class={person.online ? '' : 'away'}
            aria-expanded={person.id === chosen.value}
            onClick={() => (chosen.value = person.id === chosen.value ? null : person.id)}
          >
            <i class={`mark${isFilled(person, answered) ? ' filled' : ''}`} />
            <bdi>{person.name}</bdi>
            <RosterNote person={person} driverId={teaching.classroom.state.value?.driverId ?? ''} />
            <span class="unseen">{spoken(person, answered)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function isFilled(person: Person, answered: ReadonlySet<string> | null): boolean {
  return answered ? answered.has(person.id) : person.online && person.following;
}

function spoken(person: Person, answered: ReadonlySet<string> | null): string {
  if (answered) return answered.has(person.id) ? ', answered' : ', not answered';
  return person.following ? ', follows' : ', looks around';
}

function RosterNote({ person, driverId }: { readonly person: Person; readonly driverId: string }) {
  const { role, online, muted, id } = person;
  const notes = [
    role === 'student' ? '' : role,
    id === driverId && role === 'student' ? 'drives' : '',
    muted ? 'muted' : '',
    online ? '' : 'away',
  ].filter((note) => note !== '');
  return notes.length === 0 ? null : <small> ({notes.join(', ')})</small>;
}
