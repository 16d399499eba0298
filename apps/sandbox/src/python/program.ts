/**
 * One run of a Python program: compile, record, and say how it ended.
 *
 * Limits that can be kept from inside are kept here, so that everything until then is delivered: time (looked at every few
 * thousand lines and whenever records are told), requests, output. A program that is busy inside one C function for longer is
 * killed by the service.
 */
import type { Outbox } from '../outbox.js';
import type { OutputMessage, SnippetOutcome, SnippetRequest, TranslationNote } from '../protocol.js';
import type { Ending } from '../runtime.js';
import { countObjects } from './census.js';
import { FrameColumns } from './frames.js';
import { MOST_LOCALS } from './frames-source.js';
import { GateClosed, ProgramExit } from './import-gate.js';
import type { Interpreter } from './interpreter.js';
import type { Layout } from './layout.js';
import { LiveBlocks } from './live-blocks.js';
import type { MemoryCap } from './memory-cap.js';
import { MemoryReader } from './memory-reader.js';
import { DETAIL, RING_RECORDS, type Recorder } from './recorder.js';
import { RequestColumns } from './request-columns.js';
import { SiteTable } from './site-table.js';
import { TextTable } from './text-table.js';

const REMARKS = [
  'CPython 3.14 on wasm32: sizes are those of a 32-bit build.',
  'This build of CPython has no pymalloc of its own; every request of its MEM and OBJ domains was recorded, and what an ' +
    'allocator does with them is for the models to say.',
];
/** Milliseconds after which what was recorded is told, for whoever watches. */
const TELL_EVERY = 30;
/** After a while of silence so many milliseconds may be made up for: of a program that waits, each line is told as it begins. */
const MADE_UP = 450;

interface Made {
  readonly code: number;
  readonly globals: number;
  readonly cell: number;
  readonly notes: readonly TranslationNote[];
  readonly codes: readonly (readonly [number, string])[];
}

interface Report {
  readonly exit: number | null;
  readonly words?: string;
  readonly type?: string;
  readonly message?: string;
  readonly line?: number;
  readonly traceback?: string;
  readonly memory?: boolean;
}

export class Program {
  readonly #sites: SiteTable;
  readonly #blocks: LiveBlocks;
  readonly #memory: MemoryReader;
  #columns: RequestColumns;
  /** When something was told as often as it may be. */
  #told = TELL_EVERY + MADE_UP;

  constructor(
    private readonly interpreter: Interpreter,
    private readonly recorder: Recorder,
    private readonly layout: Layout,
    private readonly cap: MemoryCap,
    private readonly outbox: Outbox,
    private readonly request: SnippetRequest,
  ) {
    this.#sites = new SiteTable(request.file);
    this.#blocks = new LiveBlocks(Math.max(request.limits.memoryBytes, interpreter.module.HEAPU8.length));
    this.#memory = new MemoryReader(interpreter.module, layout);
    this.#columns = new RequestColumns(outbox, this.#blocks, RING_RECORDS, request.limits.lines);
  }

  run(): Ending {
    const { interpreter, recorder, request } = this;
    const { file, source, args, record } = request;
    let made: ReturnType<Interpreter['try']>;
    try {
      made = interpreter.try('make', JSON.stringify({ file, source, args, record }));
    } catch (error) {
      this.outbox.say({ kind: 'started', translations: [], remarks: REMARKS });
      return this.#broken(error);
    }
    if (made.raised !== 0) return this.#doesNotCompile(made.raised);
    const program: Made = JSON.parse(made.text);
    for (const [code, name] of program.codes) this.#sites.name(code, name);
    if (record === 'frames') this.#watchFrames(program);
    this.outbox.say({ kind: 'started', translations: program.notes, remarks: REMARKS });
    this.cap.limit = request.limits.memoryBytes;
    const events = {
      records: (words: Uint32Array) => this.#tell(words),
      tick: () => this.#tick(),
    };
    let raised = 0;
    try {
      if (record !== 'nothing') recorder.start(this.#sites, events, DETAIL[record]);
      const result = interpreter.module._PyEval_EvalCode(program.code, program.globals, program.globals);
      raised = result === 0 ? interpreter.module._PyErr_GetRaisedException() : 0;
    } catch (error) {
      return this.#broken(error);
    }
    recorder.stop();
    return this.#ended(raised);
  }

  /** What the program printed. Beyond the limit nothing is told, and it ends. */
  print(stream: OutputMessage['stream'], text: string, bytes: number): void {
    const room = this.request.limits.outputBytes - this.outbox.outputBytes;
    if (bytes <= room) return this.outbox.output(stream, text, bytes);
    const rest = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, room)).replace(/\ufffd+$/, '');
    if (rest.length > 0) this.outbox.output(stream, rest, room);
    return this.#stop('outputLimit', `It printed more than ${this.request.limits.outputBytes} bytes.`);
  }

  #tell(words: Uint32Array): void {
    const { limits } = this.request;
    this.#tellSites();
    const whole = this.#columns.tell(words, limits.events);
    this.#told = Math.max(this.#told, this.outbox.elapsed) + TELL_EVERY;
    if (!this.#columns.wantsLines) this.recorder.stopLines();
    if (!whole) this.#finish('eventLimit', `It made more than ${limits.events} requests.`);
    this.#checkTime();
  }

  #tick(): void {
    this.#checkTime();
    if (this.outbox.elapsed >= this.#told - MADE_UP) this.recorder.flush();
  }

  #checkTime(): void {
    const { timeMs } = this.request.limits;
    if (this.outbox.elapsed >= timeMs) this.#stop('timeLimit', `It ran longer than ${timeMs} ms.`);
  }

  #watchFrames({ code: main, globals: namespace, cell: cellType, codes }: Made): void {
    const { layout, outbox, recorder, request } = this;
    const memory = this.#memory;
    const texts = new TextTable();
    const own = codes.map(([address, name]) => {
      const names = memory.tuple(memory.word(address + layout.codeNames), MOST_LOCALS);
      const variables = names.map((text) => texts.numberOf(memory.text(text)));
      return { address, name: texts.numberOf(name), variables, isModule: address === main };
    });
    const ofName = (text: number): number => {
      const name = memory.text(text);
      return name.startsWith('__') ? 0 : texts.numberOf(name);
    };
    const ofType = (type: number): number => texts.numberOf(memory.typeName(type));
    const watched = own.map((code) => ({ ...code, variables: code.variables.length }));
    recorder.watchFrames({ layout, codes: watched, namespace, cellType, texts: { ofName, ofType } });
    const { lines } = request.limits;
    const frames = new FrameColumns(outbox, this.#blocks, texts, own, lines);
    this.#columns = new RequestColumns(outbox, this.#blocks, RING_RECORDS, lines, frames);
  }

  /** Ends the process from wherever the program is. */
  #stop(outcome: SnippetOutcome, detail: string): void {
    this.#tellRest();
    this.#finish(outcome, detail);
  }

  /** What is left in the ring, when the program will not be gone on with. */
  #tellRest(): void {
    const rest = this.recorder.take();
    this.#tellSites();
    this.#columns.tell(rest, this.request.limits.events);
  }

  #tellSites(): void {
    const fresh = this.#sites.take();
    if (fresh.sites.length > 0) this.outbox.say({ kind: 'sites', ...fresh });
  }

  #finish(outcome: SnippetOutcome, detail: string): never {
    return this.outbox.finish(this.#ending(outcome, detail));
  }

  #ending(outcome: SnippetOutcome, detail = '', exitStatus: number | null = null): Ending {
    return { outcome, detail, events: this.#columns.events, blocks: this.#blocks.given, exitStatus };
  }

  #doesNotCompile(raised: number): Ending {
    this.outbox.say({ kind: 'started', translations: [], remarks: REMARKS });
    const report: Required<Report> = JSON.parse(this.interpreter.call('compile_report', raised));
    const { type, message, line, traceback } = report;
    this.outbox.exception({ type, message, line, traceback });
    return this.#ending('doesNotCompile', message);
  }

  #ended(raised: number): Ending {
    let report: Report;
    try {
      report = this.#report(raised);
    } catch {
      // It broke what the report stands on (an audit hook, builtins): what is known from outside is told.
      if (raised === 0) return this.#ending('finished', 'It broke the interpreter around it.');
      const type = this.#memory.typeOf(raised);
      this.outbox.exception({ type, message: '', line: 0, traceback: '' });
      return this.#ending('exception', type);
    }
    if (report.words) this.print('stderr', `${report.words}\n`, new TextEncoder().encode(report.words).length + 1);
    if (report.type === undefined) {
      return report.exit === null || report.exit === 0
        ? this.#ending('finished', '', report.exit)
        : this.#ending('exception', `It ended with status ${report.exit}.`, report.exit);
    }
    const { type, message = '', line = 0, traceback = '' } = report;
    this.outbox.exception({ type, message, line, traceback });
    if (report.memory && this.cap.refused) {
      return this.#ending('memoryLimit', `It asked for more than ${this.request.limits.memoryBytes} bytes of memory.`);
    }
    return this.#ending('exception', (message === '' ? type : `${type}: ${message}`).slice(0, 1000));
  }

  #report(raised: number): Report {
    const { interpreter } = this;
    const none = interpreter.module.__Py_NoneStruct;
    const report: Report = JSON.parse(interpreter.call('ended', raised || none));
    const types: number[] = JSON.parse(interpreter.call('types_alive', none));
    this.outbox.say(countObjects(this.#blocks, this.#memory, this.layout, new Set(types)));
    return report;
  }

  /** The program did not come back the way it went. */
  #broken(error: unknown): Ending {
    this.#tellRest();
    if (error instanceof ProgramExit) {
      const outcome = error.status === 0 ? 'finished' : 'exception';
      return this.#ending(outcome, `It ended itself with status ${error.status}.`, error.status);
    }
    if (error instanceof GateClosed) return this.#ending('killed', `It was stopped: ${error.message}.`);
    if (error instanceof RangeError) return this.#ending('killed', 'It used up the stack of its interpreter.');
    return this.#ending('killed', 'Its interpreter crashed.');
  }
}
