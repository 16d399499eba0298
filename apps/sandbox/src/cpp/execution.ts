/**
 * A program on its way: a WebAssembly instance whose only doors are the recorder's and the system interface's. What it asks
 * of its heap is told; fuel that runs out brings it back here, where the clock is looked at; however it ends, its memory is
 * looked through for leaks.
 */
import type { ExceptionMessage, SnippetRequest } from '../protocol.js';
import type { Outbox } from '../outbox.js';
import type { Ending } from '../runtime.js';
import { CallPaths } from './call-paths.js';
import { describeTrap, Stop, wasmOffsets, withAllFrames } from './ending.js';
import { HeapLedger } from './heap-ledger.js';
import { HostFunctions } from './host-functions.js';
import { type InstrumentedModule, instrument } from './instrumentation.js';
import { leakReport } from './leak-report.js';
import type { ScanRange } from './leak-scan.js';
import { LineTable } from './line-table.js';
import { type LinkMap, readLinkMap, without } from './link-map.js';
import { Printing } from './printing.js';
import { Recording } from './recording.js';
import { PATH_BYTES, RecorderName } from './recorder-source.js';
import { notOffered, systemInterface } from './system-interface.js';
import { type LinkedProgram, STACK_BYTES } from './toolchain.js';
import { customSection, isEntry, readModule, type WasmModule } from './wasm-module.js';

/** Function entries and rounds of loops between two looks at the clock: a few milliseconds. */
const FUEL = 400_000;
/** Requests and output wait so long at most while the program runs, in milliseconds. */
const TELL_EVERY = 40;
/** A longer traceback is told without its middle. */
const INNERMOST_FRAMES = 25;
const OUTERMOST_FRAMES = 5;
const SYSTEM = 'wasi_snapshot_preview1';

/** Taken while they are there: a sealed realm has none of them. */
const { Global, Instance, Memory, Module } = WebAssembly;
const pause = new Int32Array(new SharedArrayBuffer(4));
const waitFor = Atomics.wait.bind(Atomics);

export class Execution {
  readonly #module: WasmModule;
  readonly #map: LinkMap;
  readonly #instrumented: InstrumentedModule;
  readonly #lines: LineTable;
  readonly #paths: CallPaths;
  readonly #ledger = new HeapLedger();
  readonly #recording: Recording;
  readonly #printing: Printing;
  readonly #host: HostFunctions;
  #exports: WebAssembly.Exports = {};
  #told = 0;

  constructor(
    program: LinkedProgram,
    private readonly request: SnippetRequest,
    private readonly outbox: Outbox,
  ) {
    this.#module = readModule(program.wasm);
    this.#map = readLinkMap(program.map);
    const section = (name: string): Uint8Array | null => customSection(this.#module, name);
    this.#lines = new LineTable(section('.debug_line'), section('.debug_line_str'), section('.debug_str'));
    this.#paths = new CallPaths(this.#module, this.#lines);
    this.#instrumented = this.#instrument();
    this.#recording = new Recording(outbox, this.#paths);
    this.#printing = new Printing(outbox, request.limits.outputBytes);
    this.#host = new HostFunctions(
      request.limits,
      [`./${request.file.replace(/\.\w+$/, '')}`, ...request.args],
      () => this.#memory(),
      this.#map.path,
      this.#paths,
      this.#ledger,
      this.#recording,
      () => this.#poll(),
    );
  }

  run(): Ending {
    const ending = this.#run();
    this.#printing.close();
    this.#recording.flush();
    if (ending.outcome !== 'refused') this.#reportLeaks();
    return { ...ending, events: this.#recording.events, blocks: this.#ledger.blocks };
  }

  #run(): Omit<Ending, 'events' | 'blocks'> {
    let start: unknown;
    try {
      const module = new Module(this.#instrumented.bytes);
      this.#exports = new Instance(module, this.#imports(module)).exports;
      start = this.#exports['_start'];
      this.#setGlobal(RecorderName.fuel, FUEL);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { outcome: 'refused', detail: `The program could not be started: ${reason}`, exitStatus: null };
    }
    try {
      withAllFrames(() => {
        if (typeof start === 'function') start();
      });
      return { outcome: 'finished', detail: '', exitStatus: 0 };
    } catch (error) {
      return this.#endedBy(error);
    }
  }

  #endedBy(error: unknown): Omit<Ending, 'events' | 'blocks'> {
    if (error instanceof Stop) {
      const { outcome, detail, status } = error;
      return { outcome, detail: detail || this.#whereItWas(outcome), exitStatus: status };
    }
    const trap = error instanceof Error ? error : new Error(String(error));
    // Frames of the recorder and the allocator are copied as they were, so that every position is known.
    const positions = wasmOffsets(trap).map((offset) => this.#instrumented.positionOf(offset));
    // A function that found no room for its frame has not begun: what failed is the call of it.
    if (trap instanceof RangeError && positions.length > 1 && isEntry(this.#module, positions[0])) positions.shift();
    const functions = positions.map((position) => this.#paths.functionName(position));
    const pointer = this.#global('__stack_pointer') | 0;
    const { type, message } = describeTrap(trap, functions, pointer < 0 || pointer > STACK_BYTES);
    this.#printing.close();
    this.outbox.exception({ type, message, ...this.#traceback(positions, functions) });
    return { outcome: 'exception', detail: message, exitStatus: null };
  }

  #traceback(positions: readonly number[], functions: readonly string[]): Pick<ExceptionMessage, 'line' | 'traceback'> {
    const places = positions.map((position) => this.#lines.at(position));
    const own = places.find((place) => place !== null && place.line > 0 && place.file === this.request.file);
    const told = (from: number, to: number): string[] =>
      functions.slice(from, to).map((name, i) => {
        const place = places[from + i];
        return `  at ${name || '?'}${place && place.line > 0 ? ` (${place.file}:${place.line})` : ''}`;
      });
    const { length } = functions;
    const left = length - INNERMOST_FRAMES - OUTERMOST_FRAMES;
    const frames =
      left > 0
        ? [...told(0, INNERMOST_FRAMES), `  … ${left} more`, ...told(length - OUTERMOST_FRAMES, length)]
        : told(0, length);
    return { line: own?.line ?? 0, traceback: frames.join('\n') };
  }

  #whereItWas(outcome: Ending['outcome']): string {
    const [place] = this.#paths.path(this.#host.siteAt(this.#global(RecorderName.depth)), 1);
    const where = place && place.line > 0 ? ` It was in ${place.function} (${place.file}:${place.line}).` : '';
    const { timeMs, outputBytes } = this.request.limits;
    if (outcome === 'timeLimit') return `The program ran longer than ${timeMs} ms.${where}`;
    if (outcome === 'outputLimit') return `The program printed more than ${outputBytes} bytes.${where}`;
    return '';
  }

  #reportLeaks(): void {
    const stackPointer = Math.min(Math.max(this.#global('__stack_pointer'), 0), STACK_BYTES);
    const data: ScanRange = { from: STACK_BYTES, to: this.#global('__data_end') };
    const roots = [{ from: stackPointer, to: STACK_BYTES }, ...without(data, this.#map.allocatorData)];
    const memory = new Uint8Array(this.#memory());
    this.outbox.say({ kind: 'leaks', ...leakReport(memory, this.#ledger, roots, this.#host.failedRequests) });
  }

  #poll(): void {
    this.#setGlobal(RecorderName.fuel, FUEL);
    const { elapsed } = this.outbox;
    if (elapsed > this.request.limits.timeMs) throw new Stop('timeLimit', '');
    if (elapsed - this.#told > TELL_EVERY) this.#tell();
  }

  #tell(): void {
    this.#recording.flush();
    this.#printing.flush();
    this.#told = this.outbox.elapsed;
  }

  #sleep(milliseconds: number): void {
    this.#tell();
    const left = this.request.limits.timeMs - this.outbox.elapsed;
    waitFor(pause, 0, 0, Math.max(0, Math.min(milliseconds, left)));
    if (milliseconds > left) throw new Stop('timeLimit', '');
  }

  #imports(module: WebAssembly.Module): WebAssembly.Imports {
    const system = systemInterface({
      memory: () => this.#memory(),
      write: (stream, bytes) => {
        if (this.#printing.write(stream, bytes)) throw new Stop('outputLimit', '');
      },
      exit: (status) => {
        const detail = status === 0 ? '' : `The program ended with status ${status}.`;
        throw new Stop(status === 0 ? 'finished' : 'exception', detail, status);
      },
      sleep: (milliseconds) => this.#sleep(milliseconds),
      elapsed: () => BigInt(Math.floor(this.outbox.elapsed * 1e6)),
    });
    const imports: WebAssembly.Imports = { [SYSTEM]: {}, [RecorderName.module]: { ...this.#host.imports() } };
    for (const { module: from, name } of Module.imports(module)) {
      if (from === SYSTEM) imports[SYSTEM][name] = Object.hasOwn(system, name) ? system[name] : notOffered;
    }
    return imports;
  }

  #memory(): ArrayBuffer {
    const { memory } = this.#exports;
    if (memory instanceof Memory) return memory.buffer;
    return new ArrayBuffer(0);
  }

  #global(name: string): number {
    const global = this.#exports[name];
    return global instanceof Global ? Number(global.value) : 0;
  }

  #setGlobal(name: string, value: number): void {
    const global = this.#exports[name];
    if (global instanceof Global) global.value = value;
  }

  #instrument(): InstrumentedModule {
    const index = (name: string): number => {
      const found = this.#module.exportedGlobals.get(name);
      if (found === undefined) throw new Error(`the program has no ${name}`);
      return found;
    };
    const poll = this.#module.importedFunctions.get(`${RecorderName.module}.poll`);
    if (poll === undefined || this.#map.path === 0) throw new Error('the program has no recorder');
    const [depth, fuel] = [index(RecorderName.depth), index(RecorderName.fuel)];
    const instruments = { depth, fuel, poll, path: this.#map.path, pathBytes: PATH_BYTES };
    const first = this.#module.functions[0].entry;
    return instrument(this.#module, instruments, ({ entry }) => this.#map.allocatorCode.has(entry - first));
  }
}
