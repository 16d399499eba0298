/**
 * Data as a first start leaves it: a PostgreSQL whose tables are there and empty, and what interpreters and compilers start from.
 * The built service's own code makes it once in a test run, for whichever file asks first; services that are not about their
 * first start begin with a copy.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RUN = process.env['HEAPCAST_TEST_RUN'] ?? '';
const MADE = path.join(RUN, 'first-data');
const LOCK = `${MADE}.lock`;
/** Where sandboxes keep what they start from: one folder for the whole run, filled by those that need it. */
export const SANDBOX = path.join(RUN, 'sandbox');
const DATABASE = new URL('../../dist/libs/database/src/index.js', import.meta.url);
/** Milliseconds to make it on a busy machine. */
const PATIENCE = 120_000;

/** Puts it into `directory`, unless there is data already. */
export async function beginWithFirstData(directory: string): Promise<void> {
  if (existsSync(path.join(directory, 'postgres'))) return;
  await Promise.all([made(), mkdir(SANDBOX, { recursive: true }), mkdir(directory, { recursive: true, mode: 0o755 })]);
  await symlink(SANDBOX, path.join(directory, 'sandbox'));
  // With its owner and its rights, which PostgreSQL looks at.
  await run('cp', ['-a', path.join(MADE, 'postgres'), directory]);
}

/** Resolves when it is there. Two files that begin at once: one makes it, the other waits. */
async function made(): Promise<void> {
  for (const deadline = Date.now() + PATIENCE; !existsSync(MADE); await delay(20)) {
    if (Date.now() > deadline) throw new Error('nobody makes the first data');
    const isOurs = await mkdir(LOCK).then(
      () => true,
      () => false,
    );
    if (!isOurs) continue;
    try {
      if (!existsSync(MADE)) await make();
    } finally {
      await rm(LOCK, { recursive: true });
    }
  }
}

async function make(): Promise<void> {
  const making = `${MADE}.new`;
  const program = `
    const { PrismaService } = await import(${JSON.stringify(DATABASE.href)});
    await (await PrismaService.open({ directory: ${JSON.stringify(making)} })).close();`;
  await rm(making, { recursive: true, force: true });
  await run(process.execPath, ['--input-type=module', '-e', program], { env: { PATH: process.env['PATH'] } });
  await rename(making, MADE);
}
