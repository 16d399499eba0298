/** Why the embedded PostgreSQL is not there. Each message says what to do. */
import { DatabaseError } from '../errors.js';

export class EmbeddedPostgresError extends DatabaseError {
  readonly code: string = 'embedded-postgres';
}

/** Another service, or another PostgreSQL, works on the same data. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override readonly code = 'data-directory-in-use';
}

export const OTHER_SERVER = 'Set DATABASE_URL to use a PostgreSQL server of your own instead.';
