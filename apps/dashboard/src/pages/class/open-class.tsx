/** Opens a class around what is on the page: one name, one button. For the pages of sessions, runs and scenarios. */
import type { OpenClassroom } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { useMemo } from 'preact/hooks';
import { openClassroom } from '../../service/classrooms.js';
import { lastName } from '../../service/memberships.js';
import './open-class.css';

interface OpenClassProps {
  /** What is taught with; `title` is what the class is called unless somebody says otherwise. */
  readonly title: string;
  readonly wanted: () => Pick<OpenClassroom, 'subject' | 'scenario' | 'event'>;
}

const LONGEST = 60;

export function OpenClass({ title, wanted }: OpenClassProps) {
  const name = useMemo(() => signal(lastName()), []);
  const called = useMemo(() => signal(''), []);
  const isBusy = useMemo(() => signal(false), []);
  const trouble = useMemo(() => signal<string | null>(null), []);
  const { route } = useLocation();
  const open = async (): Promise<void> => {
    const who = name.value.trim();
    if (who === '') {
      trouble.value = 'Say who teaches: students see it.';
      return;
    }
    isBusy.value = true;
    try {
      const { classroom } = await openClassroom({ ...wanted(), name: who, title: called.value.trim() || title });
      route(`/class/${classroom.id}`);
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
      isBusy.value = false;
    }
  };
  return (
    <form
      class="open-class"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy.value) void open();
      }}
    >
      <label>
        Your name
        <input
          class="field"
          dir="auto"
          autoComplete="nickname"
          maxLength={LONGEST}
          value={name.value}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
      </label>
      <label>
        What the class is called
        <input
          class="field"
          dir="auto"
          maxLength={LONGEST}
          placeholder={title}
          value={called.value}
          onInput={({ currentTarget }) => (called.value = currentTarget.value)}
        />
      </label>
      <button class="button primary large" type="submit" aria-disabled={isBusy.value}>
        {isBusy.value ? 'Opening …' : 'Open the class'}
      </button>
      {trouble.value !== null && (
        <p class="open-fault" role="alert">
          {trouble.value}
        </p>
      )}
    </form>
  );
}
