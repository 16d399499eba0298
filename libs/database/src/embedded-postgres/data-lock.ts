/**
 * One service per DATA_DIR. The lock file names the process that holds it; it is stale when that process is gone, so
 * nothing has to be cleaned up after a kill -9. (PostgreSQL has a lock of its own below this one: this one is there to
 * tell "somebody works here" from "the last one was killed and its PostgreSQL is about to leave".)
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataDirectoryInUseError, EmbeddedPostgresError, OTHER_SERVER } from './errors.js';
import { startOf } from './process-identity.js';

/** Milliseconds that a killed process may take to be gone. */
const GRACE = 2000;

interface Holder {
  readonly pid: number;
  readonly started: string;
}

export class DataLock {
  private constructor(
    private readonly file: string,
    /** Did an earlier holder leave without giving it back? */
    readonly wasStale: boolean,
  ) {}

  /**
   * Waits a moment for a holder that is about to go: one that was just killed, or told to stop.
   * @throws DataDirectoryInUseError when a living process holds it
   */
  static async take(file: string, directory: string): Promise<DataLock> {
    const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '' });
    const deadline = Date.now() + GRACE;
    let stale = false;
    for (;;) {
      try {
        writeFileSync(file, mine, { flag: 'wx', mode: 0o644 });
        return new DataLock(file, stale);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw unwritable(directory, error);
      }
      const holder = read(file);
      if (holder !== null && isAlive(holder)) {
        if (holder.pid === process.pid || Date.now() > deadline) {
          throw new DataDirectoryInUseError(
            `Another service (process ${holder.pid}) works on the data in ${directory}. ` +
              `Stop it, or choose another DATA_DIR. ${OTHER_SERVER}`,
          );
        }
        await delay(50);
      } else if (holder === null && isNew(file)) {
        // Somebody is about to write a name into it.
        await delay(50);
      } else {
        stale = clear(file) || stale;
      }
    }
  }

  release(): void {
    if (read(this.file)?.pid === process.pid) rmSync(this.file, { force: true });
  }
}

/**
 * Removes a stale lock; `false` if it was another one after all. Moved aside first, so that of several who try, one has
 * what it looked at.
 */
function clear(file: string): boolean {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw unwritable(path.dirname(file), error);
  }
  const holder = read(aside);
  if (holder !== null && isAlive(holder)) {
    renameSync(aside, file);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function isAlive({ pid, started }: Holder): boolean {
  return startOf(pid) === started;
}

function isNew(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs < 1000;
}

/** `null`: not there, or not readable as a lock (a write that was interrupted). */
function read(file: string): Holder | null {
  try {
    const { pid, started }: Partial<Holder> = JSON.parse(readFileSync(file, 'utf8'));
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : null;
  } catch {
    return null;
  }
}

function unwritable(directory: string, error: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `DATA_DIR ${directory} cannot be written: ${String(error)}. Was the service run by another user before? ` +
      `Run it as that user, give the folder to this one, or choose another DATA_DIR. ${OTHER_SERVER}`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
