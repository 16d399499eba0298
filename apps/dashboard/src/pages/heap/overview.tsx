/** All arenas, from five hundred down to the blocks of one: the wheel zooms, the hand moves, arrow keys choose. */
import { useMemo, useRef } from 'preact/hooks';
import { arenaGrid, drawArena, poolAt } from '../../drawing/arena.js';
import { moved, WHOLE, zoomedAt } from '../../drawing/camera.js';
import { Colours } from '../../drawing/heap-look.js';
import { type Level, levelOf } from '../../drawing/level.js';
import { liveShare, overviewLayout } from '../../drawing/overview.js';
import { type Frame, RasterCanvas } from '../../drawing/raster-canvas.js';
import { tileCount } from '../../drawing/tile-order.js';
import { placeOf, type TileLayout, tileAt } from '../../drawing/tiles.js';
import { bytes, share } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { drawReleased } from './released-slots.js';
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
  const level = useRef<Level | null>(null);
  const pressed = useRef<{ x: number; y: number; moved: boolean } | null>(null);

  const layoutOf = (element: HTMLElement): TileLayout | null =>
    view.map.value
      ? overviewLayout(view.map.value, element.clientWidth, element.clientHeight, tileCount(view.map.value))
      : null;

  /** What is drawn `nth`: the arena's place in the map, below 0 a released place. And back. */
  const placeAt = (nth: number): number => view.order.value?.[nth] ?? nth;
  const nthOf = (place: number): number => view.order.value?.indexOf(place) ?? place;

  const draw = (frame: Frame): boolean => {
    const map = view.map.value;
    if (!map) return false;
    const { width, height, ratio } = frame;
    const layout = overviewLayout(map, width, height, tileCount(map));
    const camera = zoom.at(frame.now);
    const cell = layout.cell * camera.scale * ratio;
    level.current = levelOf(cell, level.current);
    const look = view.look.value;
    if (!look) return false;
    const painting = { raster: frame.raster, look, inks: frame.inks, colours: new Colours(look, frame.inks) };
    const spot = { x: 0, y: 0, cell };
    for (let nth = 0; nth < tileCount(map); nth++) {
      const place = placeAt(nth);
      if (place < 0) continue;
      const [left, top] = placeOf(layout, nth);
      spot.x = (left * camera.scale + camera.x) * ratio;
      spot.y = (top * camera.scale + camera.y) * ratio;
      drawArena(painting, place, spot, level.current);
    }
    if (map.releasedRegion.length > 0) drawReleased(frame, map, layout, camera, placeAt);
    drawRing(frame, view, layout, camera, nthOf);
    const room = (layout.labels ? 20 : layout.gapY) * camera.scale;
    if (room >= 14) drawLabels(frame, view, layout, camera, placeAt);
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
    const place = placeAt(nth);
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
    const found = level.current === 'blocks' || level.current === 'numbers' ? under(event) : null;
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
      const now = view.arena.value === null ? -1 : nthOf(map.region.indexOf(view.arena.value));
      const last = tileCount(map) - 1;
      let next = Math.max(0, Math.min(last, now + step));
      // Over places that were given back, in the direction of the step.
      while (placeAt(next) < 0 && next + Math.sign(step) >= 0 && next + Math.sign(step) <= last)
        next += Math.sign(step);
      const region = map.region[placeAt(next)];
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

type Seen = Zoom['current'];

function drawRing(
  { pen, colours }: Frame,
  view: HeapView,
  layout: TileLayout,
  camera: Seen,
  nthOf: (p: number) => number,
): void {
  const map = view.map.value;
  const ring = (region: number | null, line: string): void => {
    const place = map && region !== null ? map.region.indexOf(region) : -1;
    if (place < 0) return;
    const [left, top] = placeOf(layout, nthOf(place));
    const { scale, x, y } = camera;
    const above = layout.labels ? 19 : 3;
    const side = layout.tile * scale;
    pen.strokeStyle = line;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.roundRect(left * scale + x - 5, top * scale + y - above, side + 9, side + above + 4, 6);
    pen.stroke();
  };
  ring(view.hovered.value, colours.ink3);
  ring(view.arena.value, colours.ink);
}

function drawLabels(
  frame: Frame,
  view: HeapView,
  layout: TileLayout,
  camera: Seen,
  placeAt: (nth: number) => number,
): void {
  const map = view.map.value;
  if (!map) return;
  const { pen, colours, width, height } = frame;
  const { scale, x, y } = camera;
  const side = layout.tile * scale;
  pen.font = '500 11px "Inter Variable", system-ui, sans-serif';
  pen.textBaseline = 'alphabetic';
  for (let nth = 0; nth < tileCount(map); nth++) {
    const place = placeAt(nth);
    if (place < 0) continue;
    const [left, top] = placeOf(layout, nth);
    const [px, py] = [left * scale + x, top * scale + y];
    if (px > width || py - 20 > height || px + side < 0 || py < 0) continue;
    pen.textAlign = 'left';
    pen.fillStyle = map.region[place] === view.arena.value ? colours.ink : colours.ink2;
    pen.fillText(`A${map.region[place]}`, px, py - 6);
    if (side < 46 || arenaGrid(map, place).cells === 0) continue;
    const { live, bytes: all } = liveShare(map, place);
    pen.textAlign = 'right';
    pen.fillStyle = live < 0.2 * all ? colours.alert : colours.ink3;
    pen.fillText(share(live, all), px + side - 1, py - 6);
  }
}
