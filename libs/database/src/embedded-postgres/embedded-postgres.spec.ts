import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { copyNative, locateNative, prepareBinaries } from './binaries.js';
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { DataDirectoryInUseError, EmbeddedPostgresError } from './errors.js';

const home = path.dirname(process.env.DATA_DIR!);
const isRoot = process.getuid?.() === 0;
let directory: string;
let notices: string[];
const started: EmbeddedPostgres[] = [];
const services: ChildProcess[] = [];

beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(home, 'case-')), 'data');
  chmodSync(path.dirname(directory), 0o755);
  notices = [];
});
afterEach(async () => {
  for (const service of services.splice(0)) service.kill('SIGKILL');
  for (const postgres of started.splice(0)) await postgres.stop();
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await EmbeddedPostgres.start({ directory, notice: (line) => notices.push(line), ...options });
  started.push(postgres);
  return postgres;
}

async function stop(postgres: EmbeddedPostgres): Promise<void> {
  started.splice(started.indexOf(postgres), 1);
  await postgres.stop();
}

async function ask<T extends object>(postgres: EmbeddedPostgres, sql: string): Promise<T[]> {
  const client = new Client({ ...postgres.connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

/** Who started a process, and the session (a terminal's, or its own) that it belongs to. */
function processOf(pid: number): { parent: number; session: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { parent: Number(fields[1]), session: Number(fields[3]) };
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`);

/** Whoever runs the service, and from where. Only root may choose. */
interface ServicePlace {
  readonly uid?: number;
  /** The built `libs/database/src`. */
  readonly built?: string;
  readonly native?: string;
}

interface StartedService {
  readonly child: ChildProcess;
  /** Its PostgreSQL's process id; 0: there is none. */
  readonly pid: number;
  readonly sockets: string;
  /** Name of the error with which it failed. */
  readonly error: string;
}

/**
 * A service in a process of its own that can be killed: the built launcher, which says its PostgreSQL's process id. (Built
 * files: a child process knows nothing of jest's ways with TypeScript.)
 */
async function startService({ uid, built = path.resolve('dist/libs/database/src'), native }: ServicePlace = {}) {
  const program = `
    const { EmbeddedPostgres } = await import(${JSON.stringify(path.join(built, 'embedded-postgres/embedded-postgres.js'))});
    try {
      const postgres = await EmbeddedPostgres.start(${JSON.stringify({ directory, native })});
      console.log(JSON.stringify({ pid: postgres.pid, sockets: postgres.connection.host, error: '' }));
      setInterval(() => {}, 1000);
    } catch (error) { console.log(JSON.stringify({ pid: 0, sockets: '', error: error.name })); }`;
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const args = ['--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { ...ids, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  services.push(child);
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(String(data)));
    child.once('close', () => reject(new Error('the service ended without a word')));
  });
  const word: Omit<StartedService, 'child'> = JSON.parse(said);
  return { child, ...word };
}

describe('the embedded PostgreSQL', () => {
  it('is a real and durable one, reached by a socket that only we may open', async () => {
    const postgres = await start();
    const [settings] = await ask(
      postgres,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS tcp,
              current_setting('server_encoding') AS encoding, current_setting('data_checksums') AS checksums`,
    );
    expect(settings).toEqual({ fsync: 'on', commit: 'on', pages: 'on', tcp: '', encoding: 'UTF8', checksums: 'on' });
    expect(statSync(postgres.connection.host).mode & 0o077).toBe(0);
    expect(statSync(path.join(directory, 'postgres')).mode & 0o077).toBe(0);
    expect(notices).toEqual([]);
  });

  it('keeps its data from one start to the next, and leaves nothing running', async () => {
    const first = await start();
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const { pid } = first;
    await stop(first);
    expect(isAlive(pid!)).toBe(false);
    expect(existsSync(first.connection.host)).toBe(false);
    expect(readdirSync(directory)).not.toContain('service.json');
    const second = await start();
    expect(await ask(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody else work on the same data', async () => {
    const postgres = await start();
    await expect(start()).rejects.toThrow(DataDirectoryInUseError);
    expect(await ask(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts again when it is killed', async () => {
    const postgres = await start();
    await ask(postgres, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const { pid } = postgres;
    process.kill(pid!, 'SIGKILL');
    await until(() => postgres.pid !== null && postgres.pid !== pid && notices.length > 0);
    expect(notices).toEqual(['PostgreSQL ended unexpectedly; starting it again.']);
    for (let rows: object[] = []; rows.length === 0;) {
      rows = await ask(postgres, 'SELECT answer FROM kept').catch(() => []);
      if (rows.length > 0) expect(rows).toEqual([{ answer: 42 }]);
    }
  });

  it('makes its data afresh after a first start that was interrupted', async () => {
    mkdirSync(path.join(directory, 'postgres.new-dead', 'base'), { recursive: true });
    writeFileSync(path.join(directory, 'postgres.new-dead', 'PG_VERSION'), '18\n');
    const postgres = await start();
    expect(await ask(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(directory).sort()).toEqual(['postgres', 'postgres.log', 'service.json']);
  });

  it('is not confused by the lock of another machine, or of another start of this one', async () => {
    await stop(await start());
    // A process id that is somebody else's today: our own.
    writeFileSync(path.join(directory, 'service.json'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
    const lines = [process.pid, path.join(directory, 'postgres'), 1, 5432, '/tmp', '', '', 'ready'];
    const pidFile = path.join(directory, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${lines.join('\n')}\n`);
    const { uid, gid } = statSync(path.join(directory, 'postgres'));
    if (isRoot) chownSync(pidFile, uid, gid);
    expect(await ask(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says what is wrong with data that it cannot use', async () => {
    await stop(await start());
    writeFileSync(path.join(directory, 'postgres', 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 15; this one is 18/);
    writeFileSync(path.join(directory, 'postgres', 'PG_VERSION'), '18\n');
    rmSync(path.join(directory, 'postgres', 'global', 'pg_control'));
    await expect(start()).rejects.toThrow(EmbeddedPostgresError);
    expect(readdirSync(directory)).not.toContain('service.json');
  });
});

describe('a service that is killed', () => {
  it('takes its PostgreSQL along, and the next one waits for it', async () => {
    const { child, pid, sockets } = await startService();
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    const next = await start();
    expect(isAlive(pid)).toBe(false);
    expect(await ask(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await until(() => !existsSync(sockets));
  });

  it('leaves no PostgreSQL behind when nobody comes after it', async () => {
    const { child, pid, sockets } = await startService();
    child.kill('SIGKILL');
    await until(() => !isAlive(pid) && !existsSync(sockets));
    expect(isAlive(pid)).toBe(false);
  });

  it('may have lost its watchdog too: the next one ends the PostgreSQL that is left', async () => {
    const { child, pid } = await startService();
    const { parent } = processOf(pid);
    const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== pid);
    const watchers = others.filter((name) => isAlive(Number(name)) && processOf(Number(name)).parent === parent);
    for (const watcher of watchers) process.kill(Number(watcher), 'SIGKILL');
    child.kill('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    const next = await start();
    expect(isAlive(pid)).toBe(false);
    expect(await ask(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(notices[0]).toMatch(/Waiting for the PostgreSQL of an earlier service/);
  });

  it('is told apart from one that lives', async () => {
    const { pid } = await startService();
    expect(pid).toBeGreaterThan(0);
    expect((await startService()).error).toBe('DataDirectoryInUseError');
  });

  it('does not lose PostgreSQL to Ctrl-C in its terminal', async () => {
    const { pid } = await startService();
    expect(processOf(pid).session).not.toBe(processOf(process.pid).session);
  });
});

const isNeeded = (file: string): boolean => !/\.a$|\/pgxs/.test(file) && !lstatSync(file).isSymbolicLink();

function packageFolder(): string {
  const folder = mkdtempSync(path.join(home, 'package-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** The package's files as npm unpacks them where install scripts are disabled: without links. */
function withoutLinks(native: string, folder: string): string {
  cpSync(path.join(native, '..', 'package.json'), path.join(folder, 'package.json'));
  const copy = path.join(folder, 'native');
  cpSync(native, copy, { recursive: true, filter: isNeeded });
  return copy;
}

describe('the binaries', () => {
  const native = locateNative();

  it('get the links that their package could not carry', async () => {
    const bare = withoutLinks(native, packageFolder());
    expect(existsSync(path.join(bare, 'lib', 'libpq.so.5'))).toBe(false);
    const postgres = await start({ native: bare });
    expect(existsSync(path.join(bare, 'lib', 'libpq.so.5'))).toBe(true);
    expect(await ask(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('find their links elsewhere when the package cannot be written', () => {
    const bare = withoutLinks(native, packageFolder());
    // Something that is no folder is in the way: not even root can write a link there.
    const spare = path.join(directory, 'libraries');
    const lib = path.join(bare, 'lib');
    cpSync(lib, `${lib}.real`, { recursive: true });
    rmSync(lib, { recursive: true });
    symlinkSync('/proc/self/fdinfo', lib);
    const binaries = prepareBinaries(bare, spare);
    expect(binaries.libraries).toBe(`${spare}:${lib}`);
    expect(readdirSync(spare)).toContain('libpq.so.5');
  });

  it('are copied whole or not at all', () => {
    const folder = path.join(directory, 'copies');
    const copy = copyNative(native, folder);
    expect(readdirSync(path.join(copy, 'bin')).sort()).toEqual(readdirSync(path.join(native, 'bin')).sort());
    expect(copyNative('/nowhere', folder)).toBe(copy);
    expect(readdirSync(folder)).toEqual(['native']);
  });
});

// What only root can try.
if (isRoot) {
  describe('as root', () => {
    it('runs as the user to whom the data belongs, or else as nobody', async () => {
      const first = await start();
      const { uid } = statSync(path.join(directory, 'postgres'));
      expect(uid).not.toBe(0);
      expect(statSync(`/proc/${first.pid}`).uid).toBe(uid);
      await stop(first);
      mkdirSync(`${directory}-1`);
      chownSync(`${directory}-1`, 1, 1);
      const second = await start({ directory: `${directory}-1` });
      expect(statSync(`/proc/${second.pid}`).uid).toBe(1);
    });

    it('works in a folder that only root may enter, the binaries in it too', async () => {
      chmodSync(path.dirname(directory), 0o700);
      const native = withoutLinks(locateNative(), path.dirname(directory));
      const postgres = await start({ native });
      expect(await ask(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(existsSync(path.join(directory, 'postgres', 'PG_VERSION'))).toBe(true);
      expect(notices).toEqual([]);
    });

    it('keeps the data where another user can reach it when there is no other way, and finds it again', async () => {
      const postgres = await start();
      await ask(postgres, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await stop(postgres);
      chmodSync(path.dirname(directory), 0o700);
      const fallback = mkdtempSync('/tmp/hct-fallback-');
      chmodSync(fallback, 0o755);
      try {
        const moved = await start({ setpriv: null, fallback });
        expect(await ask(moved, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
        expect(notices[0]).toContain('Only root may enter');
        expect(notices[0]).toContain(fallback);
        expect(existsSync(path.join(directory, 'postgres'))).toBe(false);
        await stop(moved);
        const again = await start();
        expect(await ask(again, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
        await stop(again);
      } finally {
        rmSync(fallback, { recursive: true });
      }
    });

    it('starts for an ordinary user, who is told when the data belongs to somebody else', async () => {
      // In a place of its own: the project may be where nobody but root can read it.
      const folder = packageFolder();
      const native = withoutLinks(locateNative(), folder);
      const built = path.join(folder, 'src');
      cpSync(path.resolve('dist/libs/database/src/embedded-postgres'), path.join(built, 'embedded-postgres'), {
        recursive: true,
      });
      cpSync(path.resolve('dist/libs/database/src/errors.js'), path.join(built, 'errors.js'));
      mkdirSync(directory);
      chownSync(directory, 1, 1);
      const { child, pid } = await startService({ uid: 1, built, native });
      expect(statSync(`/proc/${pid}`).uid).toBe(1);
      child.kill('SIGKILL');
      await until(() => !isAlive(pid));
      expect((await startService({ uid: 2, built, native })).error).toBe('EmbeddedPostgresError');
    });
  });
}
