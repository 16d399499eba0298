/** Where everything of the party stands, in pixels: pure arithmetic, so that the line from a slot to a toy ends where both are drawn. */
import type { HeapMap } from '@heapcast/contracts';
import { type Box, type BoxInput, boxesOf, isWide, ORDER_WIDTH } from './box-layout.js';
import { type Group, MOST_GROUPS, type Toy } from './toys.js';
import type { Order } from './orders.js';

const EDGE = 32;
const GAP = 18;
/** An order, and one whose boxes would be too small to see toys in. */
const WIDE_ORDER = 2 * ORDER_WIDTH + GAP;
const TAG_HEIGHT = 38;
const CRATE_HEIGHT = 262;
const RUG_HEIGHT = 236;
export const MOST_ON_RUG = 24;
/** Children stand a fifth of a rug apart. */
export const CHILDREN_STEPS = 5;
/** A line to each of so few toys; of more, to one. */
const MOST_LINES = 3;

export interface Crate {
  readonly order: Order;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
}

export interface Rug {
  readonly group: Group;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly places: readonly { readonly toy: Toy; readonly x: number; readonly y: number; readonly size: number }[];
  readonly more: number;
}

export interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Height at which it runs across, to a gap between two children, and where they end. */
  readonly across: number;
  readonly gap: number;
  readonly below: number;
  /** Radius of the ring around the toy. */
  readonly ring: number;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly floor: number;
  readonly crates: readonly Crate[];
  readonly rugs: readonly Rug[];
  readonly vendor: { readonly x: number; readonly y: number; readonly width: number };
  readonly lines: readonly Line[];
}

export interface SceneInput extends BoxInput {
  readonly width: number;
  readonly orders: readonly Order[];
  /** The first order that is drawn. */
  readonly from: number;
  readonly stuck: Order | null;
  readonly groups: readonly Group[];
}

/** How many orders stand beside each other from `from` on; at least one. */
export function ordersThatFit({
  width,
  orders,
  from,
  shown,
}: Omit<SceneInput, 'map' | 'groups' | 'stuck' | 'toysBySlot'>): number {
  let right = EDGE;
  let fits = 0;
  for (const order of orders.slice(from)) {
    right += widthOf(order, shown, width) + GAP;
    if (right - GAP > width - EDGE + 1) break;
    fits++;
  }
  return Math.max(1, fits);
}

function widthOf(order: Order, shown: Order | null, width: number): number {
  const wanted = order === shown && isWide(order.boxes) ? WIDE_ORDER : ORDER_WIDTH;
  return Math.min(wanted, width - 2 * EDGE);
}

export function layOutScene(input: SceneInput): Scene {
  const { width, map, orders, from, shown, stuck, groups } = input;
  const crates: Crate[] = [];
  let x = EDGE;
  for (const order of orders.slice(from, from + ordersThatFit(input))) {
    const crateWidth = widthOf(order, shown, width);
    const y = TAG_HEIGHT;
    const size = { width: crateWidth, height: CRATE_HEIGHT - TAG_HEIGHT };
    crates.push({ order, x, y, ...size, boxes: boxesOf(input, order, x, y, size.width, size.height) });
    x += crateWidth + GAP;
  }
  const floor = CRATE_HEIGHT + 20;
  const places = Math.max(1, Math.min(MOST_GROUPS + 1, Math.floor((width - 2 * EDGE + 34) / 254)));
  const rugWidth = Math.min(330, (width - 2 * EDGE - 34 * (places - 1)) / places);
  const placeAt = (nth: number): readonly [number, number] => [
    EDGE + (nth % places) * (rugWidth + 34),
    floor + 34 + Math.floor(nth / places) * (RUG_HEIGHT + 24),
  ];
  const rugs = groups.slice(0, MOST_GROUPS).map((group, nth): Rug => {
    const [left, top] = placeAt(nth);
    return { group, x: left, y: top, width: rugWidth, ...toysOnRug(group, left + rugWidth / 2, top + 116, rugWidth) };
  });
  const [vendorX, vendorY] = placeAt(Math.max(rugs.length, places > MOST_GROUPS ? MOST_GROUPS : rugs.length));
  return {
    width,
    height: vendorY + RUG_HEIGHT + 16,
    floor,
    crates,
    rugs,
    vendor: { x: vendorX, y: vendorY, width: rugWidth },
    lines: linesOf(crates, rugs, stuck, map, floor),
  };
}

function toysOnRug({ toys }: Group, centre: number, top: number, width: number): Pick<Rug, 'places' | 'more'> {
  const drawn = toys.slice(0, MOST_ON_RUG);
  const step = drawn.length <= 8 ? 34 : 22;
  const perRow = Math.max(1, Math.min(drawn.length <= 8 ? 8 : 12, Math.floor((width - 36) / step)));
  const places = drawn.slice(0, 2 * perRow).map((toy, nth) => {
    const row = Math.floor(nth / perRow);
    const inRow = Math.min(perRow, drawn.length - row * perRow);
    const x = centre + ((nth % perRow) - (inRow - 1) / 2) * step;
    return { toy, x, y: top + row * 28, size: step * 0.84 };
  });
  return { places, more: toys.length - places.length };
}

/** The gap between two children, or beside them, that is nearest. */
function gapNear({ x, width }: Rug, to: number): number {
  const step = width / CHILDREN_STEPS;
  const nth = Math.max(-2, Math.min(2, Math.round((to - x - width / 2) / step)));
  return x + width / 2 + nth * step;
}

/** From each empty slot of the order that cannot go back to the toy that is out. */
function linesOf(
  crates: readonly Crate[],
  rugs: readonly Rug[],
  stuck: Order | null,
  map: HeapMap,
  floor: number,
): Line[] {
  const crate = crates.find(({ order }) => order === stuck);
  if (!crate || map.region.length === 0) return [];
  const lines: Line[] = [];
  const most = crate.order.toysOut <= MOST_LINES ? MOST_LINES : 1;
  for (const rug of rugs) {
    for (const { toy, x, y, size } of rug.places) {
      if (toy.region !== crate.order.region) continue;
      const box = crate.boxes.find(({ pool }) => pool === toy.pool);
      const slot = box?.slots[toy.index];
      if (!box) continue;
      const from = slot
        ? ([slot.x, slot.y + slot.size / 2] as const)
        : ([box.x + box.width / 2, box.y + box.height] as const);
      lines.push({
        from,
        to: [x, y],
        across: floor + 8 + 6 * lines.length,
        gap: gapNear(rug, x),
        below: rug.y + 74,
        ring: 0.72 * size,
      });
      if (lines.length === most) return lines;
    }
  }
  return lines;
}
