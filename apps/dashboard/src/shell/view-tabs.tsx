/** The views of one session or run, side by side: going from one to another stays at the same moment. */
import type { SessionKind } from '@heapcast/contracts';

export type ViewName = 'heap' | 'program' | 'compare' | 'party' | 'class';

export interface Views {
  readonly kind: 'run' | 'session';
  readonly id: string;
  readonly current: ViewName;
  /** What a session runs; without it, nothing that has a program. */
  readonly runs?: SessionKind | undefined;
}

/** The address of a view, at the moment that the present address tells. */
export function viewAddress({ kind, id }: Pick<Views, 'kind' | 'id'>, view: ViewName): string {
  const event = new URLSearchParams(location.search).get('e');
  const moment = event !== null && /^\d{1,15}$/.test(event) ? `e=${event}` : '';
  if (view === 'class') return `/class/new?${kind}=${encodeURIComponent(id)}${moment && `&${moment}`}`;
  const path = `/${kind === 'run' ? 'r' : 's'}/${encodeURIComponent(id)}${view === 'heap' ? '' : `/${view}`}`;
  return `${path}${moment && `?${moment}`}`;
}

const NAMES: readonly (readonly [ViewName, string])[] = [
  ['heap', 'Heap'],
  ['program', 'Program'],
  ['compare', 'Compare'],
  ['party', 'Party'],
  ['class', 'Class'],
];

export function ViewTabs({ views }: { readonly views: Views }) {
  const shown = NAMES.filter(
    ([view]) =>
      view !== 'program' || views.runs === 'program' || views.runs === 'snippet' || views.current === 'program',
  );
  return (
    <nav class="view-tabs" aria-label="Views">
      {shown.map(([view, name]) => {
        // A class that is open stays open: its own tab begins no new one.
        const address = (): string =>
          view === 'class' && views.current === 'class' ? location.pathname : viewAddress(views, view);
        // The moment changes without this being drawn again: it is read when somebody is about to go.
        const aim = ({ currentTarget }: { readonly currentTarget: HTMLAnchorElement }): void =>
          currentTarget.setAttribute('href', address());
        return (
          <a
            key={view}
            href={address()}
            aria-current={view === views.current ? 'page' : undefined}
            onPointerEnter={aim}
            onFocus={aim}
            onClick={aim}
          >
            {name}
          </a>
        );
      })}
    </nav>
  );
}
