/**
 * The lives of blocks while a replay goes by, told to a listener: born, moved, resized, died. A life begins with the
 * request that got memory and ends with the free; realloc does not end it. A block belongs to the site that asked for
 * it or, where that is known, to the one that moved it last: the same rule as `owners.ts`.
 *
 * Tables are by slot, as long as the peak of live blocks; what they say of a dead slot is left over.
 */
import { type AllocatorModel, NO_REGION, Outcome, type PlacementColumns } from '@heapcast/allocators';
import { Op, OP_MASK, type TraceChunk } from '@heapcast/trace';
import { BlockTypes } from './block-types.js';

/** Told of each change. The tables of `lives` hold the block as it is after it; of a death, as it was. */
export interface LifeListener {
  born(slot: number, event: number): void;
  /** Moved by realloc; `site`, `size` and `region` are what it had before. */
  moved(slot: number, event: number, site: number, size: number, region: number): void;
  /** Resized where it is; `size` is what it had before. */
  resized(slot: number, event: number, size: number): void;
  died(slot: number, event: number): void;
  /** There was no memory for `size` bytes. */
  refused(site: number, size: number, event: number): void;
}

/** `time` of a request without one. */
export const NO_TIME = -1;

const NONE = 0;
const ALIVE = 1;

export class BlockLives {
  site = new Uint32Array(1024);
  size = new Uint32Array(1024);
  /** Index of the request that began the life. */
  birth = new Int32Array(1024);
  /** Nanoseconds at birth, or NO_TIME. */
  birthTime = new Float64Array(1024);
  /** Region of the model, or NO_REGION at the system allocator. */
  region = new Int32Array(1024);
  type = new Int32Array(1024);
  readonly types = new BlockTypes();
  /** Nanoseconds at the request that is being told of, or NO_TIME. */
  now = NO_TIME;
  #state = new Uint8Array(1024);

  /** Tells of the requests [from, to) of `chunk`, whose first has index `first`, and of what the model made of them. */
  follow(
    chunk: TraceChunk,
    first: number,
    from: number,
    to: number,
    { outcome, region }: PlacementColumns,
    listener: LifeListener,
  ): void {
    const { op, size, slot, site, time, names } = chunk;
    this.now = NO_TIME;
    for (let i = from; i < to; i++) {
      const code = op[i] & OP_MASK;
      if (code >= Op.mark || slot[i] < 0) continue;
      if (time) this.now = time[i];
      const s = slot[i];
      if (code === Op.free) {
        if (s < this.#state.length && this.#state[s] === ALIVE) {
          this.#state[s] = NONE;
          listener.died(s, first + i);
        }
        continue;
      }
      if (s >= this.#state.length) this.#grow(s);
      if (code === Op.realloc) {
        this.#resize(s, first + i, size[i], site ? site[i] : 0, outcome[i], region[i], listener);
        continue;
      }
      this.site[s] = site ? site[i] : 0;
      this.type[s] = names ? this.types.of(names.get(i)) : 0;
      this.#state[s] = NONE;
      if (outcome[i] === Outcome.outOfMemory) listener.refused(this.site[s], size[i], first + i);
      else if (code !== Op.foreign) this.#begin(s, first + i, size[i], region[i], listener);
    }
  }

  /**
   * Goes on from a state in which `model` is: slots that are alive, with their sizes and regions. Who asked for them, and
   * when, is not known then.
   */
  resume(model: AllocatorModel): void {
    model.visitBlocks((slot, requested, region) => {
      if (slot >= this.#state.length) this.#grow(slot);
      this.#state[slot] = ALIVE;
      this.size[slot] = requested;
      this.region[slot] = region;
    });
  }

  isAlive(slot: number): boolean {
    return this.#state[slot] === ALIVE;
  }

  /** Slots that there is room for. */
  get slots(): number {
    return this.#state.length;
  }

  #begin(slot: number, event: number, size: number, region: number, listener: LifeListener): void {
    this.#state[slot] = ALIVE;
    this.size[slot] = size;
    this.birth[slot] = event;
    this.birthTime[slot] = this.now;
    this.region[slot] = region;
    listener.born(slot, event);
  }

  #resize(
    slot: number,
    event: number,
    size: number,
    site: number,
    outcome: number,
    region: number,
    listener: LifeListener,
  ): void {
    const before = this.size[slot];
    if (outcome === Outcome.inPlace) {
      this.size[slot] = size;
      listener.resized(slot, event, before);
      return;
    }
    if (outcome === Outcome.outOfMemory) {
      listener.refused(site === 0 ? this.site[slot] : site, size, event);
      return;
    }
    if (outcome === Outcome.none) return;
    const owner = this.site[slot];
    if (site !== 0) this.site[slot] = site;
    if (this.#state[slot] === NONE) {
      this.#begin(slot, event, size, region, listener);
      return;
    }
    const left = this.region[slot];
    this.size[slot] = size;
    this.region[slot] = outcome === Outcome.raw ? NO_REGION : region;
    listener.moved(slot, event, owner, before, left);
  }

  #grow(slot: number): void {
    const room = Math.max(2 * this.#state.length, slot + 1);
    this.site = grown(this.site, new Uint32Array(room));
    this.size = grown(this.size, new Uint32Array(room));
    this.birth = grown(this.birth, new Int32Array(room));
    this.birthTime = grown(this.birthTime, new Float64Array(room));
    this.region = grown(this.region, new Int32Array(room));
    this.type = grown(this.type, new Int32Array(room));
    this.#state = grown(this.#state, new Uint8Array(room));
  }
}

function grown<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
