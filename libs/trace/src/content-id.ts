/**
 * The name of a trace's content: the same requests, names, sites and origin give the same id, in whatever format they
 * came and however they were cut into chunks. docs/formats/content-id.md has the definition byte by byte.
 *
 * Every column has a SHA-256 of its own, fed as chunks pass by; the id is the SHA-256 of those and of the header. A column
 * that says nothing anywhere (no site, no time, no name) counts as absent, so `null` and all zeros are the same.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Site, TraceChunk, TraceOrigin } from './columns.js';

/** What the id covers beside the columns. A `TraceHeader` is one. */
export interface HashedHeader {
  readonly origin: TraceOrigin;
  readonly sites: readonly Site[];
}

const ABSENT = Buffer.alloc(32);
const ZEROS = Buffer.alloc(1 << 16);

/** A column of numbers that may be absent: zeros are owed until the first that is not zero comes. */
class SparseColumn {
  #hash: Hash | null = null;
  #owed = 0;

  add(column: Uint32Array | Float64Array | null, length: number, bytesPerEntry: number): void {
    const says = column !== null && column.subarray(0, length).some((value) => value !== 0);
    if (!says) {
      this.#owed += length * bytesPerEntry;
      return;
    }
    this.#hash ??= createHash('sha256');
    this.#payUp(this.#hash);
    this.#hash.update(bytesOf(column, length));
  }

  digest(): Buffer {
    if (!this.#hash) return ABSENT;
    const copy = this.#hash.copy();
    this.#payUp(copy, false);
    return copy.digest();
  }

  #payUp(hash: Hash, settle = true): void {
    for (let owed = this.#owed; owed > 0; owed -= ZEROS.length)
      hash.update(ZEROS.subarray(0, Math.min(owed, ZEROS.length)));
    if (settle) this.#owed = 0;
  }
}

export class TraceHasher {
  readonly #op = createHash('sha256');
  readonly #size = createHash('sha256');
  readonly #slot = createHash('sha256');
  readonly #site = new SparseColumn();
  readonly #time = new SparseColumn();
  #names: Hash | null = null;
  #events = 0;

  /** Adds the next requests; chunks may be of any length. */
  add(chunk: TraceChunk): void {
    const { length } = chunk;
    this.#op.update(bytesOf(chunk.op, length));
    this.#size.update(bytesOf(chunk.size, length));
    this.#slot.update(bytesOf(chunk.slot, length));
    this.#site.add(chunk.site, length, 4);
    this.#time.add(chunk.time, length, 8);
    if (chunk.names) this.#addNames(chunk.names);
    this.#events += length;
  }

  /** The id: 64 hexadecimal digits. More may be added after it and the id asked again. */
  digest(header: HashedHeader): string {
    const whole = createHash('sha256');
    whole.update('heapcast-trace-1\n');
    whole.update(number64(this.#events));
    whole.update(this.#op.copy().digest());
    whole.update(this.#size.copy().digest());
    whole.update(this.#slot.copy().digest());
    whole.update(this.#site.digest());
    whole.update(this.#time.digest());
    whole.update(this.#names ? this.#names.copy().digest() : ABSENT);
    const { recordedOn, arenaSize, poolSize, arenaMisalignment } = header.origin;
    whole.update(`${JSON.stringify([recordedOn, arenaSize, poolSize, [...arenaMisalignment]])}\n`);
    for (const site of header.sites) {
      whole.update(`${JSON.stringify([site.function, site.file, site.line, site.parent])}\n`);
    }
    return whole.digest('hex');
  }

  #addNames(names: ReadonlyMap<number, string>): void {
    this.#names ??= createHash('sha256');
    for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
      const text = Buffer.from(name);
      this.#names.update(number64(this.#events + index));
      this.#names.update(number64(text.length));
      this.#names.update(text);
    }
  }
}

function bytesOf(column: Uint8Array | Uint32Array | Int32Array | Float64Array, length: number): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, length * column.BYTES_PER_ELEMENT);
}

function number64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
