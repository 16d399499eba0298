/**
 * Brings a database to the newest form of its tables: every `prisma/migrations/NAME/migration.sql` that it has not seen, in
 * the order of their names, each whole or not at all. The record of what was applied is kept as Prisma keeps it (table
 * `_prisma_migrations`, its checksums, its advisory lock), so that `prisma migrate deploy` and this agree.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { DatabaseError } from './errors.js';

export class MigrationError extends DatabaseError {
  readonly code = 'migration';
}

/** The one that Prisma's schema engine takes. */
const ADVISORY_LOCK = 72_707_369;

const RECORD = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** All migrations of the project, oldest first. */
export function readMigrations(directory: string = findMigrations()): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, sql: readFileSync(path.join(directory, name, 'migration.sql'), 'utf8') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the names of the migrations that were applied now. @throws MigrationError */
export async function migrate(client: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  try {
    await client.query(RECORD);
    const seen = await client.query<{ name: string; finished: boolean }>(
      `SELECT migration_name AS name, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
    );
    checkHistory(seen.rows, migrations);
    const known = new Set(seen.rows.map(({ name }) => name));
    const missing = migrations.filter(({ name }) => !known.has(name));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined);
  }
}

function checkHistory(
  seen: readonly { readonly name: string; readonly finished: boolean }[],
  migrations: readonly Migration[],
): void {
  const known = new Set(migrations.map(({ name }) => name));
  for (const { name, finished } of seen) {
    if (!finished) {
      throw new MigrationError(
        `Migration ${name} was begun by another tool and has failed: repair the database first.`,
      );
    }
    if (!known.has(name)) {
      throw new MigrationError(
        `The database has migration ${name}, which this version does not know: a newer version worked on it. ` +
          'Use that version, or another database.',
      );
    }
  }
}

async function apply(client: ClientBase, { name, sql }: Migration): Promise<void> {
  const checksum = createHash('sha256').update(sql).digest('hex');
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`Migration ${name} failed: ${String(cause)}. The database is as it was before.`, {
      cause,
    });
  }
}

/** `prisma/migrations` of the project that this file (source or built) lies in. */
function findMigrations(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    if (path.dirname(folder) === folder) throw new MigrationError(`There is no prisma/migrations above ${here}.`);
  }
}
