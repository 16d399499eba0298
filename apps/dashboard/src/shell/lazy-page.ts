/**
 * A page that is fetched when it is first gone to, so that nobody waits for the pages that they do not open. After an upgrade of the
 * service the files of the old build are gone: a tab that still has the old build loads itself anew, once.
 */
import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import { StalePage } from './stale-page.js';

const RELOADED = 'heapcast.reloaded';
/** Milliseconds within which a second failure is no stale build: the service is away. */
const AGAIN = 10_000;

/** Is there hope that a reload brings the present build? */
function mayReload(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < AGAIN) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  return true;
}

export function lazyPage<Props>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch {
      if (mayReload()) {
        location.reload();
        // Nothing is shown until the reload takes over.
        return await new Promise<never>(() => undefined);
      }
      // A reload did not help: say so, and leave the next one to the person.
      return { default: StalePage };
    }
  });
}
