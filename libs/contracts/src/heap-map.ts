/**
 * The heap as a picture, at one moment: regions (pymalloc: arenas) cut into cells (pools), how full each cell is, and every block
 * of one region if asked for. One ArrayBuffer, columns instead of objects, little-endian:
 *
 *     byte  0  u32  magic "HCM3"
 *           4  u32  r, regions in the picture
 *           8  f64  at: the state after so many events
 *          16  u32  c, cells
 *          20  u32  bytes of address space per cell
 *          24  i32  ordinal of the region whose blocks are told, -1 = none
 *          28  u32  b, blocks that are told
 *          32  u32  bytes of the trailing text
 *          36  u32  e, headings of the ledger
 *          40  u32  s, places in the model's table whose region was given back
 *          44  u32  0
 *          48  f64  × 7      totals: events, live blocks, requested, allocated, mapped bytes, raw blocks, raw bytes
 *              f64  × (e+1)  the ledger: mapped bytes, then each heading's
 *              f64  × r      address of the region's first byte
 *              f64  × s      address of the first byte of the last region at each place that is free now
 *              u32  × r      region: ordinal of its mapping, never reused
 *              u32  × r      the model's own index of it (pymalloc: in `arenas[]`)
 *              u32  × r      bytes before its first cell
 *              u32  × (r+1)  index of its first cell; the last one is c
 *              u32  × s      ordinal of that last region, and the model's index of the place
 *              u32  × s
 *              u16  × c      bytes per block; 0 = blocks of all sizes, or a cell never used
 *              u16  × c      blocks that the cell can hold; 0 = never used
 *              u16  × c      blocks in use
 *              u16  × c      blocks ever used since the cell was wiped
 *              u8   × b      per block, cell after cell: 0 never used, 1 free, 2 live
 *              UTF-8         the ledger's headings, a line each
 */
import { TOTALS, totalsOf } from './map-totals.js';
import type { SessionLedger, SessionTotals } from './session-event.js';

export const MAP_MAGIC = 0x334d4348;
export const MAP_MEDIA_TYPE = 'application/vnd.heapcast.map';
const HEADER_BYTES = 48;

export interface HeapMap {
  readonly at: number;
  readonly cellBytes: number;
  readonly base: Float64Array;
  readonly region: Uint32Array;
  readonly slot: Uint32Array;
  readonly lead: Uint32Array;
  readonly firstCell: Uint32Array;
  readonly blockBytes: Uint16Array;
  readonly capacity: Uint16Array;
  readonly used: Uint16Array;
  readonly touched: Uint16Array;
  /** Places whose region was given back, by address: the last region there, the model's index, where it lay. */
  readonly releasedRegion: Uint32Array;
  readonly releasedSlot: Uint32Array;
  readonly releasedBase: Float64Array;
  /** The region whose blocks `states` tells; `null` = of none. */
  readonly statesOf: number | null;
  readonly states: Uint8Array;
  readonly totals: SessionTotals;
  readonly ledger: SessionLedger;
}

interface Lengths {
  readonly regions: number;
  readonly cells: number;
  readonly blocks: number;
  readonly headings: number;
  readonly released: number;
}

/** Views on `buffer`, in the order of the bytes. */
function columnsOn(buffer: ArrayBuffer, { regions, cells, blocks, headings, released }: Lengths) {
  let at = HEADER_BYTES;
  const next = (bytes: number): number => (at += bytes) - bytes;
  return {
    totals: new Float64Array(buffer, next(8 * TOTALS.length), TOTALS.length),
    ledger: new Float64Array(buffer, next(8 * (headings + 1)), headings + 1),
    base: new Float64Array(buffer, next(8 * regions), regions),
    releasedBase: new Float64Array(buffer, next(8 * released), released),
    region: new Uint32Array(buffer, next(4 * regions), regions),
    slot: new Uint32Array(buffer, next(4 * regions), regions),
    lead: new Uint32Array(buffer, next(4 * regions), regions),
    firstCell: new Uint32Array(buffer, next(4 * (regions + 1)), regions + 1),
    releasedRegion: new Uint32Array(buffer, next(4 * released), released),
    releasedSlot: new Uint32Array(buffer, next(4 * released), released),
    blockBytes: new Uint16Array(buffer, next(2 * cells), cells),
    capacity: new Uint16Array(buffer, next(2 * cells), cells),
    used: new Uint16Array(buffer, next(2 * cells), cells),
    touched: new Uint16Array(buffer, next(2 * cells), cells),
    states: new Uint8Array(buffer, next(blocks), blocks),
    end: at,
  };
}

function sizeOf({ regions, cells, blocks, headings, released }: Lengths): number {
  const columns = 20 * regions + 4 * (regions + 1) + 16 * released + 8 * cells + blocks;
  return HEADER_BYTES + 8 * (TOTALS.length + headings + 1) + columns;
}

export function encodeHeapMap(map: HeapMap): Uint8Array<ArrayBuffer> {
  const { at, cellBytes, statesOf, states, totals, ledger } = map;
  const names = Object.keys(ledger.entries);
  const text = new TextEncoder().encode(names.join('\n'));
  const lengths = {
    regions: map.region.length,
    cells: map.used.length,
    blocks: states.length,
    headings: names.length,
    released: map.releasedRegion.length,
  };
  const bytes = new Uint8Array(sizeOf(lengths) + text.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAP_MAGIC, true);
  header.setUint32(4, lengths.regions, true);
  header.setFloat64(8, at, true);
  header.setUint32(16, lengths.cells, true);
  header.setUint32(20, cellBytes, true);
  header.setInt32(24, statesOf ?? -1, true);
  header.setUint32(28, lengths.blocks, true);
  header.setUint32(32, text.length, true);
  header.setUint32(36, lengths.headings, true);
  header.setUint32(40, lengths.released, true);
  const columns = columnsOn(bytes.buffer, lengths);
  columns.totals.set(TOTALS.map((name) => totals[name]));
  columns.ledger.set([ledger.mapped, ...Object.values(ledger.entries)]);
  columns.base.set(map.base);
  columns.region.set(map.region);
  columns.slot.set(map.slot);
  columns.lead.set(map.lead);
  columns.firstCell.set(map.firstCell);
  columns.releasedRegion.set(map.releasedRegion);
  columns.releasedSlot.set(map.releasedSlot);
  columns.releasedBase.set(map.releasedBase);
  columns.blockBytes.set(map.blockBytes);
  columns.capacity.set(map.capacity);
  columns.used.set(map.used);
  columns.touched.set(map.touched);
  columns.states.set(states);
  bytes.set(text, columns.end);
  return bytes;
}

/** Views on `buffer`: nothing is copied. @throws RangeError if it is not a whole map */
export function decodeHeapMap(buffer: ArrayBuffer): HeapMap {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError(`a heap map has no ${buffer.byteLength} bytes`);
  const header = new DataView(buffer);
  if (header.getUint32(0, true) !== MAP_MAGIC) throw new RangeError('not a heap map: it does not start with HCM3');
  const lengths = {
    regions: header.getUint32(4, true),
    cells: header.getUint32(16, true),
    blocks: header.getUint32(28, true),
    headings: header.getUint32(36, true),
    released: header.getUint32(40, true),
  };
  const wanted = sizeOf(lengths) + header.getUint32(32, true);
  if (buffer.byteLength !== wanted) throw new RangeError(`this heap map has ${wanted} bytes, not ${buffer.byteLength}`);
  const { end, totals, ledger, ...columns } = columnsOn(buffer, lengths);
  const names = new TextDecoder().decode(new Uint8Array(buffer, end)).split('\n');
  const [mapped = 0, ...amounts] = ledger;
  const statesOf = header.getInt32(24, true);
  return {
    at: header.getFloat64(8, true),
    cellBytes: header.getUint32(20, true),
    ...columns,
    statesOf: statesOf < 0 ? null : statesOf,
    totals: totalsOf(totals),
    ledger: { mapped, entries: Object.fromEntries(amounts.map((amount, i) => [names[i] ?? '', amount])) },
  };
}
