/**
 * The columns format (docs/formats/columns.md): raw little-endian columns in blocks, so that both ends stream.
 *
 *     header  magic[8] "HEAPCOLS", u16 version, u16 flags, u32 JSON bytes, JSON {"origin", "sites"}
 *     block   u32 n, u32 size[n], u32 ref[n], f64 time[n]?, u32 site[n]?, u8 op[n],
 *             names? = u32 bytes, then entries of u32 index in block, u8 bytes (0: a u16 follows), UTF-8
 *     end     u32 0, u32 events of the whole trace
 *
 * Ops and refs are those of numbered-requests.ts.
 */
export const MAGIC = 'HEAPCOLS';
export const VERSION = 1;
export const HEADER_BYTES = 16;
export const END_BYTES = 8;

export const TIMES = 1;
export const SITES = 2;
export const NAMES = 4;
export const KNOWN_FLAGS = TIMES | SITES | NAMES;

/** Most events in a block, and most bytes of names: what a reader makes room for. */
export const BLOCK_EVENTS = 1 << 20;
export const BLOCK_NAME_BYTES = 32 << 20;

export function bytesPerEvent(flags: number): number {
  return 9 + ((flags & TIMES) !== 0 ? 8 : 0) + ((flags & SITES) !== 0 ? 4 : 0);
}
