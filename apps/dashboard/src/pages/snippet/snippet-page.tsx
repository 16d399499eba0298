/** Write or paste a program, run it for real, and see what it asked of memory, line by line. */
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { LANGUAGES, RECORDS, type Recording } from '../../service/snippets.js';
import { ShareButton } from '../../shell/share-button.js';
import { TopBar } from '../../shell/top-bar.js';
import { bytes, counted } from '../../words/amounts.js';
import '../program/source-pane.css';
import { type LineNote, SourcePane } from '../program/source-pane.js';
import { Editor } from './editor.js';
import { EXAMPLES } from './examples.js';
import { MeasureChoice, Result } from './result.js';
import './snippet-page.css';
import { SnippetView } from './snippet-view.js';

const NAMES = { python: 'Python', c: 'C', 'c++': 'C++' } as const;
const RECORD_WORDS: Readonly<Record<Recording, string>> = {
  requests: 'Requests',
  lines: 'Requests and lines',
  frames: 'Requests, lines and frames',
};

export function SnippetPage({ id }: { readonly id?: string }) {
  const view = useMemo(() => new SnippetView(), []);
  const { route } = useLocation();
  useEffect(() => {
    document.title = 'Snippet · Heapcast';
    void view.readProfiles();
    return () => view.close();
  }, [view]);
  useEffect(() => {
    if (id !== undefined && id !== 'new') void view.open(id);
  }, [view, id]);
  const run = (): void => {
    void view.run().then((made) => made !== null && route(`/snippets/${made}`, id === 'new' || id === undefined));
  };
  const now = view.snippet.value;
  const isOver = now?.status === 'finished';
  const canRead = isOver && view.isSame.value && now.counts.events > 0;
  const line = view.running.value?.line.value ?? 0;
  const isWatched = now?.status === 'running' && view.isSame.value && line > 0;
  return (
    <>
      <TopBar title="Snippet" about={now ? now.file : 'your own code, run for real'}>
        {now && <ShareButton />}
      </TopBar>
      {view.trouble.value !== null && (
        <p class="notice" role="alert">
          {view.trouble.value}
        </p>
      )}
      {!view.isConnected.value && (
        <p class="notice" role="status">
          Reconnecting. You see what it had asked for until event {view.running.value?.at.value ?? 0}.
        </p>
      )}
      <main
        class={isWatched ? 'snippet-page watched' : 'snippet-page'}
        data-ready={now === null || isOver ? '' : undefined}
      >
        <section class="write" aria-label="Program">
          <div class="write-bar">
            <div class="segments" role="group" aria-label="Language">
              {LANGUAGES.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={view.language.value === each}
                  onClick={() => (view.language.value = each)}
                >
                  {NAMES[each]}
                </button>
              ))}
            </div>
            <select
              class="field"
              aria-label="Example"
              value=""
              onChange={({ currentTarget }) => {
                if (currentTarget.value !== '') view.choose(Number(currentTarget.value));
                currentTarget.value = '';
              }}
            >
              <option value="">Examples</option>
              {EXAMPLES.map(({ title, language }, i) => (
                <option key={title} value={i}>
                  {NAMES[language]}: {title}
                </option>
              ))}
            </select>
            <span class="grow" />
            {canRead && (
              <div class="segments" role="group" aria-label="Show">
                <button type="button" aria-pressed={!view.reading.value} onClick={() => (view.reading.value = false)}>
                  Edit
                </button>
                <button type="button" aria-pressed={view.reading.value} onClick={() => (view.reading.value = true)}>
                  Bytes by line
                </button>
              </div>
            )}
            <button class="button primary" type="button" disabled={view.isRunning.value} onClick={run}>
              Run
            </button>
          </div>
          {isWatched ? (
            <SourcePane source={{ file: now.file, text: now.source }} line={line} />
          ) : canRead && view.reading.value ? (
            <SourcePane source={{ file: now.file, text: now.source }} line={0} notes={notesOf(view)}>
              <div class="measure-bar">
                <MeasureChoice view={view} />
              </div>
            </SourcePane>
          ) : (
            <Editor
              value={view.source.value}
              language={view.language.value}
              marks={view.marks.value}
              onInput={(text) => (view.source.value = text)}
              onRun={run}
            />
          )}
          <Options view={view} />
        </section>
        <Result view={view} />
      </main>
    </>
  );
}

/** What the lines asked for, and what of it was lost. */
function notesOf(view: SnippetView): ReadonlyMap<number, readonly LineNote[]> {
  const notes = new Map<number, LineNote[]>();
  const put = (line: number, text: string, isAlert: boolean): void => {
    const list = notes.get(line) ?? [];
    list.push({ text, isAlert });
    notes.set(line, list);
  };
  const sums = new Map<number, { bytes: number; blocks: number }>();
  for (const { line, bytes: size, blocks } of view.lines.value) {
    if (line === null || line <= 0) continue;
    const sum = sums.get(line) ?? { bytes: 0, blocks: 0 };
    sums.set(line, { bytes: sum.bytes + size, blocks: sum.blocks + blocks });
  }
  for (const [line, sum] of sums) put(line, `${bytes(sum.bytes)} in ${counted(sum.blocks, 'block')}`, false);
  for (const { kind, bytes: size, path } of view.snippet.value?.leaks?.records ?? []) {
    if (kind !== 'reachable') put(path[0]?.line ?? 0, `${bytes(size)} lost`, true);
  }
  for (const [line, text] of view.marks.value) put(line, text, true);
  return notes;
}

function Options({ view }: { readonly view: SnippetView }) {
  const isPython = view.language.value === 'python';
  return (
    <div class="options">
      <label>
        Allocator
        <select
          class="field"
          value={view.allocator.value}
          onChange={({ currentTarget }) => (view.allocator.value = currentTarget.value)}
        >
          <option value="">{isPython ? 'As this Python has it' : 'A free list'}</option>
          {view.profiles.value.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Recorded
        <select
          class="field"
          disabled={!isPython}
          value={isPython ? view.record.value : 'requests'}
          onChange={({ currentTarget }) =>
            (view.record.value = RECORDS.find((each) => each === currentTarget.value) ?? 'requests')
          }
        >
          {RECORDS.map((each) => (
            <option key={each} value={each}>
              {RECORD_WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <Limit name="Seconds" value={view.seconds.value} hint="30" put={(text) => (view.seconds.value = text)} />
      <Limit name="MiB" value={view.mebibytes.value} hint="256" put={(text) => (view.mebibytes.value = text)} />
      <Limit name="Requests" value={view.events.value} hint="8000000" put={(text) => (view.events.value = text)} />
      <label class="check">
        <input
          type="checkbox"
          checked={view.isPrivate.value}
          onChange={({ currentTarget }) => (view.isPrivate.value = currentTarget.checked)}
        />
        Only for me
      </label>
    </div>
  );
}

interface LimitProps {
  readonly name: string;
  readonly value: string;
  readonly hint: string;
  readonly put: (text: string) => void;
}

function Limit({ name, value, hint, put }: LimitProps) {
  return (
    <label>
      {name}, at most
      <input
        class="field num"
        inputMode="decimal"
        value={value}
        placeholder={hint}
        onInput={({ currentTarget }) => put(currentTarget.value)}
      />
    </label>
  );
}
