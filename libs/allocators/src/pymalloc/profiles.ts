/**
 * One profile per Python version: what `obmalloc.c` of that version sets.
 *
 * `recorded` profiles place every block as the recorded 64-bit Linux builds did (release, GIL), event for event;
 * `test/oracle` proves it. `cpython-2.3` and the 32-bit build are from their sources and documents alone.
 */
import type { ProfileDescription } from '../contract.js';
import type { PointerBytes } from './geometry.js';
import type { Options } from './options.js';

/** What is true of a build but is no choice. */
export interface Edition {
  /** Bits of an address that the arena map (a radix tree, from 3.10 on) looks at; 0 = no map. */
  readonly mapAddressBits: 0 | 32 | 48 | 64;
  /** Decides the size of a pool's header. */
  readonly pointerBytes: PointerBytes;
  /** Whether the statistics count arenas (from 2.5 on, when arenas began to be given back). */
  readonly printsArenaCounts: boolean;
}

interface Profile extends ProfileDescription {
  readonly options: ProfileDescription['options'] & Options;
  readonly edition: Edition;
}

const KIB = 1024;

const SINCE_2_7: Options = {
  arenaSize: 256 * KIB,
  poolSize: 4 * KIB,
  alignment: 16,
  smallThreshold: 512,
  release: 'when-free',
  freePools: 'per-arena',
  rawRealloc: 'stays',
  arenaMisalignment: 'trace',
  mappedLimit: null,
};

/** bpo-37257: the last usable arena is kept when it becomes free. */
const SINCE_3_9: Options = { ...SINCE_2_7, release: 'keep-last' };

/** bpo-37448: larger arenas and pools, a radix tree instead of an index in each pool. */
const SINCE_3_10: Options = { ...SINCE_3_9, arenaSize: 1024 * KIB, poolSize: 16 * KIB };

const SINCE_2_3: Options = {
  ...SINCE_2_7,
  alignment: 8,
  smallThreshold: 256,
  release: 'never',
  freePools: 'shared',
  rawRealloc: 'taken-over',
};

const NO_MAP: Edition = { mapAddressBits: 0, pointerBytes: 8, printsArenaCounts: true };
const MAP_48: Edition = { mapAddressBits: 48, pointerBytes: 8, printsArenaCounts: true };
const MAP_64: Edition = { mapAddressBits: 64, pointerBytes: 8, printsArenaCounts: true };
const MAP_32: Edition = { mapAddressBits: 32, pointerBytes: 4, printsArenaCounts: true };

function recorded(version: string, build: string, options: Options, edition: Edition, note?: string): Profile {
  return {
    name: `cpython-${version}`,
    title: `CPython ${version}`,
    evidence: 'recorded',
    options: { ...options },
    edition,
    note: [`Exact against recordings of CPython ${build} (64-bit Linux, release build).`, note]
      .filter(Boolean)
      .join(' '),
  };
}

/** The first is the default. */
export const profiles: readonly Profile[] = [
  recorded('3.13', '3.13.0', SINCE_3_10, MAP_64, 'Not for the free-threaded build, which uses mimalloc.'),
  recorded('3.12', '3.12.1', SINCE_3_10, MAP_64, 'Each sub-interpreter has a heap of its own; this is the main one.'),
  recorded('3.11', '3.11.7', SINCE_3_10, MAP_64),
  recorded('3.10', '3.10.13', SINCE_3_10, MAP_48),
  recorded('3.9', '3.9.18', SINCE_3_9, NO_MAP),
  recorded('3.8', '3.8.18', SINCE_2_7, NO_MAP),
  recorded('3.7', '3.7.16', SINCE_2_7, NO_MAP),
  recorded('3.6', '3.6.15', SINCE_2_7, NO_MAP),
  recorded('2.7', '2.7.18', SINCE_2_7, NO_MAP, 'Releases before 2.7.17 aligned to 8 bytes: set "alignment" to 8.'),
  {
    name: 'cpython-2.3',
    title: 'CPython 2.3',
    evidence: 'documented',
    options: { ...SINCE_2_3 },
    edition: { mapAddressBits: 0, pointerBytes: 8, printsArenaCounts: false },
    note:
      'No recording: from the source and documents of the time. Requests up to 256 bytes in steps of 8; free pools of ' +
      'all arenas on one stack, so that arenas were never given back (until 2.5); realloc to a small size moved a ' +
      'system block into a pool (until 2.4.2).',
  },
  {
    name: 'cpython-3.14-32bit',
    title: 'CPython 3.14, 32-bit',
    evidence: 'documented',
    options: { ...SINCE_3_9, alignment: 8 },
    edition: MAP_32,
    note:
      'No recording: from the source. What a 32-bit build with pymalloc does: steps of 8 bytes, pools of 4 KiB with a ' +
      'header of 32 bytes, arenas of 256 KiB (large pools and arenas are for 64-bit builds), an arena map of one level. It ' +
      'belongs to requests of 32-bit programs such as snippets; the WebAssembly build that runs snippets is itself built ' +
      'without pymalloc, so that this is what pymalloc would have done with its requests.',
  },
];

export function findProfile(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
