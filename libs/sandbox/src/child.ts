/**
 * One child process, from its start to its death: it loads, says `ready`, gets one snippet, and is gone. Whatever it does, it
 * ends with a `finished` message: its own, or one made here of how it died.
 *
 * Backpressure: a message is read when the consumer asks for the next one; meanwhile the pipe fills and the child waits.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Command } from './confinement.js';
import { MessageReader } from './message-reader.js';
import { ProtocolFault } from './protocol-fault.js';
import type { FinishedMessage, ReadyMessage, SnippetMessage } from './protocol.js';
import type { SnippetOutcome, SnippetRequest } from './snippet.js';

/** To load a language. */
const LOAD_PATIENCE = 90_000;
/** A child stops itself at its limits; this much later it is killed. */
const GRACE = 1_000;
/** To compile, before the program starts. */
const COMPILE_PATIENCE = 30_000;
const LOOK_EVERY = 250;
const MIB = 1024 * 1024;
/** What a process holds beside its program's memory: Node, the interpreter or the compiler. */
const OVERHEAD_BYTES = { python: 500 * MIB, c: 1500 * MIB, cpp: 1500 * MIB } as const;
/** The recorder's tables grow with the program's memory, to at most its size. */
const TABLES = 2;

export class Child {
  /** Resolves when it is ready for a snippet; rejects when it died or said something else. */
  readonly ready: Promise<ReadyMessage>;

  readonly #process: ChildProcess;
  readonly #messages: AsyncGenerator<SnippetMessage | ReadyMessage>;
  readonly #ended: Promise<string>;
  #killedFor: { readonly outcome: SnippetOutcome; readonly detail: string } | null = null;
  #startedAt: number | null = null;
  #events = 0;
  #blocks = 0;
  #outputBytes = 0;
  #dead = false;

  constructor(command: Command) {
    this.#process = spawn(command.file, command.args, { env: {}, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
    let said = '';
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    // A child that dies before it has read everything.
    this.#process.stdin?.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(error.message));
      this.#process.once('close', (code, signal) => resolve(wordsFor(code, signal, said)));
    }).then((words) => {
      this.#dead = true;
      return String(words);
    });
    this.#messages = this.#read();
    this.ready = this.#becomeReady();
    // Whoever waits is told; when nobody does, it is no unhandled rejection.
    this.ready.catch(() => undefined);
  }

  /** Why it was killed from here; null = it was not. */
  get killedFor(): { readonly outcome: SnippetOutcome; readonly detail: string } | null {
    return this.#killedFor;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Runs the one snippet. The last message is always `finished`. */
  async *run(request: SnippetRequest): AsyncGenerator<SnippetMessage> {
    const begin = performance.now();
    const watch = this.#watch(request);
    try {
      this.#send(request);
      for await (const message of this.#messages) {
        if (message.kind === 'ready') throw new ProtocolFault('ready twice');
        if (message.kind === 'started') this.#startedAt = performance.now();
        this.#count(message, request);
        yield message;
        if (message.kind === 'finished') return;
        if (this.#killedFor) break;
      }
      yield this.#obituary(await this.#ended, performance.now() - begin);
    } catch (error) {
      this.kill('killed', 'The child said something that is not in the protocol.');
      if (!(error instanceof ProtocolFault)) throw error;
      await this.#ended;
      yield this.#obituary('', performance.now() - begin);
    } finally {
      clearInterval(watch);
      this.kill('killed', 'It was told to stop.');
      await this.#ended;
    }
  }

  /** The first reason counts. */
  kill(outcome: SnippetOutcome, detail: string): void {
    this.#killedFor ??= { outcome, detail };
    if (!this.#dead) this.#process.kill('SIGKILL');
  }

  /** Kills it and waits until it is gone. */
  async close(detail: string): Promise<void> {
    this.kill('killed', detail);
    await this.#ended;
  }

  async *#read(): AsyncGenerator<SnippetMessage | ReadyMessage> {
    const reader = new MessageReader();
    const channel = this.#process.stdio[3];
    if (!(channel instanceof Readable)) return;
    try {
      for await (const bytes of channel) if (bytes instanceof Buffer) yield* reader.read(bytes);
    } catch (error) {
      // The pipe broke with the child.
      if (error instanceof ProtocolFault) throw error;
    }
  }

  async #becomeReady(): Promise<ReadyMessage> {
    const timer = setTimeout(() => this.kill('killed', 'The child did not get ready.'), LOAD_PATIENCE);
    try {
      const { value } = (await this.#messages.next()) as IteratorResult<SnippetMessage | ReadyMessage, undefined>;
      if (value?.kind === 'ready') return value;
      const why = value?.kind === 'finished' ? value.detail : await this.#ended;
      throw new Error(`The child did not get ready: ${why}`);
    } catch (error) {
      this.kill('killed', 'The child did not get ready.');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #send(request: SnippetRequest): void {
    const text = Buffer.from(JSON.stringify(request));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    this.#process.stdin?.write(Buffer.concat([length, text]));
  }

  /** Keeps count, for its obituary, and stops what the child should have stopped itself. */
  #count(message: SnippetMessage | ReadyMessage, { limits }: SnippetRequest): void {
    if (message.kind === 'chunk') {
      this.#events += message.length;
      for (const id of message.id) if (id > this.#blocks) this.#blocks = id;
      if (this.#events > limits.events) this.kill('eventLimit', 'It made more requests than it may.');
    } else if (message.kind === 'output') {
      this.#outputBytes += Buffer.byteLength(message.text);
      // What is cut within a character is told as one of three bytes.
      if (this.#outputBytes > limits.outputBytes + 4096) this.kill('outputLimit', 'It printed more than it may.');
    }
  }

  #watch({ limits, language }: SnippetRequest): NodeJS.Timeout {
    const begin = performance.now();
    const most = TABLES * limits.memoryBytes + OVERHEAD_BYTES[language];
    return setInterval(() => {
      const now = performance.now();
      if (this.#startedAt === null) {
        if (now > begin + COMPILE_PATIENCE) this.kill('timeLimit', 'It took too long to compile.');
      } else if (now > this.#startedAt + limits.timeMs + GRACE) {
        this.kill('timeLimit', `It ran longer than ${limits.timeMs} ms.`);
      }
      if (residentBytes(this.#process.pid) > most) {
        this.kill('memoryLimit', `Its process grew beyond ${most} bytes.`);
      }
    }, LOOK_EVERY);
  }

  #obituary(death: string, ms: number): FinishedMessage {
    const memory = /heap out of memory|allocation failed/i.test(death);
    const found = memory
      ? { outcome: 'memoryLimit' as const, detail: 'Its process ran out of memory.' }
      : { outcome: 'killed' as const, detail: `Its process died: ${death.split('\n')[0]}.` };
    const { outcome, detail } = this.#killedFor ?? found;
    return {
      kind: 'finished',
      outcome,
      detail,
      ms: Math.round(ms * 1000) / 1000,
      events: this.#events,
      blocks: this.#blocks,
      outputBytes: this.#outputBytes,
      exitStatus: null,
    };
  }
}

function wordsFor(code: number | null, signal: string | null, said: string): string {
  const memory = /heap out of memory|allocation failed/i.exec(said);
  return `${memory ? `${memory[0]}, ` : ''}${signal ?? `exit code ${code}`}`;
}

/** Linux only, the process and its only child (`unshare` stays in front); 0 where it cannot be told. */
function residentBytes(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const [inner] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return Math.max(statusOf(pid), inner ? statusOf(Number(inner)) : 0);
  } catch {
    return 0;
  }
}

function statusOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}
