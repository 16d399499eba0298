/** Specs run as ES modules; `npm test` builds first, because worker threads load the built files. */
const libs = [
  'trace',
  'allocators',
  'replay',
  'insight',
  'contracts',
  'database',
  'program',
  'scenarios',
  'engine',
  'sandbox',
  'sizeof',
  'questions',
];

export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  testRegex: '\\.(e2e-)?spec\\.ts$',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    ...Object.fromEntries(libs.map((lib) => [`^@heapcast/${lib}$`, `<rootDir>/libs/${lib}/src/index.ts`])),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testTimeout: 60_000,
  // What ES modules of earlier files leave behind makes a worker slow: a new one takes over.
  workerIdleMemoryLimit: '700MB',
};
