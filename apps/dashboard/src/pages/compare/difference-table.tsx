/** What differs, in figures: at the cursor and over the whole run, each row against the first. */
import { configurationTitle } from '../../service/allocators.js';
import { bytes, count, exactBytes } from '../../words/amounts.js';
import { heldEmpty } from '../../words/ledger-words.js';
import type { Comparison, Row } from './comparison.js';

interface Measure {
  readonly name: string;
  readonly of: (row: Row) => number | null;
  readonly words: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Of two figures, which is the better one; `null` = neither. */
  readonly better: 'less' | null;
}

const amount = { words: bytes, exact: exactBytes, better: 'less' } as const;
const number = { words: count, exact: count } as const;

const NOW: readonly Measure[] = [
  { name: 'Mapped', of: ({ map }) => map.value?.totals.mappedBytes ?? null, ...amount },
  { name: 'Held empty', of: ({ map }) => (map.value ? heldEmpty(map.value.ledger) : null), ...amount },
  { name: 'Allocated', of: ({ map }) => map.value?.totals.allocatedBytes ?? null, ...amount },
  { name: 'Requested', of: ({ map }) => map.value?.totals.requestedBytes ?? null, ...amount },
  { name: 'By the system', of: ({ map }) => map.value?.totals.rawBytes ?? null, ...amount, better: null },
  { name: 'Arenas', of: ({ map }) => map.value?.region.length ?? null, ...number, better: null },
  { name: 'Live blocks', of: ({ map }) => map.value?.totals.liveBlocks ?? null, ...number, better: null },
];

const ALTOGETHER: readonly Measure[] = [
  { name: 'Most mapped', of: ({ run }) => run.value.summary?.peaks['mappedBytes']?.value ?? null, ...amount },
  { name: 'Most allocated', of: ({ run }) => run.value.summary?.peaks['allocatedBytes']?.value ?? null, ...amount },
  { name: 'Mapped on average', of: averageMapped, ...amount },
  { name: 'Arenas mapped', of: ({ run }) => run.value.summary?.regions.mapped ?? null, ...number, better: null },
  { name: 'Arenas given back', of: ({ run }) => run.value.summary?.regions.unmapped ?? null, ...number, better: null },
  { name: 'Out of memory', of: ({ run }) => outOfMemory(run.value.summary), ...number, better: 'less' },
];

function outOfMemory(summary: { readonly outcomes: Readonly<Record<string, number>> } | null): number | null {
  return summary ? (summary.outcomes['outOfMemory'] ?? 0) : null;
}

/** Over the events, from the highest of each bucket of the curve. */
function averageMapped({ curve }: Row): number | null {
  const shown = curve.value;
  if (!shown) return null;
  const { edges, mappedMax } = shown;
  const sum = mappedMax.reduce((all, mapped, at) => all + mapped * ((edges[at + 1] ?? 0) - (edges[at] ?? 0)), 0);
  return sum / Math.max(1, (edges.at(-1) ?? 0) - (edges[0] ?? 0));
}

export function DifferenceTable({ comparison }: { readonly comparison: Comparison }) {
  const rows = comparison.rows.value;
  if (rows.length < 2) return null;
  const at = rows[0]?.map.value?.at ?? comparison.clock.at.value;
  return (
    <section class="compare-table">
      <h2>Differences</h2>
      <div class="compare-scroll" tabIndex={0} role="region" aria-label="Table of differences">
        <table class="num">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Measure</span>
              </th>
              {rows.map((row) => (
                <th key={row.subject.id} scope="col">
                  <a href={`/r/${row.subject.id}?e=${at}`}>
                    {configurationTitle(comparison.models.value, row.run.value.allocator)}
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <Group title={`At event ${count(at)}`} measures={NOW} rows={rows} />
          <Group title="Over the whole run" measures={ALTOGETHER} rows={rows} />
        </table>
      </div>
    </section>
  );
}

interface GroupProps {
  readonly title: string;
  readonly measures: readonly Measure[];
  readonly rows: readonly Row[];
}

function Group({ title, measures, rows }: GroupProps) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={rows.length + 1}>
          {title}
        </th>
      </tr>
      {measures.map((measure) => (
        <MeasureLine key={measure.name} measure={measure} rows={rows} />
      ))}
    </tbody>
  );
}

function MeasureLine({ measure, rows }: { readonly measure: Measure; readonly rows: readonly Row[] }) {
  const values = rows.map(measure.of);
  const known = values.filter((value) => value !== null);
  const first = values[0] ?? null;
  const least = Math.min(...known);
  const differ = new Set(known).size > 1;
  return (
    <tr>
      <th scope="row">{measure.name}</th>
      {values.map((value, nth) => (
        <td
          key={rows[nth]?.subject.id}
          class={measure.better === 'less' && differ && value === least ? 'good' : ''}
          title={value === null ? undefined : measure.exact(value)}
        >
          {value === null ? '…' : measure.words(value)}
          {nth > 0 && value !== null && first !== null && value !== first && (
            <small>
              {value < first ? '−' : '+'}
              {measure.words(Math.abs(value - first))}
            </small>
          )}
        </td>
      ))}
    </tr>
  );
}
