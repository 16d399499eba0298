/** The heap in two pictures side by side: all arenas, and the chosen one with its pools and blocks. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { classColour } from '../../drawing/class-colours.js';
import { type Colouring, COLOURINGS } from '../../drawing/heap-look.js';
import { SITE_COLOURS } from '../../drawing/inks.js';
import { liveShare } from '../../drawing/overview.js';
import { tileCount } from '../../drawing/tile-order.js';
import { theme } from '../../shell/theme.js';
import { bytes, count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { Lens } from './lens.js';
import { LensPath } from './lens-path.js';
import { Overview } from './overview.js';
import { Tip, type TipText } from './tip.js';

const NAMES: Readonly<Record<Colouring, string>> = { use: 'Use', size: 'Size', age: 'Age', site: 'Site' };

export function HeapMapPanes({ view }: { readonly view: HeapView }) {
  const tip = useMemo(() => signal<TipText | null>(null), []);
  const { told, arena, pool, colouring } = view;
  const shown = told.value;
  const chosen = arena.value;
  /** Where there is room for one picture only: is it the lens? */
  const isNear = useMemo(() => signal(false), []);
  const go = (near: boolean): void => {
    isNear.value = near;
    // When it is drawn: what is hidden takes no focus.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(near ? '.lens-map' : '.overview')?.focus());
  };
  // Who opens the address of a pool, or chooses one in a list, looks at it.
  useEffect(() => {
    if (pool.value !== null) isNear.value = true;
  }, [pool.value]);
  const isEmpty = shown !== null && tileCount(shown) === 0;
  return (
    <section class={`maps ${isNear.value ? 'near' : ''}`} aria-label="Heap map">
      <div
        class="pane"
        onClick={({ target }) => {
          if (target instanceof HTMLCanvasElement && chosen !== null) isNear.value = true;
        }}
        onKeyDownCapture={({ key, target }) => {
          if (key === 'Enter' && target instanceof Element && target.matches('.overview')) go(true);
        }}
      >
        <div class="pane-head">
          <h2>Heap</h2>
          <span class="dim num">
            {shown && `${counted(shown.region.length, 'arena')} · ${counted(shown.totals.liveBlocks, 'live block')}`}
            {shown && shown.releasedRegion.length > 0 && ` · ${count(shown.releasedRegion.length)} released`}
            {view.emptiestFirst.value && ' · emptiest first'}
          </span>
          <span class="grow" />
          <Legend view={view} />
        </div>
        {isEmpty ? <EmptyMap view={view} /> : <Overview view={view} tell={(text) => (tip.value = text)} />}
      </div>
      <div
        class="pane lens"
        onKeyDownCapture={({ key, target }) => {
          const isLens = target instanceof Element && target.matches('.lens-map');
          if (key === 'Escape' && isLens && pool.value === null) go(false);
        }}
      >
        <div class="pane-head">
          <LensPath view={view} leave={() => go(false)} />
          <h2>
            {chosen === null ? 'Arena' : `Arena ${chosen}`}
            {pool.value !== null && ` / pool ${pool.value}`}
          </h2>
          <span class="dim num">{poolsInUse(view)}</span>
          <span class="grow" />
          <div class="segments" role="group" aria-label="Colour by">
            {COLOURINGS.map((by) => (
              <button key={by} type="button" aria-pressed={colouring.value === by} onClick={() => view.colour(by)}>
                {NAMES[by]}
              </button>
            ))}
          </div>
        </div>
        <Lens view={view} isNear={isNear.value} tell={(text) => (tip.value = text)} />
      </div>
      <Tip text={tip} />
    </section>
  );
}

function EmptyMap({ view }: { readonly view: HeapView }) {
  return (
    <div class="empty-map">
      <p>Nothing is mapped at this event.</p>
      {view.end.value === 0 && (
        <a class="button" href="/">
          Open a recording
        </a>
      )}
    </div>
  );
}

const SIZES = [16, 128, 256, 384, 512] as const;

function Legend({ view }: { readonly view: HeapView }) {
  const colouring = view.colouring.value;
  if (colouring === 'size' || colouring === 'age') {
    const shown = colouring === 'size' ? SIZES : [...SIZES].reverse();
    return (
      <div class="legend num">
        {colouring === 'age' && 'young'}
        {shown.map((size) => (
          <span key={size}>
            <i class="square" style={{ background: classColour(size, theme.value) }} />
            {colouring === 'size' && `${size} B`}
          </span>
        ))}
        {colouring === 'age' && 'old'}
      </div>
    );
  }
  if (colouring === 'site') {
    const sites = view.tints.value?.sites ?? [];
    // Where all lines are of one file, it is named once.
    const file = new Set(sites.map((site) => site.file)).size === 1 ? sites[0]?.file : undefined;
    return (
      <div class="legend sites mono">
        {sites.length === 0 && <span>no call sites recorded</span>}
        {file && <span>{fileName(file)}</span>}
        {sites.map((site, rank) => (
          <span key={rank} title={`${site.file}:${site.line}, ${counted(site.blocks, 'live block')}`}>
            <i class="square" style={{ background: SITE_COLOURS[rank] ?? 'var(--over)' }} />
            {file ? '' : fileName(site.file)}:{site.line}
          </span>
        ))}
      </div>
    );
  }
  return (
    <div class="legend">
      <span>
        <i class="square" style={{ background: 'var(--use)' }} />
        live
      </span>
      <span>
        <i class="square" style={{ background: 'var(--hold)' }} />
        free block
      </span>
      <span>
        <i class="square" style={{ background: 'var(--hold3)' }} />
        free pool
      </span>
    </div>
  );
}

function poolsInUse({ told: map, arena, pool }: HeapView): string {
  const shown = map.value;
  if (!shown || arena.value === null) return '';
  const place = shown.region.indexOf(arena.value);
  if (place < 0) return 'is not mapped';
  const first = shown.firstCell[place] ?? 0;
  if (pool.value !== null) {
    const cell = first + pool.value;
    const size = shown.blockBytes[cell] ?? 0;
    return size === 0 ? '' : `${shown.used[cell]} of ${shown.capacity[cell]} · ${size} B`;
  }
  let used = 0;
  const end = shown.firstCell[place + 1] ?? first;
  for (let cell = first; cell < end; cell++) if ((shown.used[cell] ?? 0) > 0) used++;
  return `${used} of ${end - first} pools in use`;
}

/** The overview in words, for those who do not see it; told when the page rests. */
export function ArenaTable({ view }: { readonly view: HeapView }) {
  const shown = view.told.value;
  if (!shown || view.playing.value || view.details.value?.at !== shown.at) return null;
  const sites = new Map(
    view.pins.value?.at === shown.at
      ? view.pins.value.regions.map(({ region, blocks }) => [region, blocks[0]?.site] as const)
      : [],
  );
  return (
    <table class="unseen arena-table" tabIndex={-1}>
      <caption>Arenas at event {shown.at}</caption>
      <thead>
        <tr>
          <th>Arena</th>
          <th>Live</th>
          <th>Unused</th>
          <th>Pinned from</th>
        </tr>
      </thead>
      <tbody>
        {Array.from(shown.region, (region, place) => {
          const { live, bytes: all } = liveShare(shown, place);
          const site = sites.get(region);
          return (
            <tr key={region}>
              <td>{region}</td>
              <td>{bytes(live)}</td>
              <td>{bytes(all - live)}</td>
              <td>{site ? `${site.file}:${site.line}` : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function fileName(file: string | null): string {
  return file?.split('/').at(-1) ?? '';
}
