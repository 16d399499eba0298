/**
 * What the cells of a heap map are coloured by beside their use, in the order of the map's cells. Little-endian:
 *
 *     byte  0  u32  magic "HCT1"
 *           4  u32  1 = by age, 2 = by site
 *           8  f64  at: the state after so many events
 *          16  u32  c, cells
 *          20  u32  b, blocks of the arena that was asked for
 *          24  u32  bytes of the trailing JSON
 *          28  u32  0, reserved
 *          32  u32  × c   age: index of the request that placed the cell's oldest live block;
 *                         site: whose blocks are most: 1 … 6 the sites below, 7 another, 0 not known;
 *                         0xffffffff = nothing is live here
 *              u32  × b   the same for each block of the arena, as the map's block states are ordered
 *              UTF-8 JSON the sites with most live blocks: [{ file, line, function, blocks }]
 */
export const TINTS_MEDIA_TYPE = 'application/vnd.heapcast.map-tints';
const MAGIC = 0x31544348;
const HEADER_BYTES = 32;
const BY = ['', 'age', 'site'] as const;

export interface TintedSite {
  readonly file: string | null;
  readonly line: number | null;
  readonly function: string | null;
  readonly blocks: number;
}

export interface MapTints {
  readonly at: number;
  readonly by: 'age' | 'site';
  readonly cells: Uint32Array;
  readonly blocks: Uint32Array;
  readonly sites: readonly TintedSite[];
}

export const NOTHING_LIVE = 0xffff_ffff;

export function encodeMapTints({ at, by, cells, blocks, sites }: MapTints): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(sites));
  const bytes = new Uint8Array(HEADER_BYTES + 4 * (cells.length + blocks.length) + json.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, BY.indexOf(by), true);
  header.setFloat64(8, at, true);
  header.setUint32(16, cells.length, true);
  header.setUint32(20, blocks.length, true);
  header.setUint32(24, json.length, true);
  const columns = new Uint32Array(bytes.buffer, HEADER_BYTES, cells.length + blocks.length);
  columns.set(cells);
  columns.set(blocks, cells.length);
  bytes.set(json, HEADER_BYTES + 4 * columns.length);
  return bytes;
}

/** Views on `buffer`. @throws RangeError if it is no such answer */
export function decodeMapTints(buffer: ArrayBuffer): MapTints {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError(`tints of a map have no ${buffer.byteLength} bytes`);
  const header = new DataView(buffer);
  if (header.getUint32(0, true) !== MAGIC) throw new RangeError('not the tints of a map: it does not start with HCT1');
  const cells = header.getUint32(16, true);
  const blocks = header.getUint32(20, true);
  const wanted = HEADER_BYTES + 4 * (cells + blocks) + header.getUint32(24, true);
  if (buffer.byteLength !== wanted) throw new RangeError(`these tints have ${wanted} bytes, not ${buffer.byteLength}`);
  const sites: TintedSite[] = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, HEADER_BYTES + 4 * (cells + blocks))),
  );
  return {
    at: header.getFloat64(8, true),
    by: header.getUint32(4, true) === 1 ? 'age' : 'site',
    cells: new Uint32Array(buffer, HEADER_BYTES, cells),
    blocks: new Uint32Array(buffer, HEADER_BYTES + 4 * cells, blocks),
    sites,
  };
}
