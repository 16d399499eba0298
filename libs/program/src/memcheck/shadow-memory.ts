/**
 * The bytes of the simulated memory, and for each byte whether it was ever initialised.
 *
 * Memory is sparse: a page exists from the first write into it. A byte that was never written holds 0; whether that
 * counts as initialised depends on the block (calloc's does), so the page also knows which bytes were written at all.
 * What may be accessed is not decided here.
 */
import { WORD_BYTES } from './address-space.js';

const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / WORD_BYTES;
const HALF = 0x1_0000_0000;
/** All eight bytes of a word. */
export const ALL_BYTES = 0xff;

/** Eight bytes on their way: a pointer, or what is left of one. Masks have bit n for byte n. */
export class Word {
  low = 0;
  high = 0;
  /** Bytes that were written since the memory came into being. */
  written = ALL_BYTES;
  /** Bytes that are initialised; from memory: of those written. */
  defined = ALL_BYTES;

  /** As an address; exact below 2^53, and no address is above. */
  get address(): number {
    return this.high * HALF + this.low;
  }

  setAddress(address: number): void {
    this.low = address >>> 0;
    this.high = Math.floor(address / HALF) >>> 0;
    this.written = ALL_BYTES;
    this.defined = ALL_BYTES;
  }

  /** Becomes the other. */
  take(other: Word): void {
    this.low = other.low;
    this.high = other.high;
    this.written = other.written;
    this.defined = other.defined;
  }

  /** Adds bytes as a processor would. A sum is uninitialised from its lowest uninitialised byte upwards. */
  add(delta: number): void {
    const low = this.low + (delta >>> 0);
    this.low = low >>> 0;
    this.high = (this.high + Math.floor(delta / HALF) + (low >= HALF ? 1 : 0)) >>> 0;
    const lowestUndefined = ~this.defined & (this.defined + 1);
    this.defined &= lowestUndefined - 1;
  }
}

interface Page {
  readonly bytes: Uint8Array;
  /** The same bytes as 32-bit halves of words, low half first. */
  readonly halves: Uint32Array;
  /** One mask a word. */
  readonly written: Uint8Array;
  readonly defined: Uint8Array;
}

export interface SavedMemory {
  readonly pages: readonly {
    readonly number: number;
    readonly bytes: Uint8Array;
    readonly written: Uint8Array;
    readonly defined: Uint8Array;
  }[];
}

function newPage(bytes = new Uint8Array(PAGE_BYTES), written?: Uint8Array, defined?: Uint8Array): Page {
  return {
    bytes,
    halves: new Uint32Array(bytes.buffer),
    written: written ?? new Uint8Array(PAGE_WORDS),
    defined: defined ?? new Uint8Array(PAGE_WORDS),
  };
}

/** Pages that were asked for last, by the lowest bits of their number: most accesses go where one went before. */
const RECENT = 16;
const NO_PAGE = -1;

export class ShadowMemory {
  private readonly pages = new Map<number, Page>();
  private readonly recentNumbers = new Float64Array(RECENT).fill(NO_PAGE);
  private readonly recentPages: Page[] = [];

  /** Reads eight bytes at any address. Bytes of pages that do not exist are unwritten zeros. */
  load(address: number, into: Word): void {
    const offset = address % PAGE_BYTES;
    if (offset % WORD_BYTES === 0) {
      const page = this.find((address - offset) / PAGE_BYTES);
      const word = offset / WORD_BYTES;
      into.low = page?.halves[2 * word] ?? 0;
      into.high = page?.halves[2 * word + 1] ?? 0;
      into.written = page?.written[word] ?? 0;
      into.defined = page === undefined ? 0 : page.defined[word] & page.written[word];
      return;
    }
    into.low = 0;
    into.high = 0;
    into.written = 0;
    into.defined = 0;
    for (let byte = 0; byte < WORD_BYTES; byte++) this.loadByte(address + byte, byte, into);
  }

  /** Writes eight bytes at any address, with their initialisedness. */
  store(address: number, word: Word): void {
    const offset = address % PAGE_BYTES;
    if (offset % WORD_BYTES === 0) {
      const page = this.pageOf((address - offset) / PAGE_BYTES);
      const index = offset / WORD_BYTES;
      page.halves[2 * index] = word.low;
      page.halves[2 * index + 1] = word.high;
      page.written[index] = ALL_BYTES;
      page.defined[index] = word.defined;
      return;
    }
    for (let byte = 0; byte < WORD_BYTES; byte++) {
      const half = byte < 4 ? word.low : word.high;
      this.storeByte(address + byte, (half >>> (8 * (byte & 3))) & 0xff, (word.defined >> byte) & 1);
    }
  }

  /** Writes the same initialised byte `size` times. */
  fill(address: number, size: number, value: number): void {
    for (let byte = 0; byte < size; byte++) this.storeByte(address + byte, value, 1);
  }

  /** Copies `length` bytes with all that is known of them, between places that are aligned to words. */
  copy(from: number, to: number, length: number): void {
    const word = new Word();
    for (let start = from; start < from + length;) {
      const pageEnd = start - (start % PAGE_BYTES) + PAGE_BYTES;
      const end = Math.min(pageEnd, from + length);
      if (this.find(Math.floor(start / PAGE_BYTES)) !== undefined) {
        for (let address = start; address < end; address += WORD_BYTES) {
          this.load(address, word);
          const keep = Math.min(WORD_BYTES, end - address);
          const written = word.written & ((1 << keep) - 1);
          if (written !== 0) this.storeBytes(to + (address - from), word, written);
        }
      }
      start = end;
    }
  }

  /**
   * Calls `visit` with every initialised word that is not null among the whole words of `[start, start + size)`.
   * `start` is aligned to words; the first `zeroed` bytes count as initialised also if they were never written.
   */
  visitPointers(start: number, size: number, zeroed: number, visit: (address: number) => void): void {
    const zeroedEnd = start + zeroed;
    const end = start + size - (size % WORD_BYTES);
    const first = Math.floor(start / PAGE_BYTES);
    const last = Math.floor((end - 1) / PAGE_BYTES);
    if (last - first > this.pages.size) {
      const numbers = [...this.pages.keys()].filter((number) => number >= first && number <= last);
      for (const number of numbers.sort((a, b) => a - b)) this.visitPage(number, start, end, zeroedEnd, visit);
    } else {
      for (let number = first; number <= last; number++) this.visitPage(number, start, end, zeroedEnd, visit);
    }
  }

  /** Forgets the pages that `isNeeded` (first address, address past the end) does not ask for. */
  discard(isNeeded: (start: number, end: number) => boolean): void {
    for (const number of this.pages.keys()) {
      if (!isNeeded(number * PAGE_BYTES, (number + 1) * PAGE_BYTES)) this.pages.delete(number);
    }
    this.recentNumbers.fill(NO_PAGE);
  }

  get pageCount(): number {
    return this.pages.size;
  }

  save(): SavedMemory {
    const pages = Array.from(this.pages, ([number, { bytes, written, defined }]) => ({
      number,
      bytes: bytes.slice(),
      written: written.slice(),
      defined: defined.slice(),
    }));
    return { pages };
  }

  restore(saved: SavedMemory): void {
    this.pages.clear();
    this.recentNumbers.fill(NO_PAGE);
    for (const { number, bytes, written, defined } of saved.pages) {
      this.pages.set(number, newPage(bytes.slice(), written.slice(), defined.slice()));
    }
  }

  private visitPage(
    number: number,
    start: number,
    end: number,
    zeroedEnd: number,
    visit: (address: number) => void,
  ): void {
    const page = this.find(number);
    if (page === undefined) return;
    const pageStart = number * PAGE_BYTES;
    const from = Math.max(0, start - pageStart) / WORD_BYTES;
    const to = Math.min(PAGE_BYTES, end - pageStart) / WORD_BYTES;
    const { halves, written, defined } = page;
    for (let word = from; word < to; word++) {
      let initialised = written[word] & defined[word];
      if (initialised === 0) continue;
      if (initialised !== ALL_BYTES) {
        const zeroed = Math.min(Math.max(zeroedEnd - pageStart - word * WORD_BYTES, 0), WORD_BYTES);
        initialised |= ~written[word] & ((1 << zeroed) - 1);
        if (initialised !== ALL_BYTES) continue;
      }
      const address = halves[2 * word + 1] * HALF + halves[2 * word];
      if (address !== 0) visit(address);
    }
  }

  private loadByte(address: number, byte: number, into: Word): void {
    const page = this.find(Math.floor(address / PAGE_BYTES));
    if (page === undefined) return;
    const offset = address % PAGE_BYTES;
    const value = page.bytes[offset];
    if (byte < 4) into.low = (into.low | (value << (8 * byte))) >>> 0;
    else into.high = (into.high | (value << (8 * (byte - 4)))) >>> 0;
    const bit = 1 << (offset % WORD_BYTES);
    const word = Math.floor(offset / WORD_BYTES);
    if ((page.written[word] & bit) === 0) return;
    into.written |= 1 << byte;
    if ((page.defined[word] & bit) !== 0) into.defined |= 1 << byte;
  }

  private storeByte(address: number, value: number, defined: number): void {
    const page = this.pageOf(Math.floor(address / PAGE_BYTES));
    const offset = address % PAGE_BYTES;
    const bit = 1 << (offset % WORD_BYTES);
    const word = Math.floor(offset / WORD_BYTES);
    page.bytes[offset] = value;
    page.written[word] |= bit;
    if (defined === 0) page.defined[word] &= ~bit;
    else page.defined[word] |= bit;
  }

  /** Stores only the bytes of `mask`. */
  private storeBytes(address: number, word: Word, mask: number): void {
    if (mask === ALL_BYTES) {
      this.store(address, word);
      return;
    }
    for (let byte = 0; byte < WORD_BYTES; byte++) {
      if ((mask & (1 << byte)) === 0) continue;
      const half = byte < 4 ? word.low : word.high;
      this.storeByte(address + byte, (half >>> (8 * (byte & 3))) & 0xff, (word.defined >> byte) & 1);
    }
  }

  private pageOf(number: number): Page {
    const known = this.find(number);
    if (known !== undefined) return known;
    const page = newPage();
    this.pages.set(number, page);
    return page;
  }

  private find(number: number): Page | undefined {
    const place = number & (RECENT - 1);
    if (this.recentNumbers[place] === number) return this.recentPages[place];
    const page = this.pages.get(number);
    if (page !== undefined) {
      this.recentNumbers[place] = number;
      this.recentPages[place] = page;
    }
    return page;
  }
}
