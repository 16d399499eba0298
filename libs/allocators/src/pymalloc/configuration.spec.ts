import { describe, expect, it } from '@jest/globals';
import { resolve } from './configuration.js';
import { pymalloc } from './definition.js';
import { profiles } from './profiles.js';

function problemsOf(options: unknown, profile?: string): string[] {
  const answer = resolve({ model: 'pymalloc', profile, options: options as Record<string, unknown> });
  return 'problems' in answer ? answer.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('profiles', () => {
  it('are one per version, the newest first and the default, and one 32-bit build', () => {
    const versions = ['3.13', '3.12', '3.11', '3.10', '3.9', '3.8', '3.7', '3.6', '2.7', '2.3'];
    expect(pymalloc.profiles.map(({ name }) => name)).toEqual([
      ...versions.map((version) => `cpython-${version}`),
      'cpython-3.14-32bit',
    ]);
    expect(resolve({ model: 'pymalloc' })).toMatchObject({ resolved: { profile: 'cpython-3.13' } });
  });

  it('say which of them was never recorded', () => {
    const documented = pymalloc.profiles.filter(({ evidence }) => evidence === 'documented');
    expect(documented.map(({ name }) => name)).toEqual(['cpython-2.3', 'cpython-3.14-32bit']);
    for (const { note } of documented) expect(note).toMatch(/^No recording/);
  });

  it.each(profiles.map(({ name, options }) => ({ name, options })))('$name has a value for every option', (profile) => {
    expect(Object.keys(profile.options).sort()).toEqual(pymalloc.options.map(({ name }) => name).sort());
    expect(problemsOf(profile.options, profile.name)).toEqual([]);
  });

  it.each([
    ['cpython-2.3', { arenaSize: 262_144, poolSize: 4096, alignment: 8, smallThreshold: 256, release: 'never' }],
    ['cpython-2.7', { arenaSize: 262_144, poolSize: 4096, alignment: 16, smallThreshold: 512, release: 'when-free' }],
    ['cpython-3.8', { arenaSize: 262_144, poolSize: 4096, release: 'when-free' }],
    ['cpython-3.9', { arenaSize: 262_144, poolSize: 4096, release: 'keep-last' }],
    ['cpython-3.10', { arenaSize: 1_048_576, poolSize: 16_384, release: 'keep-last' }],
    ['cpython-3.14-32bit', { arenaSize: 262_144, poolSize: 4096, alignment: 8, smallThreshold: 512 }],
  ])('%s is what that version was', (profile, options) => {
    expect(resolve({ model: 'pymalloc', profile })).toMatchObject({ resolved: { options } });
  });

  it('leave room for options of one’s own', () => {
    const options = { mappedLimit: 2_097_152, arenaMisalignment: [0, 3], release: 'never' };
    expect(resolve({ model: 'pymalloc', profile: 'cpython-3.11', options })).toMatchObject({
      resolved: { options: { ...options, arenaSize: 1_048_576 }, modelVersion: pymalloc.version },
    });
  });
});

describe('a value that is impossible by itself', () => {
  it.each([
    [{ arenaSize: '1048576' }, 'options.arenaSize: must be an integer from 1024 to 67108864, not "1048576"'],
    [{ arenaSize: -4096 }, 'options.arenaSize: must be an integer from 1024 to 67108864, not -4096'],
    [{ arenaSize: 2 ** 40 }, 'options.arenaSize: must be an integer from 1024 to 67108864, not 1099511627776'],
    [{ arenaSize: 300_000 }, 'options.arenaSize: must be a power of two, not 300000'],
    [{ arenaSize: null }, 'options.arenaSize: must be an integer from 1024 to 67108864, not null'],
    [{ poolSize: 4096.5 }, 'options.poolSize: must be an integer from 256 to 262144, not 4096.5'],
    [{ poolSize: 5000 }, 'options.poolSize: must be a power of two, not 5000'],
    [{ poolSize: Number.NaN }, 'options.poolSize: must be an integer from 256 to 262144, not null'],
    [{ alignment: 12 }, 'options.alignment: must be a power of two, not 12'],
    [{ alignment: 4 }, 'options.alignment: must be an integer from 8 to 64, not 4'],
    [{ smallThreshold: 0 }, 'options.smallThreshold: must be an integer from 8 to 65536, not 0'],
    [{ release: 'sometimes' }, 'options.release: must be one of "never", "when-free", "keep-last", not "sometimes"'],
    [{ release: true }, 'options.release: must be one of "never", "when-free", "keep-last", not true'],
    [{ freePools: '' }, 'options.freePools: must be one of "per-arena", "shared", not ""'],
    [{ rawRealloc: 1 }, 'options.rawRealloc: must be one of "stays", "taken-over", not 1'],
    [
      { arenaMisalignment: 'off' },
      'options.arenaMisalignment: must be "trace", "aligned" or a list of integers, not "off"',
    ],
    [{ arenaMisalignment: [0, -1] }, 'options.arenaMisalignment: item 1 must be an integer from 0 to 255, not -1'],
    [{ arenaMisalignment: [0.5] }, 'options.arenaMisalignment: item 0 must be an integer from 0 to 255, not 0.5'],
    [
      { arenaMisalignment: Array.from({ length: 65_537 }, () => 0) },
      'options.arenaMisalignment: must list at most 65536 integers, not 65537',
    ],
    [{ mappedLimit: -1 }, `options.mappedLimit: must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not -1`],
    [
      { mappedLimit: 'none' },
      `options.mappedLimit: must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not "none"`,
    ],
  ])('%j is refused', (options, problem) => {
    expect(problemsOf(options)).toEqual([problem]);
  });

  it('is refused when it is no option, with the names of those that are', () => {
    expect(problemsOf({ poolsize: 4096 })[0]).toMatch(/^options\.poolsize: unknown option .*poolSize/);
    expect(problemsOf(JSON.parse('{"__proto__": {"poolSize": 1}}'))[0]).toMatch(/^options\.__proto__: unknown option/);
  });

  it('is refused when the options are no object', () => {
    expect(problemsOf([1])).toEqual(['options: must be an object of options, not [1]']);
    expect(problemsOf('poolSize')).toEqual(['options: must be an object of options, not "poolSize"']);
  });

  it('is refused as an unknown profile, with the names of those there are', () => {
    expect(problemsOf({}, 'cpython-4.0')[0]).toMatch(/^profile: unknown profile "cpython-4.0".*cpython-3\.13, /);
  });

  it('is told together with all others', () => {
    const problems = problemsOf({ arenaSize: 3, poolSize: 'x', alignment: 0, nothing: 1 }, 'python');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'profile',
      'options.arenaSize',
      'options.poolSize',
      'options.alignment',
      'options.nothing',
    ]);
  });
});

describe('values that are impossible together', () => {
  it.each([
    [
      { arenaSize: 4096 },
      'arenaSize',
      'must hold at least two pools (a misaligned arena loses one): 4096 is less than',
    ],
    [{ smallThreshold: 504 }, 'smallThreshold', 'must be a multiple of alignment: 504 is not one of 16'],
    [{ poolSize: 512 }, 'poolSize', 'must hold the pool header (48 bytes) and one block of smallThreshold (512 bytes)'],
    [{ poolSize: 256, smallThreshold: 256, alignment: 64 }, 'poolSize', 'must hold the pool header (64 bytes)'],
    [{ freePools: 'shared' }, 'release', 'must be "never" when freePools is "shared"'],
    [
      { arenaMisalignment: [0, 3, 4] },
      'arenaMisalignment',
      'item 2 must be less than 4, the pages of 4096 bytes per pool',
    ],
    [{ poolSize: 4096, arenaMisalignment: [1] }, 'arenaMisalignment', 'item 0 must be less than 1'],
  ] as const)('%j is refused', (options, option, message) => {
    expect(problemsOf(options)).toEqual([expect.stringContaining(`options.${option}: ${message}`)]);
  });

  it('are told together', () => {
    const options = { arenaSize: 1024, poolSize: 1024, smallThreshold: 1000, freePools: 'shared' };
    expect(problemsOf(options).map((problem) => problem.split(':')[0])).toEqual([
      'options.arenaSize',
      'options.smallThreshold',
      'options.poolSize',
      'options.release',
    ]);
  });

  it('do not trouble the smallest and largest that work', () => {
    expect(problemsOf({ arenaSize: 1024, poolSize: 256, smallThreshold: 208 })).toEqual([]);
    expect(problemsOf({ arenaSize: 2 ** 26, poolSize: 2 ** 18, smallThreshold: 65_536, alignment: 8 })).toEqual([]);
  });
});

describe('create', () => {
  it('refuses what resolve did not give', () => {
    const environment = { arenaMisalignment: new Uint8Array(0) };
    const config = { model: 'pymalloc', profile: 'cpython-3.13', options: { arenaSize: 1 }, modelVersion: 1 };
    expect(() => pymalloc.create(config, environment)).toThrow('not a resolved configuration');
  });
});
