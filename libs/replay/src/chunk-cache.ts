/**
 * Packed chunks that were read before, of all timelines of one thread, under one byte budget. Chunks are immutable, so
 * what is cached is never wrong; at worst the source has cut the same events differently since.
 */
import { LRUCache } from 'lru-cache';
import type { StoredChunk } from './stored-chunk.js';

/** Consecutive stored chunks that were unpacked together. */
export interface Parcel {
  readonly first: number;
  /** Events in all of them. */
  readonly length: number;
  readonly pieces: readonly StoredChunk[];
}

export class ChunkCache {
  readonly #parcels: LRUCache<string, Parcel>;
  /** By timeline: the first events of its cached parcels, ascending. */
  readonly #shelves = new Map<number, number[]>();

  constructor(readonly bytes: number) {
    this.#parcels = new LRUCache({
      maxSize: Math.max(1, bytes),
      sizeCalculation: ({ pieces }) => pieces.reduce((sum, { packed }) => sum + packed.byteLength + 128, 1),
      disposeAfter: (parcel, key) => this.#unshelve(Number(key.split(':', 1)), parcel.first),
    });
  }

  get used(): number {
    return this.#parcels.calculatedSize;
  }

  /** The cached parcel of timeline `id` that holds `event`. */
  find(id: number, event: number): Parcel | null {
    const shelf = this.#shelves.get(id);
    if (!shelf) return null;
    const first = shelf[count(shelf, event) - 1];
    if (first === undefined) return null;
    const parcel = this.#parcels.get(`${id}:${first}`);
    return parcel && event < parcel.first + parcel.length ? parcel : null;
  }

  put(id: number, parcel: Parcel): void {
    const key = `${id}:${parcel.first}`;
    // A longer parcel from the same first event takes the place of a shorter one.
    if ((this.#parcels.peek(key)?.length ?? 0) >= parcel.length) return;
    this.#parcels.delete(key);
    this.#parcels.set(key, parcel);
    if (!this.#parcels.has(key)) return;
    const shelf = this.#shelves.get(id) ?? [];
    shelf.splice(count(shelf, parcel.first), 0, parcel.first);
    this.#shelves.set(id, shelf);
  }

  /** Forgets all parcels of timeline `id`. */
  drop(id: number): void {
    for (const first of this.#shelves.get(id)?.slice() ?? []) this.#parcels.delete(`${id}:${first}`);
    this.#shelves.delete(id);
  }

  #unshelve(id: number, first: number): void {
    const shelf = this.#shelves.get(id);
    const at = shelf ? count(shelf, first) - 1 : -1;
    if (shelf && shelf[at] === first) shelf.splice(at, 1);
  }
}

/** How many numbers of an ascending list are at most `limit`. */
function count(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
