/**
 * How much the program may hold: the memory of its interpreter plus the bytes of its files, which Emscripten keeps in
 * JavaScript. Beyond that, growth fails the way it does on a real machine: `malloc` answers NULL (`MemoryError`), and writing
 * to a file says that no space is left.
 */
import type { EmscriptenModule, MemoryFile } from './emscripten.js';

const PAGE = 65_536;
/** ENOSPC, as Emscripten numbers it. */
const NO_SPACE = 51;

export class MemoryCap {
  #limit = Infinity;
  #files = 0;
  #refused = false;
  #memory: WebAssembly.Memory | null = null;
  #FileError: (new (errno: number) => Error) | null = null;

  /** Whether growth was refused since the limit was set. */
  get refused(): boolean {
    return this.#refused;
  }

  /** From here on: bytes of memory and files together. */
  set limit(bytes: number) {
    this.#limit = bytes;
    this.#refused = false;
  }

  /** Stands before `WebAssembly.Memory.prototype.grow` for good. Called before any memory exists. */
  guardMemory(): void {
    const original: unknown = Reflect.get(WebAssembly.Memory.prototype, 'grow');
    if (typeof original !== 'function') throw new Error('WebAssembly memory cannot grow here');
    const allows = (bytes: number): boolean => this.#allows(bytes + this.#files);
    Object.defineProperty(WebAssembly.Memory.prototype, 'grow', {
      value(this: WebAssembly.Memory, pages: number): number {
        if (!allows(this.buffer.byteLength + pages * PAGE)) throw new RangeError('The memory limit is reached.');
        return Number(Reflect.apply(original, this, [pages]));
      },
      writable: false,
      configurable: false,
    });
  }

  /** Counts the bytes of files in memory, and refuses those beyond the limit. */
  guardFiles(module: EmscriptenModule): void {
    this.#memory = module.memory;
    this.#FileError = module.FS.ErrnoError;
    const files = module.FS.filesystems.MEMFS;
    const stream = files.ops_table.file.stream;
    const { write } = stream;
    const resizeFileStorage = files.resizeFileStorage.bind(files);
    stream.write = (open, buffer, offset, length, position, canOwn) =>
      this.#watch(open.node, position + length, () => write(open, buffer, offset, length, position, canOwn));
    files.resizeFileStorage = (node, size) => this.#watch(node, size, () => resizeFileStorage(node, size));
  }

  /** Storage grows ahead of need, to at most twice the size. A removed file still counts: somebody may have it open. */
  #watch<Result>(node: MemoryFile, wanted: number, change: () => Result): Result {
    const before = node.contents?.length ?? 0;
    const memory = this.#memory?.buffer.byteLength ?? 0;
    if (wanted > before && !this.#allows(memory + this.#files + Math.max(wanted, 2 * before) - before)) {
      throw this.#FileError ? new this.#FileError(NO_SPACE) : new RangeError('no space left');
    }
    const result = change();
    this.#files += (node.contents?.length ?? 0) - before;
    return result;
  }

  #allows(bytes: number): boolean {
    if (bytes <= this.#limit) return true;
    this.#refused = true;
    return false;
  }
}
