/** Requests for specs: every op, some mistakes, names and sites now and then, always the same for the same seed. */
import { Domain, NO_SLOT, Op, packChunk, sliceChunk, SlotTable, type TraceChunk } from '@heapcast/trace';
import type { StoredChunk } from '../src/stored-chunk.js';

export interface SampleOptions {
  readonly events: number;
  readonly seed: number;
  /** Live blocks to hover around. */
  readonly live?: number;
  readonly largest?: number;
  readonly named?: boolean;
  readonly sited?: boolean;
}

/** A small generator of whole numbers (xorshift32). */
export function dice(seed: number): (sides: number) => number {
  let state = (seed | 0) + 0x9e3779b9 || 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

export function sampleTrace(options: SampleOptions): TraceChunk {
  const { events, seed, live: wanted = 400, largest = 700, named = false, sited = false } = options;
  const roll = dice(seed);
  const slots = new SlotTable();
  const live: number[] = [];
  const op = new Uint8Array(events);
  const size = new Uint32Array(events);
  const slot = new Int32Array(events).fill(NO_SLOT);
  const site = sited ? new Uint32Array(events) : null;
  const names = new Map<number, string>();
  const numbers: number[] = [];
  /** Numbers of the blocks freed last. */
  const dead: number[] = [];
  let blocks = 0;
  for (let i = 0; i < events; i++) {
    const kind = roll(100);
    const growing = live.length === 0 || roll(2 * wanted) > live.length;
    if (site && roll(3) > 0) site[i] = 1 + roll(9);
    if (kind < 2) {
      op[i] = Op.mark;
      size[i] = i;
      if (named) names.set(i, `mark ${i}`);
    } else if (kind < 4) {
      op[i] = roll(2) === 0 ? Op.staleFree : Op.staleRealloc;
      size[i] = op[i] === Op.staleRealloc ? roll(largest) : 0;
      slot[i] = dead.length === 0 || roll(3) === 0 ? 0 : dead[roll(dead.length)];
    } else if (kind < 5) {
      op[i] = Op.free;
    } else if (kind < 20 && live.length > 0) {
      op[i] = Op.realloc;
      size[i] = roll(largest);
      slot[i] = live[roll(live.length)];
    } else if (growing) {
      const which = roll(20);
      op[i] = which === 0 ? Op.foreign : which < 3 ? Op.reallocNull : which < 6 ? Op.calloc : Op.malloc;
      size[i] = roll(10) === 0 ? roll(largest * 4) : roll(largest);
      slot[i] = slots.take();
      live.push(slot[i]);
      numbers[slot[i]] = ++blocks;
      if (named && roll(2) === 0) names.set(i, `block ${blocks}`);
    } else {
      const index = roll(live.length);
      op[i] = Op.free;
      slot[i] = live[index];
      live[index] = live[live.length - 1];
      live.pop();
      slots.release(slot[i]);
      dead[dead.length < 100 ? dead.length : roll(100)] = numbers[slot[i]];
    }
    if (roll(4) === 0) op[i] |= Domain.obj;
  }
  return { length: events, op, size, slot, site, time: null, names: names.size > 0 ? names : null };
}

/** Stores a trace in pieces: `lengths` in turn, over and over. */
export function storeTrace(trace: TraceChunk, lengths: readonly number[]): StoredChunk[] {
  const stored: StoredChunk[] = [];
  for (let first = 0, i = 0; first < trace.length; i++) {
    const length = Math.max(1, lengths[i % lengths.length]);
    stored.push({ first, packed: packChunk(sliceChunk(trace, first, first + length)) });
    first += length;
  }
  return stored;
}

/** The piece that holds an event, as a database would answer; `together`: how many pieces to a read. */
export function readFrom(stored: readonly StoredChunk[], event: number, together = 1): readonly StoredChunk[] {
  const index = stored.findLastIndex(({ first }) => first <= event);
  return index < 0 ? [] : stored.slice(index, index + together);
}
