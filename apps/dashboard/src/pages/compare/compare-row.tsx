/** One run of a comparison: what it maps now, against the first; its ledger, its curve, its arenas. */
import { Canvas } from '../../drawing/canvas.js';
import {
  AXIS_LEFT,
  type CurveScale,
  drawDifference,
  drawMemoryCurve,
  eventAtPixel,
} from '../../drawing/memory-curve.js';
import { configurationDetail, configurationTitle } from '../../service/allocators.js';
import { Scrubber } from '../../time/scrubber.js';
import { bytes, count, counted, exactBytes } from '../../words/amounts.js';
import { ledgerRows } from '../../words/ledger-words.js';
import { drawArenaCells } from './arena-cells.js';
import type { Comparison, Row } from './comparison.js';

const HEADROOM = 1.08;
const WHEEL = 0.002;

/** One scale for all rows, of the amounts or of the differences. */
function scaleOf({ rows, seen, mode }: Comparison): CurveScale {
  const curves = rows.value.flatMap(({ curve }) => (curve.value ? [curve.value] : []));
  const { from, to } = seen;
  const end = Math.max(from + 1, to);
  if (mode.value === 'same') {
    const most = Math.max(1, ...curves.map(({ mappedMax }) => highest(mappedMax)));
    return { from, end, least: 0, most: most * HEADROOM };
  }
  const base = curves[0]?.mappedMax ?? [];
  const changes = curves.map(({ mappedMax }) => mappedMax.map((mapped, bucket) => mapped - (base[bucket] ?? 0)));
  const most = Math.max(1, ...changes.map(highest));
  const least = Math.min(0, ...changes.map((change) => -highest(change.map((value) => -value))));
  return { from, end, least: least * HEADROOM, most: Math.max(most, -least / 4) * HEADROOM };
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

interface CompareRowProps {
  readonly comparison: Comparison;
  readonly row: Row;
  readonly nth: number;
}

export function CompareRow({ comparison, row, nth }: CompareRowProps) {
  const { clock, models, best, rows, mode } = comparison;
  const { allocator } = row.run.value;
  const title = configurationTitle(models.value, allocator);
  const map = row.map.value;
  const isBest = best.value?.row === row && best.value.bytes > 0;
  const mapped = map?.totals.mappedBytes ?? 0;
  return (
    <section class={`compare-row${isBest ? ' best' : ''}`} aria-label={title}>
      <div class="compare-name">
        <h2>{title}</h2>
        <p class="dim">{configurationDetail(models.value, allocator)}</p>
        {map && (
          <p class="compare-figure num" title={exactBytes(mapped)}>
            {bytes(mapped)}{' '}
            <small>{nth === 0 ? counted(map.region.length, 'arena') : against(comparison, mapped)}</small>
          </p>
        )}
        {map && <MiniLedger row={row} most={highestMapped(comparison)} />}
        <Status row={row} />
        {nth > 0 && (
          <button
            class="compare-remove"
            type="button"
            aria-label={`Take ${title} away`}
            onClick={() => comparison.remove(row)}
          >
            ×
          </button>
        )}
      </div>
      <Scrubber
        clock={clock}
        isSlider={nth === 0}
        label="Event"
        valueText={`Event ${clock.at.value} of ${clock.end.value}, ${best.value ? savingWords(comparison) : ''}`}
        eventAt={(x, width) => eventAtPixel(x, width, comparison.seen.to, comparison.seen.from)}
        onWheel={(event) => turnWheel(comparison, event)}
        onDblClick={() => comparison.look(null)}
        draw={(surface) => {
          const curve = row.curve.value;
          const base = rows.value[0]?.curve.value;
          const at = clock.at.value;
          const wanted = scaleOf(comparison);
          if (curve && base && mode.value === 'difference') drawDifference(surface, curve, base, wanted, at);
          else if (curve) drawMemoryCurve(surface, curve, wanted, at);
        }}
      />
      <div class="compare-map">
        <Canvas
          role="img"
          aria-label={map ? `${counted(map.region.length, 'arena')} mapped` : 'Arenas'}
          draw={(surface) => {
            if (row.map.value) drawArenaCells(surface, row.map.value);
          }}
        />
      </div>
    </section>
  );
}

/** Zooms the axis of all rows around the pointer; sideways, or with shift, it slides. */
function turnWheel(comparison: Comparison, event: WheelEvent): void {
  const { currentTarget, clientX, deltaX, deltaY, shiftKey } = event;
  if (!(currentTarget instanceof Element)) return;
  event.preventDefault();
  const { left, width } = currentTarget.getBoundingClientRect();
  if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY))
    return comparison.slide((deltaX || deltaY) / Math.max(1, width - AXIS_LEFT));
  const { from, to } = comparison.seen;
  return comparison.zoom(Math.exp(deltaY * WHEEL), eventAtPixel(clientX - left, width, to, from));
}

/** What the best row saves, in words. */
export function savingWords({ best, models }: Comparison): string {
  const saving = best.value;
  if (!saving || saving.bytes === 0) return 'none holds less than the first';
  return `${bytes(saving.bytes)} less with ${configurationTitle(models.value, saving.row.run.value.allocator)}`;
}

function against({ rows }: Comparison, mapped: number): string {
  const first = rows.value[0]?.map.value?.totals.mappedBytes ?? mapped;
  if (mapped === first) return 'no change';
  return `${mapped < first ? '−' : '+'}${bytes(Math.abs(mapped - first))}`;
}

/** The longest bar: one byte is as long in all of them. */
function highestMapped({ rows }: Comparison): number {
  return Math.max(1, ...rows.value.map(({ map }) => map.value?.totals.mappedBytes ?? 0));
}

function MiniLedger({ row, most }: { readonly row: Row; readonly most: number }) {
  const map = row.map.value;
  if (!map) return null;
  const entries = ledgerRows(map.ledger).filter(({ value }) => value > 0);
  return (
    <div
      class="mini-ledger"
      role="img"
      aria-label={entries.map(({ label, value }) => `${label} ${bytes(value)}`).join(', ') || 'Nothing is mapped'}
    >
      {entries.map(({ name, value, label, colour }) => (
        <i
          key={name}
          title={`${label}: ${exactBytes(value)}`}
          style={{ flexGrow: value, background: `var(--${colour})` }}
        />
      ))}
      <i style={{ flexGrow: Math.max(0, most - map.totals.mappedBytes) }} />
    </div>
  );
}

/** A run on its way, or why there is none. */
function Status({ row }: { readonly row: Row }) {
  const { status, trace } = row.run.value;
  if (row.trouble.value !== null) return <p class="wrong">{row.trouble.value}</p>;
  if (status !== 'pending' && status !== 'running') return null;
  const events = row.progress.value?.events ?? 0;
  return (
    <p class="compare-progress num" role="status">
      <progress max={1} value={events / Math.max(1, trace.events)} aria-label="Replay" />
      {events === 0 ? 'Waiting' : `${count(events)} of ${count(trace.events)} events`}
    </p>
  );
}
