/** What of a heap was drawn last, so that the next picture of it is drawn only where it is another. */
import type { HeapMap } from '@heapcast/contracts';

const NOTHING = new Uint16Array(0);

export class DrawnCells {
  #region = new Uint32Array(0);
  #firstCell = new Uint32Array(0);
  #used = NOTHING;
  #capacity = NOTHING;
  #blockBytes = NOTHING;
  #statesOf: number | null = null;
  #states = new Uint8Array(0);

  /** Takes a picture for drawn. Answers the places of the arenas that differ from before; `null` = there are other arenas. */
  update(map: HeapMap): readonly number[] | null {
    if (!isSame(this.#region, map.region) || !isSame(this.#firstCell, map.firstCell)) {
      this.#region = map.region.slice();
      this.#firstCell = map.firstCell.slice();
      this.#keep(map);
      return null;
    }
    const places: number[] = [];
    for (let place = 0; place < map.region.length; place++) if (this.#differs(map, place)) places.push(place);
    if (places.length > 0 || map.statesOf !== this.#statesOf) this.#keep(map);
    return places;
  }

  #differs({ firstCell, used, capacity, blockBytes, region, statesOf, states }: HeapMap, place: number): boolean {
    for (let cell = firstCell[place] ?? 0; cell < (firstCell[place + 1] ?? 0); cell++) {
      if (used[cell] !== this.#used[cell] || blockBytes[cell] !== this.#blockBytes[cell]) return true;
      if (capacity[cell] !== this.#capacity[cell]) return true;
    }
    const ordinal = region[place];
    if (ordinal !== statesOf) return ordinal === this.#statesOf;
    return statesOf !== this.#statesOf || !isSame(this.#states, states);
  }

  /** Copies: the columns of a map that is watched are written over. */
  #keep({ used, capacity, blockBytes, statesOf, states }: HeapMap): void {
    this.#used = used.slice();
    this.#capacity = capacity.slice();
    this.#blockBytes = blockBytes.slice();
    this.#statesOf = statesOf;
    this.#states = states.slice();
  }
}

function isSame(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
