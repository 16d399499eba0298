/** The keys of a heap page; off while somebody types. One table, which the help shows as it is. */
import type { HeapView } from './heap-view.js';
import { inOrder } from './ledger-parts.js';

const FAR = 1000;

export interface KeyHelp {
  readonly keys: string;
  readonly about: string;
}

export const KEY_HELP: readonly KeyHelp[] = [
  { keys: 'space', about: 'play, pause' },
  { keys: '← →', about: 'one event' },
  { keys: 'shift ← →', about: '1000 events' },
  { keys: 'home end', about: 'first, last event' },
  { keys: ', .', about: 'previous, next phase or bookmark' },
  { keys: 'B', about: 'bookmark this event, or take it away' },
  { keys: '[ ]', about: 'previous, next event of the chosen block or arena' },
  { keys: '/', about: 'search events' },
  { keys: 'C', about: 'colour: use, size, age, site' },
  { keys: '1 … 7', about: 'keep one heading of the ledger in the map' },
  { keys: 'O', about: 'order arenas: by address, emptiest first' },
  { keys: 'M', about: 'go to the map; there arrows walk, Enter goes nearer, Esc back, + − 0 zoom' },
  { keys: 'H', about: 'go to the table of arenas' },
  { keys: 'P', about: 'the same in party words' },
  { keys: 'L', about: 'lifetimes' },
  { keys: 'G', about: 'leaks' },
  { keys: 'shift drag', about: 'on the curve: compare two events' },
  { keys: 'wheel', about: 'zoom the curve or the map; double click: whole' },
  { keys: '?', about: 'this list' },
];

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

export function listenToKeys(view: HeapView, go: (page: string) => void): () => void {
  const landmark = (direction: 1 | -1): void => {
    const seq = view.span.landmark(view.at.value, direction);
    if (seq !== null) view.seek(seq);
  };
  const keep = (nth: number): void => {
    const name = inOrder(Object.keys(view.map.value?.ledger.entries ?? {}))[nth - 1];
    if (name !== undefined) view.keep(name);
  };
  const escape = (): void => {
    if (view.helping.value) view.helping.value = false;
    else if (view.block.value !== null) view.block.value = null;
    else if (view.pool.value !== null) view.choose(view.arena.value, null);
    else {
      view.heading.value = null;
      view.sizeClass.value = null;
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    const { target, key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target instanceof Element && target.closest('input, select, textarea')) return;
    // A focused button keeps its own space bar.
    if (key === ' ' && target instanceof Element && target.closest('button, a')) return;
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => view.toggle(),
      ArrowLeft: () => view.step(shiftKey ? -FAR : -1),
      ArrowRight: () => view.step(shiftKey ? FAR : 1),
      Home: () => view.seek(0),
      End: () => view.seek(view.end.value),
      Escape: escape,
      ',': () => landmark(-1),
      '.': () => landmark(1),
      '[': () => void view.seekEvent(-1),
      ']': () => void view.seekEvent(1),
      '/': () => focus('.event-search input'),
      '?': () => (view.helping.value = !view.helping.value),
      b: () => view.span.bookmark(view.at.value),
      c: () => view.colour(),
      o: () => (view.emptiestFirst.value = !view.emptiestFirst.value),
      m: () => focus('.overview'),
      h: () => focus('.arena-table'),
      p: () => go('party'),
      l: () => go('lifetimes'),
      g: () => go('leaks'),
    };
    const name = key.length === 1 ? key.toLowerCase() : key;
    const action = actions[name] ?? (/^[1-7]$/.test(key) ? () => keep(Number(key)) : undefined);
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
