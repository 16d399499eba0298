/** Asks an allocator for memory, or gives it back: of one's own session, and of a class's by whoever drives. */
import type { SessionRequest } from '@heapcast/contracts';
import { type Signal, signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import './request-form.css';

interface RequestFormProps {
  readonly ask: (requests: readonly SessionRequest[]) => void;
  /** As large as what stands beside it before a class. */
  readonly isLarge?: boolean;
}

/** Requests that are sent at once. */
const MOST = 1000;
const LONGEST_NAME = 64;
const WHOLE = /^\d{1,10}$/;

export function RequestForm({ ask, isLarge = false }: RequestFormProps) {
  const size = useMemo(() => signal('100'), []);
  const times = useMemo(() => signal('1'), []);
  const name = useMemo(() => signal(''), []);
  const id = name.value.trim();
  const isAskable = WHOLE.test(size.value.trim()) && WHOLE.test(times.value.trim());
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!isAskable) return;
    const wanted: SessionRequest = { op: 'malloc', size: Number(size.value), ...(id === '' ? {} : { id }) };
    ask(Array.from({ length: Math.max(1, Math.min(MOST, Number(times.value))) }, () => wanted));
  };
  const look = isLarge ? 'button large' : 'button';
  return (
    <form class="request-form" onSubmit={onSubmit} aria-label="Ask the allocator">
      <Field label="Bytes" text={size} isNumber />
      <Field label="Times" text={times} isNumber />
      <Field label="Name" text={name} />
      <button class={isLarge ? look : `${look} primary`} type="submit" disabled={!isAskable}>
        malloc
      </button>
      <button class={look} type="button" disabled={id === ''} onClick={() => ask([{ op: 'free', id }])}>
        free
      </button>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly text: Signal<string>;
  readonly isNumber?: boolean;
}

function Field({ label, text, isNumber = false }: FieldProps) {
  return (
    <label>
      {label}
      <input
        class={isNumber ? 'field num' : 'field'}
        {...(isNumber ? { inputMode: 'numeric' } : { placeholder: 'a', maxLength: LONGEST_NAME })}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
    </label>
  );
}
