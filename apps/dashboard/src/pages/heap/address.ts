/** The moment in the address: `?e=893887&a=20&p=17&color=use`. Whoever opens it sees the same. */
import type { Colouring, HeapView } from './heap-view.js';

export interface Moment {
  readonly event: number | undefined;
  readonly arena: number | null;
  readonly pool: number | null;
  readonly colouring: Colouring | undefined;
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function readAddress(): Moment {
  const query = new URLSearchParams(location.search);
  const colouring = query.get('color');
  return {
    event: whole(query.get('e')) ?? undefined,
    arena: whole(query.get('a')),
    pool: whole(query.get('p')),
    colouring: colouring === 'use' || colouring === 'size' ? colouring : undefined,
  };
}

let due: ReturnType<typeof setTimeout> | undefined;

/** Writes what is shown into the address, a moment after it stopped changing. */
export function writeAddress({ details, arena, pool, colouring, following }: HeapView): void {
  const at = details.value?.at;
  const { value: chosenArena } = arena;
  const { value: chosenPool } = pool;
  const { value: chosenColouring } = colouring;
  const isFollowing = following.value;
  clearTimeout(due);
  if (at === undefined) return;
  due = setTimeout(() => {
    const query = new URLSearchParams(location.search);
    const put = (name: string, value: string | null): void => {
      if (value === null) query.delete(name);
      else query.set(name, value);
    };
    put('e', isFollowing ? null : String(at));
    put('a', chosenArena === null ? null : String(chosenArena));
    put('p', chosenPool === null ? null : String(chosenPool));
    put('color', chosenColouring === 'use' ? null : chosenColouring);
    const text = query.toString();
    history.replaceState(history.state, '', `${location.pathname}${text === '' ? '' : `?${text}`}`);
  }, 200);
}
