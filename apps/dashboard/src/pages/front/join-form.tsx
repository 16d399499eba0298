/** The way into a classroom: its code. Whether there is such a class is found out where one says one's name. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';

/** As on the wall: three letters, three digits, with or without a space, in any case. */
const CODE = /^[A-Z]{3}\d{3}$/;

export function JoinForm({ joined }: { readonly joined: (path: string) => void }) {
  const text = useMemo(() => signal(''), []);
  const trouble = useMemo(() => signal<string | null>(null), []);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const code = text.value.replace(/[\s-]/g, '').toUpperCase();
    if (CODE.test(code)) return joined(`/j/${code}`);
    trouble.value = 'A code has three letters and three digits, such as TOY 482.';
    return undefined;
  };
  return (
    <form class="join-form" onSubmit={onSubmit} noValidate>
      <label>
        In a class?
        <input
          class="field"
          placeholder="TOY 482"
          maxLength={16}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          value={text.value}
          aria-describedby={trouble.value === null ? undefined : 'join-trouble'}
          aria-invalid={trouble.value !== null}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
            trouble.value = null;
          }}
        />
      </label>
      <button class="button" type="submit">
        Join
      </button>
      {trouble.value !== null && (
        <p id="join-trouble" class="wrong" role="alert">
          {trouble.value}
        </p>
      )}
    </form>
  );
}
