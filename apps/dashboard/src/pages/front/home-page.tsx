/** The way in: open a recording, start from a scenario or from nothing, look at what is there, join a class. */
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import type { ScenarioBrief } from '../../service/scenarios.js';
import { TopBar } from '../../shell/top-bar.js';
import { runTitle } from '../../words/run-title.js';
import { ExampleMap } from './example-map.js';
import { Home, OWNERSHIPS, type RunItem } from './home.js';
import './home-page.css';
import { JoinForm } from './join-form.js';
import { RecentLists } from './recent-lists.js';
import { ScenarioCard } from './scenario-card.js';
import { ScenarioPicture } from './scenario-picture.js';
import { Upload } from './upload.js';

export function HomePage() {
  const home = useMemo(() => new Home(), []);
  const { route } = useLocation();
  const go = (path: string | null): void => {
    if (path !== null) route(path);
  };
  useEffect(() => {
    document.title = 'Heapcast';
    void home.read();
  }, [home]);
  const example = exampleOf(home.runs.value);
  const scenarios = home.scenarios.value;
  return (
    <>
      <TopBar>
        <nav aria-label="Main">
          <a href="#scenarios">Scenarios</a>
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
      <main class="home">
        <div class="home-hero">
          <div>
            <h1>See what keeps your memory</h1>
            <p class="lead">
              Replay every allocation your program made. Find the blocks that hold each arena, one event at a time.
            </p>
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
                disabled={home.isBusy.value}
                onClick={() => void home.start().then(go)}
              >
                Start a session
              </button>
            </div>
            <ProfileField home={home} />
            <JoinForm joined={route} />
          </div>
          {example && <ExampleMap run={example.id} name={runTitle(example.name, example.trace.name)} />}
        </div>
        <section id="scenarios" class="home-band">
          <h2>Start from a scenario</h2>
          <div class="cards">
            {scenarios.filter(({ practice }) => practice === null).map(card)}
            <PartyCard />
          </div>
          <h2>The best practices, measured</h2>
          <div class="cards">{scenarios.filter(({ practice }) => practice !== null).map(card)}</div>
          <h2>Start from nothing</h2>
          <div class="starts">
            <ProgramStart home={home} opened={go} />
            <article class="start">
              <h3>A snippet</h3>
              <p>Paste Python, C or C++. It runs for real, and every request is recorded with its line.</p>
              <a class="button" href="/snippets/new">
                Write a snippet
              </a>
            </article>
          </div>
        </section>
        <RecentLists home={home} />
      </main>
    </>
  );

  function card(scenario: ScenarioBrief) {
    return (
      <ScenarioCard
        key={scenario.name}
        scenario={scenario}
        isBusy={home.isBusy.value}
        onPlay={() => void home.play(scenario).then(go)}
      />
    );
  }
}

function hasPools({ allocator }: RunItem): boolean {
  return allocator.model === 'pymalloc';
}

/** A run with pools if there is one, and a long one, in which there is much to see; of those about as long, the newest. */
function exampleOf(runs: readonly RunItem[]): RunItem | undefined {
  const pooled = runs.filter(hasPools);
  const among = pooled.length > 0 ? pooled : runs;
  const longest = Math.max(...among.map(({ trace }) => trace.events));
  return among.find(({ trace }) => trace.events >= 0.9 * longest);
}

function PartyCard() {
  return (
    <article class="card">
      <a class="card-picture" href="/party" tabIndex={-1} aria-hidden="true">
        <ScenarioPicture name="toy-party" />
      </a>
      <div class="card-text">
        <h3>
          <a href="/party">The toy party</a>
        </h3>
        <p>Children, toys, orders and rent: four ways to order, one bill each.</p>
        <div class="card-actions">
          <a class="button" href="/party" aria-label="Give The toy party">
            Compare the bills
          </a>
        </div>
      </div>
    </article>
  );
}

function ProgramStart({ home, opened }: { readonly home: Home; readonly opened: (path: string | null) => void }) {
  return (
    <article class="start">
      <h3>A program</h3>
      <p>Calls, objects and references, command by command: the stack beside the heap.</p>
      <label>
        Memory comes back
        <select
          class="field"
          value={home.ownership.value}
          onChange={({ currentTarget }) => {
            const chosen = OWNERSHIPS.find(([name]) => name === currentTarget.value);
            if (chosen) home.ownership.value = chosen[0];
          }}
        >
          {OWNERSHIPS.map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button
        class="button"
        type="button"
        disabled={home.isBusy.value}
        onClick={() => void home.startProgram().then(opened)}
      >
        Start a program
      </button>
    </article>
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
