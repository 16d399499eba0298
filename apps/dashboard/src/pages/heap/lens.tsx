/** The chosen arena: its pools, and nearer, the blocks of one pool. Arrow keys walk, Enter goes nearer, Esc back. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { arenaGrid, boxOf, drawArena, poolAt } from '../../drawing/arena.js';
import { fitting, WHOLE } from '../../drawing/camera.js';
import { Conditions } from '../../drawing/conditions.js';
import { DrawnCells } from '../../drawing/drawn-cells.js';
import { Colours } from '../../drawing/heap-look.js';
import { type Level, levelOf } from '../../drawing/level.js';
import { type Frame, RasterCanvas, wipe } from '../../drawing/raster-canvas.js';
import { gridFor } from '../../drawing/tiles.js';
import { count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { drawChain, drawTurns } from './pool-drawing.js';
import type { TipText } from './tip.js';
import { Zoom } from './zoom.js';

interface LensProps {
  readonly view: HeapView;
  /** It takes the place of the overview, where there is room for one of them only. */
  readonly isNear: boolean;
  readonly tell: (text: TipText | null) => void;
}

export function Lens({ view, isNear, tell }: LensProps) {
  const zoom = useMemo(() => new Zoom(), [view]);
  const level = useRef<Level | null>(null);
  const drawn = useMemo(() => new DrawnCells(), [view]);
  const conditions = useMemo(() => new Conditions(), [view]);
  const place = useRef<HTMLDivElement | null>(null);
  /** The block under the pointer, -1 = another part of the chosen pool; `null` = the pointer is elsewhere. */
  const hovered = useMemo(() => signal<number | null>(null), [view]);

  const spotIn = (width: number, height: number, scale = 1, x = 0, y = 0) => {
    const map = view.map.value;
    const at = map && view.arena.value !== null ? map.region.indexOf(view.arena.value) : -1;
    if (!map || at < 0) return null;
    const cell = (Math.min(width, height) / arenaGrid(map, at).edge) * scale;
    return { map, place: at, spot: { x, y, cell } };
  };

  // A chosen pool is looked at from near, another arena as a whole.
  const pool = view.pool.value;
  const arena = view.arena.value;
  const lastArena = useRef(arena);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const { clientWidth: width, clientHeight: height } = element;
    const found = spotIn(width, height);
    const isSame = lastArena.current === arena;
    lastArena.current = arena;
    if (!found || pool === null) {
      if (isSame) zoom.go(WHOLE);
      else zoom.jump(WHOLE);
      return;
    }
    const near = fitting(boxOf(found.map, found.place, found.spot, pool, null), width, height);
    if (isSame) zoom.go(near);
    else zoom.jump(near);
    // What was hidden had no size.
  }, [arena, pool, isNear, view.told.value === null]);

  const draw = (frame: Frame): boolean => {
    const { width, height, ratio, pen, colours } = frame;
    const look = view.look.value;
    const { scale, x, y } = zoom.at(frame.now);
    const found = spotIn(width, height, scale, x, y);
    if (!found || !look) {
      wipe(frame);
      conditions.forget();
      return false;
    }
    const { spot } = found;
    level.current = levelOf(spot.cell * ratio, level.current);
    const chosen = view.pool.value;
    const walked = view.poolAt.value;
    const block = view.block.value;
    const state = view.poolDetail.of(look.map.at, view.arena.value, chosen)?.state ?? null;
    const pointed = hovered.value;
    const { colouring, tints, parts, sizeClass } = look;
    const isSame = conditions.stay(
      frame.raster,
      frame.inks,
      spot.x,
      spot.y,
      spot.cell,
      level.current,
      found.place,
      view.arena.value,
      colouring,
      tints,
      parts,
      sizeClass,
      chosen,
      walked,
      block,
      state,
      pointed,
    );
    const changed = drawn.update(look.map);
    // Most of what happens in a heap happens in other arenas.
    if (isSame && changed && !changed.includes(found.place)) return zoom.moving;
    wipe(frame);
    const painting = { raster: frame.raster, look, inks: frame.inks, colours: new Colours(look, frame.inks) };
    const seen = { x: spot.x * ratio, y: spot.y * ratio, cell: spot.cell * ratio };
    // The lens is for blocks: it asks for them at any size at which they can be seen.
    drawArena(painting, found.place, seen, spot.cell * ratio >= 20 ? 'blocks' : level.current);
    const ring = (at: number, nth: number | null, line: string): void => {
      const box = boxOf(found.map, found.place, spot, at, nth);
      pen.strokeStyle = line;
      pen.lineWidth = nth === null ? 1.5 : 2.5;
      pen.beginPath();
      pen.roundRect(box.x - 1, box.y - 1, box.width + 1.5, box.height + 1.5, 3);
      pen.stroke();
    };
    if (chosen !== null) {
      const near = { ...found, pool: chosen };
      // A pool that is free may be taken for another class, and is cut anew then.
      const isUsed = state?.state === 'used';
      if (isUsed) drawTurns(frame, near, state, colouring === 'use');
      if (isUsed && pointed !== null) drawChain(frame, near, state, pointed < 0 ? null : pointed);
      if (block !== null) ring(chosen, block, colours.accent);
    } else if (walked !== null) ring(walked, null, colours.ink);
    return zoom.moving;
  };

  const under = (event: MouseEvent) => {
    const { currentTarget: element } = event;
    if (!(element instanceof HTMLElement)) return null;
    const { scale, x, y } = zoom.current;
    const found = spotIn(element.clientWidth, element.clientHeight, scale, x, y);
    const box = element.getBoundingClientRect();
    return found && poolAt(found.map, found.place, found.spot, event.clientX - box.left, event.clientY - box.top);
  };

  const onPointerMove = (event: PointerEvent): void => {
    const found = under(event);
    const map = view.map.value;
    const region = map?.region.indexOf(view.arena.value ?? -1) ?? -1;
    hovered.value = found && found.pool === view.pool.value ? (found.block ?? -1) : null;
    if (!found || !map || region < 0) return tell(null);
    const cell = (map.firstCell[region] ?? 0) + found.pool;
    const size = map.blockBytes[cell] ?? 0;
    const all = map.capacity[cell] ?? 0;
    return tell({
      x: event.clientX,
      y: event.clientY,
      lines: [
        `A${view.arena.value} · pool ${found.pool}${found.block === null ? '' : ` · block ${found.block}`}`,
        size === 0 ? 'never used' : `${count(map.used[cell] ?? 0)} of ${counted(all, 'block')} of ${size} B`,
        size === 0 ? '' : view.pool.value === null ? 'Click to go near.' : 'Click for its story.',
      ],
    });
  };

  const onClick = (event: MouseEvent): void => {
    const found = under(event);
    if (!found) return;
    if (view.pool.value !== found.pool) view.choose(view.arena.value, found.pool);
    else view.block.value = found.block;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { currentTarget: element, key } = event;
    if (!(element instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!walkKeys(view, key, element)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <RasterCanvas
      class="lens-map"
      tabIndex={0}
      role="application"
      aria-roledescription="arena"
      aria-label="The chosen arena. Arrow keys walk over its pools, Enter goes into one, then over its blocks; Escape goes back."
      draw={(frame) => {
        place.current ??= document.querySelector<HTMLDivElement>('.lens-map');
        return draw(frame);
      }}
      onPointerMove={onPointerMove}
      onPointerLeave={() => {
        hovered.value = null;
        tell(null);
      }}
      onClick={onClick}
      onKeyDown={onKeyDown}
    />
  );
}

const STEPS: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Moves over pools, or over the blocks of the chosen one. Did the key mean anything? */
function walkKeys(view: HeapView, key: string, element: HTMLElement): boolean {
  const map = view.map.value;
  const at = map && view.arena.value !== null ? map.region.indexOf(view.arena.value) : -1;
  if (!map || at < 0) return false;
  const { first, cells, lost, edge } = arenaGrid(map, at);
  const pool = view.pool.value;
  const step = STEPS[key];
  if (pool === null) {
    const now = view.poolAt.value;
    if (step) {
      const next = now === null ? 0 : now + step[0] + step[1] * edge;
      if (next >= 0 && next < cells && next + lost >= 0) view.poolAt.value = next;
      return true;
    }
    if (key === 'Enter' && now !== null) view.choose(view.arena.value, now);
    else if (key === 'Escape') document.querySelector<HTMLElement>('.overview')?.focus();
    else return key === 'Enter';
    return true;
  }
  const capacity = map.capacity[first + pool] ?? 0;
  if (step && capacity > 0) {
    const side = Math.min(element.clientWidth, element.clientHeight);
    const { columns } = gridFor(capacity, side, side);
    const now = view.block.value;
    const next = now === null ? 0 : now + step[0] + step[1] * columns;
    if (next >= 0 && next < capacity) view.block.value = next;
    return true;
  }
  if (key === 'Enter') {
    view.block.value ??= 0;
    view.tellStory.value++;
    return true;
  }
  if (key !== 'Escape') return step !== undefined;
  view.poolAt.value = pool;
  if (view.block.value !== null) view.block.value = null;
  else view.choose(view.arena.value, null);
  return true;
}
