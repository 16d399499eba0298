/**
 * One running PostgreSQL and the shell that watches over it.
 *
 * The shell holds the reading end of a pipe whose writing end only this process has. However this process ends (kill -9
 * too), the pipe closes, and the shell shuts PostgreSQL down. Both live in a session of their own, so that Ctrl-C in a
 * terminal, which goes to the whole foreground group, leaves the database up until the service has drained.
 *
 * What PostgreSQL says goes to a file, not through a pipe to us: a busy event loop must not be able to block it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, environmentFor, spawnAs } from './account.js';
import type { Binaries } from './binaries.js';

/** $1 = socket folder, the rest = the command line of PostgreSQL. */
const WATCHDOG = `
sockets=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
(
  while read -r line <&3; do :; done
  kill -INT $server
  exec 3<&-
  sleep 20 & nap=$!
  trap 'kill $nap; exit' TERM
  wait $nap
  kill -QUIT $server
) 2>/dev/null & watch=$!
exec 3<&-
wait $server; status=$?
kill $watch 2>/dev/null
rm -rf "$sockets"
exit $status
`;

/** Durable, and at home in little memory. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  huge_pages: 'off',
  io_method: 'sync',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  // Nobody replicates from it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  checkpoint_timeout: '15min',
  jit: 'off',
  update_process_title: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** A log that has grown past this is put aside when PostgreSQL is started; one older log is kept. */
const LOG_BYTES = 1 << 20;

export interface PostmasterOptions {
  readonly binaries: Binaries;
  readonly account: Account;
  /** The cluster. */
  readonly cluster: string;
  /** Folder for the socket; removed when PostgreSQL has ended. */
  readonly sockets: string;
  readonly log: string;
  readonly connections: number;
}

export class Postmaster {
  /** Resolves when PostgreSQL has ended, for whatever reason. */
  readonly ended: Promise<void>;
  #running = true;
  readonly #child: ChildProcess;
  readonly #logStart: number;

  constructor(private readonly options: PostmasterOptions) {
    const { binaries, account, cluster, sockets, log, connections } = options;
    this.#logStart = rotate(log);
    const settings = { ...SETTINGS, unix_socket_directories: sockets, max_connections: String(connections) };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = [binaries.postgres, '-D', cluster, ...flags];
    const { argv, ids } = spawnAs(account, ['/bin/sh', '-c', WATCHDOG, 'sh', sockets, ...server]);
    const [command = '', ...rest] = argv;
    const output = openSync(log, 'a', 0o644);
    try {
      this.#child = spawn(command, rest, {
        ...ids,
        cwd: '/',
        env: environmentFor(binaries),
        stdio: ['pipe', output, output],
        detached: true,
      });
    } finally {
      closeSync(output);
    }
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.#running = false;
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', end);
    });
    // Neither the shell nor the pipe keeps our event loop alive; a write to it is never made.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.unref();
    const { stdin } = this.#child;
    if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  }

  get running(): boolean {
    return this.#running;
  }

  /** Resolves to whether it takes connections: `false` when it has ended instead (see `complaints`). */
  async ready(before: string | null): Promise<boolean> {
    while (this.#running) {
      const lines = readPidFile(this.options.cluster);
      if (lines !== null && lines.identity !== before && lines.status === 'ready') return true;
      await delay(5);
    }
    return false;
  }

  /** What PostgreSQL has written to its log since this start; the end of it, if it is long. */
  complaints(): string {
    const file = openSync(this.options.log, 'r');
    try {
      const { size } = statSync(this.options.log);
      const from = Math.max(this.#logStart, size - 4096);
      const buffer = Buffer.alloc(Math.max(0, size - from));
      readSync(file, buffer, 0, buffer.length, from);
      return buffer.toString('utf8').trim();
    } finally {
      closeSync(file);
    }
  }

  /** Rolls back what is open, writes everything to disk and ends. */
  async stop(): Promise<void> {
    this.#child.ref();
    this.#child.stdin?.end();
    await this.ended;
    rmSync(this.options.sockets, { recursive: true, force: true });
  }
}

/** `postmaster.pid` of a cluster, there from PostgreSQL's start to its end (and after a crash). */
export interface PidFile {
  readonly pid: number;
  /** Tells one start from another. */
  readonly identity: string;
  /** `starting`, `ready`, `stopping` … */
  readonly status: string;
}

export function readPidFile(cluster: string): PidFile | null {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid)) return null;
  return { pid, identity: lines.slice(0, 3).join('\n'), status: (lines[7] ?? '').trim() };
}

/** Returns how many bytes the log holds already. */
function rotate(log: string): number {
  if (!existsSync(log)) return 0;
  const { size } = statSync(log);
  if (size < LOG_BYTES) return size;
  renameSync(log, `${log}.1`);
  return 0;
}
