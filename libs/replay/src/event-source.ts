/**
 * The stored events of one timeline, unpacked chunk by chunk. Reading is asynchronous and runs ahead of the replay; what
 * was read is cached packed, which is a tenth of its size.
 */
import { CHUNK_EVENTS, concatChunks, unpackChunk, type TraceChunk } from '@heapcast/trace';
import type { ChunkCache } from './chunk-cache.js';
import type { OpenChunk } from './playhead.js';
import { ReplayError } from './replay-error.js';
import type { DeliveredChunk, StoredChunk } from './stored-chunk.js';

/** Reads under way before the chunk that is being replayed. */
const AHEAD = 2;
/** Chunks with fewer events than this are joined before they are replayed. */
const SMALL = 4096;

/** A `ChunkReader` that may deliver chunks unpacked. */
export type DeliveredReader = (
  key: string,
  event: number,
) => Promise<DeliveredChunk | readonly DeliveredChunk[] | null>;

let sources = 0;

export class EventSource {
  /** Names the source in the cache. */
  readonly #id = ++sources;

  constructor(
    readonly key: string,
    private readonly reader: DeliveredReader,
    private readonly cache: ChunkCache,
    /** Whether every chunk but the last should hold exactly CHUNK_EVENTS: then reads can run ahead without looking. */
    private uniform: boolean,
  ) {}

  /** Chunks from the one that holds event `from` on, until the one that holds event `to - 1`. */
  async *chunks(from: number, to: number): AsyncGenerator<OpenChunk> {
    const ahead: Promise<readonly DeliveredChunk[]>[] = [];
    let asked = from;
    let next = from;
    let stuckAt = -1;
    while (next < to) {
      if (ahead.length === 0) asked = next;
      while (asked < to && ahead.length <= (this.uniform ? AHEAD : 0)) {
        ahead.push(quiet(this.#read(asked)));
        asked = this.uniform ? (Math.floor(asked / CHUNK_EVENTS) + 1) * CHUNK_EVENTS : to;
      }
      let pieces = (await ahead.shift()) ?? [];
      const start = next;
      while (next < to) {
        const open = this.#unpack(pieces, next);
        if (!open) break;
        pieces = open.rest;
        const end = open.first + open.chunk.length;
        if (end <= next) continue;
        next = end;
        if (!this.uniform && pieces.length === 0 && next < to) ahead.push(quiet(this.#read(next)));
        yield open;
      }
      if (next > start) continue;
      // A guess was wrong: ask for the very event, once, and guess no more.
      if (stuckAt === next) throw new ReplayError('source-ended', `no stored event ${next} of ${this.key}`);
      stuckAt = next;
      this.uniform = false;
      ahead.length = 0;
    }
  }

  /** Gives up what is cached of this source. */
  forget(): void {
    this.cache.drop(this.#id);
  }

  async #read(event: number): Promise<readonly DeliveredChunk[]> {
    const cached = this.cache.find(this.#id, event);
    if (cached) return cached.pieces;
    const reply = await this.reader(this.key, event);
    if (reply === null) return [];
    return 'packed' in reply ? [reply] : reply;
  }

  /**
   * Unpacks the piece that may hold `event`, and those after it as long as all are small. `null`: no piece begins at or
   * before the event. (How long a piece is shows only when it is unpacked.)
   */
  #unpack(pieces: readonly DeliveredChunk[], event: number): (OpenChunk & { rest: readonly DeliveredChunk[] }) | null {
    const begin = pieces.findLastIndex(({ first }) => first <= event);
    const first = pieces[begin]?.first;
    if (first === undefined) return null;
    const chunks: TraceChunk[] = [];
    let end = first;
    for (const piece of pieces.slice(begin)) {
      if (piece.first !== end || end - first >= CHUNK_EVENTS) break;
      const chunk = piece.open ?? unpackChunk(piece.packed);
      chunks.push(chunk);
      end += chunk.length;
      if (chunk.length >= SMALL) break;
    }
    const rest = pieces.slice(begin + chunks.length);
    this.cache.put(this.#id, {
      first,
      length: end - first,
      pieces: pieces.slice(begin, begin + chunks.length).map(bare),
    });
    return { first, chunk: chunks.length === 1 && chunks[0] ? chunks[0] : concatChunks(chunks), rest };
  }
}

/** A read that ran ahead and is not wanted any more may fail unheard. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Only the packed chunk: what is open is large. */
function bare({ first, packed }: DeliveredChunk): StoredChunk {
  return { first, packed };
}
