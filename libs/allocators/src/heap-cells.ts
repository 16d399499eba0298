/**
 * The heap as a picture: regions divided into cells of one size, and how full each cell is. A cell is a pool where a model has
 * pools; elsewhere a stretch of addresses. Columns, because half a heap of five hundred arenas is sixteen thousand cells, and a
 * page draws them many times a second.
 */

export interface HeapCells {
  /** Bytes of address space per cell. */
  readonly cellBytes: number;
  /** By region, in address order: ordinal of its mapping, the model's own index of it, address of its first byte. */
  readonly region: Uint32Array<ArrayBuffer>;
  readonly slot: Uint32Array<ArrayBuffer>;
  readonly base: Float64Array<ArrayBuffer>;
  /** Bytes before the first cell (an arena whose base is not pool-aligned). */
  readonly lead: Uint32Array<ArrayBuffer>;
  /** By region: index of its first cell; one entry more than regions, the last is the number of cells. */
  readonly firstCell: Uint32Array<ArrayBuffer>;
  /** By cell: bytes per block; 0 = blocks of all sizes, or never used. */
  readonly blockBytes: Uint16Array<ArrayBuffer>;
  /** By cell: blocks that it can hold (blocks of all sizes: units of the model); 0 = never used. */
  readonly capacity: Uint16Array<ArrayBuffer>;
  /** By cell: how many of them are in use, and how many ever were since the cell was last wiped. */
  readonly used: Uint16Array<ArrayBuffer>;
  readonly touched: Uint16Array<ArrayBuffer>;
  /**
   * Places of the model's table whose region was given back, by address: ordinal of the last region there, the model's index of the
   * place, address of that region's first byte. Empty in a model that reuses no places.
   */
  readonly releasedRegion: Uint32Array<ArrayBuffer>;
  readonly releasedSlot: Uint32Array<ArrayBuffer>;
  readonly releasedBase: Float64Array<ArrayBuffer>;
}

/** What a block in a cell is, in the block states of a region. */
export const BlockState = { untouched: 0, freed: 1, live: 2 } as const;
