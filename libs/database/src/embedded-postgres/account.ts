/**
 * Who runs PostgreSQL. It refuses to run as root, so root has to run it as somebody else: somebody who can reach the
 * binaries and the data. Where the project lies in a folder that only root may enter (0700), that somebody is given the
 * one capability that opens it, by util-linux's `setpriv`.
 *
 * Nothing is computed from permission bits: every candidate is tried for real.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { Binaries } from './binaries.js';

export interface Account {
  /** Whom PostgreSQL runs as; `null`: whoever we are. */
  readonly uid: number | null;
  readonly gid: number | null;
  /** What to put before a command line so that it runs with the capability it needs; empty: nothing. */
  readonly prefix: readonly string[];
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const OURSELVES: Account = { uid: null, gid: null, prefix: [] };

/** The user that by custom has no files of its own. */
const NOBODY = 'nobody';

/** The weaker one first: it reads and enters everything, but writes only its own. */
const CAPABILITIES = ['dac_read_search', 'dac_override'];

export interface Reach {
  readonly binaries: Binaries;
  /** Folders that must be entered. */
  readonly folders: readonly string[];
  /** Whose folders tell who should run it: their owners are tried first, in this order. */
  readonly owners: readonly string[];
  /** Path of util-linux's setpriv; `null`: do without. */
  readonly setpriv: string | null;
}

/** An account that can run the binaries and enter the folders; `null`: there is none. Only for root. */
export function findAccount(reach: Reach): Account | null {
  const tried: Owner[] = [];
  for (const owner of owners(reach)) {
    if (tried.some(({ uid }) => uid === owner.uid)) continue;
    tried.push(owner);
    const account: Account = { ...owner, prefix: [] };
    if (reaches(account, reach)) return account;
  }
  if (reach.setpriv === null) return null;
  for (const owner of tried) {
    for (const capability of CAPABILITIES) {
      const account: Account = { ...owner, prefix: privileged(reach.setpriv, owner, capability) };
      if (reaches(account, reach)) return account;
    }
  }
  return null;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Full path of `setpriv` on this machine, or `null`. */
export function findSetpriv(): string | null {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/bin'];
  for (const folder of folders.filter((name) => path.isAbsolute(name))) {
    const file = path.join(folder, 'setpriv');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  return null;
}

/** How to spawn `command` as `account`. */
export function spawnAs(
  account: Account,
  command: readonly string[],
): { argv: string[]; ids: { uid?: number; gid?: number } } {
  if (account.prefix.length > 0) return { argv: [...account.prefix, ...command], ids: {} };
  const ids = account.uid === null || account.gid === null ? {} : { uid: account.uid, gid: account.gid };
  return { argv: [...command], ids };
}

/** What PostgreSQL's processes see of our environment: nothing that could change how they work. */
export function environmentFor(binaries: Binaries): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  if (binaries.libraries !== null) environment.LD_LIBRARY_PATH = binaries.libraries;
  return environment;
}

/** Who might run it, the likeliest first; looked up when they are wanted. */
function* owners(reach: Reach): Generator<Owner> {
  for (const folder of reach.owners) {
    const owner = ownerOf(folder);
    if (owner !== null) yield owner;
  }
  const nobody = lookUp(NOBODY);
  if (nobody !== null) yield nobody;
}

function ownerOf(folder: string): Owner | null {
  try {
    const { uid, gid } = statSync(folder);
    return uid === 0 ? null : { uid, gid };
  } catch {
    return null;
  }
}

function lookUp(name: string): Owner | null {
  const [uid, gid] = ['-u', '-g'].map((column) => spawnSync('id', [column, name], { encoding: 'utf8' }).stdout?.trim());
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** The secure bit lets `access(2)` see the capability too: PostgreSQL asks that before it runs its own binaries. */
function privileged(setpriv: string, { uid, gid }: Owner, capability: string): string[] {
  const ids = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--securebits', '+no_setuid_fixup'];
  return [setpriv, ...ids, '--inh-caps', `+${capability}`, '--ambient-caps', `+${capability}`, '--'];
}

/**
 * `initdb --show` makes nothing, but finds out all that it and PostgreSQL need to know: that the binaries run and find each
 * other and their files, and that the user is not root and has a name.
 */
function reaches(account: Account, { binaries, folders }: Reach): boolean {
  const script = 'initdb=$1; shift; for folder; do cd "$folder" || exit 1; done; exec "$initdb" --show -D /';
  const { argv, ids } = spawnAs(account, ['/bin/sh', '-c', script, 'sh', binaries.initdb, ...folders]);
  const [command = '', ...rest] = argv;
  const { status } = spawnSync(command, rest, { ...ids, cwd: '/', env: environmentFor(binaries), stdio: 'ignore' });
  return status === 0;
}
