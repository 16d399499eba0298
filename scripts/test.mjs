/**
 * `npm test`: prepares what is missing, then runs every test and closes with the line `N passed, N failed`. Arguments go to
 * jest: `npm test -- libs/trace`.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';

const { prepareOrExit, root } = await import('./prepare.mjs');

const args = process.argv.slice(2);
/** How long jest may take to end after its last test. */
const PATIENCE = 60_000;

await prepareOrExit();
const sum = await jest(['--maxWorkers=2', ...args]);
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** A run that fails without a failed test (a process left behind, a file that cannot be read) counts as one. */
async function jest(options) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const reporters = ['--reporters=default', '--reporters=<rootDir>/test/support/counts-reporter.mjs'];
  const child = spawn(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', ...reporters, ...options], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let counts = { passed: 0, failed: 0 };
  let timer;
  child.on('message', (message) => {
    counts = message;
    timer = setTimeout(() => {
      process.stderr.write('jest does not end: a test has left something open.\n');
      counts.failed += 1;
      child.kill('SIGKILL');
    }, PATIENCE);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
