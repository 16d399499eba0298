/** The moment in the address: `?e=893887&a=20&p=17&b=4&color=use&range=a..b`. Whoever opens it sees the same. */
import { type Colouring, COLOURINGS } from '../../drawing/heap-look.js';
import type { HeapView } from './heap-view.js';
import type { Stretch } from './time-span.js';

export interface Moment {
  readonly event: number | undefined;
  readonly arena: number | null;
  readonly pool: number | null;
  readonly block: number | null;
  readonly colouring: Colouring | undefined;
  readonly range: Stretch | null;
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function stretch(text: string | null): Stretch | null {
  const [, from, to] = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text ?? '') ?? [];
  if (from === undefined || to === undefined || Number(from) >= Number(to)) return null;
  return { from: Number(from), to: Number(to) };
}

export function readAddress(): Moment {
  const query = new URLSearchParams(location.search);
  return {
    event: whole(query.get('e')) ?? undefined,
    arena: whole(query.get('a')),
    pool: whole(query.get('p')),
    block: whole(query.get('b')),
    colouring: COLOURINGS.find((known) => known === query.get('color')),
    range: stretch(query.get('range')),
  };
}

let due: ReturnType<typeof setTimeout> | undefined;

/** Writes what is shown into the address, a moment after it stopped changing. */
export function writeAddress(view: HeapView): void {
  const at = view.details.value?.at;
  const chosen = [view.arena.value, view.pool.value, view.block.value] as const;
  const colouring = view.colouring.value;
  const isFollowing = view.following.value;
  const range = view.span.range.value;
  const bookmarks = view.span.bookmarks.value;
  clearTimeout(due);
  if (at === undefined) return;
  due = setTimeout(() => {
    const query = new URLSearchParams(location.search);
    const put = (name: string, value: number | string | null): void => {
      if (value === null || value === '') query.delete(name);
      else query.set(name, String(value));
    };
    put('e', isFollowing ? null : at);
    for (const [i, name] of ['a', 'p', 'b'].entries()) put(name, chosen[i] ?? null);
    put('color', colouring === 'use' ? null : colouring);
    put('range', range ? `${range.from}..${range.to}` : null);
    put('marks', bookmarks.join(','));
    const text = query.toString();
    history.replaceState(history.state, '', `${location.pathname}${text === '' ? '' : `?${text}`}`);
  }, 200);
}

/** No more of it: the page is left. */
export function stopWriting(): void {
  clearTimeout(due);
}
