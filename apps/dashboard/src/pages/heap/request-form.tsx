/** Asks the allocator of one's own session for memory, or gives it back. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { RequestAnswer } from '@heapcast/contracts';
import { json } from '../../service/rest.js';
import type { HeapView } from './heap-view.js';

export function RequestForm({ view }: { readonly view: HeapView }) {
  const size = useMemo(() => signal('100'), []);
  const times = useMemo(() => signal('1'), []);
  const name = useMemo(() => signal(''), []);
  const post = async (requests: readonly object[]): Promise<void> => {
    const { id, secret } = view.subject;
    if (secret === undefined) return;
    try {
      await json<RequestAnswer>(`/v1/sessions/${id}/requests`, { method: 'POST', body: { requests }, token: secret });
      view.trouble.value = null;
    } catch (error) {
      view.trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const wanted = { op: 'malloc', size: Number(size.value), ...(name.value === '' ? {} : { id: name.value }) };
    void post(Array.from({ length: Math.max(1, Math.min(1000, Number(times.value) || 1)) }, () => wanted));
  };
  return (
    <form class="request-form" onSubmit={onSubmit}>
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
        Times
        <input
          class="field num"
          inputMode="numeric"
          value={times.value}
          onInput={({ currentTarget }) => (times.value = currentTarget.value)}
        />
      </label>
      <label>
        Name
        <input
          class="field"
          placeholder="a"
          maxLength={64}
          value={name.value}
          onInput={({ currentTarget }) => (name.value = currentTarget.value)}
        />
      </label>
      <button class="button primary" type="submit">
        malloc
      </button>
      <button
        class="button"
        type="button"
        disabled={name.value === ''}
        onClick={() => void post([{ op: 'free', id: name.value }])}
      >
        free
      </button>
    </form>
  );
}
