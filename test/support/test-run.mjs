/**
 * A test run has one folder in the system's temporary folder, and in it one DATA_DIR for every test file. Nothing of it
 * stays, and no PostgreSQL: one that does is a defect of ours, so it fails the run.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a PostgreSQL whose service was killed may take to end. */
const PATIENCE = 15_000;

export function beginTestRun() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hct-'));
  // Where the tests run as root, PostgreSQL runs as somebody else, who has to get there.
  chmodSync(folder, 0o755);
  process.env.HEAPCAST_TEST_RUN = folder;
}

/** @throws Error that names what was left behind */
export async function endTestRun() {
  const folder = process.env.HEAPCAST_TEST_RUN;
  const deadline = Date.now() + PATIENCE;
  let left = postgresIn(folder);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(100);
    left = postgresIn(folder);
  }
  for (const { pid } of left) process.kill(pid, 'SIGQUIT');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (left.length > 0) {
    const lines = left.map(({ pid, command }) => `  ${pid} ${command}`);
    throw new Error(`The tests left PostgreSQL running:\n${lines.join('\n')}`);
  }
}

/** PostgreSQL's first processes on data below `folder`. Only Linux tells; elsewhere there is nothing to see. */
export function postgresIn(folder) {
  let names;
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const isServer = command[0]?.endsWith('/postgres') && command.some((word) => word.startsWith(`${folder}/`));
      return isServer ? [{ pid: Number(name), command: command.slice(0, 3).join(' ') }] : [];
    } catch {
      return [];
    }
  });
}
