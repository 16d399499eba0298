/**
 * What nine CPython builds (64-bit Linux, release) do differently while they run the list-of-dicts benchmark, as read
 * from their sources and confirmed by recordings: the same requests, event for event, at 20,000 iterations.
 *
 * Sizes are bytes asked for, the garbage collector's header included.
 */

/** What one iteration asks for, and what the interpreter keeps for itself. */
export interface PythonBuild {
  readonly version: string;
  /** The profile of pymalloc that belongs to it. */
  readonly profile: string;
  /** An int above 256; null: ints come from blocks that the allocator does not see (2.7). */
  readonly intBytes: number | null;
  /** An empty dict. */
  readonly dictBytes: number;
  /** Its table of keys, if that is a block of its own even when empty (until 3.7). */
  readonly keysBytes: number | null;
  /** `range(n)` in the loop: its length is computed in this many ints; then the range and its iterator. */
  readonly range: { readonly ints: 4 | 1; readonly bytes: number; readonly iteratorBytes: number } | null;
  /** Elements that a list makes room for, when it must hold this many; null: its array is the system's (2.7). */
  readonly listRoom: ((elements: number) => number) | null;
  /** What the operating system decided in the measured runs: by how many pages each arena misses pool alignment. */
  readonly arenaMisalignment: Uint8Array;
  readonly arenaPools: { readonly poolBytes: number; readonly poolsPerArena: number };
  /** New containers beyond which the youngest generation is collected, if that itself asks for memory (from 3.12). */
  readonly collectsBeyond: number | null;
}

/** `list_resize` until 3.8. */
function roomUntil38(elements: number): number {
  return elements + (elements >> 3) + (elements < 9 ? 3 : 6);
}

/** `list_resize` from 3.9 on. */
export function roomFrom39(elements: number): number {
  return (elements + (elements >> 3) + 6) & ~3;
}

const SMALL_ARENAS = {
  arenaMisalignment: new Uint8Array(0),
  arenaPools: { poolBytes: 4096, poolsPerArena: 64 },
};
/** No arena of the measured runs was pool-aligned: each lost one of its 64 pools. */
const LARGE_ARENAS = {
  arenaMisalignment: new Uint8Array(512).fill(1),
  arenaPools: { poolBytes: 16_384, poolsPerArena: 63 },
};

const RANGE = { ints: 4, bytes: 48, iteratorBytes: 48 } as const;
const RANGE_FROM_312 = { ints: 1, bytes: 48, iteratorBytes: 40 } as const;
/** A dict with its keys in a table of its own. */
const SPLIT = { ...SMALL_ARENAS, intBytes: 28, dictBytes: 80, keysBytes: 168, range: RANGE, collectsBeyond: null };
/** An empty dict shares one table of keys with all others. */
const SHARED = { ...SPLIT, dictBytes: 64, keysBytes: null };

export const PYTHON_BUILDS: readonly PythonBuild[] = [
  {
    ...SMALL_ARENAS,
    version: '2.7.18',
    profile: 'cpython-2.7',
    intBytes: null,
    dictBytes: 280,
    keysBytes: null,
    range: null,
    listRoom: null,
    collectsBeyond: null,
  },
  { ...SPLIT, version: '3.6.15', profile: 'cpython-3.6', listRoom: roomUntil38 },
  { ...SPLIT, version: '3.7.16', profile: 'cpython-3.7', listRoom: roomUntil38 },
  { ...SHARED, version: '3.8.18', profile: 'cpython-3.8', listRoom: roomUntil38 },
  { ...SHARED, version: '3.9.18', profile: 'cpython-3.9', listRoom: roomFrom39 },
  { ...SHARED, ...LARGE_ARENAS, version: '3.10.13', profile: 'cpython-3.10', listRoom: roomFrom39 },
  { ...SHARED, ...LARGE_ARENAS, version: '3.11.7', profile: 'cpython-3.11', intBytes: 32, listRoom: roomFrom39 },
  {
    ...SHARED,
    ...LARGE_ARENAS,
    version: '3.12.1',
    profile: 'cpython-3.12',
    intBytes: 32,
    range: RANGE_FROM_312,
    listRoom: roomFrom39,
    collectsBeyond: 700,
  },
  {
    ...SHARED,
    ...LARGE_ARENAS,
    version: '3.13.0',
    profile: 'cpython-3.13',
    intBytes: 32,
    range: RANGE_FROM_312,
    listRoom: roomFrom39,
    collectsBeyond: 2000,
  },
];

export function findBuild(version: string): PythonBuild | undefined {
  return PYTHON_BUILDS.find((build) => build.version === version);
}
