/**
 * How soon a snippet answers, and what recording it costs: `libs/sandbox` with the built child, without a service around it.
 *
 * Cold is a child started for the snippet (what it starts from is made before); warm is one that waits. The slowdown is that of
 * the program alone, from its start to its end, recorded against not recorded.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  SandboxHost,
  type FinishedMessage,
  type SnippetLanguage,
  type SnippetLimits,
  type SnippetRecording,
} from '@heapcast/sandbox';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { median } from './statistics.js';

const ENTRY = fileURLToPath(new URL('../../../sandbox/src/main.js', import.meta.url));
const LIMITS: SnippetLimits = {
  timeMs: 120_000,
  memoryBytes: 512 * 1024 * 1024,
  events: 50_000_000,
  lines: 10_000_000,
  outputBytes: 1 << 20,
  sourceBytes: 1 << 20,
};

interface Program {
  readonly language: SnippetLanguage;
  readonly source: string;
}

const PYTHON: Program = {
  language: 'python',
  source: 'kept = [str(n) for n in range(100)]\nprint(len(kept))\n',
};
/** The leak of the talk. */
const CXX: Program = {
  language: 'cpp',
  source:
    '#include <cstdio>\nvoid Leak() {\n  int *a = new int[10];\n}\nint main() {\n  Leak();\n  std::puts("done");\n}\n',
};
/** Calls, small objects and a library, over and over. */
const BUSY = `
import json
class Node:
    def __init__(self, value, next):
        self.value = value
        self.next = next

def chain(n):
    node = None
    for i in range(n):
        node = Node({'n': i}, node)
    return node

for _ in range(ROUNDS):
    chain(2000)
    json.loads(json.dumps(list(range(2000))))
`;

export const snippetSpeed: Benchmark = {
  name: 'snippet',
  title: 'a snippet: start cold and warm (Python, C++), recorded against not recorded',
  async run({ quick, scratch, tell }) {
    const host = new SandboxHost({
      entry: ENTRY,
      cacheFolder: path.join(scratch, 'sandbox'),
      concurrency: 1,
      waiting: 1,
      warm: 0,
      warmCompilers: 0,
      networkIsShutElsewhere: true,
    });
    try {
      tell('snippet: preparing Python');
      const { inForce, layers } = await host.layers();
      if (!inForce) throw new Error(`the sandbox is not complete: ${JSON.stringify(layers)}`);
      // The child that tried the walls waits for a snippet; it is none of the cold ones.
      await run(host, PYTHON);
      const times = quick ? 1 : 5;
      const figures = [...(await starts(host, PYTHON, times)), ...(await slowdowns(host, quick ? 5 : 50))];
      const compiler = host.available('cpp');
      if (!compiler.available) {
        tell(`snippet: ${compiler.reason}`);
        return figures;
      }
      // What every program is linked with is compiled before.
      await run(host, CXX);
      return [...figures, ...(await starts(host, CXX, times))];
    } finally {
      await host.close();
    }
  },
};

async function starts(host: SandboxHost, program: Program, times: number): Promise<Figure[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < times; i++) cold.push((await run(host, program)).ms);
  const isPython = program.language === 'python';
  for (let i = 0; i < times; i++) {
    await host.warm(isPython ? 1 : 0, isPython ? 0 : 1);
    warm.push((await run(host, program)).ms);
  }
  await host.warm(0);
  const name = isPython ? 'snippet' : 'snippet.c';
  return [
    { name: `${name}.cold`, value: median(cold), unit: 'ms' },
    { name: `${name}.warm`, value: median(warm), unit: 'ms', target: atMost(1500) },
  ];
}

async function slowdowns(host: SandboxHost, rounds: number): Promise<Figure[]> {
  const program = { ...PYTHON, source: BUSY.replace('ROUNDS', String(rounds)) };
  const plain = (await run(host, program, 'nothing')).finished;
  const figures: Figure[] = [];
  for (const record of ['requests', 'lines', 'frames'] as const) {
    const { finished } = await run(host, program, record);
    figures.push({
      name: `snippet.slowdown.${record}`,
      value: finished.ms / plain.ms,
      unit: 'times',
      beside: `not recorded ${plain.ms.toFixed(0)} ms`,
      note: `${finished.events} requests, ${(finished.events / finished.ms / 1000).toFixed(2)} M/s`,
    });
  }
  return figures;
}

/** Milliseconds from the call to the last message, and that message. */
async function run(
  host: SandboxHost,
  { language, source }: Program,
  record: SnippetRecording = 'requests',
): Promise<{ readonly ms: number; readonly finished: FinishedMessage }> {
  const begin = performance.now();
  const file = language === 'python' ? 'snippet.py' : 'snippet.cc';
  const request = { language, file, source, args: [], record, limits: LIMITS } as const;
  for await (const message of host.run(request)) {
    if (message.kind !== 'finished') continue;
    if (message.outcome !== 'finished') throw new Error(`${message.outcome}: ${message.detail}`);
    return { ms: performance.now() - begin, finished: message };
  }
  throw new Error('a snippet without an end');
}
