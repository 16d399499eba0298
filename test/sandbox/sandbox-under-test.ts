/** One sandbox for a file of stories, with the built child; what it starts from is made once for the whole test run. */
import { fileURLToPath } from 'node:url';
import {
  SandboxHost,
  type ChunkMessage,
  type FinishedMessage,
  type SandboxOptions,
  type SnippetLimits,
  type SnippetMessage,
  type SnippetRecording,
} from '@heapcast/sandbox';
import type { Site } from '@heapcast/trace';
import { SANDBOX } from '../support/first-data.js';

export const ENTRY = fileURLToPath(new URL('../../dist/apps/sandbox/src/main.js', import.meta.url));

export const LIMITS: SnippetLimits = {
  timeMs: 30_000,
  memoryBytes: 192 * 1024 * 1024,
  events: 5_000_000,
  lines: 100_000,
  outputBytes: 1 << 20,
  sourceBytes: 1 << 18,
};

export interface Told {
  readonly messages: readonly SnippetMessage[];
  readonly finished: FinishedMessage;
  readonly output: string;
  readonly sites: readonly Site[];
  readonly chunks: readonly ChunkMessage[];
}

export interface Wish {
  readonly record?: SnippetRecording;
  readonly limits?: Partial<SnippetLimits>;
  readonly args?: readonly string[];
  readonly signal?: AbortSignal;
}

export function openSandbox(options: Partial<SandboxOptions> = {}): SandboxHost {
  return new SandboxHost({
    entry: ENTRY,
    cacheFolder: SANDBOX,
    concurrency: 2,
    waiting: 8,
    warm: 1,
    warmCompilers: 0,
    // Where namespaces cannot be made, the stories about the other walls still run; that one is told in layers.
    networkIsShutElsewhere: true,
    ...options,
  });
}

export async function run(host: SandboxHost, source: string, wish: Wish = {}): Promise<Told> {
  const messages: SnippetMessage[] = [];
  const request = {
    language: 'python' as const,
    file: 'snippet.py',
    source,
    args: wish.args ?? [],
    record: wish.record ?? ('requests' as const),
    limits: { ...LIMITS, ...wish.limits },
  };
  for await (const message of host.run(request, wish.signal)) messages.push(message);
  const finished = messages.at(-1);
  if (finished?.kind !== 'finished') throw new Error('a run without an end');
  return {
    messages,
    finished,
    output: messages.map((message) => (message.kind === 'output' ? message.text : '')).join(''),
    sites: messages.flatMap((message) => (message.kind === 'sites' ? message.sites : [])),
    chunks: messages.filter((message) => message.kind === 'chunk'),
  };
}

export function messageOf<Kind extends SnippetMessage['kind']>(
  told: Told,
  kind: Kind,
): Extract<SnippetMessage, { kind: Kind }> {
  const found = told.messages.find((message) => message.kind === kind);
  if (!found) throw new Error(`no ${kind} among ${told.messages.map((message) => message.kind).join(', ')}`);
  return found as Extract<SnippetMessage, { kind: Kind }>;
}
