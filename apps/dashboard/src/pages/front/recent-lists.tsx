/** The newest recordings and sessions that everybody may see. */
import { counted } from '../../words/amounts.js';
import { runTitle } from '../../words/run-title.js';
import type { Home } from './home.js';

export function RecentLists({ home }: { readonly home: Home }) {
  return (
    <div class="home-lists">
      <section id="recordings">
        <h2>Recordings</h2>
        {home.runs.value.length === 0 && <p class="dim">None yet. Open one above.</p>}
        <ul>
          {home.runs.value.map(({ id, name, trace, allocator }) => (
            <li key={id}>
              <a href={`/r/${id}`}>
                <strong>{runTitle(name, trace.name)}</strong>
                <span class="dim num">
                  {allocator.profile} · {counted(trace.events, 'event')}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section id="sessions">
        <h2>Sessions</h2>
        {home.sessions.value.length === 0 && <p class="dim">None yet. Start one above.</p>}
        <ul>
          {home.sessions.value.map(({ id, name, seq, status, kind, allocator }) => (
            <li key={id}>
              <a href={`/s/${id}${kind === 'program' ? '/program' : ''}`}>
                <strong>{name || 'Session'}</strong>
                <span class="dim num">
                  {allocator.profile} · {counted(seq, 'event')} · {status === 'open' ? 'live' : status}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
