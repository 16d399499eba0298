/**
 * The way to the database: Prisma's client, and under it the connection pool that the hot statements use directly.
 * Without a URL it starts the embedded PostgreSQL first; in either case the tables are brought up to date.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client, Pool, type PoolConfig } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { DatabaseUnreachableError, sqlState } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { migrate, readMigrations } from './migrator.js';

export interface DatabaseOptions {
  /** A PostgreSQL server; absent: the embedded one. */
  readonly url?: string | undefined;
  /** Where the embedded one keeps its data (DATA_DIR). */
  readonly directory: string;
  /** Most connections at once; default 10. */
  readonly connections?: number;
  /** Told what a person should know, a line each. */
  readonly notice?: (line: string) => void;
}

/** What is there to connect to. */
export interface DatabaseDescription {
  readonly kind: 'embedded' | 'server';
  /** `PostgreSQL 18.4` */
  readonly version: string;
  /** Names of the migrations that this start applied. */
  readonly migrations: readonly string[];
  /** Milliseconds until it was ready. */
  readonly milliseconds: number;
}

/** A server that is only starting (a container beside this one) is waited for. */
const SERVER_PATIENCE = 30_000;

export class PrismaService {
  #closing = false;

  private constructor(
    readonly client: PrismaClient,
    /** The connections below `client`. Use it only for statements that are measurably hot. */
    readonly pool: Pool,
    readonly description: DatabaseDescription,
    private readonly embedded: EmbeddedPostgres | null,
  ) {}

  /** @throws EmbeddedPostgresError, DatabaseUnreachableError, MigrationError */
  static async open(options: DatabaseOptions): Promise<PrismaService> {
    const begin = performance.now();
    const { url, directory, connections = 10, notice } = options;
    const embedded = url === undefined ? await EmbeddedPostgres.start({ directory, connections, notice }) : null;
    const config: PoolConfig = embedded ? { ...embedded.connection } : { connectionString: url };
    let pool: Pool | null = null;
    try {
      const { version, migrations } = await prepare(config, notice);
      pool = new Pool({
        ...config,
        max: connections,
        application_name: 'heapcast',
        connectionTimeoutMillis: 30_000,
        idleTimeoutMillis: 60_000,
        keepAlive: true,
        allowExitOnIdle: true,
      });
      const client = new PrismaClient({
        adapter: new PrismaPg(pool),
        // Finishing a session moves millions of requests in one transaction.
        transactionOptions: { maxWait: 30_000, timeout: 600_000 },
      });
      const description: DatabaseDescription = {
        kind: embedded ? 'embedded' : 'server',
        version,
        migrations,
        milliseconds: Math.round(performance.now() - begin),
      };
      const service = new PrismaService(client, pool, description, embedded);
      // An idle connection that breaks is replaced when the next one is wanted.
      pool.on('error', (error) => {
        if (!service.#closing) notice?.(`A database connection was lost: ${error.message}`);
      });
      return service;
    } catch (error) {
      await pool?.end();
      await embedded?.stop();
      throw error;
    }
  }

  /** Answers when the database does. @throws what keeps it from answering */
  async check(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  /** Process id of the embedded PostgreSQL; `null` for a server, or while it is being started again. */
  get embeddedPid(): number | null {
    return this.embedded?.pid ?? null;
  }

  /** Waits for what is on its way, closes the connections and stops the embedded PostgreSQL. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.client.$disconnect();
    await this.pool.end();
    await this.embedded?.stop();
  }
}

/** Brings the tables up to date over a connection of its own. */
async function prepare(
  config: PoolConfig,
  notice: DatabaseOptions['notice'],
): Promise<{ version: string; migrations: string[] }> {
  const client = await connect(config, notice);
  try {
    const migrations = await migrate(client, readMigrations());
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return { version: `PostgreSQL ${rows[0]?.server_version.split(' ')[0] ?? ''}`, migrations };
  } finally {
    await client.end();
  }
}

async function connect(config: PoolConfig, notice: DatabaseOptions['notice']): Promise<Client> {
  const deadline = Date.now() + SERVER_PATIENCE;
  let told = false;
  for (;;) {
    const client = new Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (!isStarting(error) || Date.now() > deadline) {
        throw new DatabaseUnreachableError(`The database cannot be reached: ${describe(error)}. Check DATABASE_URL.`, {
          cause: error,
        });
      }
      if (!told) notice?.('Waiting for the database server.');
      told = true;
      await delay(250);
    }
  }
}

function describe(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
  return message === '' ? code : message;
}

/** Not there yet, or there and not ready yet (57P03: cannot_connect_now). */
function isStarting(error: unknown): boolean {
  if (sqlState(error) === '57P03') return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}
