/**
 * Settings of the Prisma command line. `generate`, `validate` and `format` fetch a schema engine that they never run, and
 * fail where its host is out of reach: any existing file satisfies them. The commands that do run the engine (`migrate`,
 * `db`) must find the real one: with a stand-in they would succeed in silence.
 */
import { defineConfig } from 'prisma/config';

const ENGINELESS = ['generate', 'validate', 'format'];
if (process.argv.slice(2).some((argument) => ENGINELESS.includes(argument))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/heapcast' },
});
