/** What the runs of a scenario measured, side by side, and whether they bear out what was claimed. */
import { bytes, count } from '../../words/amounts.js';
import type { Scenario } from './scenario.js';

/** Names of measures as people read them; what ends in bytes is read as bytes. */
function measureWords(name: string): string {
  return name
    .replace(/Bytes$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^./, (letter) => letter.toUpperCase());
}

function amountWords(measure: string, value: number | null): string {
  if (value === null) return '–';
  return /bytes/i.test(measure) ? bytes(value) : count(value);
}

export function MeasurementTable({ scenario }: { readonly scenario: Scenario }) {
  const found = scenario.measurement.value;
  if (!found?.isDone) return null;
  const { sides, claims, differences } = found;
  const ids = sides.map(({ runId }) => runId);
  const isOneTrace = sides.length > 1 && new Set(sides.map(({ traceId }) => traceId)).size === 1;
  const measures = Object.keys(sides[0]?.measured ?? {}).filter((name) =>
    sides.some(({ measured }) => (measured?.[name] ?? null) !== null),
  );
  const percents = new Map(differences?.map(({ measure, percent }) => [measure, percent]));
  return (
    <section class="measurement" aria-label="Measured">
      {claims && claims.length > 0 && (
        <ul class="claims">
          {claims.map(({ sentence, holds }) => (
            <li key={sentence} class={holds ? 'holds' : 'fails'}>
              <strong>{holds ? 'Borne out' : 'Not borne out'}</strong> {sentence}
            </li>
          ))}
        </ul>
      )}
      <div class="measured" tabIndex={0} role="region" aria-label="Table of measures">
        <table class="num">
          <thead>
            <tr>
              <th scope="col">Measured</th>
              {sides.map(({ runId, title }) => (
                <th key={runId} scope="col">
                  <a href={`/r/${runId}`}>{title}</a>
                </th>
              ))}
              {differences && <th scope="col">Change</th>}
            </tr>
          </thead>
          <tbody>
            {measures.map((name) => (
              <tr key={name}>
                <th scope="row">{measureWords(name)}</th>
                {sides.map(({ runId, measured }) => (
                  <td key={runId}>{amountWords(name, measured?.[name] ?? null)}</td>
                ))}
                {differences && <td>{percentWords(percents.get(name))}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isOneTrace && (
        <a class="button" href={`/compare?runs=${ids.join(',')}`}>
          Compare over time
        </a>
      )}
    </section>
  );
}

function percentWords(percent: number | null | undefined): string {
  if (percent === undefined || percent === null) return '';
  if (percent === 0) return 'none';
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)}%`;
}
