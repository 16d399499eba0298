/** What Heapcast keeps: traces, runs, sessions and their journals, in PostgreSQL. */
export * from './classroom-copies.store.js';
export * from './classroom-people.store.js';
export * from './classroom.store.js';
export * from './classroom-questions.store.js';
export * from './comparison.store.js';
export * from './cursor.js';
export * from './database.module.js';
export * from './embedded-postgres/embedded-postgres.js';
export * from './embedded-postgres/errors.js';
export * from './errors.js';
export {
  ClassroomRole,
  ClassroomStatus,
  QuestionStatus,
  RunStatus,
  SessionKind,
  SessionStatus,
  SnippetStatus,
  TokenRole,
  Visibility,
} from './generated/enums.js';
export * from './journal/journal-entry.js';
export * from './journal/session-journal.js';
export * from './journal/session-sites.js';
export { MigrationError } from './migrator.js';
export * from './prisma.service.js';
export * from './run.store.js';
export * from './session.store.js';
export * from './snippet.store.js';
export type { StoredConfig, StoredPlain } from './stored-json.js';
export * from './token.store.js';
export * from './trace.store.js';
