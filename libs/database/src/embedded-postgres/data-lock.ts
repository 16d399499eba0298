/**
 * One service per DATA_DIR. The lock file names the process that holds it; it is stale when that process is gone, so
 * nothing has to be cleaned up after a kill -9. (PostgreSQL has a lock of its own below this one: this one is there to
 * tell "somebody works here" from "the last one was killed and its PostgreSQL is about to leave".)
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DataDirectoryInUseError, EmbeddedPostgresError, OTHER_SERVER } from './errors.js';
import { startOf } from './process-identity.js';

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

  /** @throws DataDirectoryInUseError when a living process holds it */
  static take(file: string, directory: string): DataLock {
    const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '' });
    let stale = false;
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        writeFileSync(file, mine, { flag: 'wx', mode: 0o644 });
        return new DataLock(file, stale);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw unwritable(directory, error);
      }
      const holder = read(file);
      if (holder !== null && startOf(holder.pid) === holder.started) {
        throw new DataDirectoryInUseError(
          `Another service (process ${holder.pid}) works on the data in ${directory}. ` +
            `Stop it, or choose another DATA_DIR. ${OTHER_SERVER}`,
        );
      }
      stale = true;
      try {
        rmSync(file, { force: true });
      } catch (error) {
        throw unwritable(directory, error);
      }
    }
    throw new DataDirectoryInUseError(
      `Another service has just started on the data in ${directory}. Stop one of them.`,
    );
  }

  release(): void {
    if (read(this.file)?.pid === process.pid) rmSync(this.file, { force: true });
  }
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
