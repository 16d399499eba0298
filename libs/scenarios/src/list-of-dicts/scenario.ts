/** The talk's benchmark as a scenario: one Python's requests, served under three policies of giving arenas back. */
import type { Site, TraceOrigin } from '@heapcast/trace';
import { integerOf, textOf } from '../parameters.js';
import type { AllocatorWish, AssetReader, GeneratedTrace, Parameters, Scenario, TraceSide } from '../scenario.js';
import { emptyOpening, fittedOpening, type Opening, recordedOpening, START_KINDS } from './beginning.js';
import { BENCHMARK_LINES, ListOfDicts } from './benchmark.js';
import { findBuild, PYTHON_BUILDS, type PythonBuild } from './python-build.js';
import { readStart } from './start-file.js';

const SOURCE = `iterations = 2000000
l = []
for i in xrange( iterations ):
        l.append( None )
for i in xrange( iterations ):
        l[i] = {}
for i in xrange( iterations ):
        l[i] = None
for i in xrange( iterations ):
        l[i] = {}
del l
`;
const FILE = 'list_of_dicts.py';
const LINES = [...new Set(Object.values(BENCHMARK_LINES))];
const SITES: readonly Site[] = LINES.map((line) => ({ function: '<module>', file: FILE, line, parent: 0 }));
const SITE_OF = new Map(LINES.map((line, index) => [line, index + 1]));
/** What the pools of 2.3 serve at most; the dicts of 2.7 are larger. */
const LARGEST_OF_2_3 = 256;

function buildOf(parameters: Parameters): PythonBuild {
  const version = textOf(parameters, 'python');
  const build = findBuild(version);
  if (!build) throw new RangeError(`there is no CPython ${version} here`);
  return build;
}

function openingOf(parameters: Parameters, assets: AssetReader): Opening {
  const start = textOf(parameters, 'start');
  if (start === 'empty') return emptyOpening();
  const file = readStart(assets(`list-of-dicts/${textOf(parameters, 'python')}.start`));
  return start === 'recorded' ? recordedOpening(file) : fittedOpening(file);
}

function* requests(build: PythonBuild, iterations: number, { before, beginning }: Opening) {
  yield* before;
  yield* new ListOfDicts(build, iterations, beginning, SITE_OF).chunks();
}

function makeTrace(parameters: Parameters, assets: AssetReader): GeneratedTrace {
  const build = buildOf(parameters);
  const iterations = integerOf(parameters, 'iterations');
  const origin: TraceOrigin = {
    recordedOn: `cpython-${build.version}`,
    arenaSize: build.arenaPools.poolBytes * 64,
    poolSize: build.arenaPools.poolBytes,
    arenaMisalignment: build.arenaMisalignment,
  };
  return {
    name: `list-of-dicts, ${iterations} iterations on CPython ${build.version}`,
    origin,
    sites: SITES,
    chunks: requests(build, iterations, openingOf(parameters, assets)),
  };
}

function policy(name: string, title: string, allocator: (build: PythonBuild) => AllocatorWish): TraceSide {
  return {
    kind: 'trace',
    name,
    title,
    source: { language: 'python', file: FILE, text: SOURCE },
    allocator: (parameters) => allocator(buildOf(parameters)),
    traceKey: (parameters) => JSON.stringify(['iterations', 'python', 'start'].map((key) => parameters[key])),
    trace: makeTrace,
    steps: () => [
      { sentence: 'A list of None: it grows by steps, in one array that the system soon serves.', line: 4 },
      { sentence: 'Every element becomes a dict of its own: pool after pool, arena after arena.', line: 6 },
      { sentence: 'Every dict is freed again. Are the arenas given back?', line: 8 },
      { sentence: 'Filled again: from what was kept, or from new arenas.', line: 10 },
      { sentence: 'The list goes, and all dicts with it, from the last to the first.', line: 11 },
    ],
  };
}

/** `cpython-3.8` and before give every wholly free arena back. */
function givesBack({ profile }: PythonBuild): boolean {
  return ['cpython-2.7', 'cpython-3.6', 'cpython-3.7', 'cpython-3.8'].includes(profile);
}

const neverGiveBack = policy('never-give-back', 'Never give back: CPython 2.3', ({ dictBytes }): AllocatorWish => ({
  model: 'pymalloc',
  profile: 'cpython-2.3',
  // Otherwise the system would serve the dicts, and there would be nothing to see.
  ...(dictBytes > LARGEST_OF_2_3 ? { options: { smallThreshold: 512 } } : {}),
}));
const giveBack = policy('give-back', 'Give back what is wholly free: CPython 2.5 to 3.8', (build) => ({
  model: 'pymalloc',
  profile: givesBack(build) ? build.profile : 'cpython-3.8',
}));
const keepOne = policy('keep-one', 'Give back all but one: CPython 3.9 and later', (build) => ({
  model: 'pymalloc',
  profile: givesBack(build) ? 'cpython-3.9' : build.profile,
}));

export const listOfDicts: Scenario = {
  name: 'list-of-dicts',
  title: 'A list of dicts: filled, cleared, filled again',
  about:
    "The talk's benchmark. Until 2.5 there was no code that matched free pools with the arenas they belong to, so an " +
    'arena was never given back. Since then each arena has a list of its free pools, and goes when all are on it; since ' +
    '3.9 one stays, because the next request would only bring it back. The requests are those of a real CPython, ' +
    'whichever you choose; the allocator of that version is always one of the three sides.',
  lookFor: [
    'Arenas after the list was cleared: all of them, a few, or one more.',
    'Arenas mapped in all: what is never given back need not be mapped again.',
    'A single dict in a free list keeps a whole arena.',
  ],
  parameters: [
    {
      name: 'iterations',
      title: 'Dicts in the list',
      type: 'integer',
      default: 100_000,
      minimum: 1,
      maximum: 2_000_000,
      sessionDefault: 500,
      sessionMaximum: 20_000,
    },
    {
      name: 'python',
      title: 'Whose requests',
      type: 'choice',
      default: '3.8.18',
      choices: PYTHON_BUILDS.map(({ version }) => version),
    },
    {
      name: 'start',
      title: 'Where the process stands when the benchmark begins',
      type: 'choice',
      default: 'measured',
      choices: START_KINDS,
      sessionDefault: 'empty',
      sessionChoices: ['empty'],
    },
  ],
  sides: [neverGiveBack, giveBack, keepOne],
  claims: [
    { measure: 'arenasAtEnd', change: 'less', sentence: 'What is free goes back to the system.' },
    { measure: 'arenasGivenBack', change: 'more', sentence: 'Arena by arena.' },
  ],
};
