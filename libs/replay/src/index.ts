export type { OpName } from './census.js';
export type { Curve } from './curve.js';
export * from './ingest-session.js';
export * from './inspection.js';
export * from './pool.js';
export * from './replay-error.js';
export * from './run-summary.js';
export * from './stored-chunk.js';
