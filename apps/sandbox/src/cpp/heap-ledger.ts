/**
 * Every block that the program was given, and what it did wrong with them. Blocks are numbered 1, 2, 3 … in the order of
 * asking, as in the trace. Columns by number: 17 bytes for a block.
 */
import { HEAP_CALLS, type HeapCall } from './recorder-source.js';

export type HeapErrorKind = 'doubleFree' | 'invalidFree' | 'mismatchedFree';

/** What memcheck would have reported; the program went on. */
export interface HeapError {
  readonly kind: HeapErrorKind;
  /** The function that was called. */
  readonly call: HeapCall;
  /** Call path of it: a site, 0 = not known. */
  readonly site: number;
  /** Number of the block that is meant; 0 = none was ever there. */
  readonly block: number;
  /** Bytes of that block. */
  readonly size: number;
  /** From the block's start to the pointer that was freed. */
  readonly offset: number;
  /** Which function gave the block, and where. */
  readonly givenBy: HeapCall;
  readonly givenAt: number;
  /** Where it was freed before; 0 = it was not. */
  readonly freedAt: number;
  /** Requests made before. */
  readonly event: number;
  /** How often the same happened at the same place. */
  times: number;
}

/** Blocks that are freed wait until so many bytes, or so many blocks, were freed after them. */
const ASIDE_BYTES = 4 << 20;
const ASIDE_BLOCKS = 4096;
const MOST_ERRORS = 100;
const FIRST_ROOM = 1024;

const LIVE = 0;
const FREED = 1;

export class HeapLedger {
  /** Block numbers given. */
  blocks = 0;
  liveBytes = 0;
  liveBlocks = 0;
  peakBytes = 0;
  readonly errors: HeapError[] = [];
  /** Errors that were not kept because there are too many. */
  errorsDropped = 0;
  #address = new Uint32Array(FIRST_ROOM);
  #size = new Uint32Array(FIRST_ROOM);
  #givenAt = new Uint32Array(FIRST_ROOM);
  #freedAt = new Uint32Array(FIRST_ROOM);
  #call = new Uint8Array(FIRST_ROOM);
  #state = new Uint8Array(FIRST_ROOM);
  /** Number of the block that began at an address last. */
  readonly #at = new Map<number, number>();
  /** Freed and kept aside, first in, first out. */
  readonly #aside: number[] = [];
  #asideFrom = 0;
  #asideBytes = 0;

  /** Number of the live block that begins there, or 0. */
  liveAt(address: number): number {
    const block = this.#at.get(address) ?? 0;
    return block !== 0 && this.#state[block] === LIVE ? block : 0;
  }

  sizeOf(block: number): number {
    return this.#size[block];
  }

  addressOf(block: number): number {
    return this.#address[block];
  }

  siteOf(block: number): number {
    return this.#givenAt[block];
  }

  callOf(block: number): HeapCall {
    return HEAP_CALLS[this.#call[block]];
  }

  /** Numbers of the live blocks by ascending address. */
  live(): Uint32Array {
    const numbers = new Uint32Array(this.liveBlocks);
    let count = 0;
    for (let block = 1; block <= this.blocks; block++) if (this.#state[block] === LIVE) numbers[count++] = block;
    return numbers.sort((a, b) => this.#address[a] - this.#address[b]);
  }

  place(call: number, address: number, size: number, site: number): number {
    const block = ++this.blocks;
    if (block >= this.#address.length) this.#grow();
    this.#address[block] = address;
    this.#size[block] = size;
    this.#givenAt[block] = site;
    this.#call[block] = call;
    this.#at.set(address, block);
    this.#count(size, 1);
    return block;
  }

  /** A live block may have moved; where it was asked for last is where it comes from. */
  resize(block: number, address: number, size: number, site: number): void {
    this.#at.delete(this.#address[block]);
    this.#count(size - this.#size[block], 0);
    this.#address[block] = address;
    this.#size[block] = size;
    this.#givenAt[block] = site;
    this.#call[block] = HEAP_CALLS.indexOf('realloc');
    this.#at.set(address, block);
  }

  free(block: number, site: number): void {
    this.#state[block] = FREED;
    this.#freedAt[block] = site;
    this.#count(-this.#size[block], -1);
    this.#aside.push(block);
    this.#asideBytes += this.#size[block];
  }

  /** Address of a block that is kept aside and may go now, or 0. */
  release(): number {
    if (this.#asideBytes <= ASIDE_BYTES && this.#aside.length - this.#asideFrom <= ASIDE_BLOCKS) return 0;
    const block = this.#aside[this.#asideFrom++];
    if (this.#asideFrom > ASIDE_BLOCKS && this.#asideFrom * 2 > this.#aside.length) {
      this.#aside.splice(0, this.#asideFrom);
      this.#asideFrom = 0;
    }
    this.#asideBytes -= this.#size[block];
    return this.#address[block];
  }

  /** Keeps what is wrong with freeing or resizing something that no live block begins at. Answers the dead block, or 0. */
  complainOfFree(call: number, address: number, site: number, event: number): number {
    const dead = this.#at.get(address) ?? 0;
    const block = dead || this.#around(address);
    this.#complain(dead ? 'doubleFree' : 'invalidFree', call, block, address, site, event);
    return dead;
  }

  complainOfMismatch(call: number, block: number, site: number, event: number): void {
    this.#complain('mismatchedFree', call, block, this.#address[block], site, event);
  }

  #complain(kind: HeapErrorKind, call: number, block: number, address: number, site: number, event: number): void {
    const known = this.errors.find(
      (error) =>
        error.kind === kind &&
        error.site === site &&
        error.givenAt === this.#givenAt[block] &&
        error.freedAt === this.#freedAt[block],
    );
    if (known) {
      known.times++;
      return;
    }
    if (this.errors.length >= MOST_ERRORS) {
      this.errorsDropped++;
      return;
    }
    this.errors.push({
      kind,
      call: HEAP_CALLS[call],
      site,
      block,
      size: this.#size[block],
      offset: block === 0 ? 0 : address - this.#address[block],
      givenBy: HEAP_CALLS[this.#call[block]],
      givenAt: this.#givenAt[block],
      freedAt: this.#freedAt[block],
      event,
      times: 1,
    });
  }

  /** The live block that holds the address, or 0. */
  #around(address: number): number {
    if (this.errors.length >= MOST_ERRORS) return 0;
    for (let block = 1; block <= this.blocks; block++) {
      const from = this.#address[block];
      if (this.#state[block] === LIVE && address > from && address < from + this.#size[block]) return block;
    }
    return 0;
  }

  #count(bytes: number, blocks: number): void {
    this.liveBytes += bytes;
    this.liveBlocks += blocks;
    this.peakBytes = Math.max(this.peakBytes, this.liveBytes);
  }

  #grow(): void {
    const room = 2 * this.#address.length;
    this.#address = grown(this.#address, new Uint32Array(room));
    this.#size = grown(this.#size, new Uint32Array(room));
    this.#givenAt = grown(this.#givenAt, new Uint32Array(room));
    this.#freedAt = grown(this.#freedAt, new Uint32Array(room));
    this.#call = grown(this.#call, new Uint8Array(room));
    this.#state = grown(this.#state, new Uint8Array(room));
  }
}

function grown<T extends Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

const TAKES: ReadonlyMap<HeapCall, HeapCall> = new Map<HeapCall, HeapCall>([
  ['new', 'delete'],
  ['new[]', 'delete[]'],
]);

/** Is this the function that takes back what that one gave? */
export function belongTogether(gave: HeapCall, takes: HeapCall): boolean {
  return (TAKES.get(gave) ?? 'free') === takes;
}
