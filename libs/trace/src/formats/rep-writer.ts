/**
 * Writes CS:APP `.rep`. The format knows three requests only: what it cannot say is left out or written as the nearest
 * one, and `repLosses` says so. Its header tells counts, so the chunks are asked for twice.
 */
import { NO_SLOT, Op, OP_MASK, type TraceChunk, type TraceHeader } from '../columns.js';
import type { ChunkSource } from './format.js';
import { ascii, TextWriter } from './text-writer.js';

const ALLOCATE = ascii('a ');
const REALLOCATE = ascii('r ');
const FREE = ascii('f ');
const FREE_NULL = ascii('f -1');
const SPACE = ascii(' ');
const NEWLINE = ascii('\n');
const PIECE_BYTES = 1 << 18;
/** The lab's driver reads C ints. */
const LARGEST_INT = 0x7fff_ffff;

export function repLosses(header: TraceHeader): string[] {
  const losses = [
    'calloc and realloc(NULL) are written as allocations: .rep does not tell them apart.',
    'Marks, blocks from elsewhere (foreign), and requests on what is not a live block (double and wild frees) are left out, and so are domains: .rep has no place for them.',
  ];
  if (header.hasSites || header.sites.length > 0) losses.push('Call sites are left out.');
  if (header.hasTimes) losses.push('Times are left out.');
  if (header.hasNames) losses.push('Names of blocks are left out.');
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = header.origin;
  if (recordedOn !== '' || arenaSize > 0 || poolSize > 0 || arenaMisalignment.length > 0) {
    losses.push('The origin (program version, arena and pool size, arena misalignment) is left out.');
  }
  return losses;
}

export async function* writeRep(_header: TraceHeader, chunks: ChunkSource): AsyncIterable<Uint8Array> {
  const count = new RepWalk(null);
  for await (const chunk of chunks()) count.add(chunk);
  const text = new TextWriter();
  for (const number of [Math.min(count.peakBytes, LARGEST_INT), count.ids, count.requests, 1]) {
    text.number(number);
    text.word(NEWLINE);
  }
  const walk = new RepWalk(text);
  for await (const chunk of chunks()) {
    walk.add(chunk);
    for (const piece of pieces(text)) yield piece;
  }
  if (text.length > 0) yield text.take();
}

function pieces(text: TextWriter): Uint8Array[] {
  return text.length >= PIECE_BYTES ? [text.take()] : [];
}

/** Walks a trace as `.rep` sees it, to count it (without a writer) or to write it. */
class RepWalk {
  ids = 0;
  requests = 0;
  /** Most bytes asked for by live blocks at once: what the header suggests as a heap size. */
  peakBytes = 0;
  #liveBytes = 0;
  /** By slot: id of the block (-1: a foreign one) and its bytes. */
  #idOf = new Int32Array(256);
  #bytesOf = new Float64Array(256);

  constructor(private readonly text: TextWriter | null) {}

  add(chunk: TraceChunk): void {
    for (let at = 0; at < chunk.length; at++) {
      const slot = chunk.slot[at];
      const size = chunk.size[at];
      switch (chunk.op[at] & OP_MASK) {
        case Op.malloc:
        case Op.calloc:
        case Op.reallocNull:
          this.#place(slot, this.ids++);
          this.#say(ALLOCATE, slot, size);
          break;
        case Op.foreign:
          this.#place(slot, -1);
          break;
        case Op.realloc:
          if (this.#idOf[slot] >= 0) this.#say(REALLOCATE, slot, size);
          break;
        case Op.free:
          if (slot === NO_SLOT) this.#sayFreeNull();
          else if (this.#idOf[slot] >= 0) this.#say(FREE, slot, 0);
          break;
        default:
      }
    }
  }

  #place(slot: number, id: number): void {
    if (slot >= this.#idOf.length) {
      const length = Math.max(this.#idOf.length * 2, slot + 1);
      const ids = new Int32Array(length);
      const bytes = new Float64Array(length);
      ids.set(this.#idOf);
      bytes.set(this.#bytesOf);
      this.#idOf = ids;
      this.#bytesOf = bytes;
    }
    this.#idOf[slot] = id;
    this.#bytesOf[slot] = 0;
  }

  #say(letter: Uint8Array, slot: number, size: number): void {
    this.requests++;
    this.#liveBytes += size - this.#bytesOf[slot];
    this.#bytesOf[slot] = size;
    this.peakBytes = Math.max(this.peakBytes, this.#liveBytes);
    const { text } = this;
    if (!text) return;
    text.word(letter);
    text.number(this.#idOf[slot]);
    if (letter !== FREE) {
      text.word(SPACE);
      text.number(size);
    }
    text.word(NEWLINE);
  }

  #sayFreeNull(): void {
    this.requests++;
    this.text?.word(FREE_NULL);
    this.text?.word(NEWLINE);
  }
}
