import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { Prisma, PrismaClient } from './generated/client.js';
import { migrate, MigrationError, readMigrations } from './migrator.js';

let postgres: EmbeddedPostgres;
let count = 0;
beforeAll(async () => {
  postgres = await EmbeddedPostgres.start({ directory: process.env.DATA_DIR! });
});
afterAll(() => postgres.stop());

/** A connection to a new, empty database. */
async function emptyDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const name = `d${(count += 1)}`;
  const admin = new Client(postgres.connection);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const client = new Client({ ...postgres.connection, database: name });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const ONE = { name: '1_one', sql: 'CREATE TABLE one (id int); INSERT INTO one VALUES (1);' };
const TWO = { name: '2_two', sql: 'ALTER TABLE one ADD COLUMN two int;' };
const BROKEN = { name: '3_broken', sql: 'CREATE TABLE three (id int); SELECT nonsense;' };

it('applies what is new, in order, once', async () => {
  await emptyDatabase(async (client) => {
    expect(await migrate(client, [ONE])).toEqual(['1_one']);
    expect(await migrate(client, [ONE, TWO])).toEqual(['2_two']);
    expect(await migrate(client, [ONE, TWO])).toEqual([]);
    expect((await client.query('SELECT * FROM one')).rows).toEqual([{ id: 1, two: null }]);
  });
});

it('applies a migration whole or not at all, and can go on after it was mended', async () => {
  await emptyDatabase(async (client) => {
    await expect(migrate(client, [ONE, TWO, BROKEN])).rejects.toThrow(/3_broken failed.*nonsense/);
    expect((await client.query(`SELECT to_regclass('three') AS three`)).rows).toEqual([{ three: null }]);
    expect(await migrate(client, [ONE, TWO, { ...BROKEN, sql: 'CREATE TABLE three (id int)' }])).toEqual(['3_broken']);
  });
});

it('refuses a database that a newer version worked on', async () => {
  await emptyDatabase(async (client) => {
    await migrate(client, [ONE, TWO]);
    await expect(migrate(client, [ONE])).rejects.toThrow(MigrationError);
  });
});

it('lets two services migrate the same database at the same time', async () => {
  await emptyDatabase(async (client) => {
    const other = new Client({ ...postgres.connection, database: client.database });
    await other.connect();
    const applied = await Promise.all([migrate(client, [ONE, TWO]), migrate(other, [ONE, TWO])]);
    await other.end();
    expect(applied.flat().sort()).toEqual(['1_one', '2_two']);
  });
});

it('keeps the record that Prisma keeps', async () => {
  await emptyDatabase(async (client) => {
    const migrations = readMigrations();
    await migrate(client, migrations);
    const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows.map(({ migration_name }) => migration_name)).toEqual(migrations.map(({ name }) => name));
    for (const row of rows) {
      expect(row).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        finished_at: expect.any(Date),
        rolled_back_at: null,
        applied_steps_count: 1,
      });
    }
  });
});

it('keeps packed requests out of line and as they are', async () => {
  await emptyDatabase(async (client) => {
    await migrate(client, readMigrations());
    const { rows } = await client.query(
      `SELECT attrelid::regclass::text AS table, attstorage AS storage FROM pg_attribute
        WHERE attname = 'data' AND attrelid IN ('trace_chunks'::regclass, 'session_journal'::regclass) ORDER BY 1`,
    );
    expect(rows).toEqual([
      { table: 'session_journal', storage: 'e' },
      { table: 'trace_chunks', storage: 'e' },
    ]);
  });
});

it('makes every table and column that the schema names', async () => {
  await emptyDatabase(async (client) => {
    await migrate(client, readMigrations());
    const prisma = new PrismaClient({ adapter: new PrismaPg({ ...postgres.connection, database: client.database }) });
    const models = Object.values(Prisma.ModelName);
    expect(models).toContain('SessionJournal');
    for (const model of models) {
      const delegate = Reflect.get(prisma, `${model[0].toLowerCase()}${model.slice(1)}`) as Prisma.TraceDelegate;
      expect({ model, first: await delegate.findFirst() }).toEqual({ model, first: null });
    }
    await prisma.$disconnect();
  });
});
