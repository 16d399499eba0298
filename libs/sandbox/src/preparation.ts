/**
 * What is made once per version and kept in the cache folder: the recorder, and the snapshot from which Python starts in half a
 * second instead of five. The folder's name says what it was made from; several services may prepare at once.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const PATIENCE = 120_000;

/** Where pyodide is installed. */
export function pyodideFolder(entry: string): string {
  return path.dirname(createRequire(entry).resolve('pyodide/package.json'));
}

/** Makes what is missing; answers the folder. @throws Error with what the preparation said */
export async function preparePython(entry: string, cacheFolder: string): Promise<string> {
  const pyodide = pyodideFolder(entry);
  const folder = path.join(cacheFolder, `python-${versionOf(entry, pyodide)}`);
  if (existsSync(path.join(folder, 'recorder.wasm'))) return folder;
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    await prepare(path.join(path.dirname(entry), 'python/prepare.js'), [pyodide, making]);
    // Whoever was first made the same.
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(path.join(folder, 'recorder.wasm'))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return folder;
}

/** A snapshot fits one build of pyodide and one of ours, and one Node: its JavaScript side is made anew by the same code. */
function versionOf(entry: string, pyodide: string): string {
  const hash = createHash('sha256')
    .update(process.version)
    .update(readFileSync(path.join(pyodide, 'package.json')));
  const own = path.join(path.dirname(entry), 'python');
  for (const name of readdirSync(own).sort()) {
    if (name.endsWith('.js')) hash.update(readFileSync(path.join(own, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function prepare(script: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const ended = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'killed'));
  });
  clearTimeout(timer);
  if (ended !== 0) throw new Error(`Python could not be prepared (${ended}): ${said.trim()}`);
}
