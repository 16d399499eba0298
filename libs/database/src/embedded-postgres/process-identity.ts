/**
 * Is that the same process as before? A process id alone does not tell: ids are used again, and in a container the same
 * few come back at every start. An id together with the time at which its process started does.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When the process started, in words that are only good for comparing; `null`: no such process. */
export function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      // Field 22, counted after the command's name, which is in brackets and may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  return ask(pid, 'lstart=');
}

/** Is process `pid` a PostgreSQL server on the data in `directory`? */
export function isPostgresOn(pid: number, directory: string): boolean {
  const command = process.platform === 'linux' ? commandLine(pid) : ask(pid, 'command=');
  return command !== null && command.includes('postgres') && command.includes(directory);
}

function commandLine(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return null;
  }
}

function ask(pid: number, column: string): string | null {
  try {
    const text = execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}
