/**
 * A real PostgreSQL of our own: the binaries that npm shipped, the data in DATA_DIR, one unix socket in a temporary
 * folder that only we may enter, no TCP. It ends when this process ends, whatever ends this process, and is started
 * again when it ends by itself.
 *
 * The order of a start: take DATA_DIR; find an account that may run PostgreSQL (root may not); wait for the PostgreSQL of
 * a killed predecessor to leave; make the cluster, if there is none; start.
 */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, environmentFor, findAccount, findSetpriv, isRoot, OURSELVES, spawnAs } from './account.js';
import { type Binaries, copyNative, locateNative, prepareBinaries, versionOf } from './binaries.js';
import { DataDirectory } from './data-directory.js';
import { DataLock } from './data-lock.js';
import { DataDirectoryInUseError, EmbeddedPostgresError, OTHER_SERVER } from './errors.js';
import { Postmaster, readPidFile } from './postmaster.js';
import { isPostgresOn, startOf } from './process-identity.js';

const SUPERUSER = 'heapcast';

export interface EmbeddedPostgresOptions {
  /** DATA_DIR. */
  readonly directory: string;
  /** Connections that the service will open at most. */
  readonly connections?: number;
  /** Told what a person should know: data kept elsewhere, a wait, a restart. */
  readonly notice?: (line: string) => void;
  /** How long to wait for a killed predecessor's PostgreSQL; default 20,000 ms. */
  readonly patience?: number;
  /** Folder with `bin`, `lib`, `share`; default: the npm package's. */
  readonly native?: string;
  /** util-linux's setpriv; default: wherever it is; `null`: do without. */
  readonly setpriv?: string | null;
  /** Where root keeps what no other user could reach in its place; default `/var/lib/heapcast`. */
  readonly fallback?: string;
}

/** What a client needs to connect. */
export interface EmbeddedConnection {
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

interface Place {
  readonly data: DataDirectory;
  readonly binaries: Binaries;
  readonly account: Account;
}

export class EmbeddedPostgres {
  readonly connection: EmbeddedConnection;
  #postmaster: Postmaster;
  #stopping = false;

  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly place: Place,
    private readonly lock: DataLock,
    private readonly sockets: string,
    postmaster: Postmaster,
  ) {
    this.connection = { host: sockets, user: SUPERUSER, database: 'postgres' };
    this.#postmaster = postmaster;
    void this.#watch();
  }

  /** Resolves when it takes connections. @throws EmbeddedPostgresError */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const data = DataDirectory.open(options.directory);
    const lock = await DataLock.take(data.lock, data.root);
    let sockets: string | null = null;
    try {
      const place = settle(data, options);
      await vacate(place.data, lock.wasStale, options);
      if (!place.data.initialized) await initialize(place);
      place.data.checkCluster(place.account);
      sockets = makeSocketFolder(place.account);
      const postmaster = await launch(place, sockets, options);
      return new EmbeddedPostgres(options, place, lock, sockets, postmaster);
    } catch (error) {
      if (sockets !== null) rmSync(sockets, { recursive: true, force: true });
      lock.release();
      throw error;
    }
  }

  /** Process id of PostgreSQL's first process; `null` while there is none. */
  get pid(): number | null {
    return this.#postmaster.running ? (readPidFile(this.place.data.cluster)?.pid ?? null) : null;
  }

  /** Shuts PostgreSQL down in good order. Connections should be closed before: what they have open is rolled back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#postmaster.stop();
    this.lock.release();
  }

  /** Starts PostgreSQL again when it ends by itself (the system ran out of memory, somebody killed it). */
  async #watch(): Promise<void> {
    const recent: number[] = [];
    for (;;) {
      await this.#postmaster.ended;
      if (this.#stopping) return;
      const now = Date.now();
      recent.push(now);
      if (recent.filter((time) => now - time < 60_000).length > 5) {
        this.#notice(`PostgreSQL ended again and again; it stays down. Its log: ${this.place.data.log}`);
        return;
      }
      this.#notice('PostgreSQL ended unexpectedly; starting it again.');
      try {
        mkdirSync(this.sockets, { recursive: true, mode: 0o700 });
        own(this.sockets, this.place.account);
        this.#postmaster = await launch(this.place, this.sockets, this.options);
        if (this.#stopping) await this.#postmaster.stop();
      } catch (error) {
        this.#notice(error instanceof Error ? error.message : String(error));
        return;
      }
    }
  }

  #notice(line: string): void {
    this.options.notice?.(line);
  }
}

/** Decides who runs PostgreSQL, and from where. */
function settle(data: DataDirectory, options: EmbeddedPostgresOptions): Place {
  const native = options.native ?? locateNative();
  const binaries = prepareBinaries(native, data.libraries);
  if (!isRoot()) return { data, binaries, account: OURSELVES };

  const setpriv = options.setpriv === undefined ? findSetpriv() : options.setpriv;
  const find = (at: DataDirectory, from: Binaries): Account | null =>
    findAccount({ binaries: from, folders: [at.home], owners: [at.cluster, at.root, native], setpriv });
  const account = find(data, binaries);
  if (account !== null) return { data, binaries, account };

  // Nobody but root can get there: PostgreSQL and its data have to live where somebody else can.
  const fallback = path.resolve(options.fallback ?? '/var/lib/heapcast');
  const copied = prepareBinaries(
    copyNative(native, path.join(fallback, `postgresql-${versionOf(native)}`)),
    path.join(fallback, 'libraries'),
  );
  const inPlace = find(data, copied);
  if (inPlace !== null) {
    if (data.home !== data.root) options.notice?.(`The data of ${data.root} is kept in ${data.cluster}.`);
    return { data, binaries: copied, account: inPlace };
  }
  const name = createHash('sha256').update(data.root).digest('hex').slice(0, 16);
  const moved = data.moveTo(path.join(fallback, name));
  const elsewhere = find(moved, copied);
  if (elsewhere === null) {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and no other user of this machine can run it from ${fallback}. ` +
        `Start the service as an ordinary user. ${OTHER_SERVER}`,
    );
  }
  options.notice?.(
    `Only root may enter ${data.root}, and PostgreSQL refuses to run as root: its data is kept in ${moved.cluster}.`,
  );
  return { data: moved, binaries: copied, account: elsewhere };
}

/** Waits until no PostgreSQL works on the cluster. @throws DataDirectoryInUseError when one stays */
async function vacate(data: DataDirectory, orphaned: boolean, options: EmbeddedPostgresOptions): Promise<void> {
  const deadline = Date.now() + (options.patience ?? 20_000);
  let told = false;
  for (;;) {
    const file = readPidFile(data.cluster);
    if (file === null || startOf(file.pid) === null) return;
    if (!isPostgresOn(file.pid, data.cluster)) {
      // The process id was given to somebody else since (a reboot, a new container): PostgreSQL could not tell.
      rmSync(path.join(data.cluster, 'postmaster.pid'), { force: true });
      return;
    }
    if (!told) {
      told = true;
      options.notice?.(`Waiting for the PostgreSQL of an earlier service (process ${file.pid}) to end.`);
      // Its watchdog has told it already, unless that was killed too.
      if (orphaned) interrupt(file.pid);
    }
    if (Date.now() > deadline) throw inUse(data, file.pid);
    await delay(25);
  }
}

async function initialize({ data, binaries, account }: Place): Promise<void> {
  const folder = data.makeUnfinished(account);
  const flags = ['--username', SUPERUSER, '--auth', 'trust', '--encoding', 'UTF8', '--no-instructions'];
  const locale = ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  const { argv, ids } = spawnAs(account, [binaries.initdb, '-D', folder, ...flags, ...locale]);
  const [command = '', ...rest] = argv;
  const child = spawn(command, rest, {
    ...ids,
    cwd: '/',
    env: environmentFor(binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4096)));
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
  });
  if (code !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      `PostgreSQL could not make its data directory (initdb: ${code}).\n${said.trim()}\n${advice()}`,
    );
  }
  data.adopt(folder);
}

/** Starts PostgreSQL; tries again while leftovers of a predecessor are in the way. */
async function launch(place: Place, sockets: string, options: EmbeddedPostgresOptions): Promise<Postmaster> {
  const { data } = place;
  const deadline = Date.now() + (options.patience ?? 20_000);
  for (;;) {
    const before = readPidFile(data.cluster)?.identity ?? null;
    const postmaster = new Postmaster({
      binaries: place.binaries,
      account: place.account,
      cluster: data.cluster,
      sockets,
      log: data.log,
      connections: Math.max(30, (options.connections ?? 10) + 10),
    });
    if (await postmaster.ready(before)) return postmaster;
    const complaints = postmaster.complaints();
    if (!/pre-existing shared memory block|lock file .* already exists/.test(complaints)) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start.\n${complaints}\n${advice()}`);
    }
    if (Date.now() > deadline) throw inUse(data, readPidFile(data.cluster)?.pid ?? null);
    await delay(100);
    mkdirSync(sockets, { recursive: true, mode: 0o700 });
    own(sockets, place.account);
  }
}

/**
 * A folder for the socket that only PostgreSQL's account (and root) may enter. Its path is short: that of a unix socket
 * has room for about a hundred characters.
 */
function makeSocketFolder(account: Account): string {
  const usual = os.tmpdir();
  const temporary = usual.length <= 60 && (account.uid === null || usual === '/tmp') ? usual : '/tmp';
  const folder = mkdtempSync(path.join(temporary, 'heapcast-'));
  own(folder, account);
  return folder;
}

function own(folder: string, account: Account): void {
  if (account.uid !== null && account.gid !== null) chownSync(folder, account.uid, account.gid);
}

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has just ended.
  }
}

function inUse(data: DataDirectory, pid: number | null): DataDirectoryInUseError {
  const who = pid === null ? 'Another PostgreSQL' : `Another PostgreSQL (process ${pid})`;
  return new DataDirectoryInUseError(
    `${who} works on the data in ${data.root}. Stop it, or choose another DATA_DIR. ${OTHER_SERVER}`,
  );
}

function advice(): string {
  const musl = process.platform === 'linux' && readdirSync('/lib').some((name) => name.startsWith('ld-musl-'));
  return musl ? `The shipped PostgreSQL needs glibc, and this Linux has musl. ${OTHER_SERVER}` : OTHER_SERVER;
}
