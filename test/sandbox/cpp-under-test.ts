/** C and C++ through the real compiler, in this process: one compiler for a file of stories, loaded quickly. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { expect } from '@jest/globals';
import { runLLVM } from '@yowasp/clang';
import type { Site } from '@heapcast/trace';
import { runProgram } from '../../apps/sandbox/src/cpp/load.js';
import { compileOwnObjects, type Llvm, type OwnObjects, Toolchain } from '../../apps/sandbox/src/cpp/toolchain.js';
import type { Outbox } from '../../apps/sandbox/src/outbox.js';
import type { ChildMessage, LeaksMessage, SnippetLimits } from '../../apps/sandbox/src/protocol.js';

const engine = WebAssembly;
const llvm = runLLVM as Llvm;
/** Made by the first file of a test run that needs them. */
const OBJECTS = path.join(process.env['HEAPCAST_TEST_RUN'] ?? '', 'clang-objects.json');

export async function loadToolchain(): Promise<Toolchain> {
  v8.setFlagsFromString('--liftoff-only');
  const ignored = () => undefined;
  await llvm(null, {}, { stdout: ignored, stderr: ignored, fetchProgress: ignored, decodeASCII: false });
  return Toolchain.load(llvm, await ownObjects());
}

async function ownObjects(): Promise<OwnObjects> {
  if (existsSync(OBJECTS)) {
    const kept = JSON.parse(readFileSync(OBJECTS, 'utf8')) as { recorder: string; arguments: string };
    return { recorder: Buffer.from(kept.recorder, 'base64'), arguments: Buffer.from(kept.arguments, 'base64') };
  }
  const own = await compileOwnObjects(llvm);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  writeFileSync(OBJECTS, JSON.stringify({ recorder: text(own.recorder), arguments: text(own.arguments) }));
  return own;
}

/** Keeps what the program says. */
class HeldOutbox {
  readonly messages: ChildMessage[] = [];
  events = 0;
  outputBytes = 0;
  #started = 0;

  say(message: ChildMessage): void {
    if (message.kind === 'started') this.#started = performance.now();
    this.messages.push(message);
  }

  chunk(firstEvent: number, length: number): void {
    expect(firstEvent).toBe(this.events);
    this.events += length;
  }

  output(stream: 'stdout' | 'stderr', text: string, bytes: number): void {
    this.outputBytes += bytes;
    this.messages.push({ kind: 'output', stream, text });
  }

  exception(exception: { type: string; message: string; line: number; traceback: string }): void {
    this.messages.push({ kind: 'exception', ...exception });
  }

  get elapsed(): number {
    return performance.now() - this.#started;
  }
}

const LIMITS = { timeMs: 20_000, memoryBytes: 64 << 20, events: 1e6, lines: 0, outputBytes: 65_536, sourceBytes: 1e6 };

export async function runCpp(
  toolchain: Toolchain,
  language: 'c' | 'cpp',
  source: string,
  limits: Partial<SnippetLimits> = {},
  args: readonly string[] = [],
) {
  const outbox = new HeldOutbox();
  const file = language === 'c' ? 'main.c' : 'main.cc';
  const request = { language, file, source, args, record: 'requests' as const, limits: { ...LIMITS, ...limits } };
  try {
    const ending = await runProgram(toolchain, request, outbox as unknown as Outbox);
    const of = <K extends ChildMessage['kind']>(kind: K) =>
      outbox.messages.filter((message): message is Extract<ChildMessage, { kind: K }> => message.kind === kind);
    const sites = of('sites').flatMap((message): readonly Site[] => message.sites);
    const path = (site: number): string[] => {
      const place = sites[site - 1];
      return place ? [`${place.function}:${place.line}`, ...path(place.parent)] : [];
    };
    return {
      ending,
      output: of('output')
        .map(({ text }) => text)
        .join(''),
      leaks: of('leaks')[0] as LeaksMessage,
      exception: of('exception')[0],
      path,
      events: outbox.events,
    };
  } finally {
    // Taken away before each program runs.
    globalThis.WebAssembly = engine;
  }
}
