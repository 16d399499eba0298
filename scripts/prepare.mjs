/**
 * What has to be there before anything can run: packages, the generated Prisma client, the built service. Each step is done
 * when what it is made from has changed since it was last done, or when what it makes is missing; otherwise nothing is
 * started at all. Only Node's own modules: at first there is nothing else.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...names) => path.join(root, ...names);

const STEPS = [
  {
    name: 'install',
    title: 'Installing packages',
    from: () => digest(wantedPackages(), contents(['package-lock.json']), process.platform, process.arch),
    made: () => packagesThere(),
    done: () => installedByHand(),
    run: () => npmInstall(),
  },
  {
    name: 'generate',
    title: 'Generating the database client',
    from: () => digest(contents(['prisma/schema.prisma', 'prisma.config.ts']), packageVersion('prisma')),
    made: () => existsSync(at('libs/database/src/generated/client.ts')),
    run: () => tool(['node_modules/prisma/build/index.js', 'generate']),
  },
  {
    name: 'build',
    title: 'Building',
    from: () => digest(contents(sources()), packageVersion('typescript'), packageVersion('@nestjs/cli')),
    made: () => existsSync(at('dist/apps/api/src/main.js')),
    run: () => tool(['node_modules/@nestjs/cli/bin/nest.js', 'build', 'api']),
  },
  {
    // After the service, whose build empties `dist`.
    name: 'pages',
    title: 'Building the pages',
    from: () => digest(contents(pageSources()), packageVersion('vite'), packageVersion('preact')),
    made: () => existsSync(at('dist/apps/dashboard/index.html')),
    run: () => tool(['node_modules/vite/bin/vite.js', 'build', '--config', 'apps/dashboard/vite.config.mjs']),
  },
];

/** Does every step that has something to do. @throws Error with what a failed step said */
export async function prepare() {
  process.chdir(root);
  if (STEPS.every(isDone)) return;
  const release = await takeLock();
  try {
    for (const step of STEPS) {
      if (isDone(step)) continue;
      const begin = performance.now();
      const from = step.from();
      process.stderr.write(`${step.title} …`);
      try {
        await step.run();
      } catch (error) {
        process.stderr.write(' failed\n');
        throw error;
      }
      process.stderr.write(` ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
      // What changed meanwhile has to be done again; only an installation rewrites what it was made from.
      mark(step, step.name === 'install' ? step.from() : from);
    }
  } finally {
    release();
  }
}

/** `prepare` for a command: a failure is told, and ends the process. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function stampOf(step) {
  return at('.stamps', step.name);
}

function isDone(step) {
  if (!step.made()) return false;
  const now = step.from();
  const stamp = existsSync(stampOf(step)) ? readFileSync(stampOf(step), 'utf8') : '';
  if (stamp === now) return true;
  if (!step.done?.()) return false;
  mark(step, now);
  return true;
}

function mark(step, from) {
  mkdirSync(at('.stamps'), { recursive: true });
  writeFileSync(stampOf(step), from);
}

/** One preparation at a time, whoever starts it. A lock whose holder is gone counts for nothing. */
async function takeLock() {
  const file = at('.stamps', 'lock');
  mkdirSync(at('.stamps'), { recursive: true });
  for (let told = false; ;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, { encoding: 'utf8', flag: 'a+' }));
    if (!isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) process.stderr.write('Another command is installing or building; waiting for it.\n');
    told = true;
    await delay(200);
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\n${part}`);
  return hash.digest('hex');
}

/** Names and contents of files (relative to the project), in one text. */
function contents(files) {
  return files.map((file) => `${file}\n${existsSync(at(file)) ? readFileSync(at(file), 'latin1') : ''}`).join('\n');
}

const PAGES = path.join('apps', 'dashboard');

/** Everything that the built pages are made from. */
function pageSources() {
  const files = ['package-lock.json'];
  for (const folder of [PAGES, path.join('libs', 'contracts', 'src')]) {
    for (const entry of readdirSync(at(folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.spec.ts')) continue;
      files.push(path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
    }
  }
  return files.sort();
}

/** Everything that the built service is made from. */
function sources() {
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json', 'prisma/schema.prisma'];
  for (const folder of ['apps', 'libs']) {
    for (const entry of readdirSync(at(folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|tsx|json)$/.test(entry.name) || entry.name.endsWith('.spec.ts')) continue;
      const file = path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name));
      if (!file.includes('generated') && !file.startsWith(PAGES)) files.push(file);
    }
  }
  return files.sort();
}

function wantedPackages() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(read('package.json'));
  return JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides]);
}

function read(file) {
  return readFileSync(at(file), 'utf8');
}

function packageVersion(name) {
  const file = `node_modules/${name}/package.json`;
  return existsSync(at(file)) ? JSON.parse(read(file)).version : '';
}

/** Are the packages there that the following steps and the service begin with? Those for building may be left out. */
function packagesThere() {
  const needed = ['.package-lock.json', 'prisma', '@nestjs/cli', 'typescript', 'jest', '@nestjs/core'];
  return needed.every((name) => existsSync(at('node_modules', name)));
}

/** Somebody ran `npm install` since package.json and the lock file last changed. */
function installedByHand() {
  const made = statSync(at('node_modules/.package-lock.json')).mtimeMs;
  return ['package.json', 'package-lock.json'].every((file) => statSync(at(file)).mtimeMs <= made);
}

/**
 * All packages, whatever NODE_ENV and npm's settings say: what is built here needs those for development. Warnings are
 * left out: nothing can be done about those of other people's packages.
 */
async function npmInstall() {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...first] = npm();
  await run(command, [...first, 'install', ...flags]);
}

/** The npm that started us, or the one beside this Node, or whichever is in the PATH. */
function npm() {
  const beside = path.join(path.dirname(process.execPath), '..', 'lib/node_modules/npm/bin/npm-cli.js');
  for (const file of [process.env.npm_execpath, beside]) {
    if (file?.endsWith('npm-cli.js') && existsSync(file)) return [process.execPath, file];
  }
  return ['npm'];
}

function tool(args) {
  return run(process.execPath, args);
}

/** Silent unless it fails. */
async function run(command, args) {
  const environment = {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    NO_UPDATE_NOTIFIER: '1',
  };
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-100_000)));
  }
  const status = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0)
    throw new Error(`${output.trim()}\n\n${path.basename(command)} ${args.join(' ')} failed (${status}).`);
}
