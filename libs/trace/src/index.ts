/** The request stream: its columns, how they are built, stored, hashed, read and written. */
export * from './columns.js';
export * from './chunk.js';
export * from './chunk-codec.js';
export type { ClientRequest } from './client-request.js';
export * from './content-id.js';
export * from './format-error.js';
export * from './limits.js';
export * from './request-resolver.js';
export * from './slot-table.js';
export * from './text-rules.js';
export * from './trace-builder.js';
export type * from './formats/format.js';
export * from './formats/registry.js';
export { Pmtrace1Reader } from './formats/pmtrace1-reader.js';
export { BlockNumbers } from './block-numbers.js';
