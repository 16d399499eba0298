/** The heap in two pictures side by side: all arenas, and the chosen one with its pools and blocks. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Canvas } from '../../drawing/canvas.js';
import { classColour } from '../../drawing/class-colours.js';
import { blockAt, drawLens, type LensLook } from '../../drawing/lens.js';
import { drawOverview, liveShare, overviewLayout } from '../../drawing/overview.js';
import { tileAt } from '../../drawing/tiles.js';
import { theme } from '../../shell/theme.js';
import { bytes, count, counted } from '../../words/amounts.js';
import type { Colouring, HeapView } from './heap-view.js';
import { Tip, type TipText } from './tip.js';

export function HeapMapPanes({ view }: { readonly view: HeapView }) {
  const tip = useMemo(() => signal<TipText | null>(null), []);
  const { map, arena, colouring } = view;
  const shown = map.value;
  const chosen = arena.value;
  return (
    <section class="maps" aria-label="Heap map">
      <div class="pane">
        <div class="pane-head">
          <h2>Heap</h2>
          <span class="dim num">
            {shown && `${counted(shown.region.length, 'arena')} · ${counted(shown.totals.liveBlocks, 'live block')}`}
          </span>
          <span class="grow" />
          <Legend colouring={colouring.value} />
        </div>
        {shown && shown.region.length === 0 ? (
          <p class="empty-map">Nothing is mapped at this event.</p>
        ) : (
          <Overview view={view} tell={(text) => (tip.value = text)} />
        )}
      </div>
      <div class="pane lens">
        <div class="pane-head">
          <h2>{chosen === null ? 'Arena' : `Arena ${chosen}`}</h2>
          <span class="dim num">{poolsInUse(view)}</span>
          <span class="grow" />
          <div class="segments" role="group" aria-label="Colour by">
            <button type="button" aria-pressed={colouring.value === 'use'} onClick={() => (colouring.value = 'use')}>
              Use
            </button>
            <button type="button" aria-pressed={colouring.value === 'size'} onClick={() => (colouring.value = 'size')}>
              Size
            </button>
          </div>
        </div>
        <Lens view={view} tell={(text) => (tip.value = text)} />
      </div>
      <Tip text={tip} />
    </section>
  );
}

const SIZES = [16, 128, 256, 384, 512] as const;

function Legend({ colouring }: { readonly colouring: Colouring }) {
  if (colouring === 'size') {
    return (
      <div class="legend num">
        {SIZES.map((size) => (
          <span key={size}>
            <i class="square" style={{ background: classColour(size, theme.value) }} />
            {size} B
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

function poolsInUse({ map, arena }: HeapView): string {
  const shown = map.value;
  if (!shown || arena.value === null) return '';
  const place = shown.region.indexOf(arena.value);
  if (place < 0) return 'is not mapped';
  const used = shown.used.subarray(shown.firstCell[place], shown.firstCell[place + 1]);
  return `${used.filter((blocks) => blocks > 0).length} of ${used.length} pools in use`;
}

interface PaneProps {
  readonly view: HeapView;
  readonly tell: (text: TipText | null) => void;
}

function Overview({ view, tell }: PaneProps) {
  const tileUnder = (event: MouseEvent): number => {
    const { map } = view;
    const { currentTarget: canvas } = event;
    if (!map.value || !(canvas instanceof HTMLElement)) return -1;
    const layout = overviewLayout(map.value, canvas.clientWidth, canvas.clientHeight);
    return tileAt(layout, map.value.region.length, event.offsetX, event.offsetY);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const place = tileUnder(event);
    const shown = view.map.value;
    if (place < 0 || !shown) return tell(null);
    const { live, bytes: all } = liveShare(shown, place);
    tell({
      x: event.clientX,
      y: event.clientY,
      lines: [`Arena ${shown.region[place]}`, `${bytes(live)} live of ${bytes(all)}`],
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const shown = view.map.value;
    const { currentTarget: canvas } = event;
    if (!shown || !(canvas instanceof HTMLElement)) return;
    const { columns } = overviewLayout(shown, canvas.clientWidth, canvas.clientHeight);
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const now = view.arena.value === null ? -1 : shown.region.indexOf(view.arena.value);
    const next = Math.max(0, Math.min(shown.region.length - 1, now + step));
    view.choose(shown.region[next] ?? null);
  };
  return (
    <Canvas
      class="overview"
      tabIndex={0}
      role="img"
      aria-label="All arenas. Arrow keys choose one; the table below says the same in words."
      draw={(surface) => {
        const shown = view.map.value;
        if (shown) drawOverview(surface, { map: shown, chosen: view.arena.value, colouring: view.colouring.value });
      }}
      onPointerMove={onPointerMove}
      onPointerLeave={() => tell(null)}
      onClick={(event) => {
        const place = tileUnder(event);
        if (place >= 0) view.choose(view.map.value?.region[place] ?? null);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function Lens({ view, tell }: PaneProps) {
  const look = (): LensLook | null => {
    const { map, arena, pool, colouring } = view;
    if (!map.value || arena.value === null) return null;
    return { map: map.value, arena: arena.value, pool: pool.value, colouring: colouring.value };
  };
  const under = (event: MouseEvent) => {
    const now = look();
    const { currentTarget: canvas } = event;
    if (!now || !(canvas instanceof HTMLElement)) return null;
    return blockAt(now, canvas.clientWidth, canvas.clientHeight, event.offsetX, event.offsetY);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const place = under(event);
    const shown = view.map.value;
    const region = shown?.region.indexOf(view.arena.value ?? -1) ?? -1;
    if (!place || !shown || region < 0) return tell(null);
    const cell = (shown.firstCell[region] ?? 0) + place.pool;
    const size = shown.blockBytes[cell] ?? 0;
    const used = shown.used[cell] ?? 0;
    const capacity = shown.capacity[cell] ?? 0;
    const what = size === 0 ? 'never used' : `${count(used)} of ${counted(capacity, 'block')} of ${size} B`;
    tell({
      x: event.clientX,
      y: event.clientY,
      lines: [
        `A${view.arena.value} · pool ${place.pool}${place.block === null ? '' : ` · block ${place.block}`}`,
        what,
        size === 0 ? '' : 'Click for its blocks.',
      ],
    });
  };
  return (
    <Canvas
      class="lens-map"
      role="img"
      aria-label="The chosen arena: its pools and their blocks"
      draw={(surface) => {
        const now = look();
        if (now) drawLens(surface, now);
      }}
      onPointerMove={onPointerMove}
      onPointerLeave={() => tell(null)}
      onClick={(event) => {
        const place = under(event);
        if (place) view.choose(view.arena.value, view.pool.value === place.pool ? null : place.pool);
      }}
    />
  );
}

/** The overview in words, for those who do not see it. */
export function ArenaTable({ view }: { readonly view: HeapView }) {
  const shown = view.map.value;
  if (!shown) return null;
  return (
    <table class="unseen">
      <caption>Arenas at event {shown.at}</caption>
      <thead>
        <tr>
          <th>Arena</th>
          <th>Live</th>
          <th>Unused</th>
        </tr>
      </thead>
      <tbody>
        {Array.from(shown.region, (region, place) => {
          const { live, bytes: all } = liveShare(shown, place);
          return (
            <tr key={region}>
              <td>{region}</td>
              <td>{bytes(live)}</td>
              <td>{bytes(all - live)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
