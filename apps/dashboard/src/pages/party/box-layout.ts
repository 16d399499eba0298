/** Where the boxes of an order lie, and the toys in them. An order that is looked at has its open boxes large enough to see toys. */
import type { HeapMap } from '@heapcast/contracts';
import type { Order } from './orders.js';
import { type Kind, kindOf } from './toys.js';

/** The usual width of an order. */
export const ORDER_WIDTH = 268;
const CRATE_INSET = 12;
const BOX_GAP = 8;
/** Below so many pixels a box is a bar. */
const BAR_BELOW = 40;
/** Toys are drawn as such in a box of at most so many; else as squares. */
const MOST_DRAWN = 24;
/** In an order that is looked at, so few open boxes are drawn large, the closed ones small below. */
const FEW_OPEN = 16;
const CLOSED_STRIP = 14;

export interface Slot {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** 0 never handed out, 1 in the box, 2 out. */
  readonly state: number;
}

export interface Box {
  readonly pool: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: Kind | null;
  readonly capacity: number;
  readonly used: number;
  /** Drawn one by one; empty = a bar. */
  readonly slots: readonly Slot[];
  readonly asToys: boolean;
}

/** What the boxes need to know of the party. */
export interface BoxInput {
  readonly map: HeapMap;
  readonly shown: Order | null;
  /** Of a small party, each slot whose toy is out: 2. */
  readonly toysBySlot: ReadonlyMap<string, number>;
}

export function slotKey(region: number, pool: number, index: number): string {
  return `${region}.${pool}.${index}`;
}

/** Does an order of so many boxes need more room for toys to be seen? */
export function isWide(boxes: number): boolean {
  return boxWidth(ORDER_WIDTH, columnsOf(boxes)) < BAR_BELOW;
}

function columnsOf(boxes: number): number {
  return boxes <= 8 ? 2 : Math.ceil(Math.sqrt(boxes));
}

function boxWidth(crate: number, columns: number): number {
  const gap = columns > 4 ? 4 : BOX_GAP;
  return (crate - 2 * CRATE_INSET - gap * (columns - 1)) / columns;
}

export function boxesOf(
  input: BoxInput,
  order: Order,
  left: number,
  top: number,
  width: number,
  height: number,
): Box[] {
  const { map, shown } = input;
  const first = map.firstCell[order.place] ?? 0;
  const pools = Array.from({ length: order.boxes }, (_, pool) => pool);
  const open = pools.filter((pool) => (map.used[first + pool] ?? 0) > 0);
  const crate = {
    x: left + CRATE_INSET,
    y: top + CRATE_INSET,
    width: width - 2 * CRATE_INSET,
    height: height - 2 * CRATE_INSET,
  };
  const isMagnified = order === shown && isWide(order.boxes) && open.length > 0 && open.length <= FEW_OPEN;
  if (!isMagnified) return gridOf(pools, columnsOf(order.boxes), crate).map((place) => boxAt(input, order, place));
  const closed = pools.filter((pool) => !open.includes(pool));
  const large = { ...crate, height: crate.height - CLOSED_STRIP - BOX_GAP };
  const small = { ...crate, y: crate.y + large.height + BOX_GAP, height: CLOSED_STRIP };
  return [
    ...gridOf(open, open.length <= 2 ? 1 : Math.ceil(Math.sqrt(open.length)), large),
    ...gridOf(closed, closed.length, small),
  ].map((place) => boxAt(input, order, place));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function gridOf(
  pools: readonly number[],
  columns: number,
  { x, y, width, height }: Place,
): (Place & { readonly pool: number })[] {
  const gap = columns > 16 ? 2 : columns > 4 ? 4 : BOX_GAP;
  const rows = Math.max(1, Math.ceil(pools.length / columns));
  const boxW = (width - gap * (columns - 1)) / columns;
  const boxH = (height - gap * (rows - 1)) / rows;
  return pools.map((pool, nth) => ({
    pool,
    x: x + (nth % columns) * (boxW + gap),
    y: y + Math.floor(nth / columns) * (boxH + gap),
    width: boxW,
    height: boxH,
  }));
}

function boxAt(input: BoxInput, order: Order, { pool, ...place }: Place & { readonly pool: number }): Box {
  const { map, shown } = input;
  const cell = (map.firstCell[order.place] ?? 0) + pool;
  const used = map.used[cell] ?? 0;
  const capacity = map.capacity[cell] ?? 0;
  const isOpen = used > 0;
  const known = isOpen ? (statesOfPool(map, order, pool) ?? statesOfToys(input, order, pool, capacity)) : null;
  const showsToys = known !== null && place.width >= BAR_BELOW && (order === shown || capacity <= MOST_DRAWN);
  return {
    ...place,
    pool,
    kind: isOpen ? kindOf(map.blockBytes[cell] ?? 0) : null,
    capacity,
    used,
    asToys: capacity <= MOST_DRAWN,
    slots: showsToys ? slotsOf(place, known) : [],
  };
}

/** Of the order whose blocks the map tells. */
function statesOfPool(map: HeapMap, { region, place }: Order, pool: number): Uint8Array | null {
  if (map.statesOf !== region) return null;
  const first = map.firstCell[place] ?? 0;
  let at = 0;
  for (let cell = first; cell < first + pool; cell++) {
    if ((map.blockBytes[cell] ?? 0) > 0) at += map.capacity[cell] ?? 0;
  }
  return map.states.subarray(at, at + (map.capacity[first + pool] ?? 0));
}

/** Of another order of a small party: what is not out is in the box. */
function statesOfToys({ toysBySlot }: BoxInput, { region }: Order, pool: number, capacity: number): Uint8Array | null {
  if (toysBySlot.size === 0) return null;
  return Uint8Array.from({ length: capacity }, (_, index) => toysBySlot.get(slotKey(region, pool, index)) ?? 1);
}

function slotsOf(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  states: Uint8Array,
): Slot[] {
  const inset = 5;
  const left = box.x + inset + 4;
  const top = box.y + inset - 1;
  const width = box.width - 2 * inset - 3;
  const height = box.height - 2 * inset + 2;
  // The most columns whose cells are no wider than high.
  let columns = 1;
  while (width / columns > height / Math.ceil(states.length / columns)) columns++;
  const rows = Math.ceil(states.length / columns);
  const [across, down] = [width / columns, height / rows];
  const size = Math.min(across, down) * (states.length <= MOST_DRAWN ? 0.92 : 0.78);
  return Array.from(states, (state, index) => ({
    x: left + ((index % columns) + 0.5) * across,
    y: top + (Math.floor(index / columns) + 0.5) * down,
    size,
    state,
  }));
}
