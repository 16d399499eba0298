/** A program at a moment: source, stack, objects and what points where, beside the heap that holds them; and time to move through. */
import { effect, signal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { ProgramSubject } from '../../service/program.js';
import { json } from '../../service/rest.js';
import { TopBar } from '../../shell/top-bar.js';
import { readMoment, stopWriting, writeMoment } from './address.js';
import { CommandForm } from './command-form.js';
import { Diagram } from './diagram.js';
import { listenToKeys } from './keys.js';
import { Panels } from './panels.js';
import { Places } from './places.js';
import './diagram.css';
import './program-page.css';
import './side.css';
import './steps-dock.css';
import { type Pane, PANES, ProgramPageView } from './program-view.js';
import './source-pane.css';
import { SourcePane } from './source-pane.js';
import { StepsDock } from './steps-dock.js';
import { describeEffects } from './words.js';

const PANE_WORDS: Readonly<Record<Pane, string>> = {
  source: 'Source',
  diagram: 'Stack and heap',
  heap: 'Blocks, leaks',
};
const OF_A_RECORDING =
  'This run is of a recording: it tells what was asked of the allocator, not the program that asked.';

interface ProgramPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

export function ProgramPage({ kind, id }: ProgramPageProps) {
  return kind === 'run' ? <RunOfProgram id={id} /> : <SessionProgram key={id} id={id} />;
}

/** A run knows its program by the session that it came from. */
function RunOfProgram({ id }: { readonly id: string }) {
  const trouble = useMemo(() => signal<string | null>(null), [id]);
  const { route } = useLocation();
  useEffect(() => {
    const find = async (): Promise<void> => {
      try {
        const { sessionId } = await json<{ readonly sessionId: string | null }>(`/v1/runs/${encodeURIComponent(id)}`);
        if (sessionId !== null) route(`/s/${sessionId}/program${location.search}`, true);
        else trouble.value = OF_A_RECORDING;
      } catch (error) {
        trouble.value = error instanceof Error ? error.message : String(error);
      }
    };
    void find();
  }, [id]);
  return (
    <>
      <TopBar title="Program" views={{ kind: 'run', id, current: 'program' }} />
      <main class="program-empty">{trouble.value !== null && <p role="alert">{trouble.value}</p>}</main>
    </>
  );
}

function SessionProgram({ id }: { readonly id: string }) {
  const view = useMemo(() => new ProgramPageView(new ProgramSubject(id)), [id]);
  useEffect(() => {
    void view.open(readMoment());
    const stopAddress = effect(() => writeMoment(view));
    const stopKeys = listenToKeys(view);
    return () => {
      stopAddress();
      stopWriting();
      stopKeys();
      view.close();
    };
  }, [view]);
  const detail = view.detail.value;
  useEffect(() => {
    document.title = detail ? `${detail.name || 'Program'} · Heapcast` : 'Heapcast';
  }, [detail]);
  const now = view.moment.value;
  const source = view.source.value;
  const presence = view.presence.value;
  return (
    <>
      <TopBar
        title={detail?.name ?? ''}
        about={detail ? `${detail.allocator.profile} · ${detail.allocator.model}` : ''}
        views={{ kind: 'session', id, current: 'program', runs: detail?.kind }}
      >
        {presence && (
          <span class="dim num" title={presence.names.join(', ')}>
            {presence.count} here
          </span>
        )}
      </TopBar>
      {!view.isConnected.value && (
        <p class="notice" role="status">
          Reconnecting. You see event {now?.at ?? 0}.
        </p>
      )}
      {view.trouble.value !== null && (
        <p class="notice" role="alert">
          {view.trouble.value}
        </p>
      )}
      <Lead view={view} />
      <div class="segments pane-choice" role="group" aria-label="Show">
        {PANES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={view.pane.value === each}
            onClick={() => (view.pane.value = each)}
          >
            {PANE_WORDS[each]}
          </button>
        ))}
      </div>
      <main class={`program-page shows-${view.pane.value}`} data-ready={now ? '' : undefined}>
        {source ? (
          <SourcePane source={source} line={view.line.value} />
        ) : (
          <section class="source" aria-label="Source">
            {now && <p class="no-source dim">No source was given.</p>}
          </section>
        )}
        {view.scene.value ? <Diagram view={view} scene={view.scene.value} /> : <NoScene view={view} />}
        <aside class="program-side" aria-label="Heap and leaks" tabIndex={0}>
          <Places view={view} scene={view.scene.value} />
          <Panels view={view} />
        </aside>
      </main>
      <StepsDock view={view} />
      <p class="unseen" role="status" aria-live="polite">
        {spoken(view)}
      </p>
    </>
  );
}

/** The sentence that the picture proves, and the way on. */
function Lead({ view }: { readonly view: ProgramPageView }) {
  const finding = view.finding.value;
  const { step, stop, steps, moment } = view;
  const state = moment.value?.state ?? null;
  const event = stop.value?.move?.event;
  const effects = event ? describeEffects(event) : '';
  const sentence = [step.value?.sentence, stop.value?.move ? stop.value.words : null, effects]
    .filter(Boolean)
    .join(' · ');
  const many = state !== null && state.objects.total > 12;
  return (
    <div class="program-lead">
      <h1>
        {finding ? (
          <>
            {finding.before}
            <em>{finding.alert}</em>
            <bdi>{finding.after}</bdi>
          </>
        ) : (
          (step.value?.sentence ?? stop.value?.words ?? (moment.value ? 'Nothing has run yet' : ' '))
        )}
      </h1>
      {finding && (
        <span class="quiet lead-now">
          <bdi>{sentence}</bdi>
        </span>
      )}
      <span class="grow" />
      {many && (
        <label class="show-all">
          <input
            type="checkbox"
            checked={view.showAll.value === true}
            onChange={({ currentTarget }) => (view.showAll.value = currentTarget.checked ? true : null)}
          />
          Show all objects
        </label>
      )}
      {view.detail.value?.kind === 'snippet' && (
        <a class="button" href={`/snippets/${encodeURIComponent(view.subject.id)}`}>
          Output and source
        </a>
      )}
      {view.mayWrite && steps.value && (
        <span class="lead-steps">
          <span class="dim num">
            {steps.value.done} of {steps.value.of} steps
          </span>
          <button
            class="button primary"
            type="button"
            disabled={steps.value.next === null || view.sending.value}
            title={steps.value.next?.sentence ?? 'There are no more steps'}
            onClick={() => void view.play({ count: 1 })}
          >
            Next step
          </button>
          <button
            class="button"
            type="button"
            disabled={steps.value.next === null || view.sending.value}
            onClick={() => void view.play({ all: true })}
          >
            All
          </button>
        </span>
      )}
      {view.mayWrite && view.detail.value?.kind === 'program' && (
        <details class="lead-command">
          <summary class="button">Command</summary>
          <CommandForm view={view} />
        </details>
      )}
    </div>
  );
}

/** Nothing tells of stack and objects: what there is to know stands beside it. */
function NoScene({ view }: { readonly view: ProgramPageView }) {
  const detail = view.detail.value;
  if (!detail || !view.moment.value) return <section class="diagram" />;
  const steps = view.steps.value?.steps ?? [];
  const now = view.step.value;
  return (
    <section class="diagram" aria-label="Steps" tabIndex={0}>
      <div class="no-scene">
        {steps.length > 0 ? (
          <>
            <h2>Steps</h2>
            <ol>
              {steps.map(({ step, sentence, from }) => (
                <li key={step} class={step === now?.step ? 'now' : from === null ? 'dim' : ''}>
                  {sentence}
                </li>
              ))}
            </ol>
            <p class="dim">Its requests are those of a real program; of its objects only the blocks are known.</p>
          </>
        ) : (
          <p class="quiet">
            {detail.kind === 'snippet'
              ? 'No frames were recorded at this moment. Run it with "lines and frames" to see the stack.'
              : 'This session has no program: requests come one by one. Look at its heap.'}
          </p>
        )}
      </div>
    </section>
  );
}

/** Said when the page rests. */
function spoken({ moment, stop, finding, player, line }: ProgramPageView): string {
  const now = moment.value;
  if (!now || player.playing.value) return '';
  const found = finding.value;
  const said = found ? `${found.before}${found.alert}${found.after}.` : '';
  return `Event ${now.at}. ${stop.value?.words ?? ''}${line.value > 0 ? `, line ${line.value}` : ''}. ${said}`;
}
