/** The way in: open a recording, look at what is there, start something of one's own. */
import { signal } from '@preact/signals';
import type { CreatedSession, SessionSummary } from '@heapcast/contracts';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { json } from '../../service/rest.js';
import { keepToken } from '../../service/tokens.js';
import { TopBar } from '../../shell/top-bar.js';
import { counted } from '../../words/amounts.js';
import { ExampleMap } from './example-map.js';
import './home-page.css';
import { Upload } from './upload.js';

interface RunItem {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly trace: { readonly name: string; readonly events: number };
  readonly allocator: { readonly profile: string };
}

interface ModelItem {
  readonly name: string;
  readonly profiles: readonly { readonly name: string; readonly title: string }[];
}

class Home {
  readonly runs = signal<readonly RunItem[]>([]);
  readonly sessions = signal<readonly SessionSummary[]>([]);
  readonly models = signal<readonly ModelItem[]>([]);
  readonly profile = signal('cpython-3.13');
  readonly trouble = signal<string | null>(null);

  async read(): Promise<void> {
    try {
      const [runs, sessions, models] = await Promise.all([
        json<{ readonly items: readonly RunItem[] }>('/v1/runs?limit=8&status=done'),
        json<{ readonly items: readonly SessionSummary[] }>('/v1/sessions?limit=8'),
        json<readonly ModelItem[]>('/v1/allocators'),
      ]);
      this.runs.value = runs.items;
      this.sessions.value = sessions.items;
      this.models.value = models;
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** The model that has the chosen profile. */
  get allocator(): { readonly model: string; readonly profile: string } {
    const profile = this.profile.value;
    const model = this.models.value.find(({ profiles }) => profiles.some(({ name }) => name === profile));
    return { model: model?.name ?? 'pymalloc', profile };
  }

  /** Opens a session; answers with the address of its page. */
  async start(): Promise<string | null> {
    try {
      const body = { name: 'My session', allocator: this.allocator };
      const { id, ownerToken } = await json<CreatedSession>('/v1/sessions', { method: 'POST', body });
      keepToken(id, ownerToken);
      return `/s/${id}`;
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
      return null;
    }
  }
}

export function HomePage() {
  const home = useMemo(() => new Home(), []);
  const { route } = useLocation();
  useEffect(() => {
    document.title = 'Heapcast';
    void home.read();
  }, [home]);
  const example = home.runs.value[0];
  return (
    <>
      <TopBar>
        <nav aria-label="Main">
          <a href="#recordings">Recordings</a>
          <a href="#sessions">Sessions</a>
          <a href="/docs" target="_self">
            API
          </a>
        </nav>
      </TopBar>
      {home.trouble.value !== null && (
        <p class="notice" role="alert">
          {home.trouble.value}
        </p>
      )}
      <main>
        <div class="home-hero">
          <div>
            <h1>See what keeps your memory</h1>
            <p class="lead">
              Replay every allocation your program made. Find the blocks that hold each arena, one event at a time.
            </p>
            <ProfileField home={home} />
            <Upload allocator={() => home.allocator} opened={(run) => route(`/r/${run}`)} />
            <div class="home-actions">
              {example && (
                <a class="button large" href={`/r/${example.id}`}>
                  Try the example
                </a>
              )}
              <button
                class="button large"
                type="button"
                onClick={() => void home.start().then((path) => path !== null && route(path))}
              >
                Start a session
              </button>
            </div>
          </div>
          {example && <ExampleMap run={example.id} name={example.name || example.trace.name} />}
        </div>
        <div class="home-lists">
          <section id="recordings">
            <h2>Recordings</h2>
            {home.runs.value.length === 0 && <p class="dim">None yet. Open one above.</p>}
            <ul>
              {home.runs.value.map(({ id, name, trace, allocator }) => (
                <li key={id}>
                  <a href={`/r/${id}`}>
                    <strong>{name || trace.name || 'Run'}</strong>
                    <span class="dim num">
                      {allocator.profile} · {counted(trace.events, 'event')}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
          <section id="sessions">
            <h2>Live sessions</h2>
            {home.sessions.value.length === 0 && <p class="dim">None yet. Start one above.</p>}
            <ul>
              {home.sessions.value.map(({ id, name, seq, status, allocator }) => (
                <li key={id}>
                  <a href={`/s/${id}`}>
                    <strong>{name || 'Session'}</strong>
                    <span class="dim num">
                      {allocator.profile} · {counted(seq, 'event')} · {status}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        </div>
      </main>
    </>
  );
}

function ProfileField({ home }: { readonly home: Home }) {
  return (
    <label class="profile-field">
      Allocator
      <select
        class="field"
        value={home.profile.value}
        onChange={({ currentTarget }) => (home.profile.value = currentTarget.value)}
      >
        {home.models.value.map(({ name, profiles }) => (
          <optgroup key={name} label={name}>
            {profiles.map((profile) => (
              <option key={profile.name} value={profile.name}>
                {profile.title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
