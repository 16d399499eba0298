/**
 * The sizes that follow from a configuration: an arena is cut into pools, a pool into equal blocks of one size class.
 *
 * All distances are counted in **units** of `alignment` bytes, because every block starts at a multiple of it. Pools are
 * numbered through all arenas laid end to end by their index in `arenas[]`. A **handle** names a block:
 * `pool << poolShift | index of the block in its pool`; 31 bits of it reach 32 GiB of heap. Arenas and pools are
 * therefore powers of two.
 *
 * Source: `obmalloc.c`, "Pool table" and `NUMBLOCKS`.
 */

/** Of the build: 64-bit or 32-bit. */
export type PointerBytes = 8 | 4;

/** Largest number of units that a handle can tell apart: handles are non-negative Int32. */
const HANDLE_UNITS = 2 ** 31;

export interface Geometry {
  readonly arenaBytes: number;
  readonly poolBytes: number;
  /** Bytes per unit. */
  readonly alignment: number;
  /** log2 of the bytes per unit. */
  readonly unitShift: number;
  /** log2 of the units per pool, per arena. */
  readonly poolShift: number;
  readonly arenaShift: number;
  readonly poolsPerArena: number;
  /** Arenas that can be held at once, as far as handles reach. */
  readonly maxArenas: number;
  /** Bytes at the start of each pool that hold its header. */
  readonly headerBytes: number;
  readonly headerUnits: number;
  /** Largest request, in bytes, that is small. */
  readonly threshold: number;
  /** Size class `c` has blocks of `(c + 1) * alignment` bytes, for requests of `c * alignment + 1` bytes and up. */
  readonly classes: number;
  /** Blocks in a pool, by class. */
  readonly capacity: Int32Array;
  /** Bytes at the end of a pool that no block can use, by class. */
  readonly tail: Int32Array;
}

export interface Sizes {
  readonly arenaSize: number;
  readonly poolSize: number;
  readonly alignment: number;
  readonly smallThreshold: number;
}

/**
 * Bytes of a pool's header, `struct pool_header`: four pointers (the first shares its place with a counter) and four 32-bit
 * counters, rounded up so that the first block is aligned.
 */
export function poolHeader(alignment: number, pointerBytes: PointerBytes): number {
  return Math.ceil((4 * pointerBytes + 16) / alignment) * alignment;
}

/** Bytes of a block of class `c`. */
export function blockSize(geometry: Geometry, c: number): number {
  return (c + 1) << geometry.unitShift;
}

/** @param sizes as `configuration.ts` has checked them. */
export function geometryOf(sizes: Sizes, pointerBytes: PointerBytes): Geometry {
  const { arenaSize, poolSize, alignment, smallThreshold } = sizes;
  const headerBytes = poolHeader(alignment, pointerBytes);
  const classes = smallThreshold / alignment;
  const capacity = new Int32Array(classes);
  const tail = new Int32Array(classes);
  for (let c = 0; c < classes; c++) {
    const size = (c + 1) * alignment;
    capacity[c] = Math.floor((poolSize - headerBytes) / size);
    tail[c] = (poolSize - headerBytes) % size;
  }
  return {
    arenaBytes: arenaSize,
    poolBytes: poolSize,
    alignment,
    unitShift: Math.log2(alignment),
    poolShift: Math.log2(poolSize / alignment),
    arenaShift: Math.log2(arenaSize / alignment),
    poolsPerArena: arenaSize / poolSize,
    maxArenas: HANDLE_UNITS / (arenaSize / alignment),
    headerBytes,
    headerUnits: headerBytes / alignment,
    threshold: smallThreshold,
    classes,
    capacity,
    tail,
  };
}
