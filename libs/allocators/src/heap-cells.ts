/**
 * The heap as a picture: regions divided into cells of one size, and how full each cell is. A cell is a pool where a model has
 * pools; elsewhere a stretch of addresses. Columns, because half a heap of five hundred arenas is sixteen thousand cells, and a
 * page draws them many times a second.
 */
import type { BlockVisitor } from './contract.js';

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
}

/** What a block in a cell is, in the block states of a region. */
export const BlockState = { untouched: 0, freed: 1, live: 2 } as const;

/** A region of a model without pools, as it is mapped. */
export interface MappedSpan {
  readonly region: number;
  /** Address of its first byte. */
  readonly base: number;
  readonly bytes: number;
}

/** A cell is a page; where that would be more than this many cells, twice, four times … as much. */
const MOST_CELLS = 1 << 16;
const PAGE = 4096;

/**
 * Cells of a model without pools, counted from its live blocks.
 * @param visit the model's `visitBlocks`; offsets are in units of `unit` bytes from the region's base
 */
export function cellsOfBlocks(
  spans: readonly MappedSpan[],
  unit: number,
  visit: (visitor: BlockVisitor) => void,
): HeapCells {
  const mapped = spans.reduce((sum, { bytes }) => sum + bytes, 0);
  let cellBytes = Math.max(PAGE, unit);
  while (mapped / cellBytes > MOST_CELLS) cellBytes *= 2;
  const firstCell = new Uint32Array(spans.length + 1);
  spans.forEach(({ bytes }, index) => (firstCell[index + 1] = firstCell[index] + Math.ceil(bytes / cellBytes)));
  const cells = firstCell[spans.length];
  const bytesUsed = new Float64Array(cells);
  const start = new Map(spans.map(({ region }, index) => [region, firstCell[index]]));
  visit((_slot, _requested, region, offset, bytes) => {
    const first = start.get(region);
    if (first === undefined) return;
    let from = offset * unit;
    for (const end = from + bytes; from < end;) {
      const cell = Math.floor(from / cellBytes);
      const to = Math.min(end, (cell + 1) * cellBytes);
      bytesUsed[first + cell] += to - from;
      from = to;
    }
  });
  // Units, coarser where a cell has more than fit 16 bits.
  const scale = Math.max(unit, cellBytes / 0x8000);
  const capacity = new Uint16Array(cells).fill(cellBytes / scale);
  return {
    cellBytes,
    region: Uint32Array.from(spans, ({ region }) => region),
    slot: Uint32Array.from(spans, (_, index) => index),
    base: Float64Array.from(spans, ({ base }) => base),
    lead: new Uint32Array(spans.length),
    firstCell,
    blockBytes: new Uint16Array(cells),
    capacity,
    // A block that is there is seen, however small.
    used: Uint16Array.from(bytesUsed, (bytes) => Math.min(cellBytes / scale, Math.ceil(bytes / scale))),
    touched: capacity.slice(),
  };
}
