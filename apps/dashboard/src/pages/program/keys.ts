/** The keys of a program page; off while somebody types. */
import type { ProgramPageView } from './program-view.js';

export function listenToKeys(view: ProgramPageView): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const { target, key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest('input, select, textarea')) return;
    // A focused button keeps its own space bar.
    if (key === ' ' && target instanceof Element && target.closest('button, a, summary')) return;
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => view.player.toggle(),
      ArrowLeft: () => view.move(shiftKey ? -10 : -1),
      ArrowRight: () => view.move(shiftKey ? 10 : 1),
      Home: () => view.seek(0),
      End: () => view.seek(view.end.value),
      ',': () => view.moveStep(-1),
      '.': () => view.moveStep(1),
      n: () => {
        if (view.mayWrite && view.steps.value?.next) void view.play({ count: 1 });
      },
    };
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
