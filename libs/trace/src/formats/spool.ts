/**
 * Bytes that must wait: kept in memory up to a limit, then in a temporary file. The file is unlinked as soon as it is
 * open where the system allows that, so nothing is left behind even by a killed process.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Spool {
  #memory = new Uint8Array(65_536);
  #length = 0;
  #file: number | null = null;
  /** The file's path while it still has one. */
  #path: string | null = null;

  /** @param memoryBytes how much to keep in memory before a file is made. */
  constructor(private readonly memoryBytes: number) {}

  get length(): number {
    return this.#length;
  }

  /** True once the bytes are in a file. */
  get inFile(): boolean {
    return this.#file !== null;
  }

  append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (this.#file === null && end > this.memoryBytes) this.#moveToFile();
    if (this.#file === null) {
      if (end > this.#memory.length) {
        const grown = new Uint8Array(Math.max(end, this.#memory.length * 2));
        grown.set(this.#memory.subarray(0, this.#length));
        this.#memory = grown;
      }
      this.#memory.set(bytes, this.#length);
    } else {
      writeAll(this.#file, bytes, this.#length);
    }
    this.#length = end;
  }

  /** Fills `into` with the bytes from `offset`; all of them must have been appended. */
  read(offset: number, into: Uint8Array): void {
    if (this.#file === null) {
      into.set(this.#memory.subarray(offset, offset + into.length));
      return;
    }
    for (let done = 0; done < into.length;) {
      const count = readSync(this.#file, into, done, into.length - done, offset + done);
      if (count === 0) throw new Error('the spool file is shorter than what was written to it');
      done += count;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    if (this.#path !== null) unlinkSync(this.#path);
    this.#file = null;
    this.#path = null;
    this.#memory = new Uint8Array(0);
    this.#length = 0;
  }

  #moveToFile(): void {
    const path = join(tmpdir(), `heapcast-${randomUUID()}`);
    this.#file = openSync(path, 'wx+', 0o600);
    this.#path = path;
    try {
      unlinkSync(path);
      this.#path = null;
    } catch {
      // Windows keeps the name of an open file: `close` removes it.
    }
    writeAll(this.#file, this.#memory.subarray(0, this.#length), 0);
    this.#memory = new Uint8Array(0);
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}
