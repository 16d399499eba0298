/** The comparison in the address: `/compare?runs=A,B&e=893887&curves=difference`, or `with=` beside a run that the path names. */
import type { Comparison } from './comparison.js';

const RUN = /^[\w-]{1,64}$/;

interface Address {
  readonly runs: readonly string[];
  readonly event: number | undefined;
  readonly isDifference: boolean;
}

export function readAddress(): Address {
  const query = new URLSearchParams(location.search);
  const named = `${query.get('runs') ?? ''},${query.get('with') ?? ''}`.split(',').filter((id) => RUN.test(id));
  const event = query.get('e');
  return {
    runs: [...new Set(named)],
    event: event !== null && /^\d{1,15}$/.test(event) ? Number(event) : undefined,
    isDifference: query.get('curves') === 'difference',
  };
}

let due: ReturnType<typeof setTimeout> | undefined;

/** Writes what is shown into the address, a moment after it stopped changing. */
export function writeAddress({ rows, clock, mode }: Comparison, base: string | null): void {
  const ids = rows.value.map(({ subject }) => subject.id);
  const at = clock.at.value;
  const isDifference = mode.value === 'difference';
  const { pathname } = location;
  clearTimeout(due);
  if (ids.length === 0) return;
  due = setTimeout(() => {
    // Gone to another page meanwhile: its address is not ours to write.
    if (location.pathname !== pathname) return;
    const query = new URLSearchParams(location.search);
    const put = (name: string, value: string): void => (value === '' ? query.delete(name) : query.set(name, value));
    put('runs', base === null ? ids.join(',') : '');
    put('with', base === null ? '' : ids.filter((id) => id !== base).join(','));
    put('e', String(at));
    put('curves', isDifference ? 'difference' : '');
    // Commas may stand as they are: the address is read by people.
    history.replaceState(history.state, '', `${pathname}?${query.toString().replaceAll('%2C', ',')}`);
  }, 200);
}
