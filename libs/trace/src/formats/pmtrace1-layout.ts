/**
 * PMTRACE1, little-endian (docs/formats/pmtrace1.md):
 *
 *     0 magic[8] "PMTRACE1"    8 u8 major, minor, micro, 0    12 u32 events     16 u32 block ids
 *     20 u32 arenas            24 u32 0                       28 u32 arena size 32 u32 pool size
 *     36 u32 raw, u32 small    44 u32 frees (information)     48 0[16]
 *     64 u32 size[n], u32 ref[n], u8 op[n], u8 misalignment[arenas]
 */
export const MAGIC = 'PMTRACE1';
export const HEADER_BYTES = 64;
