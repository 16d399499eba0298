/** The keys of a heap page; off while somebody types. */
import type { HeapView } from './heap-view.js';

const FAR = 1000;

export function listenToKeys(view: HeapView): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const { target, key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest('input, select, textarea')) return;
    // A focused button keeps its own space bar.
    if (key === ' ' && target instanceof Element && target.closest('button, a')) return;
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => view.toggle(),
      ArrowLeft: () => view.step(shiftKey ? -FAR : -1),
      ArrowRight: () => view.step(shiftKey ? FAR : 1),
      Home: () => view.seek(0),
      End: () => view.seek(view.end.value),
      Escape: () => (view.pool.value = null),
      c: () => (view.colouring.value = view.colouring.value === 'use' ? 'size' : 'use'),
    };
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
