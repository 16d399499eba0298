/**
 * From one picture of a heap to the next: the cells that changed, and the blocks of the region whose blocks are told. For those
 * who watch a heap many times a second. One ArrayBuffer, little-endian, columns as in `heap-map.ts`:
 *
 *     byte  0  u32  magic "HCD1"
 *           4  u32  r, regions, if they are told, else 0
 *           8  f64  at: the state after so many events
 *          16  f64  since: `at` of the picture that this follows on
 *          24  u32  n, cells that changed
 *          28  u32  e, headings of the ledger
 *          32  i32  ordinal of the region whose blocks are told, -1 = none
 *          36  u32  b, blocks of that region, changed or not
 *          40  u32  m, stretches of changed blocks
 *          44  u32  k, blocks in all these stretches
 *          48  u32  bytes of the trailing text
 *          52  u32  1 = the regions, or the places of released ones, are others than before: all of them are told
 *          56  u32  s, places whose region was given back, if they are told
 *          60  u32  0
 *          64  f64  × 7      totals, as in the map
 *              f64  × (e+1)  the ledger, as in the map
 *              f64  × r      address of the region's first byte
 *              f64  × s      the same of the last region at each place that is free now
 *              u32  × r × 3  ordinal of its mapping, the model's own index of it, bytes before its first cell (three columns)
 *              u32  × (r+1)  index of its first cell; only if the regions are told
 *              u32  × s × 2  ordinal of the last region at a free place, the model's index of the place (two columns)
 *              u32  × n      index of the cell, among the cells as they are now
 *              u32  × m      first block of the stretch
 *              u32  × m      blocks of the stretch
 *              u16  × n × 4  of the cells: bytes per block, blocks that it can hold, in use, ever used (four columns)
 *              u8   × k      states of the blocks, stretch after stretch
 *              UTF-8         the ledger's headings, a line each
 *
 * A region that is new begins with all zeros; one that stays keeps its cells, wherever it lies among the others now. Blocks that were
 * not told before begin as never used.
 */
import type { HeapMap } from './heap-map.js';
import { TOTALS, totalsOf } from './map-totals.js';

export const MAP_CHANGES_MAGIC = 0x31444348;
const HEADER_BYTES = 64;
/** Bytes that a stretch costs beside its blocks: nearer ones are told as one. */
const STRETCH_BYTES = 8;

/** Columns by region and by place of a released one, and columns by cell. */
const RELEASED = ['releasedBase', 'releasedRegion', 'releasedSlot'] as const;
const LAYOUT = ['base', 'region', 'slot', 'lead', 'firstCell', ...RELEASED] as const;
const CELL = ['blockBytes', 'capacity', 'used', 'touched'] as const;

interface Lengths {
  readonly isLaidOut: boolean;
  readonly regions: number;
  readonly released: number;
  readonly cells: number;
  readonly headings: number;
  readonly stretches: number;
  readonly told: number;
}

/** Views on `buffer`, in the order of the bytes; `end` is where the text begins. */
function columnsOn(buffer: ArrayBuffer, { isLaidOut, regions, released, cells, headings, stretches, told }: Lengths) {
  let at = HEADER_BYTES;
  const next = (bytes: number): number => (at += bytes) - bytes;
  const edges = isLaidOut ? regions + 1 : 0;
  return {
    totals: new Float64Array(buffer, next(8 * TOTALS.length), TOTALS.length),
    ledger: new Float64Array(buffer, next(8 * (headings + 1)), headings + 1),
    base: new Float64Array(buffer, next(8 * regions), regions),
    releasedBase: new Float64Array(buffer, next(8 * released), released),
    region: new Uint32Array(buffer, next(4 * regions), regions),
    slot: new Uint32Array(buffer, next(4 * regions), regions),
    lead: new Uint32Array(buffer, next(4 * regions), regions),
    firstCell: new Uint32Array(buffer, next(4 * edges), edges),
    releasedRegion: new Uint32Array(buffer, next(4 * released), released),
    releasedSlot: new Uint32Array(buffer, next(4 * released), released),
    cell: new Uint32Array(buffer, next(4 * cells), cells),
    first: new Uint32Array(buffer, next(4 * stretches), stretches),
    count: new Uint32Array(buffer, next(4 * stretches), stretches),
    blockBytes: new Uint16Array(buffer, next(2 * cells), cells),
    capacity: new Uint16Array(buffer, next(2 * cells), cells),
    used: new Uint16Array(buffer, next(2 * cells), cells),
    touched: new Uint16Array(buffer, next(2 * cells), cells),
    states: new Uint8Array(buffer, next(told), told),
    end: at,
  };
}

function sizeOf({ isLaidOut, regions, released, cells, headings, stretches, told }: Lengths): number {
  const layout = isLaidOut ? 20 * regions + 4 * (regions + 1) + 16 * released : 0;
  return HEADER_BYTES + 8 * (TOTALS.length + headings + 1) + layout + 12 * cells + 8 * stretches + told;
}

/** What leads from `before` to `after`, two pictures of one heap. */
export function encodeMapChanges(before: HeapMap, after: HeapMap): Uint8Array<ArrayBuffer> {
  const isLaidOut = LAYOUT.some((name) => !same(before[name], after[name]));
  const cells = changedCells(before, after, isLaidOut);
  const { first, count, told } = changedBlocks(before, after);
  const names = Object.keys(after.ledger.entries);
  const text = new TextEncoder().encode(names.join('\n'));
  const lengths = {
    isLaidOut,
    regions: isLaidOut ? after.region.length : 0,
    released: isLaidOut ? after.releasedRegion.length : 0,
    cells: cells.length,
    headings: names.length,
    stretches: first.length,
    told,
  };
  const bytes = new Uint8Array(sizeOf(lengths) + text.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAP_CHANGES_MAGIC, true);
  header.setUint32(4, lengths.regions, true);
  header.setFloat64(8, after.at, true);
  header.setFloat64(16, before.at, true);
  header.setUint32(24, lengths.cells, true);
  header.setUint32(28, lengths.headings, true);
  header.setInt32(32, after.statesOf ?? -1, true);
  header.setUint32(36, after.states.length, true);
  header.setUint32(40, lengths.stretches, true);
  header.setUint32(44, told, true);
  header.setUint32(48, text.length, true);
  header.setUint32(52, isLaidOut ? 1 : 0, true);
  header.setUint32(56, lengths.released, true);
  const columns = columnsOn(bytes.buffer, lengths);
  columns.totals.set(TOTALS.map((name) => after.totals[name]));
  columns.ledger.set([after.ledger.mapped, ...Object.values(after.ledger.entries)]);
  if (isLaidOut) for (const name of LAYOUT) columns[name].set(after[name]);
  columns.cell.set(cells);
  for (const name of CELL) for (const [i, cell] of cells.entries()) columns[name][i] = after[name][cell] ?? 0;
  columns.first.set(first);
  columns.count.set(count);
  let at = 0;
  for (const [i, from] of first.entries()) {
    const length = count[i] ?? 0;
    columns.states.set(after.states.subarray(from, from + length), at);
    at += length;
  }
  bytes.set(text, columns.end);
  return bytes;
}

/** A picture brought up to date, and which of its cells are others now. */
export interface ChangedMap {
  readonly map: HeapMap;
  /** `null` = the regions are others than before. */
  readonly cells: Uint32Array | null;
}

/**
 * The picture after `before`. Where the regions stayed the same it has the columns of `before`, which are written over: whoever
 * keeps an earlier picture keeps a copy.
 * @throws RangeError if these are no changes, or changes of another picture
 */
export function applyMapChanges(before: HeapMap, buffer: ArrayBuffer): ChangedMap {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError(`changes of a map have no ${buffer.byteLength} bytes`);
  const header = new DataView(buffer);
  if (header.getUint32(0, true) !== MAP_CHANGES_MAGIC)
    throw new RangeError('no changes of a map: it does not start with HCD1');
  const since = header.getFloat64(16, true);
  if (since !== before.at) throw new RangeError(`these changes follow on event ${since}, the map shows ${before.at}`);
  const lengths = {
    isLaidOut: header.getUint32(52, true) === 1,
    regions: header.getUint32(4, true),
    released: header.getUint32(56, true),
    cells: header.getUint32(24, true),
    headings: header.getUint32(28, true),
    stretches: header.getUint32(40, true),
    told: header.getUint32(44, true),
  };
  const wanted = sizeOf(lengths) + header.getUint32(48, true);
  if (buffer.byteLength !== wanted)
    throw new RangeError(`these changes have ${wanted} bytes, not ${buffer.byteLength}`);
  const { end, totals, ledger, cell: cells, first, count, states: told, ...columns } = columnsOn(buffer, lengths);
  const layout = lengths.isLaidOut ? moved(before, columns) : before;
  for (const name of CELL) for (const [i, cell] of cells.entries()) layout[name][cell] = columns[name][i] ?? 0;
  const statesOf = header.getInt32(32, true);
  const states = statesBefore(before, statesOf, header.getUint32(36, true));
  let at = 0;
  for (const [i, from] of first.entries()) {
    const length = count[i] ?? 0;
    states.set(told.subarray(at, at + length), from);
    at += length;
  }
  const names = new TextDecoder().decode(new Uint8Array(buffer, end)).split('\n');
  const [mapped = 0, ...amounts] = ledger;
  return {
    map: {
      ...layout,
      at: header.getFloat64(8, true),
      cellBytes: before.cellBytes,
      statesOf: statesOf < 0 ? null : statesOf,
      states,
      totals: totalsOf(totals),
      ledger: { mapped, entries: Object.fromEntries(amounts.map((amount, i) => [names[i] ?? '', amount])) },
    },
    cells: lengths.isLaidOut ? null : cells,
  };
}

type Layout = Pick<HeapMap, (typeof LAYOUT)[number]>;
type Columns = Layout & Pick<HeapMap, (typeof CELL)[number]>;

function same(a: Uint32Array | Float64Array, b: Uint32Array | Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Index that a region's first cell had, by the region's ordinal; and how many cells it had. */
function cellsBefore({ region, firstCell }: Columns): ReadonlyMap<number, readonly [first: number, cells: number]> {
  return new Map(
    Array.from(region, (ordinal, place) => {
      const first = firstCell[place] ?? 0;
      return [ordinal, [first, (firstCell[place + 1] ?? 0) - first]];
    }),
  );
}

function changedCells(before: HeapMap, after: HeapMap, isLaidOut: boolean): Uint32Array {
  const found = new Uint32Array(after.used.length);
  let n = 0;
  const compare = (now: number, was: number): void => {
    const isSame =
      after.used[now] === (before.used[was] ?? 0) &&
      after.touched[now] === (before.touched[was] ?? 0) &&
      after.capacity[now] === (before.capacity[was] ?? 0) &&
      after.blockBytes[now] === (before.blockBytes[was] ?? 0);
    if (!isSame) found[n++] = now;
  };
  if (!isLaidOut) {
    for (let cell = 0; cell < found.length; cell++) compare(cell, cell);
    return found.subarray(0, n);
  }
  const earlier = cellsBefore(before);
  for (const [place, ordinal] of after.region.entries()) {
    const first = after.firstCell[place] ?? 0;
    const cells = (after.firstCell[place + 1] ?? 0) - first;
    const [was, had] = earlier.get(ordinal) ?? [0, 0];
    for (let cell = 0; cell < cells; cell++) compare(first + cell, cell < had ? was + cell : Infinity);
  }
  return found.subarray(0, n);
}

/** The blocks that are others than before, near ones in one stretch. */
function changedBlocks(before: HeapMap, after: HeapMap) {
  const first: number[] = [];
  const count: number[] = [];
  let told = 0;
  const was = before.statesOf === after.statesOf ? before.states : new Uint8Array(0);
  for (let block = 0; block < after.states.length; block++) {
    if (after.states[block] === (was[block] ?? 0)) continue;
    const last = first.length - 1;
    const end = (first[last] ?? 0) + (count[last] ?? 0);
    if (last >= 0 && block - end < STRETCH_BYTES) {
      told += block + 1 - end;
      count[last] = block + 1 - (first[last] ?? 0);
    } else {
      first.push(block);
      count.push(1);
      told++;
    }
  }
  return { first, count, told };
}

/** New columns for other regions, with the cells of those that stayed. */
function moved(before: Columns, layout: Layout): Columns {
  const cells = layout.firstCell.at(-1) ?? 0;
  const after = {
    // Of their own: the changes have more in their buffer than has to be kept.
    base: layout.base.slice(),
    region: layout.region.slice(),
    slot: layout.slot.slice(),
    lead: layout.lead.slice(),
    firstCell: layout.firstCell.slice(),
    releasedBase: layout.releasedBase.slice(),
    releasedRegion: layout.releasedRegion.slice(),
    releasedSlot: layout.releasedSlot.slice(),
    blockBytes: new Uint16Array(cells),
    capacity: new Uint16Array(cells),
    used: new Uint16Array(cells),
    touched: new Uint16Array(cells),
  };
  const earlier = cellsBefore(before);
  for (const [place, ordinal] of after.region.entries()) {
    const [was, had] = earlier.get(ordinal) ?? [0, 0];
    const first = after.firstCell[place] ?? 0;
    const kept = Math.min(had, (after.firstCell[place + 1] ?? 0) - first);
    for (const name of CELL) after[name].set(before[name].subarray(was, was + kept), first);
  }
  return after;
}

function statesBefore({ statesOf, states }: HeapMap, region: number, blocks: number): Uint8Array {
  if (region < 0) return new Uint8Array(0);
  if (statesOf === region && states.length === blocks) return states;
  const begun = new Uint8Array(blocks);
  if (statesOf === region) begun.set(states.subarray(0, blocks));
  return begun;
}
