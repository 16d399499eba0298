/** Finds out whether the outer walls stand on this host, by having a probe run into them (`apps/sandbox/src/probe.ts`). */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { confine, type LanguageNeeds } from './confinement.js';
import type { LayerFinding } from './protocol.js';

const PATIENCE = 30_000;

/** Findings on `process` and `network`. */
export async function probeLayers(
  entry: string,
  needs: LanguageNeeds,
  unshare: string | null,
): Promise<LayerFinding[]> {
  const listener = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const probe = path.join(path.dirname(entry), 'probe.js');
    const command = confine(probe, [String(port), String(process.pid)], needs, unshare);
    const said = await run(command.file, command.args);
    return findings(said, unshare !== null);
  } finally {
    listener.close();
  }
}

function findings(said: string, namespaces: boolean): LayerFinding[] {
  const succeeded = parse(said);
  if (succeeded === null) {
    const detail = 'the probe could not be run';
    return [
      { layer: 'process', inForce: false, detail },
      { layer: 'network', inForce: false, detail },
    ];
  }
  const inside = succeeded.process;
  const outside = succeeded.network;
  const how = namespaces ? 'in namespaces of its own' : 'without namespaces: unshare is missing or not allowed here';
  return [
    {
      layer: 'process',
      inForce: inside.length === 0,
      detail: inside.length === 0 ? 'every attempt on files, processes and code failed' : `could ${inside.join(', ')}`,
    },
    {
      layer: 'network',
      inForce: outside.length === 0,
      detail: outside.length === 0 ? `reached nobody, ${how}` : `could ${outside.join(', ')} (${how})`,
    },
  ];
}

function parse(said: string): { readonly process: string[]; readonly network: string[] } | null {
  try {
    const value: { process?: unknown; network?: unknown } = JSON.parse(said);
    if (!Array.isArray(value.process) || !Array.isArray(value.network)) return null;
    return { process: value.process.map(String), network: value.network.map(String) };
  } catch {
    return null;
  }
}

async function run(file: string, args: readonly string[]): Promise<string> {
  const child = spawn(file, args, { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  let said = '';
  const channel = child.stdio[3];
  if (channel instanceof Readable) channel.setEncoding('utf8').on('data', (text: string) => (said += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  clearTimeout(timer);
  return said;
}
