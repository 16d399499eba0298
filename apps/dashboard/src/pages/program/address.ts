/** The moment in the address, and the way to the heap page at the same moment. */
import type { ObjectPlace } from '@heapcast/contracts';
import type { Pictured } from './pictured.js';
import type { ProgramPageView } from './program-view.js';

export function readMoment(): number | undefined {
  const text = new URLSearchParams(location.search).get('e');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

let due: ReturnType<typeof setTimeout> | undefined;

/** Writes the moment into the address, a while after it stopped changing. */
export function writeMoment({ at, following, moment }: ProgramPageView): void {
  const event = at.value;
  const isFollowing = following.value;
  const isThere = moment.value !== null;
  clearTimeout(due);
  if (!isThere) return;
  due = setTimeout(() => {
    const query = new URLSearchParams(location.search);
    if (isFollowing) query.delete('e');
    else query.set('e', String(event));
    const text = query.toString();
    history.replaceState(history.state, '', `${location.pathname}${text === '' ? '' : `?${text}`}`);
  }, 150);
}

export function stopWriting(): void {
  clearTimeout(due);
}

/** The heap page at this moment, looking at this place. */
export function heapAddress(view: Pictured, place: ObjectPlace | null): string {
  const query = new URLSearchParams({ e: String(view.at.value) });
  if (place && place.arena !== null) query.set('a', String(place.arena));
  if (place && place.pool !== null) query.set('p', String(place.pool));
  return `/s/${encodeURIComponent(view.subject.id)}?${query.toString()}`;
}
