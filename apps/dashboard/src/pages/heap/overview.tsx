/** All arenas, from five hundred down to the blocks of one: the wheel zooms, the hand moves, arrow keys choose. */
import { useMemo, useRef } from 'preact/hooks';
import { poolAt } from '../../drawing/arena.js';
import { moved, WHOLE, zoomedAt } from '../../drawing/camera.js';
import { liveShare, overviewLayout } from '../../drawing/overview.js';
import { type Frame, RasterCanvas } from '../../drawing/raster-canvas.js';
import { tileCount } from '../../drawing/tile-order.js';
import { placeOf, type TileLayout, tileAt } from '../../drawing/tiles.js';
import { bytes } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { OverviewPicture } from './overview-picture.js';
import type { TipText } from './tip.js';
import { Zoom } from './zoom.js';

interface PaneProps {
  readonly view: HeapView;
  readonly tell: (text: TipText | null) => void;
}

const WHEEL = 0.0022;
/** Pixels that a pointer may move and still click. */
const STILL = 4;

export function Overview({ view, tell }: PaneProps) {
  const zoom = useMemo(() => new Zoom(), [view]);
  const picture = useMemo(() => new OverviewPicture(view), [view]);
  const pressed = useRef<{ x: number; y: number; moved: boolean } | null>(null);

  const layoutOf = (element: HTMLElement): TileLayout | null =>
    view.map.value
      ? overviewLayout(view.map.value, element.clientWidth, element.clientHeight, tileCount(view.map.value))
      : null;

  const draw = (frame: Frame): boolean => {
    picture.draw(frame, zoom.at(frame.now));
    return zoom.moving;
  };

  const under = (event: MouseEvent): { place: number; pool: number | null } | null => {
    const { currentTarget: element } = event;
    const map = view.map.value;
    if (!(element instanceof HTMLElement) || !map) return null;
    const layout = layoutOf(element);
    if (!layout) return null;
    const { scale, x, y } = zoom.current;
    const box = element.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left - x) / scale, (event.clientY - box.top - y) / scale];
    const nth = tileAt(layout, tileCount(map), px, py);
    if (nth < 0) return null;
    const [left, top] = placeOf(layout, nth);
    const place = picture.placeAt(nth);
    if (place < 0) return { place, pool: null };
    const found = poolAt(map, place, { x: left, y: top, cell: layout.cell }, px, py);
    return { place, pool: layout.cell * scale >= 24 && found ? found.pool : null };
  };

  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { currentTarget: element } = event;
    if (!(element instanceof HTMLElement)) return;
    const box = element.getBoundingClientRect();
    const factor = Math.exp(-event.deltaY * WHEEL);
    zoom.jump(zoomedAt(zoom.current, factor, event.clientX - box.left, event.clientY - box.top, box.width, box.height));
    // So near that blocks are drawn: those of the arena under the pointer are asked for.
    const found = picture.level === 'blocks' || picture.level === 'numbers' ? under(event) : null;
    const region = found ? view.map.value?.region[found.place] : undefined;
    if (region !== undefined && region !== view.arena.value) view.choose(region);
  };

  const onPointerMove = (event: PointerEvent): void => {
    const map = view.map.value;
    const start = pressed.current;
    if (start && event.buttons === 1 && event.currentTarget instanceof HTMLElement) {
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.moved && Math.hypot(dx, dy) < STILL) return;
      const { clientWidth, clientHeight } = event.currentTarget;
      pressed.current = { x: event.clientX, y: event.clientY, moved: true };
      zoom.jump(moved(zoom.current, dx, dy, clientWidth, clientHeight));
      return tell(null);
    }
    const found = under(event);
    if (!found || !map) return tell(null);
    if (found.place < 0) {
      const lines = [`Arena ${map.releasedRegion[~found.place]}`, 'released: its memory was given back'];
      return tell({ x: event.clientX, y: event.clientY, lines });
    }
    const { live, bytes: all } = liveShare(map, found.place);
    const lines = [`Arena ${map.region[found.place]}`, `${bytes(live)} live of ${bytes(all)}`];
    return tell({ x: event.clientX, y: event.clientY, lines });
  };

  const choose = (event: MouseEvent): void => {
    const wasMoved = pressed.current?.moved === true;
    pressed.current = null;
    const found = under(event);
    if (found && !wasMoved) view.choose(view.map.value?.region[found.place] ?? null, found.pool);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const map = view.map.value;
    const { currentTarget: element, key } = event;
    if (!map || !(element instanceof HTMLElement) || event.ctrlKey || event.metaKey) return;
    const layout = layoutOf(element);
    if (!layout) return;
    const { clientWidth: width, clientHeight: height } = element;
    const zoomBy = (factor: number): void =>
      zoom.go(zoomedAt(zoom.current, factor, width / 2, height / 2, width, height));
    const walk = (step: number): void => {
      const now = view.arena.value === null ? -1 : picture.nthOf(map.region.indexOf(view.arena.value));
      const last = tileCount(map) - 1;
      let next = Math.max(0, Math.min(last, now + step));
      // Over places that were given back, in the direction of the step.
      while (picture.placeAt(next) < 0 && next + Math.sign(step) >= 0 && next + Math.sign(step) <= last)
        next += Math.sign(step);
      const region = map.region[picture.placeAt(next)];
      if (region !== undefined) view.choose(region);
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => walk(-1),
      ArrowRight: () => walk(1),
      ArrowUp: () => walk(-layout.columns),
      ArrowDown: () => walk(layout.columns),
      '+': () => zoomBy(1.6),
      '-': () => zoomBy(1 / 1.6),
      '0': () => zoom.go(WHOLE),
      Enter: () => document.querySelector<HTMLElement>('.lens-map')?.focus(),
      Escape: () => zoom.go(WHOLE),
    };
    const action = actions[key];
    if (!action || (event.shiftKey && key.startsWith('Arrow'))) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  return (
    <RasterCanvas
      class="overview"
      tabIndex={0}
      role="application"
      aria-roledescription="heap map"
      aria-label="All arenas. Arrow keys choose one, Enter goes into it, plus and minus zoom. The table below says the same in words."
      draw={draw}
      onWheel={onWheel}
      onPointerDown={(event) => {
        if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
        pressed.current = { x: event.clientX, y: event.clientY, moved: false };
      }}
      onPointerMove={onPointerMove}
      onPointerLeave={() => tell(null)}
      onClick={choose}
      onDblClick={() => zoom.go(WHOLE)}
      onKeyDown={onKeyDown}
    />
  );
}
