/** The orders of a moment: how many toys of each are out, and which one cannot go back for the sake of a few. */
import type { HeapMap } from '@heapcast/contracts';

export interface Order {
  /** Ordinal of the region. */
  readonly region: number;
  /** Place in the map. */
  readonly place: number;
  readonly boxes: number;
  readonly toysOut: number;
  /** In the boxes that are open. */
  readonly toys: number;
}

export function ordersOf(map: HeapMap): Order[] {
  return [...map.region].map((region, place) => {
    const first = map.firstCell[place] ?? 0;
    const end = map.firstCell[place + 1] ?? 0;
    let toysOut = 0;
    let toys = 0;
    for (let cell = first; cell < end; cell++) {
      const used = map.used[cell] ?? 0;
      toysOut += used;
      if (used > 0) toys += map.capacity[cell] ?? 0;
    }
    return { region, place, boxes: end - first, toysOut, toys };
  });
}

export function fewestOut(orders: readonly Order[]): Order | null {
  const rented = orders.filter(({ toysOut }) => toysOut > 0);
  return rented.reduce<Order | null>((least, order) => (least && least.toysOut <= order.toysOut ? least : order), null);
}

/** So few, of so many that the room has seen, that they are what keeps the order. */
export function stuckOrder(orders: readonly Order[]): Order | null {
  const least = fewestOut(orders);
  const most = Math.max(0, ...orders.map(({ toysOut }) => toysOut));
  if (!least || orders.length < 2) return null;
  return least.toysOut <= 3 || least.toysOut * 5 <= most ? least : null;
}
