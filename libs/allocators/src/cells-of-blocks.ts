/** Cells of a model without pools, counted from its live blocks. */
import type { BlockVisitor } from './contract.js';
import type { HeapCells } from './heap-cells.js';

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
  // Units, coarser where a cell has more than fit 16 bits.
  const scale = Math.max(unit, cellBytes / 0x8000);
  const most = cellBytes / scale;
  const used = new Uint16Array(cells);
  /** Of cells that no block fills alone. */
  const bytesUsed = new Float64Array(cells);
  const shared: number[] = [];
  const use = (cell: number, bytes: number): void => {
    if (bytes > 0 && bytesUsed[cell] === 0) shared.push(cell);
    bytesUsed[cell] += bytes;
  };
  const start = new Map(spans.map(({ region }, index) => [region, firstCell[index]]));
  visit((_slot, _requested, region, offset, bytes) => {
    const first = start.get(region);
    if (first === undefined) return;
    const from = offset * unit;
    const end = from + bytes;
    const cell = Math.floor(from / cellBytes);
    const last = Math.floor(end / cellBytes);
    if (cell === last) {
      use(first + cell, bytes);
      return;
    }
    use(first + cell, (cell + 1) * cellBytes - from);
    used.fill(most, first + cell + 1, first + last);
    use(first + last, end - last * cellBytes);
  });
  // A block that is there is seen, however small.
  for (const cell of shared) used[cell] = Math.min(most, Math.ceil(bytesUsed[cell] / scale));
  return {
    cellBytes,
    region: Uint32Array.from(spans, ({ region }) => region),
    slot: Uint32Array.from(spans, (_, index) => index),
    base: Float64Array.from(spans, ({ base }) => base),
    lead: new Uint32Array(spans.length),
    firstCell,
    blockBytes: new Uint16Array(cells),
    capacity: new Uint16Array(cells).fill(most),
    used,
    touched: new Uint16Array(cells).fill(most),
    releasedRegion: new Uint32Array(0),
    releasedSlot: new Uint32Array(0),
    releasedBase: new Float64Array(0),
  };
}
