/** Three practices about what is loaded: smaller modules, only what is needed, and less in the package at all. */
import { integerOf } from '../parameters.js';
import { at, BYTES, fresh, repeat, step, str } from '../programs/commands.js';
import type { Parameters, ProgramStep } from '../scenario.js';
import { howMany, practicePair } from './pair.js';
import type { ProgramCommand } from '@heapcast/contracts';

/** Characters of bytecode, names and line table in the code of a small function; of its docstring. */
const CODE_CHARACTERS = 220;
const DOC_CHARACTERS = 160;

/** `import`: the module object, its dict, and a function with its code for each `def`. */
function load(module: string, line: number, functions: number, documented: boolean): ProgramCommand[] {
  return [
    at(line, fresh('module', BYTES.instance, module)),
    at(line, fresh('dict', BYTES.bigDict, `${module}.__dict__`)),
    ...repeat(0, functions, (i) => [
      at(line, fresh('function', BYTES.function, `${module}.f${i}`)),
      at(line, str(CODE_CHARACTERS, `${module}.f${i}.__code__`)),
      ...(documented ? [at(line, str(DOC_CHARACTERS, `${module}.f${i}.__doc__`))] : []),
    ]),
  ];
}

function perModule(parameters: Parameters): number {
  return Math.max(1, Math.round(integerOf(parameters, 'functions') / 10));
}

export const smallerModules = practicePair({
  name: 'smaller-modules',
  title: 'Smaller modules',
  practice: 'Split your code into smaller modules',
  about:
    'Python loads a module whole: every function in it becomes objects, whether it is called or not. Code that is split ' +
    'into modules by purpose is loaded by purpose.',
  lookFor: ['Everything that is loaded stays until the end: it is all still reachable.'],
  parameters: [howMany('functions', 'Functions in all', 400, 3000)],
  before: {
    title: 'One module for everything',
    file: 'report.py',
    text: 'import toolbox\n\ntoolbox.average(values)\n',
    steps: (parameters) => [
      step('import loads toolbox, all of it.', 1, ...load('toolbox', 1, integerOf(parameters, 'functions'), true)),
      step('One of its functions is called.', 3, { op: 'call', function: 'average' }, { op: 'return' }),
    ],
  },
  after: {
    title: 'Ten modules; the one that is needed',
    file: 'report_split.py',
    text: 'import toolbox_statistics\n\ntoolbox_statistics.average(values)\n',
    steps: (parameters) => [
      step(
        'import loads the module for statistics, and no other.',
        1,
        ...load('statistics', 1, perModule(parameters), true),
      ),
      step('The same function is called.', 3, { op: 'call', function: 'average' }, { op: 'return' }),
    ],
  },
  claims: [
    { measure: 'peakBytes', change: 'less', sentence: 'Only what belongs together is loaded.' },
    { measure: 'blocksAskedFor', change: 'less', sentence: 'Fewer objects are made at the start.' },
  ],
});

function importAll(parameters: Parameters): ProgramStep[] {
  const each = perModule(parameters);
  return [
    step('import runs toolkit/__init__.py, which imports every submodule.', 1, ...load('toolkit', 1, 1, false)),
    step(
      'Ten submodules are loaded, one after the other.',
      1,
      ...repeat(0, 10, (i) => load(`toolkit.part${i}`, 1, each, true)),
    ),
    step('One function of one of them is called.', 3, { op: 'call', function: 'slug' }, { op: 'return' }),
  ];
}

export const importOnlyNeeded = practicePair({
  name: 'import-only-needed',
  title: 'Import only what is needed',
  practice: 'Import necessary functions only from another module',
  about:
    'Importing a package that imports all its parts loads all its parts. Importing the one submodule loads that one. ' +
    'Mind: "from module import function" runs the whole module as well; what counts is which modules are run, not ' +
    'which names are taken over.',
  lookFor: ['Bytes by line: all of it belongs to the import.'],
  parameters: [howMany('functions', 'Functions in all', 400, 3000)],
  before: {
    title: 'The package with everything in it',
    file: 'link.py',
    text: 'import toolkit\n\ntoolkit.text.slug(title)\n',
    steps: importAll,
  },
  after: {
    title: 'The one submodule',
    file: 'link_lean.py',
    text: 'from toolkit.text import slug\n\nslug(title)\n',
    steps: (parameters) => [
      step('toolkit/__init__.py is empty now.', 1, ...load('toolkit', 1, 0, false)),
      step('toolkit.text is loaded, and no other part.', 1, ...load('toolkit.text', 1, perModule(parameters), true)),
      step('The same function is called.', 3, { op: 'call', function: 'slug' }, { op: 'return' }),
    ],
  },
  claims: [
    { measure: 'peakBytes', change: 'less', sentence: 'What is not needed is not loaded.' },
    { measure: 'blocksAskedFor', change: 'less', sentence: 'Fewer objects are made at the start.' },
  ],
});

/** A mebibyte device, in arenas of a quarter of it. */
const DEVICE = 'deviceKiB';

export const smallerPackage = practicePair({
  name: 'smaller-package',
  title: 'A smaller package for a small device',
  practice: 'Minimize your code before making a package for low memory requirement system',
  about:
    'A device with little memory cannot load what a desktop loads. Without docstrings, tests and what this device never ' +
    'calls, the same program fits.',
  lookFor: [
    'Before: requests fail with outOfMemory, and a real interpreter would stop with a MemoryError.',
    'After: nothing fails, and there is room left.',
  ],
  parameters: [
    { ...howMany('functions', 'Functions in the package', 1200, 3000), sessionDefault: 1200 },
    {
      name: DEVICE,
      title: 'Kibibytes of memory that the device has',
      type: 'integer',
      default: 512,
      minimum: 256,
      maximum: 65_536,
    },
  ],
  allocator: (parameters) => ({
    model: 'pymalloc',
    profile: 'cpython-3.9',
    options: { mappedLimit: integerOf(parameters, DEVICE) * 1024 },
  }),
  before: {
    title: 'The package as it was developed',
    file: 'device.py',
    text: 'import package\n\npackage.run()\n',
    steps: (parameters) => {
      const functions = integerOf(parameters, 'functions');
      return [
        step(
          'The package is loaded: all functions, with their documentation.',
          1,
          ...load('package', 1, functions, true),
        ),
        step('And its tests, which came along.', 1, ...load('package.tests', 1, Math.ceil(functions / 2), true)),
        step('It would run now.', 3, { op: 'call', function: 'run' }, { op: 'return' }),
      ];
    },
  },
  after: {
    title: 'The package, minimized',
    file: 'device_lean.py',
    text: 'import package\n\npackage.run()\n',
    steps: (parameters) => {
      const functions = Math.ceil(integerOf(parameters, 'functions') / 2);
      return [
        step('What this device calls, without docstrings (python -OO).', 1, ...load('package', 1, functions, false)),
        step('It runs.', 3, { op: 'call', function: 'run' }, { op: 'return' }),
      ];
    },
  },
  claims: [
    { measure: 'outOfMemory', change: 'less', sentence: 'No request fails.' },
    { measure: 'peakBytes', change: 'less', sentence: 'There is less to load.' },
  ],
});
