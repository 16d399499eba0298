/**
 * pymalloc holds what every model must hold in shapes that no Python has: tiny arenas that come and go, pools of a single
 * block, bases that miss alignment. (`model-properties.spec.ts` tries the profiles.)
 */
import * as fc from 'fast-check';
import { describe, it } from '@jest/globals';
import { properties } from '../model-properties.js';
import { programs } from '../model-properties-programs.js';
import { subjectOf } from '../model-properties-witness.js';
import { pymalloc } from './definition.js';

/** Arenas so small that a short program maps, drains and loses many of them. */
const SMALL = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };
const MISALIGNED = { arenaMisalignment: new Uint8Array([0, 3, 1, 0, 2, 2, 1]) };

const nothing = (mapped: number): boolean => mapped === 0;
const atMostOne = (mapped: number): boolean => mapped <= 4096;
const all = (mapped: number, peak: number): boolean => mapped === peak;

const subjects = [
  subjectOf(pymalloc, { profile: 'cpython-3.8', options: SMALL }, nothing),
  subjectOf(pymalloc, { profile: 'cpython-3.13', options: SMALL }, atMostOne),
  subjectOf(pymalloc, { profile: 'cpython-3.13', options: { ...SMALL, release: 'never' } }, all),
  subjectOf(pymalloc, { profile: 'cpython-3.13', options: { ...SMALL, mappedLimit: 20_000 } }, atMostOne),
  subjectOf(pymalloc, { profile: 'cpython-3.13', options: { ...SMALL, alignment: 64 } }, atMostOne),
  subjectOf(pymalloc, { profile: 'cpython-2.3', options: { ...SMALL, alignment: 16, mappedLimit: 40_000 } }, all),
  // Two pools per arena, one of which a misaligned base costs.
  subjectOf(pymalloc, { profile: 'cpython-3.8', options: { ...SMALL, arenaSize: 2048 } }, nothing),
  subjectOf(
    pymalloc,
    { profile: 'cpython-3.8', options: { arenaSize: 32_768, poolSize: 16_384 } },
    nothing,
    MISALIGNED,
  ),
  // Pools of a single block of the largest classes.
  subjectOf(pymalloc, { profile: 'cpython-3.8', options: { ...SMALL, smallThreshold: 976 } }, nothing),
];

describe.each(subjects)('$title', (tested) => {
  it.each(Object.entries(properties))('%s', (_claim, property) => {
    fc.assert(
      fc.property(programs(), (program) => property(tested, program)),
      { numRuns: 15 },
    );
  });
});
