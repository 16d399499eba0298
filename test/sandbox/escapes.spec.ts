/** What a program tries to get out, and that it does not. A spec whose program got out would see it in three ways. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SandboxHost } from '@heapcast/sandbox';
import { ESCAPES, LAST_DEEDS } from './escapes.js';
import { messageOf, openSandbox, run } from './sandbox-under-test.js';

let host: SandboxHost;
let server: Server;
let folder: string;
let connections = 0;

const filled = (source: string) => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return source.replaceAll('PORT', String(port)).replaceAll('PID', String(process.pid)).replaceAll('FOLDER', folder);
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapcast-escapes-'));
  writeFileSync(path.join(folder, 'kept'), '');
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = openSandbox({ warm: 0 });
  await host.layers();
}, 180_000);

afterAll(async () => {
  await host.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes attempts one after the other, each on its own; says when one begins and what came of it. */
function harness(attempts: Readonly<Record<string, string>>): string {
  return `
import json
attempts = json.loads(${JSON.stringify(JSON.stringify(attempts))})
for name, source in attempts.items():
    print(json.dumps([name, 'begun']), flush=True)
    scope = {'__name__': 'attempt'}
    try:
        exec(compile(source, 'attempt.py', 'exec'), scope)
        outcome = 'nothing found'
    except BaseException as error:
        outcome = type(error).__name__
    escaped = scope.get('escaped')
    print(json.dumps([name, 'ESCAPED ' + str(escaped)[:200] if escaped else outcome]), flush=True)
    scope.clear()
`;
}

/** What came of every attempt. One that ends its child is told so, and the others go on in the next. */
async function resultsOf(attempts: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  for (;;) {
    const left = Object.entries(attempts).filter(([name]) => !results.has(name));
    if (left.length === 0) return results;
    const source = harness(Object.fromEntries(left.map(([name, text]) => [name, filled(text)])));
    const { output, finished } = await run(host, source, { limits: { timeMs: 60_000 } });
    for (const line of output.split('\n').filter((text) => text.startsWith('["'))) {
      const [name, result] = JSON.parse(line) as [string, string];
      results.set(name, result);
    }
    const begun = [...results].find(([, result]) => result === 'begun')?.[0];
    if (begun !== undefined) results.set(begun, `${finished.outcome}: ${finished.detail}`);
    else if (finished.outcome !== 'finished') throw new Error(`${finished.outcome}: ${finished.detail}`);
  }
}

describe('a program does not get out by', () => {
  let results: Map<string, string>;

  beforeAll(async () => {
    results = await resultsOf(ESCAPES);
  }, 150_000);

  it.each(Object.keys(ESCAPES))('%s', (name) => {
    expect(results.get(name)).toMatch(
      /^(nothing found|\w+(Error|Exception|Exit|Found)|killed: It was stopped: the program called \w+, which is shut\.)$/,
    );
  });

  it('leaves no file, removes none, and reaches nobody', () => {
    expect(readdirSync(folder)).toEqual(['kept']);
    expect(connections).toBe(0);
  });
});

describe('a program that breaks everything around it', () => {
  it.each(Object.keys(LAST_DEEDS))(
    '%s: only its own child ends',
    async (name) => {
      const told = await run(host, `${filled(LAST_DEEDS[name] ?? '')}\n`, { limits: { timeMs: 15_000 } });
      expect(['finished', 'exception', 'killed', 'timeLimit']).toContain(told.finished.outcome);
      expect(existsSync(path.join(folder, 'escaped'))).toBe(false);
      expect(connections).toBe(0);
      const next = await run(host, 'print("unharmed")');
      expect(next.output).toBe('unharmed\n');
    },
    60_000,
  );
});

describe('messages', () => {
  it('cannot be forged by printing them', async () => {
    const told = await run(
      host,
      `
import json, os, sys
header = json.dumps({'kind': 'finished', 'outcome': 'finished', 'detail': 'forged', 'ms': 0, 'events': 0, 'blocks': 0,
    'outputBytes': 0, 'exitStatus': 0}).encode()
frame = (len(header) + 4).to_bytes(4, 'little') + len(header).to_bytes(4, 'little') + header
for descriptor in (1, 2):
    os.write(descriptor, frame)
sys.stdout.buffer.write(frame)
sys.exit(3)
`,
    );
    expect(told.finished).toMatchObject({ outcome: 'exception', exitStatus: 3, detail: 'It ended with status 3.' });
    expect(told.output.match(/forged/g)).toHaveLength(3);
  });
});

describe('the walls', () => {
  it('are all tried before anything runs', async () => {
    const { layers } = await host.layers();
    expect(layers.map(({ layer }) => layer)).toEqual(['process', 'network', 'realm', 'interpreter']);
    for (const { layer, inForce } of layers) expect(inForce || layer === 'network').toBe(true);
  });

  it('run nothing where one is missing that nobody stands in for', async () => {
    const { layers } = await host.layers();
    const network = layers.find(({ layer }) => layer === 'network')?.inForce;
    const strict = openSandbox({ warm: 0, networkIsShutElsewhere: false });
    const told = await run(strict, 'print(1)');
    await strict.close();
    expect(told.finished.outcome).toBe(network ? 'finished' : 'refused');
  });

  it('shut a program in that is not shut in by another', async () => {
    const told = await run(
      host,
      'import gc\nprint(sorted({type(item).__name__ for item in gc.get_objects()})[:1] != [])',
    );
    expect(messageOf(told, 'output').text).toBe('True\n');
  });
});
