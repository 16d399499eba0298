/**
 * What the cells of a heap map are coloured by beside their use: how old the blocks in them are, or which lines asked for them. In
 * the order of `HeapCells`, so that the two lie over each other.
 */
import type { HeapCells } from '@heapcast/allocators';
import type { Playhead } from './playhead.js';

export type TintsQuery = {
  readonly kind: 'tints';
  /** Tells every block of this region, too. */
  readonly region?: number;
} & (
  | { readonly by: 'age' }
  /** Group of each site, 0 = not known; absent entries count as 0. */
  | { readonly by: 'site'; readonly groups: Uint32Array; readonly groupCount: number }
);

export interface TintsReply {
  readonly at: number;
  /** Age: index of the request that placed the oldest live block. Site: 1 … 6 the groups of `groups`, OTHER_SITE, NO_SITE. */
  readonly cells: Uint32Array<ArrayBuffer>;
  /** The same for each block of the region, as its block states are ordered. */
  readonly blocks: Uint32Array<ArrayBuffer>;
  /** Groups with most live blocks, first 1, with how many; none for age. */
  readonly groups: readonly { readonly group: number; readonly blocks: number }[];
}

/** Nothing is live here. */
export const NO_TINT = 0xffff_ffff;
export const NAMED_SITES = 6;
export const OTHER_SITE = 7;
export const UNKNOWN_SITE = 0;

export function tintsOf({ model, owners, position: at }: Playhead, query: TintsQuery): TintsReply {
  const places = new Places(model.cells(), model.unit, query.region);
  const cells = new Uint32Array(places.cells).fill(NO_TINT);
  const blocks = new Uint32Array(places.blocks).fill(NO_TINT);
  const find = (region: number, offset: number, tell: (cell: number, block: number) => void): void => {
    if (region < 0) return;
    const { pool, index } = model.locate(region, offset);
    places.find(region, offset, pool, index, tell);
  };
  if (query.by === 'age') {
    model.visitBlocks((slot, _requested, region, offset) => {
      const born = owners.placedAt(slot);
      find(region, offset, (cell, block) => {
        if (born < cells[cell]) cells[cell] = born;
        if (block >= 0) blocks[block] = born;
      });
    });
    return { at, cells, blocks, groups: [] };
  }
  const { groups: groupOf, groupCount } = query;
  const perGroup = new Float64Array(groupCount + 1);
  const groupAt = (slot: number): number => groupOf[owners.site(slot)] ?? 0;
  model.visitBlocks((slot, _requested, region) => {
    if (region >= 0) perGroup[groupAt(slot)]++;
  });
  const groups = [...perGroup.keys()]
    .filter((group) => group > 0 && perGroup[group] > 0)
    .sort((a, b) => perGroup[b] - perGroup[a] || a - b)
    .slice(0, NAMED_SITES)
    .map((group) => ({ group, blocks: perGroup[group] }));
  const rankOf = new Uint8Array(groupCount + 1).fill(OTHER_SITE);
  rankOf[0] = UNKNOWN_SITE;
  for (const [rank, { group }] of groups.entries()) rankOf[group] = rank + 1;
  // How many blocks of each rank lie in each cell: the colour of a cell is that of most of them.
  const ranks = OTHER_SITE + 1;
  const counts = new Uint16Array(ranks * places.cells);
  model.visitBlocks((slot, _requested, region, offset) => {
    const rank = rankOf[groupAt(slot)];
    find(region, offset, (cell, block) => {
      const count = ++counts[ranks * cell + rank];
      if (cells[cell] === NO_TINT || count > counts[ranks * cell + cells[cell]]) cells[cell] = rank;
      if (block >= 0) blocks[block] = rank;
    });
  });
  return { at, cells, blocks, groups };
}

/** Which cell, and which block of the chosen region, a placement lies in. */
class Places {
  readonly cells: number;
  readonly blocks: number;
  readonly #placeOf = new Map<number, number>();
  /** By pool of the chosen region: position of its first block. */
  readonly #firstBlock: Uint32Array;

  constructor(
    private readonly map: HeapCells,
    private readonly unit: number,
    private readonly region: number | undefined,
  ) {
    this.cells = map.used.length;
    for (const [place, ordinal] of map.region.entries()) this.#placeOf.set(ordinal, place);
    const chosen = region === undefined ? undefined : this.#placeOf.get(region);
    const first = chosen === undefined ? 0 : map.firstCell[chosen];
    const end = chosen === undefined ? 0 : map.firstCell[chosen + 1];
    this.#firstBlock = new Uint32Array(end - first + 1);
    for (let pool = 0; pool < end - first; pool++) {
      this.#firstBlock[pool + 1] = this.#firstBlock[pool] + map.capacity[first + pool];
    }
    this.blocks = this.#firstBlock[end - first];
  }

  find(region: number, offset: number, pool: number, index: number, tell: (cell: number, block: number) => void): void {
    const place = this.#placeOf.get(region);
    if (place === undefined) return;
    const { firstCell, cellBytes } = this.map;
    const nth = pool >= 0 ? pool : Math.floor((offset * this.unit) / cellBytes);
    const cell = firstCell[place] + nth;
    if (cell >= firstCell[place + 1]) return;
    tell(cell, region === this.region && pool >= 0 && index >= 0 ? this.#firstBlock[pool] + index : -1);
  }
}
