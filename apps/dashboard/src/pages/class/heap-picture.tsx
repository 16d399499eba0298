/** The heap as a class looks at it: all arenas, the chosen one with its pools, the chosen pool with its blocks. */
import type { Selection } from '@heapcast/contracts';
import { Canvas } from '../../drawing/canvas.js';
import { blockAt, drawLens } from '../../drawing/lens.js';
import { drawOverview, overviewLayout } from '../../drawing/overview.js';
import { tileAt } from '../../drawing/tiles.js';
import type { BlockView } from '../../service/subject.js';
import { bytes, counted } from '../../words/amounts.js';
import './heap-picture.css';
import type { Picture, Shown } from './picture.js';

interface HeapPictureProps {
  readonly picture: Picture;
  /** 1 = the whole heap, 2 = from the chosen arena on, 3 = the chosen pool alone. */
  readonly zoom?: number;
  /** What is done when somebody chooses an arena or pool; without it nobody may. */
  readonly choose?: ((selection: Selection) => void) | undefined;
}

/** More blocks than that have no numbers. */
const NUMBERED = 72;

export function HeapPicture({ picture, zoom = 1, choose }: HeapPictureProps) {
  const shown = picture.shown.value;
  if (!shown) return <div class="heap-picture waiting" />;
  const { map, arena, pool, blocks } = shown;
  if (map.region.length === 0) {
    return (
      <div class="heap-picture">
        <p class="no-heap">Nothing is mapped at this event.</p>
      </div>
    );
  }
  const hasPool = pool !== null && blocks.length > 0;
  const showsHeap = map.region.length > 1 && zoom < 2;
  return (
    <div class={`heap-picture${showsHeap ? '' : ' one'}`} data-ready="">
      {showsHeap && (
        <section>
          <h2>
            Heap <span class="num">{counted(map.region.length, 'arena')}</span>
          </h2>
          <Overview picture={picture} choose={choose} />
        </section>
      )}
      {(zoom < 3 || !hasPool) && (
        <section class="one-arena">
          <h2>
            Arena {arena} <span class="num">{bytes(map.totals.mappedBytes)} mapped in all</span>
          </h2>
          <Lens picture={picture} choose={choose} />
        </section>
      )}
      {hasPool && (
        <section class="one-pool">
          <h2>
            Pool {pool} <span class="num">{poolWords(blocks)}</span>
          </h2>
          <PoolBlocks blocks={blocks} touched={touchedIn(shown)} />
          <BlockLegend />
        </section>
      )}
    </div>
  );
}

function poolWords(blocks: readonly BlockView[]): string {
  const live = blocks.filter(({ state }) => state === 'live').length;
  return `${live} of ${blocks.length} blocks in use, ${blocks[0]?.size ?? 0} B each`;
}

/** The block that the event was about, if it lies in the pool that is shown. */
function touchedIn({ event, arena, pool }: Shown): number | null {
  return event && event.arena === arena && event.pool === pool ? event.index : null;
}

export function PoolBlocks({
  blocks,
  touched,
}: {
  readonly blocks: readonly BlockView[];
  readonly touched: number | null;
}) {
  const isSmall = blocks.length > NUMBERED;
  return (
    <ol class={`pool-tiles${isSmall ? ' small' : ''}`} aria-label="Blocks">
      {blocks.map(({ index, state, name }) => (
        <li key={index} class={`${tileClass(state)}${index === touched ? ' touched' : ''}`} title={name}>
          {isSmall ? '' : index}
          <span class="unseen">{state === 'live' ? 'in use' : state === 'untouched' ? 'never used' : 'freed'}</span>
        </li>
      ))}
    </ol>
  );
}

export function tileClass(state: BlockView['state']): string {
  return state === 'free' ? 'freed' : state;
}

export function BlockLegend() {
  return (
    <p class="block-legend">
      <span>
        <i class="live" />
        in use
      </span>
      <span>
        <i class="freed" />
        freed
      </span>
      <span>
        <i class="untouched" />
        never used
      </span>
    </p>
  );
}

function Overview({ picture, choose }: HeapPictureProps) {
  const chooseArena = (arena: number | undefined): void => {
    if (arena !== undefined) choose?.({ arena, pool: null, block: null });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const shown = picture.shown.value;
    const { currentTarget: canvas } = event;
    if (!shown || !choose || !(canvas instanceof HTMLElement)) return;
    const { columns } = overviewLayout(shown.map, canvas.clientWidth, canvas.clientHeight);
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
    const { region } = shown.map;
    const now = shown.arena === null ? -1 : region.indexOf(shown.arena);
    chooseArena(region[Math.max(0, Math.min(region.length - 1, now + step))]);
  };
  return (
    <Canvas
      class={`arenas-canvas${choose ? ' choosable' : ''}`}
      role="img"
      aria-label={`All arenas.${choose ? ' Arrow keys choose one.' : ''}`}
      {...(choose ? { tabIndex: 0 } : {})}
      draw={(surface) => {
        const shown = picture.shown.value;
        if (shown) drawOverview(surface, { map: shown.map, chosen: shown.arena, colouring: 'use' });
      }}
      onClick={({ currentTarget, offsetX, offsetY }) => {
        const shown = picture.shown.value;
        if (!shown || !choose) return;
        const layout = overviewLayout(shown.map, currentTarget.clientWidth, currentTarget.clientHeight);
        const place = tileAt(layout, shown.map.region.length, offsetX, offsetY);
        if (place >= 0) chooseArena(shown.map.region[place]);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function Lens({ picture, choose }: HeapPictureProps) {
  const choosePool = (pool: number): void => {
    const arena = picture.shown.value?.arena ?? null;
    if (arena !== null) choose?.({ arena, pool, block: null });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const shown = picture.shown.value;
    if (!shown || !choose || shown.arena === null) return;
    const place = shown.map.region.indexOf(shown.arena);
    const pools = (shown.map.firstCell[place + 1] ?? 0) - (shown.map.firstCell[place] ?? 0);
    const across = Math.max(1, Math.ceil(Math.sqrt(pools)));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -across,
      ArrowDown: across,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choosePool(Math.max(0, Math.min(pools - 1, (shown.pool ?? 0) + (shown.pool === null ? 0 : step))));
  };
  return (
    <Canvas
      class={`arena-canvas${choose ? ' choosable' : ''}`}
      role="img"
      aria-label={`The pools of the chosen arena.${choose ? ' Arrow keys choose one.' : ''}`}
      {...(choose ? { tabIndex: 0 } : {})}
      draw={(surface) => {
        const shown = picture.shown.value;
        if (!shown || shown.arena === null) return;
        drawLens(surface, { map: shown.map, arena: shown.arena, pool: shown.pool, colouring: 'use' });
      }}
      onClick={({ currentTarget, offsetX, offsetY }) => {
        const shown = picture.shown.value;
        if (!shown || !choose || shown.arena === null) return;
        const look = { map: shown.map, arena: shown.arena, pool: shown.pool, colouring: 'use' } as const;
        const found = blockAt(look, currentTarget.clientWidth, currentTarget.clientHeight, offsetX, offsetY);
        if (found) choosePool(found.pool);
      }}
      onKeyDown={onKeyDown}
    />
  );
}
