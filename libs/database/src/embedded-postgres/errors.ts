/** Why the embedded PostgreSQL is not there. Each message says what to do. */

export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}

/** Another service, or another PostgreSQL, works on the same data. */
export class DataDirectoryInUseError extends EmbeddedPostgresError {
  override readonly name = 'DataDirectoryInUseError';
}

export const OTHER_SERVER = 'Set DATABASE_URL to use a PostgreSQL server of your own instead.';
