/** A service that went away is asked again and again until it answers; what was wanted meanwhile is shown then. */
import { effect } from '@preact/signals';
import type { HeapView } from './heap-view.js';

const EVERY = 1500;

/** Until the returned function is called. */
export function reconnect(view: HeapView): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    const isThere = await fetch('/health/live').then(
      ({ ok }) => ok,
      () => false,
    );
    if (view.isConnected.peek()) return;
    if (!isThere) {
      timer = setTimeout(() => void ask(), EVERY);
      return;
    }
    view.isConnected.value = true;
    view.seek(view.at.peek());
  };
  const stop = effect(() => {
    clearTimeout(timer);
    if (!view.isConnected.value) timer = setTimeout(() => void ask(), EVERY);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
