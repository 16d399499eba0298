import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { DatabaseModule } from './database.module.js';
import { EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
import { DatabaseUnreachableError } from './errors.js';
import { readMigrations } from './migrator.js';
import { PrismaService } from './prisma.service.js';
import { SessionStore } from './session.store.js';

let server: EmbeddedPostgres;
let url: string;
beforeAll(async () => {
  server = await EmbeddedPostgres.start({ directory: process.env.DATA_DIR! });
  const { host, user, database } = server.connection;
  url = `postgresql://${user}@${encodeURIComponent(host)}/${database}`;
});
afterAll(() => server.stop());

it('uses the server that a URL names, and starts none of its own', async () => {
  const first = await PrismaService.open({ url, directory: '/nowhere' });
  expect(first.description).toMatchObject({ kind: 'server', version: expect.stringMatching(/^PostgreSQL 18/) });
  expect(first.description.migrations).toEqual(readMigrations().map(({ name }) => name));
  expect(first.embeddedPid).toBeNull();
  await first.check();
  await first.close();
  const second = await PrismaService.open({ url, directory: '/nowhere' });
  expect(second.description.migrations).toEqual([]);
  await second.close();
});

it('says what is wrong with a server that it cannot use, without its password', async () => {
  const wrong = `${url.replace('@', ':secret@')}x`;
  const error = await PrismaService.open({ url: wrong, directory: '/nowhere' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseUnreachableError);
  expect(String(error)).toContain('does not exist');
  expect(String(error)).not.toContain('secret');
});

it('outlives the loss of all its connections', async () => {
  const notices: string[] = [];
  const prisma = await PrismaService.open({ url, directory: '/nowhere', notice: (line) => notices.push(line) });
  await Promise.all(Array.from({ length: 5 }, () => prisma.check()));
  const other = await PrismaService.open({ url, directory: '/nowhere' });
  const cut = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE application_name = 'heapcast' AND pid <> pg_backend_pid()`;
  await other.pool.query(cut);
  await other.close();
  // A connection that was cut is noticed when it is used, at the latest.
  for (let answered = false; !answered;) {
    answered = await prisma.check().then(
      () => true,
      () => false,
    );
  }
  expect(await prisma.client.session.count()).toBe(0);
  await prisma.close();
});

it('gives Nest every store, forgets keys that are a day old, and closes with the application', async () => {
  const module = await Test.createTestingModule({
    imports: [DatabaseModule.forRootAsync({ useFactory: () => ({ url, directory: '/nowhere' }) })],
  }).compile();
  const prisma = module.get(PrismaService);
  const { id } = await module.get(SessionStore).create({
    config: { model: 'pymalloc', profile: 'cpython-3.11', options: {}, modelVersion: 1 },
  });
  const [old, fresh] = [new Date(Date.now() - 25 * 3_600_000), new Date(Date.now() - 23 * 3_600_000)];
  const key = { sessionId: id, firstSeq: 1n, count: 1, bodyHash: Buffer.alloc(32) };
  await prisma.client.sessionKey.createMany({
    data: [
      { ...key, key: 'old', createdAt: old },
      { ...key, key: 'fresh', createdAt: fresh },
    ],
  });
  await module.init();
  const left = async (): Promise<string[]> => (await prisma.client.sessionKey.findMany()).map((row) => row.key);
  while ((await left()).includes('old')) await prisma.check();
  expect(await left()).toEqual(['fresh']);
  await module.close();
  await expect(prisma.check()).rejects.toThrow();
});
