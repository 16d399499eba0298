/** The talk's examples and others, each a small file that gives a program or a trace; and its analogy, the toy party. */
export * from './list-of-dicts/beginning.js';
export * from './list-of-dicts/benchmark.js';
export * from './list-of-dicts/python-build.js';
export * from './list-of-dicts/start-file.js';
export * from './request-writer.js';
export * from './list-of-dicts/scenario.js';
export * from './parameters.js';
export * from './registry.js';
export * from './scenario.js';
export * from './session-requests.js';
export * from './party/guest-list.js';
export * from './party/party.js';
export * from './party/party-host.js';
