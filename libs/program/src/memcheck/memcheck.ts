/**
 * A C or C++ program's memory under the eyes of memcheck: variables on the stack and in globals, blocks on the heap,
 * pointers stored in both, and what Valgrind's memcheck (3.19, amd64, interior-pointer heuristics off) says about it.
 *
 * Every operation happens at a place: the innermost function, and the command and line that `step` named last. A program's
 * mistakes are errors in the log, never exceptions; an undeclared name is the caller's mistake and throws a
 * `RangeError`.
 */
import type { Site } from '@heapcast/trace';
import { Accesses, type AccessSize } from './accesses.js';
import { HEAP_START, RED_ZONE } from './address-space.js';
import { type Allocator, Blocks, NO_BLOCK, type SavedBlocks } from './blocks.js';
import { CallPaths, NO_PATH } from './call-paths.js';
import { type CallPlace, HeapCalls, type HeapUse } from './heap-calls.js';
import { checkLeaks, type LeakCheck, visitBlockPointers } from './leak-check.js';
import { type AddressDescription, type ErrorKind, ErrorLog, type FreeCall, type MemoryError } from './memory-errors.js';
import { type SavedMemory, ShadowMemory, Word } from './shadow-memory.js';
import { type SavedVariables, Variables } from './variables.js';

/** Hears what happens to blocks, in order: what an allocator below must be asked. */
export interface MemcheckListener {
  allocated(id: number, size: number, allocator: Allocator): void;
  freed(id: number): void;
  /** A new report, or one more time for a known one; `thisTime`: what happened now. */
  reported(error: MemoryError, thisTime: MemoryError): void;
}

export interface MemcheckOptions {
  /** Bytes of freed blocks, red zones included, that are remembered (`--freelist-vol`). Default: all. */
  readonly freedVolume?: number;
  /** Different errors that are kept. Default: all. */
  readonly maxErrors?: number;
  /** The function in which the program starts. Default: `main`. */
  readonly entry?: string;
  /** Where call paths are kept. Default: a table of its own. */
  readonly paths?: CallPaths;
  readonly listener?: Partial<MemcheckListener>;
}

/** Everything that a program's memory is, for a checkpoint: plain data, shared with nothing. */
export interface SavedMemcheck {
  readonly memory: SavedMemory;
  readonly blocks: SavedBlocks;
  readonly variables: SavedVariables;
  readonly sites: readonly Site[];
  readonly errors: readonly MemoryError[];
  readonly heap: HeapUse;
  readonly command: number;
  readonly line: number;
}

export class Memcheck {
  readonly paths: CallPaths;
  private readonly memory = new ShadowMemory();
  private readonly variables: Variables;
  private readonly blocks: Blocks;
  private readonly accesses: Accesses;
  private readonly heapCalls: HeapCalls;
  private readonly errorLog: ErrorLog;
  private readonly listener: Partial<MemcheckListener>;
  private readonly word = new Word();
  private command = 0;
  private line = 0;

  constructor(options: MemcheckOptions = {}) {
    this.listener = options.listener ?? {};
    this.paths = options.paths ?? new CallPaths();
    this.errorLog = new ErrorLog(options.maxErrors);
    this.variables = new Variables(this.memory, options.entry);
    this.blocks = new Blocks(options.freedVolume ?? Infinity, () => this.discardForgottenPages());
    this.accesses = new Accesses(this.memory, this.blocks, this.variables, (kind, address, size) =>
      this.reportAccess(kind, address, size),
    );
    this.heapCalls = new HeapCalls(this.blocks, this.memory, {
      allocated: (id, size, allocator) => this.listener.allocated?.(id, size, allocator),
      freed: (id) => this.listener.freed?.(id),
      misfreed: (kind, call, address) => this.report(kind, 0, call, address, 1),
    });
  }

  /** What follows is this command, at this line of the innermost function. Blocks are known by their command. */
  step(command: number, line: number): void {
    this.command = command;
    this.line = line;
  }

  declareLocal(name: string): void {
    this.variables.declareLocal(name);
  }

  declareGlobal(name: string): void {
    this.variables.declareGlobal(name);
  }

  isDeclared(name: string): boolean {
    return this.variables.find(name) !== undefined;
  }

  call(functionName: string): void {
    this.variables.call(functionName, this.here());
  }

  /** Leaves the innermost function. False if it was main: the program has ended. */
  return(): boolean {
    this.variables.return();
    return this.variables.depth > 0;
  }

  /** Functions that are running, main included. */
  get depth(): number {
    return this.variables.depth;
  }

  /** A new block, its address in `destination`. False if there was no memory: then the address is null. */
  allocate(destination: string, size: number, allocator: Exclude<Allocator, 'realloc'>): boolean {
    const to = this.addressOfVariable(destination);
    const address = this.heapCalls.allocate(size, allocator, this.place());
    this.assign(to, address);
    return address !== 0;
  }

  /**
   * Always moves the block; of null it is malloc, and to size 0 it is free and gives null. A pointer that is no block's
   * start is reported and gives null.
   */
  reallocate(destination: string, source: string, size: number): void {
    const to = this.addressOfVariable(destination);
    this.assign(to, this.heapCalls.reallocate(this.valueOf(source), size, this.place()));
  }

  /** The variable keeps its value. */
  free(name: string, call: Exclude<FreeCall, 'realloc'>): void {
    this.heapCalls.free(this.valueOf(name), call, this.place());
  }

  /** destination = source + delta bytes */
  copy(destination: string, source: string, delta?: number): void {
    this.loadVariable(source, delta);
    this.memory.store(this.addressOfVariable(destination), this.word);
  }

  setNull(name: string): void {
    this.assign(this.addressOfVariable(name), 0);
  }

  addressOf(destination: string, source: string): void {
    this.assign(this.addressOfVariable(destination), this.addressOfVariable(source));
  }

  /** *(block + offset) = source + delta; without a source: null. */
  store(block: string, offset: number, source?: string, delta?: number): void {
    const address = this.valueOf(block) + offset;
    if (source === undefined) this.word.setAddress(0);
    else this.loadVariable(source, delta);
    this.accesses.storePointer(address, this.word);
  }

  /** destination = *(block + offset) */
  load(destination: string, block: string, offset: number): void {
    const to = this.addressOfVariable(destination);
    this.accesses.loadPointer(this.valueOf(block) + offset);
    this.memory.store(to, this.accesses.loaded);
  }

  /** Writes data that is no pointer. */
  write(block: string, offset: number, size: AccessSize): void {
    this.accesses.write(this.valueOf(block) + offset, size);
  }

  /** Reads data that is no pointer. */
  read(block: string, offset: number, size: AccessSize): void {
    this.accesses.read(this.valueOf(block) + offset, size);
  }

  // The same by address, for callers that follow pointers themselves.

  /** The variable's address; `undefined` if it is not declared. */
  find(name: string): number | undefined {
    return this.variables.find(name);
  }

  /** As the caller of the innermost function sees it. */
  findInCaller(name: string): number | undefined {
    return this.variables.findInCaller(name);
  }

  /** Addresses of the locals of a frame, by name; 0 = main's. */
  localsAt(depth: number): ReadonlyMap<string, number> {
    return this.variables.localsAt(depth);
  }

  globalVariables(): ReadonlyMap<string, number> {
    return this.variables.globalVariables();
  }

  /** The name of the variable at an address, if there is one. */
  variableAt(address: number): string | undefined {
    return this.variables.nameAt(address);
  }

  /** The address of a new block; 0 if there is no memory for it. */
  allocateBlock(size: number, allocator: Exclude<Allocator, 'realloc'>): number {
    return this.heapCalls.allocate(size, allocator, this.place());
  }

  /** The address of the moved block; 0 if there is none. */
  reallocateBlock(address: number, size: number): number {
    return this.heapCalls.reallocate(address, size, this.place());
  }

  freeBlock(address: number, call: Exclude<FreeCall, 'realloc'>): void {
    this.heapCalls.free(address, call, this.place());
  }

  /** Reads a pointer, as the program does. */
  loadWord(address: number, into: Word): void {
    this.accesses.loadPointer(address);
    into.take(this.accesses.loaded);
  }

  storeWord(address: number, word: Word): void {
    this.accesses.storePointer(address, word);
  }

  /** Reads what is there, without the program's doing it. */
  peekWord(address: number, into: Word): void {
    this.accesses.peekPointer(address, into);
  }

  writeData(address: number, size: AccessSize): void {
    this.accesses.write(address, size);
  }

  readData(address: number, size: AccessSize): void {
    this.accesses.read(address, size);
  }

  describe(address: number): AddressDescription {
    return this.accesses.describe(address);
  }

  /** Id of the live block that the address points into (one of size 0 counts as one byte), or null. */
  liveBlockAt(address: number): number | null {
    const { blocks } = this;
    const block = blocks.near(address);
    if (block === NO_BLOCK || !blocks.isLive(block) || address < blocks.start[block]) return null;
    return address < blocks.start[block] + Math.max(blocks.size[block], 1) ? blocks.id[block] : null;
  }

  /** Calls `visit` with every pointer in the live block that starts here. */
  visitPointersIn(start: number, visit: (address: number) => void): void {
    const block = this.blocks.liveAt(start);
    if (block !== NO_BLOCK) this.memory.visitPointers(start, this.blocks.size[block], this.blocks.zeroed[block], visit);
  }

  /** Looks for lost blocks now. Nothing changes by it. */
  checkLeaks(): LeakCheck {
    return checkLeaks(this.blocks, this.memory, this.variables.roots());
  }

  /** Calls `visit` with every pointer from a live block to a live block, by entry of `checkLeaks` of this moment. */
  visitBlockPointers(visit: (from: number, to: number) => void): void {
    visitBlockPointers(this.blocks, this.memory, visit);
  }

  /** In order of first occurrence. */
  errors(): readonly MemoryError[] {
    return this.errorLog.all();
  }

  get heap(): HeapUse {
    return this.heapCalls.use;
  }

  save(): SavedMemcheck {
    return {
      memory: this.memory.save(),
      blocks: this.blocks.save(),
      variables: this.variables.save(),
      sites: this.paths.sites(),
      errors: this.errorLog.save(),
      heap: this.heap,
      command: this.command,
      line: this.line,
    };
  }

  restore(saved: SavedMemcheck): void {
    this.memory.restore(saved.memory);
    this.blocks.restore(saved.blocks);
    this.variables.restore(saved.variables);
    this.paths.restore(saved.sites);
    this.errorLog.restore(saved.errors, (path) => this.paths.place(path));
    this.step(saved.command, saved.line);
    this.heapCalls.restore(saved.heap);
  }

  private here(): number {
    const { innermost } = this.variables;
    return innermost === undefined ? NO_PATH : this.paths.path(innermost.function, this.line, innermost.caller);
  }

  private place(): CallPlace {
    return { id: this.command, path: this.here() };
  }

  private addressOfVariable(name: string): number {
    const address = this.variables.find(name);
    if (address === undefined) throw new RangeError(`There is no variable "${name}".`);
    return address;
  }

  private loadVariable(name: string, delta?: number): void {
    this.memory.load(this.addressOfVariable(name), this.word);
    if (delta !== undefined) this.word.add(delta);
  }

  private valueOf(name: string): number {
    this.loadVariable(name);
    return this.word.address;
  }

  private assign(variable: number, value: number): void {
    this.word.setAddress(value);
    this.memory.store(variable, this.word);
  }

  private reportAccess(kind: 'InvalidRead' | 'InvalidWrite', address: number, size: AccessSize): void {
    // Memcheck 3.19 counts an invalid write of two bytes twice if the address is even.
    const twice = kind === 'InvalidWrite' && size === 2 && address % 2 === 0;
    this.report(kind, size, null, address, twice ? 2 : 1);
  }

  private report(kind: ErrorKind, size: number, call: FreeCall | null, address: number, count: number): void {
    const path = this.here();
    const error = { at: this.command, kind, size, call, path, address: this.accesses.describe(address), count };
    const report = this.errorLog.add(error, this.paths.place(path));
    this.listener.reported?.(report, error);
  }

  /** Pages with nothing left but forgotten blocks. Variables' pages are below and above the heap. */
  private discardForgottenPages(): void {
    const { blocks } = this;
    this.memory.discard(
      (start, end) => end <= HEAP_START || start >= blocks.heapEnd - RED_ZONE || blocks.reachesInto(start, end),
    );
  }
}
