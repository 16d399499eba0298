/**
 * Puts the recorder (`recorder-source.ts`) between CPython and its allocators, and empties its ring of records.
 *
 * Only the MEM and OBJ domains are recorded: those are what pymalloc serves. This build of CPython has no pymalloc of its own,
 * so that every request is seen, and what pymalloc would have done with it is for the models to say.
 */
import type { EmscriptenModule } from './emscripten.js';
import { CODE_ENTRY, SHADOW_BYTES, TYPE_ENTRIES, TYPE_ENTRY } from './frames-source.js';
import type { Interpreter } from './interpreter.js';
import type { Layout } from './layout.js';
import { RECORD_BYTES, SITE_ENTRIES, STACK_ENTRIES } from './recorder-source.js';
import type { SiteTable } from './site-table.js';

export const RING_RECORDS = 32_768;
/** PYMEM_DOMAIN_MEM and PYMEM_DOMAIN_OBJ, and how an op byte says so. */
const DOMAINS = [
  { domain: 1, nibble: 0x10 },
  { domain: 2, nibble: 0x20 },
] as const;
/** PyMemAllocatorEx: ctx, malloc, calloc, realloc, free. */
const ALLOCATOR_BYTES = 20;
const STACK_ENTRY = 16;
const METH_FASTCALL = 0x80;

export interface RecorderEvents {
  /** The ring's records, whole ones. Valid until the call returns. */
  readonly records: (words: Uint32Array) => void;
  /** From time to time, also where nothing is requested. */
  readonly tick: () => void;
}

/** Names what the recorder sees of frames for the first time. */
export interface FrameTexts {
  /** Number of a type's name. */
  readonly ofType: (type: number) => number;
  /** Number of a global's name; 0 = it is not shown. */
  readonly ofName: (text: number) => number;
}

/** What is needed to look at frames. */
export interface FrameView {
  readonly layout: Layout;
  /** The program's own code; it is told by its index here, from 1 on. */
  readonly codes: readonly { readonly address: number; readonly variables: number; readonly isModule: boolean }[];
  /** The dict that the module's names are in. */
  readonly namespace: number;
  /** Address of `types.CellType`. */
  readonly cellType: number;
  readonly texts: FrameTexts;
}

export const DETAIL = { requests: 0, lines: 1, frames: 2 } as const;

interface RecorderExports {
  readonly [name: string]: WebAssembly.Global | (() => number);
}

const now = performance.now.bind(performance);

export class Recorder {
  readonly #exports: RecorderExports;
  readonly #ring: number;
  readonly #hooks: { readonly domain: number; readonly former: number; readonly ours: number }[] = [];
  #sites: SiteTable | null = null;
  #events: RecorderEvents | null = null;
  #texts: FrameTexts | null = null;
  #begin = 0;

  constructor(
    private readonly module: EmscriptenModule,
    code: Uint8Array<ArrayBuffer>,
  ) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code), {
      host: {
        memory: module.memory,
        table: module.wasmTable,
        flush: () => this.flush(),
        clock: () => Math.round((now() - this.#begin) * 1000),
        tick: () => this.#events?.tick(),
        site: (caller: number, of: number, line: number) => this.#sites?.find(caller >>> 0, of >>> 0, line) ?? 0,
        isOurs: (of: number) => (this.#sites?.isOurs(of >>> 0) ? 1 : 0),
        typeText: (type: number) => this.#texts?.ofType(type >>> 0) ?? 0,
        nameText: (text: number) => this.#texts?.ofName(text >>> 0) ?? 0,
        asLong: (object: number) => module._PyLong_AsLong(object),
      },
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what RECORDER_SOURCE exports
    this.#exports = instance.exports as unknown as RecorderExports;
    this.#ring = module._malloc(RING_RECORDS * RECORD_BYTES);
    const stack = module._malloc(STACK_ENTRIES * STACK_ENTRY);
    const sites = this.#zeroed(SITE_ENTRIES * STACK_ENTRY);
    this.#set({ head: this.#ring, end: this.#ring + RING_RECORDS * RECORD_BYTES });
    this.#set({ stack, top: stack - STACK_ENTRY, last: stack + (STACK_ENTRIES - 1) * STACK_ENTRY, sites });
    this.#set({ none: module.__Py_NoneStruct, codeType: module._PyCode_Type });
    this.#prepareHooks();
  }

  /** Puts the monitoring callbacks into a dict of our namespace, by name. */
  offerCallbacks(interpreter: Interpreter): void {
    interpreter.define('callbacks = {}');
    const callbacks = interpreter.get('callbacks');
    for (const name of ['line', 'start', 'stop', 'throw', 'unwind']) {
      const builtin = interpreter.builtin(name, this.#slot(name, 'iiii'), METH_FASTCALL);
      interpreter.withText(name, (text) => this.module._PyDict_SetItemString(callbacks, text, builtin));
    }
  }

  /** Records from here on. */
  start(sites: SiteTable, events: RecorderEvents, detail: number): void {
    this.#sites = sites;
    this.#events = events;
    this.#begin = now();
    for (const { domain, ours } of this.#hooks) this.module._PyMem_SetAllocator(domain, ours);
    this.#set({ detail, on: 1 });
  }

  /** Has frames told, too, once it records with that detail. */
  watchFrames({ layout, codes, namespace, cellType, texts }: FrameView): void {
    this.#texts = texts;
    const room = 2 ** Math.ceil(Math.log2(2 * codes.length + 1));
    const table = this.#zeroed(room * CODE_ENTRY);
    const heap = this.module.HEAPU32;
    codes.forEach(({ address, variables, isModule }, index) => {
      let slot = (address >>> 4) & (room - 1);
      while (heap[(table + slot * CODE_ENTRY + 4) >>> 2] !== 0) slot = (slot + 1) & (room - 1);
      heap.set([address, index + 1, variables, isModule ? 1 : 0], (table + slot * CODE_ENTRY) >>> 2);
    });
    const types = this.#zeroed(TYPE_ENTRIES * TYPE_ENTRY);
    const shadow = this.#zeroed(SHADOW_BYTES);
    const { framePrevious: previousAt, frameCode: codeAt, frameLocals: localsAt } = layout;
    this.#set({ codes: table, codesMask: room - 1, types, shadow, namespace, cellType });
    this.#set({ thread: layout.thread + layout.currentFrame, previousAt, codeAt, localsAt });
    this.#set({ typeAt: layout.objectType, typeNameAt: layout.typeName });
  }

  /** Records no more, if it did; what is in the ring is told. */
  stop(): void {
    this.#set({ on: 0 });
    for (const { domain, former } of this.#hooks) this.module._PyMem_SetAllocator(domain, former);
    this.flush();
  }

  /** No more line records. */
  stopLines(): void {
    this.#set({ detail: DETAIL.requests });
  }

  flush(): void {
    const words = this.#empty();
    if (words.length > 0) this.#events?.records(words);
  }

  /** The ring's last records, for a program that will not be gone on with: nothing is recorded after this. */
  take(): Uint32Array {
    this.#set({ on: 0 });
    return this.#empty();
  }

  #empty(): Uint32Array {
    const head = this.#global('head');
    this.#set({ head: this.#ring });
    return this.module.HEAPU32.subarray(this.#ring >>> 2, head >>> 2);
  }

  #zeroed(bytes: number): number {
    const at = this.module._malloc(bytes);
    this.module.HEAPU8.fill(0, at, at + bytes);
    return at;
  }

  #prepareHooks(): void {
    const { module } = this;
    const functions = [
      this.#slot('m', 'iii'),
      this.#slot('c', 'iiii'),
      this.#slot('r', 'iiii'),
      this.#slot('f', 'vii'),
    ];
    for (const { domain, nibble } of DOMAINS) {
      const former = module._malloc(ALLOCATOR_BYTES + 4);
      module._PyMem_GetAllocator(domain, former);
      module.HEAPU32[(former + ALLOCATOR_BYTES) >>> 2] = nibble;
      const ours = module._malloc(ALLOCATOR_BYTES);
      module.HEAPU32.set([former, ...functions], ours >>> 2);
      this.#hooks.push({ domain, former, ours });
    }
  }

  #slot(name: string, signature: string): number {
    const exported = this.#exports[name];
    if (typeof exported !== 'function') throw new Error(`the recorder has no ${name}`);
    return this.module.addFunction(exported, signature);
  }

  #global(name: string): number {
    const exported = this.#exports[name];
    return exported instanceof Object && 'value' in exported ? Number(exported.value) >>> 0 : 0;
  }

  #set(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      const exported = this.#exports[name];
      if (typeof exported === 'function' || exported === undefined) throw new Error(`the recorder has no ${name}`);
      exported.value = value;
    }
  }
}
