/**
 * How soon a snippet answers, and what recording it costs: `libs/sandbox` with the built child, without a service around it.
 *
 * Cold is a child started for the snippet (from the snapshot, which is made before); warm is one that waits. The slowdown is
 * that of the program alone, from its start to its end, recorded against not recorded.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SandboxHost, type FinishedMessage, type SnippetLimits, type SnippetRecording } from '@heapcast/sandbox';
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
const SMALL = 'kept = [str(n) for n in range(100)]\nprint(len(kept))\n';
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
  title: 'a Python snippet: start cold and warm, recorded against not recorded',
  async run({ quick, scratch, tell }) {
    const host = new SandboxHost({
      entry: ENTRY,
      cacheFolder: path.join(scratch, 'sandbox'),
      concurrency: 1,
      waiting: 1,
      warm: 0,
      networkIsShutElsewhere: true,
    });
    try {
      tell('snippet: preparing Python');
      const { inForce, layers } = await host.layers();
      if (!inForce) throw new Error(`the sandbox is not complete: ${JSON.stringify(layers)}`);
      // The child that tried the walls waits for a snippet; it is none of the cold ones.
      await run(host, SMALL);
      return [...(await starts(host, quick ? 1 : 5)), ...(await slowdowns(host, quick ? 5 : 50))];
    } finally {
      await host.close();
    }
  },
};

async function starts(host: SandboxHost, times: number): Promise<Figure[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let i = 0; i < times; i++) cold.push((await run(host, SMALL)).ms);
  for (let i = 0; i < times; i++) {
    await host.warm(1);
    const { ms } = await run(host, SMALL);
    warm.push(ms);
  }
  await host.warm(0);
  return [
    { name: 'snippet.cold', value: median(cold), unit: 'ms' },
    { name: 'snippet.warm', value: median(warm), unit: 'ms', target: atMost(1500) },
  ];
}

async function slowdowns(host: SandboxHost, rounds: number): Promise<Figure[]> {
  const source = BUSY.replace('ROUNDS', String(rounds));
  const plain = (await run(host, source, 'nothing')).finished;
  const figures: Figure[] = [];
  for (const record of ['requests', 'lines', 'frames'] as const) {
    const { finished } = await run(host, source, record);
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
  source: string,
  record: SnippetRecording = 'requests',
): Promise<{ readonly ms: number; readonly finished: FinishedMessage }> {
  const begin = performance.now();
  const request = { language: 'python', file: 'snippet.py', source, args: [], record, limits: LIMITS } as const;
  for await (const message of host.run(request)) {
    if (message.kind !== 'finished') continue;
    if (message.outcome !== 'finished') throw new Error(`${message.outcome}: ${message.detail}`);
    return { ms: performance.now() - begin, finished: message };
  }
  throw new Error('a snippet without an end');
}
