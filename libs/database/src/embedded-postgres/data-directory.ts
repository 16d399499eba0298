/**
 * DATA_DIR as the embedded PostgreSQL sees it:
 *
 *     service.json    which service works here now (see `DataLock`)
 *     postgres/       the cluster; made once, complete or not there at all
 *     postgres.log    what PostgreSQL had to say
 *     libraries/      links for the loader, where the package could not hold them
 *     moved-to        where the cluster really is, if it could not be here (see `Home`)
 */
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
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from './account.js';
import { EmbeddedPostgresError, OTHER_SERVER } from './errors.js';

/** PostgreSQL's major version: the format of its files. */
export const MAJOR = '18';

export class DataDirectory {
  readonly lock: string;
  readonly log: string;
  readonly libraries: string;

  private constructor(
    /** DATA_DIR itself. */
    readonly root: string,
    /** The folder that holds the cluster: `root`, or wherever it was moved to. */
    readonly home: string,
  ) {
    this.lock = path.join(root, 'service.json');
    this.log = path.join(root, 'postgres.log');
    this.libraries = path.join(root, 'libraries');
  }

  static open(directory: string): DataDirectory {
    const root = path.resolve(directory);
    try {
      mkdirSync(root, { recursive: true, mode: 0o755 });
    } catch (error) {
      throw new EmbeddedPostgresError(`DATA_DIR ${root} cannot be made: ${reason(error)}.`);
    }
    let home = root;
    try {
      home = readFileSync(path.join(root, 'moved-to'), 'utf8').trim();
    } catch {
      // Not moved.
    }
    return new DataDirectory(root, home);
  }

  get cluster(): string {
    return path.join(this.home, 'postgres');
  }

  get initialized(): boolean {
    return existsSync(path.join(this.cluster, 'PG_VERSION'));
  }

  /** The same directory with its cluster (moved there, if there is one) in `home`. Says so in a file, for good. */
  moveTo(home: string): DataDirectory {
    mkdirSync(home, { recursive: true, mode: 0o755 });
    const moved = new DataDirectory(this.root, home);
    if (this.initialized && !existsSync(moved.cluster)) {
      const part = mkdtempSync(path.join(home, 'postgres.new-'));
      cpSync(this.cluster, part, { recursive: true, preserveTimestamps: true });
      renameSync(part, moved.cluster);
    }
    writeFileSync(path.join(this.root, 'moved-to'), `${home}\n`);
    rmSync(this.cluster, { recursive: true, force: true });
    return moved;
  }

  /** Makes a new, empty folder that `account` owns, for a cluster in the making; clears away what was never finished. */
  makeUnfinished(account: Account): string {
    for (const name of readdirSync(this.home)) {
      if (name.startsWith('postgres.new-')) rmSync(path.join(this.home, name), { recursive: true, force: true });
    }
    const folder = mkdtempSync(path.join(this.home, 'postgres.new-'));
    if (account.uid !== null && account.gid !== null) chownSync(folder, account.uid, account.gid);
    return folder;
  }

  /** Turns a finished cluster into the one that is used. */
  adopt(folder: string): void {
    renameSync(folder, this.cluster);
  }

  /** Sees to it that `account` owns the cluster, as PostgreSQL demands. @throws EmbeddedPostgresError */
  checkCluster(account: Account): void {
    let version: string;
    try {
      version = readFileSync(path.join(this.cluster, 'PG_VERSION'), 'utf8').trim();
    } catch (error) {
      throw new EmbeddedPostgresError(
        `The data in ${this.cluster} cannot be read: ${reason(error)}. Was the service run by another user before? ` +
          'Run it as that user, give the folder to this one, or choose another DATA_DIR.',
      );
    }
    if (version !== MAJOR) {
      throw new EmbeddedPostgresError(
        `The data in ${this.cluster} was written by PostgreSQL ${version}; this one is ${MAJOR}. ` +
          `Dump it with version ${version} and restore it, or choose another DATA_DIR.`,
      );
    }
    const { uid } = statSync(this.cluster);
    if (account.uid !== null && account.gid !== null) {
      if (uid !== account.uid) give(this.cluster, account.uid, account.gid);
    } else if (process.getuid && uid !== process.getuid()) {
      throw new EmbeddedPostgresError(
        `The data in ${this.cluster} belongs to another user (${uid}). Run the service as that user, give the folder ` +
          `to this one, or choose another DATA_DIR. ${OTHER_SERVER}`,
      );
    }
    chmodSync(this.cluster, 0o700);
  }
}

function give(file: string, uid: number, gid: number): void {
  const status = lstatSync(file);
  if (status.isSymbolicLink()) return;
  if (status.isDirectory()) for (const name of readdirSync(file)) give(path.join(file, name), uid, gid);
  chownSync(file, uid, gid);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
