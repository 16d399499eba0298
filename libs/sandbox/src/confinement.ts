/**
 * The outer walls of a child: how its process is started.
 *
 * - **process**: Node's permission model (reads its own files and its language's, writes nothing, starts no process, no thread,
 *   no addon), no code from strings, a small JavaScript heap, an empty environment, nothing open but its pipes.
 * - **network**: Linux namespaces of its own, by `unshare`: no network but a loopback that is down, and a process table in which
 *   it is alone, so that it can signal nobody. Node's newer permission model shuts the network, too.
 *
 * What is asked for here is not believed: `layers.ts` starts a probe the same way and has it try.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SnippetLanguage } from './snippet.js';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What a language's child needs. */
export interface LanguageNeeds {
  /** Folders that it may read, beside the child's own code. */
  readonly folders: readonly string[];
  /** Megabytes of JavaScript heap (not of WebAssembly's memory). */
  readonly heapMegabytes: number;
}

/** JavaScript heap of a child, in MB, by language. The memory of its program is capped separately. */
export const HEAP_MEGABYTES: Readonly<Record<SnippetLanguage, number>> = { python: 192, c: 512, cpp: 512 };

const UNSHARE_FLAGS = '--user --map-root-user --net --pid --ipc --uts --fork --kill-child=KILL --'.split(' ');

/** The path of `unshare` where it exists and the kernel allows what is asked of it; null elsewhere. */
export function findUnshare(): string | null {
  if (process.platform !== 'linux') return null;
  const places = (process.env['PATH'] ?? '').split(path.delimiter).filter((place) => path.isAbsolute(place));
  const file = places.map((place) => path.join(place, 'unshare')).find((place) => existsSync(place));
  if (file === undefined) return null;
  return spawnSync(file, [...UNSHARE_FLAGS, 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0 ? file : null;
}

/**
 * The command line of a child.
 * @param entry the built file that it runs; it may read that file's whole app and the nearest package.json
 */
export function confine(entry: string, args: readonly string[], needs: LanguageNeeds, unshare: string | null): Command {
  const node = [...nodeFlags(entry, needs), entry, ...args];
  return unshare !== null
    ? { file: unshare, args: [...UNSHARE_FLAGS, process.execPath, ...node] }
    : { file: process.execPath, args: node };
}

function nodeFlags(entry: string, needs: LanguageNeeds): string[] {
  // dist/apps/sandbox/src/main.js -> dist/apps/sandbox
  const app = path.resolve(path.dirname(entry), '..');
  const readable = [`${app}/*`, ...packageFilesAbove(app), ...needs.folders.map((folder) => `${folder}/*`)];
  return [
    permissionFlag(),
    ...readable.map((place) => `--allow-fs-read=${place}`),
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${needs.heapMegabytes}`,
  ];
}

/** Stable under a shorter name since Node 23.5 and 22.13. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}

/** Node looks for the nearest package.json to know that a file is a module. */
function packageFilesAbove(folder: string): string[] {
  const files: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    files.push(path.join(at, 'package.json'));
    if (path.dirname(at) === at) return files;
  }
}
