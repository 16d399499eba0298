/**
 * Tries the outer walls from the inside: started exactly like a child that runs a snippet, it attempts what nobody in there may
 * do and writes to descriptor 3, as JSON, what succeeded. `probe.js PORT PID`: where the service listens, and which process it
 * must not be able to signal.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

const [, , port = '', pid = ''] = process.argv;

/** Each returns only when it succeeded. */
const PROCESS: Readonly<Record<string, () => unknown>> = {
  'read the file of another program': () => readFileSync(process.execPath, { flag: 'r' }).length,
  'list the root folder': () => readdirSync('/'),
  'read the environment of a process': () => readFileSync('/proc/self/environ'),
  'write a file': () => writeFileSync(path.join(tmpdir(), `heapcast-probe-${process.pid}`), ''),
  'write beside its own files': () => writeFileSync(`${import.meta.dirname}/probe.txt`, ''),
  'start a process': () => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error) throw error;
  },
  'start a thread': () => new Worker('0', { eval: true }),
  'load an addon': () => {
    process.dlopen({ exports: {} }, '/probe.node');
  },
  'make code from text': () => Reflect.apply(Function, undefined, ['return 1']) as unknown,
  'see the environment': () => {
    const names = Object.keys(process.env).filter((name) => !name.startsWith('__CF'));
    if (names.length === 0) throw new Error('empty');
  },
};

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** Whether a connection to the service itself comes about. */
function connects(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const socket = connect({ port: Number(port), host: '127.0.0.1', timeout: 2000 });
      socket.once('connect', () => resolve(true));
      for (const event of ['error', 'timeout']) socket.once(event, () => resolve(false));
    } catch {
      resolve(false);
    }
  });
}

const inside = Object.keys(PROCESS).filter((name) => succeeds(PROCESS[name] ?? (() => undefined)));
const network: string[] = [];
if (await connects()) network.push('connect to the service');
if (succeeds(() => process.kill(Number(pid), 0))) network.push('signal the service');
writeSync(3, JSON.stringify({ process: inside, network }));
process.exit(0);
