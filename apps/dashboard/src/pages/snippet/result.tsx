/** What came of a snippet: outcome, output, what was lost and where, advice, and the ways on. */
import { type Measure, MEASURES, type Snippet } from '../../service/snippets.js';
import { bytes, count, counted } from '../../words/amounts.js';
import '../program/diagram.css';
import { Diagram } from '../program/diagram.js';
import { Places } from '../program/places.js';
import '../program/side.css';
import type { SnippetView } from './snippet-view.js';

const OUTCOMES: Readonly<Record<string, string>> = {
  finished: 'It ran to its end.',
  exception: 'It ended with an exception.',
  doesNotCompile: 'It does not compile.',
  timeLimit: 'It was stopped: it ran too long.',
  memoryLimit: 'It was stopped: it needed too much memory.',
  outputLimit: 'It was stopped: it printed too much.',
  eventLimit: 'It was stopped: it made too many requests.',
  killed: 'Its process died.',
  refused: 'It was not run.',
  interrupted: 'The service ended while it ran.',
  cancelled: 'It was ended by hand.',
};

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  live: 'alive at the end',
  peak: 'at the peak',
  total: 'asked for in all',
};

export function Result({ view }: { readonly view: SnippetView }) {
  const now = view.snippet.value;
  if (view.ordering.value || !now) {
    return (
      <section class="result" aria-label="Result" tabIndex={0}>
        <p class="dim">
          {view.ordering.value
            ? 'Sending it …'
            : 'It runs for real, in a sandbox, and every request that it makes for memory is recorded with its line.'}
        </p>
      </section>
    );
  }
  if (now.status !== 'finished') return <Running view={view} now={now} />;
  return (
    <section class="result" aria-label="Result" tabIndex={0} data-outcome={now.outcome}>
      <h1 class={now.outcome === 'finished' ? '' : 'alarming'}>{finding(now)}</h1>
      <p class="quiet num">
        {OUTCOMES[now.outcome ?? ''] ?? now.outcome} {count(now.ms)} ms, {counted(now.counts.events, 'request')}
        {now.counts.lines > 0 ? `, ${counted(now.counts.lines, 'mark')} of lines` : ''}
        {now.exitStatus ? `, exit status ${now.exitStatus}` : ''}.
      </p>
      {now.detail !== '' && now.outcome !== 'doesNotCompile' && (
        <p class="quiet">
          <bdi>{now.detail}</bdi>
        </p>
      )}
      <p class="ways">
        <a class="button" href={`/s/${now.sessionId}`}>
          Heap
        </a>
        <a class="button" href={`/s/${now.sessionId}/program`}>
          Program
        </a>
        {now.runId !== null && (
          <a class="button" href={`/r/${now.runId}/compare`}>
            On other allocators
          </a>
        )}
      </p>
      <Faults now={now} />
      <Output now={now} />
      <Leaks now={now} />
      {view.advice.value.length > 0 && (
        <section aria-labelledby="advice-title">
          <h2 id="advice-title">Advice</h2>
          <ul>
            {view.advice.value.map(({ sentence }) => (
              <li key={sentence}>
                <bdi>{sentence}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {now.census && now.census.length > 0 && (
        <section aria-labelledby="census-title">
          <h2 id="census-title">Alive at the end</h2>
          <table>
            <tbody>
              {now.census.slice(0, 10).map(({ type, count: many, bytes: size }) => (
                <tr key={type}>
                  <th scope="row" class="mono">
                    <bdi>{type}</bdi>
                  </th>
                  <td class="right num">{count(many)}</td>
                  <td class="right num">{bytes(size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {(now.translations.length > 0 || now.remarks.length > 0) && <Notes now={now} />}
    </section>
  );
}

/** One sentence: what there is to see. */
function finding(now: Snippet): string {
  const { exception, leaks, outcome } = now;
  if (outcome === 'doesNotCompile')
    return `It does not compile: line ${exception?.line ?? now.diagnostics[0]?.line ?? 0}`;
  if (exception) return `${exception.type}${exception.line > 0 ? ` in line ${exception.line}` : ''}`;
  if (leaks) {
    const { definite, indirect, possible } = leaks.summary;
    const lost = definite.bytes + indirect.bytes + possible.bytes;
    if (leaks.errors.length > 0) return leaks.errors[0]?.sentence ?? '';
    if (lost > 0)
      return `${bytes(lost)} lost in ${counted(definite.blocks + indirect.blocks + possible.blocks, 'block')}`;
    return `Nothing is lost; ${bytes(leaks.peakBytes)} at most at once`;
  }
  if (outcome === 'finished') return `${counted(now.counts.blocks, 'block')} asked for`;
  return OUTCOMES[outcome ?? ''] ?? 'It has ended';
}

function Running({ view, now }: { readonly view: SnippetView; readonly now: Snippet }) {
  const { value: running } = view.running;
  const line = running?.line.value ?? 0;
  const scene = running?.scene.value ?? null;
  return (
    <section class="result" aria-label="Result" tabIndex={0}>
      <h1>{now.status === 'waiting' ? 'It waits for its turn' : line > 0 ? `It runs: line ${line}` : 'It runs'}</h1>
      <progress aria-label="It runs" />
      <p class="quiet num" role="status">
        {counted(view.asked.value, 'event')} so far
      </p>
      <p class="ways">
        <a class="button" href={`/s/${now.sessionId}`}>
          Watch its heap
        </a>
        <a class="button" href={`/s/${now.sessionId}/program`}>
          Watch its lines
        </a>
        <button class="button" type="button" onClick={() => void view.cancel()}>
          Stop it
        </button>
      </p>
      <Output now={now} />
      {running && (
        <div class="watch">
          {scene && <Diagram view={running} scene={scene} />}
          <Places view={running} scene={scene} />
        </div>
      )}
    </section>
  );
}

function Faults({ now }: { readonly now: Snippet }) {
  const { exception, diagnostics, leaks } = now;
  const errors = leaks?.errors ?? [];
  if (!exception && diagnostics.length === 0 && errors.length === 0) return null;
  return (
    <section aria-labelledby="faults-title">
      <h2 id="faults-title">{diagnostics.length > 0 ? 'What the compiler said' : 'What went wrong'}</h2>
      {diagnostics.length > 0 && (
        <ul>
          {diagnostics.map(({ severity, line, column, message }, i) => (
            <li key={i} class={severity === 'error' ? 'alarming' : ''}>
              {line > 0 && (
                <b class="num">
                  line {line}
                  {column > 0 ? `:${column}` : ''}{' '}
                </b>
              )}
              {severity}: <bdi>{message}</bdi>
            </li>
          ))}
        </ul>
      )}
      {exception && diagnostics.length === 0 && (
        <>
          <p class="alarming">
            <bdi>
              {exception.type}: {exception.message}
            </bdi>
          </p>
          <pre class="printed">
            <bdi>{exception.traceback}</bdi>
          </pre>
        </>
      )}
      <ul>
        {errors.map(({ sentence, times }, i) => (
          <li key={i} class="alarming">
            <bdi>{sentence}</bdi>
            {times > 1 ? ` ${times} times.` : ''}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Output({ now }: { readonly now: Snippet }) {
  if (now.output.length === 0) return null;
  return (
    <section aria-labelledby="output-title">
      <h2 id="output-title">Output</h2>
      <pre class="printed" tabIndex={0}>
        {now.output.map(({ stream, text }, i) => (
          <bdi key={i} class={stream === 'stderr' ? 'alarming' : ''}>
            {text}
          </bdi>
        ))}
      </pre>
    </section>
  );
}

function Leaks({ now }: { readonly now: Snippet }) {
  const { leaks } = now;
  if (!leaks || leaks.records.length === 0) return null;
  return (
    <section aria-labelledby="lost-title">
      <h2 id="lost-title">Lost, and still reachable</h2>
      <ul>
        {leaks.records.map(({ kind, sentence }, i) => (
          <li key={i} class={kind === 'reachable' ? '' : 'alarming'}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
        {leaks.recordsDropped > 0 && <li class="dim">and {counted(leaks.recordsDropped, 'more place')}</li>}
      </ul>
    </section>
  );
}

function Notes({ now }: { readonly now: Snippet }) {
  return (
    <section aria-labelledby="notes-title">
      <h2 id="notes-title">To know</h2>
      <ul class="quiet">
        {now.translations.map(({ line, note }, i) => (
          <li key={i}>
            Line {line}: <bdi>{note}</bdi>
          </li>
        ))}
        {now.remarks.map((remark) => (
          <li key={remark}>
            <bdi>{remark}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Which bytes stand beside the lines. */
export function MeasureChoice({ view }: { readonly view: SnippetView }) {
  return (
    <div class="segments" role="group" aria-label="Bytes beside the lines">
      {MEASURES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={view.measure.value === each}
          onClick={() => void view.show(each)}
        >
          {MEASURE_WORDS[each]}
        </button>
      ))}
    </div>
  );
}
