/** The class itself: the code, who is here and what they do, copies that were shown, the results. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import './class-rail.css';
import { Copies } from './copies.js';
import { Roster } from './roster.js';
import type { Teaching } from './teaching.js';

export function ClassRail({ teaching }: { readonly teaching: Teaching }) {
  return (
    <aside class="class-rail" aria-label="The class">
      <CodeCard teaching={teaching} />
      <Roster teaching={teaching} />
      {teaching.classroom.over.value === null && <Copies teaching={teaching} />}
      <Results teaching={teaching} />
    </aside>
  );
}

function CodeCard({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  const isOpen = useMemo(() => signal(false), []);
  const code = teaching.code.value;
  const state = classroom.state.value;
  const screen = `/class/${classroom.who.classroomId}/screen`;
  if (state?.status === 'closed') return null;
  return (
    <section class="code-card">
      <p class="code-host">{location.host}/join</p>
      <p class="code num">{state?.code ?? 'No code'}</p>
      <p class="code-links">
        <a href={screen} target="_blank" rel="noopener">
          Open projector view
        </a>
        <button type="button" aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
          {isOpen.value ? 'Less' : 'More'}
        </button>
      </p>
      {isOpen.value && (
        <div class="code-more">
          {teaching.codePicture.value !== null && (
            <img src={teaching.codePicture.value} width="160" height="160" alt={`QR code of ${code?.url ?? ''}`} />
          )}
          <div>
            <button
              class="button"
              type="button"
              aria-pressed={state?.locked}
              onClick={() => void classroom.attempt(classroom.desk.change({ locked: !state?.locked }))}
            >
              {state?.locked ? 'Let people in' : 'Lock the door'}
            </button>
            <button class="button" type="button" onClick={() => void classroom.attempt(classroom.desk.newCode())}>
              New code
            </button>
            {code && <p class="dim">Good until {new Date(code.expiresAt).toLocaleString()}</p>}
          </div>
        </div>
      )}
      {state?.locked && <p class="locked-note">Locked: nobody new may join.</p>}
    </section>
  );
}

function Results({ teaching }: { readonly teaching: Teaching }) {
  const { classroom } = teaching;
  const hasResults = teaching.questions.value.some(({ status }) => status !== 'draft');
  if (!hasResults) return null;
  const save = async (): Promise<void> => {
    const file = new Blob([await classroom.desk.results()], { type: 'text/csv' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'results.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <section>
      <button class="button" type="button" onClick={() => void classroom.attempt(save())}>
        Results as CSV
      </button>
    </section>
  );
}
