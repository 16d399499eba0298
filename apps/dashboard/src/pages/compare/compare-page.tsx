/** Runs of one trace on several allocators, over one time axis: what each of them would have needed at the same event. */
import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { configurationTitle } from '../../service/allocators.js';
import { TopBar } from '../../shell/top-bar.js';
import { listenToClockKeys } from '../../time/clock.js';
import { Transport } from '../../time/transport.js';
import { bytes, count } from '../../words/amounts.js';
import { AddAllocator } from './add-allocator.js';
import { readAddress, writeAddress } from './address.js';
import './compare-page.css';
import { CompareRow } from './compare-row.js';
import { Comparison } from './comparison.js';
import { DifferenceTable } from './difference-table.js';
import { type SubjectOfComparison, useBaseRun } from './base-run.js';

interface ComparePageProps {
  /** What the comparison starts from; without it, the runs that the address names. */
  readonly kind?: 'run' | 'session';
  readonly id?: string;
}

export function ComparePage({ kind, id }: ComparePageProps) {
  const subject: SubjectOfComparison | null = kind && id !== undefined ? { kind, id } : null;
  const base = useBaseRun(subject);
  const found = base.state.value;
  const views = subject ? { views: { ...subject, current: 'compare' as const, runs: base.runs.value } } : {};
  if (found.is === 'ready')
    return <Rows key={found.run ?? ''} base={found.run} views={views} title={base.name.value} />;
  return (
    <>
      <TopBar title={base.name.value} {...views} />
      <main class="compare-empty">
        {found.is === 'live' && (
          <>
            <h1>This session is still live</h1>
            <p class="quiet">
              Allocators are compared over all requests of a session. A copy of the {count(found.events)} events that
              there are now can be compared at once; the session goes on as it is.
            </p>
            <button
              class="button primary large"
              type="button"
              disabled={base.isBusy.value}
              onClick={() => void base.copy()}
            >
              Compare a copy
            </button>
          </>
        )}
        {base.trouble.value !== null && (
          <p class="notice" role="alert">
            {base.trouble.value}
          </p>
        )}
      </main>
    </>
  );
}

interface RowsProps {
  /** The first row; `null` = only what the address names. */
  readonly base: string | null;
  readonly views: Partial<Pick<Parameters<typeof TopBar>[0], 'views'>>;
  readonly title: string;
}

function Rows({ base, views, title }: RowsProps) {
  const comparison = useMemo(() => new Comparison(), []);
  const { clock, mode } = comparison;
  useEffect(() => {
    const { runs, event, isDifference } = readAddress();
    if (isDifference) mode.value = 'difference';
    void comparison.open(base === null ? runs : [base, ...runs], event);
    const stopShow = effect(() => {
      void clock.at.value;
      comparison.show();
    });
    const stopAddress = effect(() => writeAddress(comparison, base));
    const stopKeys = listenToClockKeys(clock);
    const stopZoom = listenToZoomKeys(comparison);
    return () => {
      stopShow();
      stopAddress();
      stopKeys();
      stopZoom();
      comparison.close();
    };
  }, [comparison]);
  const rows = comparison.rows.value;
  const trace = comparison.trace.value;
  const name = title !== '' ? title : (trace?.name ?? '');
  useEffect(() => {
    document.title = name === '' ? 'Compare · Heapcast' : `${name} compared · Heapcast`;
  }, [name]);
  const isReady = rows.length > 0 && rows.every(({ map, trouble }) => map.value !== null || trouble.value !== null);
  return (
    <>
      <TopBar
        title={name || 'Compare'}
        about={`same recording, ${rows.length} ${rows.length === 1 ? 'allocator' : 'allocators'}`}
        {...views}
      />
      {comparison.trouble.value !== null && (
        <p class="notice" role="alert">
          {comparison.trouble.value}
        </p>
      )}
      <main class="compare" data-ready={isReady ? '' : undefined}>
        <div class="compare-lead">
          <Finding comparison={comparison} />
          <span class="grow" />
          <span class="compare-legend" aria-hidden="true">
            <i class="square use" /> requested
            <i class="square round" /> allocated
            <i class="square held" /> mapped
          </span>
          <AddAllocator comparison={comparison} />
        </div>
        <div class="compare-rows">
          {rows.length === 0 && comparison.trouble.value === null && (
            <p class="dim compare-none">No runs yet. The address names them: /compare?runs=ID,ID</p>
          )}
          {rows.map((row, nth) => (
            <CompareRow key={row.subject.id} comparison={comparison} row={row} nth={nth} />
          ))}
        </div>
        <DifferenceTable comparison={comparison} />
      </main>
      <footer class="compare-foot">
        <Transport clock={clock} />
        {comparison.window.value && (
          <button class="button" type="button" onClick={() => comparison.look(null)}>
            Whole recording
          </button>
        )}
        <span class="grow" />
        <span class="segments" role="group" aria-label="Curves">
          <button type="button" aria-pressed={mode.value === 'same'} onClick={() => (mode.value = 'same')}>
            Same scale
          </button>
          <button type="button" aria-pressed={mode.value === 'difference'} onClick={() => (mode.value = 'difference')}>
            Difference
          </button>
        </span>
      </footer>
    </>
  );
}

/** The axis by keys: plus and minus zoom around the cursor, 0 shows all of it. */
function listenToZoomKeys(comparison: Comparison): () => void {
  const onKey = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
    const isTyping = target instanceof Element && target.closest('input, select, textarea') !== null;
    if (isTyping || ctrlKey || metaKey || altKey) return;
    if (key === '+') comparison.zoom(0.5, comparison.clock.at.value);
    else if (key === '-') comparison.zoom(2, comparison.clock.at.value);
    else if (key === '0') comparison.look(null);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** The best saving at the cursor. */
function Finding({ comparison }: { readonly comparison: Comparison }) {
  const { best, rows, models } = comparison;
  const first = rows.value[0]?.map.value;
  const saving = best.value;
  const at = first ? `at event ${count(first.at)}, ${bytes(first.totals.requestedBytes)} requested` : '';
  return (
    <div class="finding" role="status">
      <h1 id="finding">
        {!first && (rows.value.length === 0 ? 'Nothing to compare' : 'Reading')}
        {first && !saving && 'Add an allocator to compare with'}
        {saving && saving.bytes > 0 && (
          <>
            <em>{bytes(saving.bytes)} less</em> with{' '}
            {configurationTitle(models.value, saving.row.run.value.allocator).replace(/^What if: /, '')}
          </>
        )}
        {saving && saving.bytes === 0 && allEqual(comparison)}
      </h1>
      <span class="quiet num">{at}</span>
    </div>
  );
}

function allEqual({ rows }: Comparison): string {
  const mapped = new Set(rows.value.flatMap(({ map }) => (map.value ? [map.value.totals.mappedBytes] : [])));
  if (mapped.size > 1) return 'None holds less than the first';
  return rows.value.length === 2 ? 'Both hold the same' : `All ${rows.value.length} hold the same`;
}
