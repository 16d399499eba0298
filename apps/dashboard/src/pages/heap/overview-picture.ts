/**
 * All arenas on a canvas. Drawn anew when the camera, the colours or what is chosen changes; while the heap alone changes, only the
 * arenas that it changed in are: of a large heap those are few.
 */
import { arenaGrid, drawArena, type Painting } from '../../drawing/arena.js';
import type { Camera } from '../../drawing/camera.js';
import { Conditions } from '../../drawing/conditions.js';
import { DrawnCells } from '../../drawing/drawn-cells.js';
import { Colours } from '../../drawing/heap-look.js';
import { type Level, levelOf } from '../../drawing/level.js';
import { liveShare, overviewLayout } from '../../drawing/overview.js';
import { type Frame, wipe } from '../../drawing/raster-canvas.js';
import { tileCount } from '../../drawing/tile-order.js';
import { placeOf, type TileLayout } from '../../drawing/tiles.js';
import { share } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { drawReleased } from './released-slots.js';

/** Room above a tile from which on its name is written, and the height of a name. */
const LABELLED = 14;
const LABEL_HEIGHT = 16;

export class OverviewPicture {
  level: Level | null = null;
  readonly #drawn = new DrawnCells();
  readonly #conditions = new Conditions();

  constructor(private readonly view: HeapView) {}

  draw(frame: Frame, camera: Camera): void {
    const { view } = this;
    const look = view.look.value;
    if (!look) return;
    const { map, colouring, tints, parts, sizeClass } = look;
    const layout = overviewLayout(map, frame.width, frame.height, tileCount(map));
    const cell = layout.cell * camera.scale * frame.ratio;
    this.level = levelOf(cell, this.level);
    // The same order is often found anew.
    const order = view.order.value?.join(',') ?? '';
    const isSame = this.#conditions.stay(
      frame.raster,
      frame.inks,
      camera.scale,
      camera.x,
      camera.y,
      this.level,
      colouring,
      tints,
      parts,
      sizeClass,
      order,
      view.hovered.value,
      view.arena.value,
    );
    const changed = this.#drawn.update(map);
    const painting = { raster: frame.raster, look, inks: frame.inks, colours: new Colours(look, frame.inks) };
    const again = isSame ? changed?.map((place) => this.nthOf(place)) : null;
    if (!again) wipe(frame);
    for (const nth of again ?? Array(tileCount(map)).keys()) {
      if (this.placeAt(nth) >= 0) this.#drawTile(frame, painting, layout, camera, nth, !!again);
    }
    if (again) return;
    if (map.releasedRegion.length > 0) drawReleased(frame, map, layout, camera, (nth) => this.placeAt(nth));
    this.#drawRings(frame, layout, camera);
  }

  /** What is drawn `nth`: the arena's place in the map, below 0 a released place. And back. */
  placeAt(nth: number): number {
    return this.view.order.value?.[nth] ?? nth;
  }

  nthOf(place: number): number {
    return this.view.order.value?.indexOf(place) ?? place;
  }

  #drawTile(
    frame: Frame,
    painting: Painting,
    layout: TileLayout,
    { scale, x, y }: Camera,
    nth: number,
    isAgain: boolean,
  ): void {
    const { raster, ratio, inks } = frame;
    const place = this.placeAt(nth);
    const [left, top] = placeOf(layout, nth);
    const spot = {
      x: (left * scale + x) * ratio,
      y: (top * scale + y) * ratio,
      cell: layout.cell * scale * ratio,
    };
    if (isAgain) {
      const side = layout.tile * scale * ratio;
      const [x0, y0] = [Math.floor(spot.x), Math.floor(spot.y)];
      raster.fill(x0, y0, Math.ceil(spot.x + side), Math.ceil(spot.y + side), inks.bg);
    }
    drawArena(painting, place, spot, this.level ?? 'pools');
    if ((layout.labels ? 20 : layout.gapY) * scale < LABELLED) return;
    this.#drawLabel(frame, layout.tile * scale, place, left * scale + x, top * scale + y, isAgain);
  }

  #drawLabel(
    { pen, colours, width, height }: Frame,
    side: number,
    place: number,
    px: number,
    py: number,
    isAgain: boolean,
  ) {
    const { map, arena } = this.view;
    if (!map.value || px > width || py - 20 > height || px + side < 0 || py < 0) return;
    if (isAgain) pen.clearRect(px, py - LABEL_HEIGHT, side, LABEL_HEIGHT - 2);
    const region = map.value.region[place];
    pen.font = '500 11px "Inter Variable", system-ui, sans-serif';
    pen.textBaseline = 'alphabetic';
    pen.textAlign = 'left';
    pen.fillStyle = region === arena.value ? colours.ink : colours.ink2;
    pen.fillText(`A${region}`, px, py - 6);
    if (side < 46 || arenaGrid(map.value, place).cells === 0) return;
    const { live, bytes: all } = liveShare(map.value, place);
    pen.textAlign = 'right';
    pen.fillStyle = live < 0.2 * all ? colours.alert : colours.ink3;
    pen.fillText(share(live, all), px + side - 1, py - 6);
  }

  #drawRings({ pen, colours }: Frame, layout: TileLayout, { scale, x, y }: Camera): void {
    const { map, hovered, arena } = this.view;
    const ring = (region: number | null, line: string): void => {
      const place = map.value && region !== null ? map.value.region.indexOf(region) : -1;
      if (place < 0) return;
      const [left, top] = placeOf(layout, this.nthOf(place));
      const above = layout.labels ? 19 : 3;
      const side = layout.tile * scale;
      pen.strokeStyle = line;
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.roundRect(left * scale + x - 5, top * scale + y - above, side + 9, side + above + 4, 6);
      pen.stroke();
    };
    ring(hovered.value, colours.ink3);
    ring(arena.value, colours.ink);
  }
}
