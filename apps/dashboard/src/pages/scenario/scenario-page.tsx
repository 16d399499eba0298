/** A scenario: its sides as they are written, to be played step by step, or measured side by side. */
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import type { ScenarioParameter, ScenarioSide } from '../../service/scenarios.js';
import { TopBar } from '../../shell/top-bar.js';
import { count } from '../../words/amounts.js';
import { MeasurementTable } from './measurement-table.js';
import './scenario-page.css';
import { Scenario } from './scenario.js';

const ID = /^[\w-]{1,64}$/;

export function ScenarioPage({ name }: { readonly name: string }) {
  const scenario = useMemo(() => new Scenario(name), [name]);
  const { route } = useLocation();
  useEffect(() => {
    const runs = (new URLSearchParams(location.search).get('runs') ?? '').split(',').filter((id) => ID.test(id));
    void scenario.read().then(() => {
      if (!scenario.detail.value || runs.length === 0) return undefined;
      // A measurement is in the address as soon as there is one, so that a reload shows it and makes no other.
      return runs[0] === 'new' ? measure() : scenario.recall(runs);
    });
  }, [scenario]);
  const measure = async (): Promise<void> => {
    await scenario.measure();
    const ids = scenario.measurement.value?.sides.map(({ runId }) => runId) ?? [];
    history.replaceState(history.state, '', `${location.pathname}${ids.length > 0 ? `?runs=${ids.join(',')}` : ''}`);
  };
  const detail = scenario.detail.value;
  useEffect(() => {
    document.title = detail ? `${detail.title} · Heapcast` : 'Heapcast';
  }, [detail]);
  const play = (side: string): void =>
    void scenario.play(side).then((path) => {
      if (path !== null) route(path);
      return undefined;
    });
  const progress = scenario.progress.value;
  return (
    <>
      <TopBar title={detail?.title ?? ''} about="scenario" />
      {scenario.trouble.value !== null && (
        <p class="notice" role="alert">
          {scenario.trouble.value}
        </p>
      )}
      <main class="scenario" data-ready={detail ? '' : undefined}>
        {detail && (
          <>
            <h1>{detail.title}</h1>
            {detail.practice !== null && <blockquote>{detail.practice}</blockquote>}
            <p class="lead">{detail.about}</p>
            {detail.lookFor.length > 0 && (
              <ul class="look-for" aria-label="What to look for">
                {detail.lookFor.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            )}
            <form
              class="parameters"
              onSubmit={(event) => {
                event.preventDefault();
                void measure();
              }}
            >
              {detail.parameters.map((parameter) => (
                <ParameterField key={parameter.name} scenario={scenario} parameter={parameter} />
              ))}
              <button class="button primary" type="submit" disabled={scenario.isBusy.value}>
                {detail.sides.length === 2
                  ? 'Measure both sides'
                  : detail.sides.length > 2
                    ? 'Measure all sides'
                    : 'Measure'}
              </button>
            </form>
            {scenario.generated.value !== null && (
              <p class="measuring num" role="status">
                {count(scenario.generated.value)} requests made for the traces
              </p>
            )}
            {progress && (
              <p class="measuring num" role="status">
                <progress max={1} value={progress.events / Math.max(1, progress.total)} aria-label="Replay" />
                {count(progress.events)} of {count(progress.total)} events replayed
              </p>
            )}
            <MeasurementTable scenario={scenario} />
            <div class="sides">
              {detail.sides.map((side) => (
                <SideCard key={side.name} side={side} isBusy={scenario.isBusy.value} onPlay={() => play(side.name)} />
              ))}
            </div>
          </>
        )}
      </main>
    </>
  );
}

function ParameterField({
  scenario,
  parameter,
}: {
  readonly scenario: Scenario;
  readonly parameter: ScenarioParameter;
}) {
  const { name, title, type, choices = [], minimum, maximum } = parameter;
  const usual = String(parameter.default);
  const value = scenario.typed.value[name] ?? '';
  const put = (text: string): void => void (scenario.typed.value = { ...scenario.typed.value, [name]: text });
  return (
    <label>
      {title}
      {type === 'choice' ? (
        <select class="field" value={value} onChange={({ currentTarget }) => put(currentTarget.value)}>
          <option value="">{usual} (as usual)</option>
          {choices
            .filter((choice) => choice !== usual)
            .map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
        </select>
      ) : (
        <input
          class="field num"
          type="number"
          min={minimum}
          max={maximum}
          step={1}
          placeholder={usual}
          value={value}
          onInput={({ currentTarget }) => put(currentTarget.value)}
        />
      )}
    </label>
  );
}

interface SideCardProps {
  readonly side: ScenarioSide;
  readonly isBusy: boolean;
  readonly onPlay: () => void;
}

function SideCard({ side, isBusy, onPlay }: SideCardProps) {
  const { title, source, steps } = side;
  return (
    <section class="side" aria-label={title}>
      <h2>{title}</h2>
      <p class="dim">
        {source.file} · {steps.length} steps
      </p>
      <pre class="mono" tabIndex={0} role="region" aria-label={`Source of ${title}`}>
        {source.text}
      </pre>
      <button class="button" type="button" disabled={isBusy} aria-label={`Play ${title}`} onClick={onPlay}>
        Play it step by step
      </button>
    </section>
  );
}
