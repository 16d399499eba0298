/**
 * The pointer variables of a program: its globals, and the locals of every function that is still running. Each is one
 * word of memory, so that its address can be taken and written through. These words are the roots of a leak check.
 */
import { depthOf, frameStart, globalAddress, MAX_GLOBALS, MAX_LOCALS, WORD_BYTES } from './address-space.js';
import { NO_PATH } from './call-paths.js';
import { type ShadowMemory, Word } from './shadow-memory.js';

export interface Frame {
  readonly function: string;
  /** The path of the call that led here. */
  readonly caller: number;
  /** Address by name, in the order of declaration. */
  readonly locals: Map<string, number>;
}

export interface SavedVariables {
  readonly globals: readonly string[];
  readonly frames: readonly {
    readonly function: string;
    readonly caller: number;
    readonly locals: readonly string[];
  }[];
}

const MAIN = 'main';

export class Variables {
  private readonly globals = new Map<string, number>();
  private readonly frames: Frame[];
  private readonly null = new Word();

  /** `entry`: the function in which the program starts. */
  constructor(
    private readonly memory: ShadowMemory,
    entry = MAIN,
  ) {
    this.frames = [{ function: entry, caller: NO_PATH, locals: new Map() }];
  }

  /** Calls of the innermost function and its callers; 0 once main has returned. */
  get depth(): number {
    return this.frames.length;
  }

  /** The innermost function; `undefined` once main has returned. */
  get innermost(): Frame | undefined {
    return this.frames.at(-1);
  }

  /** Everything from here up is stack in use. */
  get stackPointer(): number {
    return frameStart(this.frames.length - 1);
  }

  /** Where the globals end. */
  get dataEnd(): number {
    return globalAddress(this.globals.size);
  }

  /** A null pointer in the innermost frame. Throws a `RangeError` if the frame is full or main has returned. */
  declareLocal(name: string): void {
    const { innermost } = this;
    if (innermost === undefined || innermost.locals.size === MAX_LOCALS) throw new RangeError('No room for a local.');
    const known = innermost.locals.get(name);
    const address = known ?? this.stackPointer + innermost.locals.size * WORD_BYTES;
    innermost.locals.set(name, address);
    this.memory.store(address, this.null);
  }

  /** A null pointer. Throws a `RangeError` if there are too many. */
  declareGlobal(name: string): void {
    if (this.globals.size === MAX_GLOBALS) throw new RangeError('No room for a global.');
    const address = this.globals.get(name) ?? this.dataEnd;
    this.globals.set(name, address);
    this.memory.store(address, this.null);
  }

  call(functionName: string, caller: number): void {
    this.frames.push({ function: functionName, caller, locals: new Map() });
  }

  /** The innermost function's locals cease to exist. */
  return(): void {
    const frame = this.frames.pop();
    for (const address of frame?.locals.values() ?? []) this.memory.store(address, this.null);
  }

  /** The variable's address: a local of the innermost frame, else a global; `undefined` if neither has the name. */
  find(name: string): number | undefined {
    return this.innermost?.locals.get(name) ?? this.globals.get(name);
  }

  /** The same in the eyes of the caller. */
  findInCaller(name: string): number | undefined {
    return this.frames.at(-2)?.locals.get(name) ?? this.globals.get(name);
  }

  /** Addresses by name; 0 = main's. */
  localsAt(depth: number): ReadonlyMap<string, number> {
    return this.frames[depth].locals;
  }

  globalVariables(): ReadonlyMap<string, number> {
    return this.globals;
  }

  /** The name of the variable at this address, if there is one. */
  nameAt(address: number): string | undefined {
    const frame = this.frames[depthOf(address)];
    for (const [name, at] of frame?.locals ?? this.globals) {
      if (at === address) return name;
    }
    return undefined;
  }

  /** The addresses of all variables that exist. */
  *roots(): IterableIterator<number> {
    yield* this.globals.values();
    for (const frame of this.frames) yield* frame.locals.values();
  }

  save(): SavedVariables {
    return {
      globals: [...this.globals.keys()],
      frames: this.frames.map((frame) => ({ ...frame, locals: [...frame.locals.keys()] })),
    };
  }

  /** Takes over names and frames; the values are the memory's. */
  restore(saved: SavedVariables): void {
    this.globals.clear();
    saved.globals.forEach((name, index) => this.globals.set(name, globalAddress(index)));
    this.frames.length = 0;
    saved.frames.forEach((frame, depth) => {
      const locals = frame.locals.map((name, index): [string, number] => [
        name,
        frameStart(depth) + index * WORD_BYTES,
      ]);
      this.frames.push({ ...frame, locals: new Map(locals) });
    });
  }
}
