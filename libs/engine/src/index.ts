/** Programs in worker threads: carried out, replayed from their journals, looked into at any event. */
export * from './engine-error.js';
export * from './engine-pool.js';
export type { AppliedCommands, Fed, PackedRows, ProgramQuery, ProgramReply } from './protocol.js';
