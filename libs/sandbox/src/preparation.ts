/**
 * What is made once per version and kept in the cache folder: for Python the recorder, and the snapshot from which it starts in
 * half a second instead of five; for C and C++ what every program is linked with, compiled. The folder's name says what it was made from; several services may prepare at once.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
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
  return made({ language: 'python', source: pyodideFolder(entry), lastFile: 'recorder.wasm', entry, cacheFolder });
}

/** The same for C and C++. @param compiler folder of the compiler's package */
export async function prepareCompiler(entry: string, cacheFolder: string, compiler: string): Promise<string> {
  return made({ language: 'cpp', source: compiler, lastFile: 'recorder.o', entry, cacheFolder });
}

interface Making {
  /** Folder of the child's code for it. */
  readonly language: string;
  /** Package that it is made from. */
  readonly source: string;
  /** Where it is, all is. */
  readonly lastFile: string;
  readonly entry: string;
  readonly cacheFolder: string;
}

async function made({ language, source, lastFile, entry, cacheFolder }: Making): Promise<string> {
  const own = path.join(path.dirname(entry), language);
  await mkdir(cacheFolder, { recursive: true });
  // Where it really is: the child may read that folder, and links are followed before the check.
  const folder = path.join(realpathSync(cacheFolder), `${language}-${versionOf(own, source)}`);
  if (existsSync(path.join(folder, lastFile))) return folder;
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    await prepare(path.join(own, 'prepare.js'), [source, making]);
    // Whoever was first made the same.
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(path.join(folder, lastFile))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return folder;
}

/** It fits one build of the package and one of ours, and one Node: a snapshot's JavaScript side is made anew by the same code. */
function versionOf(own: string, source: string): string {
  const hash = createHash('sha256')
    .update(process.version)
    .update(readFileSync(path.join(source, 'package.json')));
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
  if (ended !== 0)
    throw new Error(`${path.basename(path.dirname(script))} could not be prepared (${ended}): ${said.trim()}`);
}
