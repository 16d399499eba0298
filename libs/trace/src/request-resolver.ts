/**
 * Turns what clients of a live session ask into canonical requests.
 *
 * A string id is a variable of the program: placing a block under a name that is in use rebinds it, and the earlier
 * block lives on under its number. A whole number is a block number, given by the service. A request on a freed block is
 * a stale one that names it, on anything else a stale one that names nothing: outcomes, not errors.
 *
 * Everything here follows from the canonical requests alone, so replaying them through `adopt` builds the same resolver.
 * Memory follows the live blocks; of names whose block is freed, the last 65,536 are remembered.
 */
import { bytesAsked, checkRequest, type ClientRequest } from './client-request.js';
import { NO_SLOT, Op, OP_MASK, type OpCode, type TraceChunk } from './columns.js';
import { DeadIds } from './dead-ids.js';
import { TraceFormatError } from './format-error.js';
import { ABSENT, IdTable } from './id-table.js';
import { MOST_EVENTS } from './limits.js';
import { SlotTable, type SavedSlots } from './slot-table.js';

/** Requests made canonical, and which blocks they touched. */
export interface ResolvedRequests {
  readonly chunk: TraceChunk;
  /** Number of the block that a request places, resizes or frees, dead ones included; 0 = none. */
  readonly numbers: Float64Array;
  /** Requests that took a name from a live block: index -> that block's number. Null if there was none. */
  readonly rebound: ReadonlyMap<number, number> | null;
}

/** Everything a resolver knows, as plain data. */
export interface SavedResolver {
  readonly events: number;
  readonly blocks: number;
  readonly slots: SavedSlots;
  /** Live blocks by ascending number: number, slot, name ('' = none). */
  readonly live: readonly (readonly [number, number, string])[];
  /** Names whose block is freed, longest dead first, and its number. */
  readonly dead: readonly (readonly [string, number])[];
}

const NO_BLOCK = 0;

export class RequestResolver {
  #events = 0;
  #blocks = 0;
  #slots = new SlotTable();
  /** Slot by number of the live blocks. */
  #live = new IdTable();
  /** Number by slot, 0 = slot not taken. */
  #numbers = new Int32Array(16);
  /** Number of the live block that a name means. */
  #named = new Map<string, number>();
  /** Name by slot of a live block that has one. */
  #nameOf = new Map<number, string>();
  #dead = new DeadIds<string>();

  /** Requests resolved or adopted so far. */
  get events(): number {
    return this.#events;
  }

  /** Block numbers given so far. */
  get blocks(): number {
    return this.#blocks;
  }

  get liveBlocks(): number {
    return this.#live.count;
  }

  /** Slots ever taken at once. */
  get slots(): number {
    return this.#slots.highWater;
  }

  /** Number of the live block that a name means, or 0. */
  numberOf(name: string): number {
    return this.#named.get(name) ?? NO_BLOCK;
  }

  /**
   * Resolves requests in order. All or nothing: throws `TraceFormatError` (its `where.event` is the index in the batch)
   * before anything changes when a request is not one.
   */
  resolve(requests: readonly ClientRequest[]): ResolvedRequests {
    const length = requests.length;
    if (this.#events + length > MOST_EVENTS) {
      throw new TraceFormatError(
        'limit-exceeded',
        'the session has as many requests as a trace can hold; start another',
      );
    }
    requests.forEach(checkRequest);
    const op = new Uint8Array(length);
    const size = new Uint32Array(length);
    const slot = new Int32Array(length);
    const numbers = new Float64Array(length);
    let names: Map<number, string> | null = null;
    let rebound: Map<number, number> | null = null;
    for (let at = 0; at < length; at++) {
      const request = requests[at];
      const target = placesBlock(request) ? NO_BLOCK : this.#numberMeant(request.id ?? null);
      const code = this.#opFor(request, target);
      const name = code === Op.mark ? request.label : code === Op.reallocNull ? request.as : request.id;
      op[at] = code;
      size[at] = bytesAsked(request);
      if (typeof name === 'string' && (code === Op.mark || isPlacing(code))) (names ??= new Map()).set(at, name);
      if (isPlacing(code)) {
        const earlier = typeof name === 'string' ? this.numberOf(name) : NO_BLOCK;
        if (earlier !== NO_BLOCK) (rebound ??= new Map()).set(at, earlier);
        slot[at] = this.#slots.take();
        numbers[at] = this.#place(slot[at], typeof name === 'string' ? name : undefined);
      } else if (code === Op.staleFree || code === Op.staleRealloc) {
        slot[at] = target;
        numbers[at] = target;
      } else {
        slot[at] = target === NO_BLOCK ? NO_SLOT : this.#live.get(target);
        numbers[at] = target;
        if (code === Op.free && target !== NO_BLOCK) this.#free(slot[at]);
      }
    }
    this.#events += length;
    const site = requests.some((request) => request.site)
      ? Uint32Array.from(requests, (request) => request.site ?? 0)
      : null;
    const time = requests.some((request) => request.time)
      ? Float64Array.from(requests, (request) => request.time ?? 0)
      : null;
    return {
      chunk: { length, op, size, slot, site, time, names },
      numbers,
      rebound,
    };
  }

  /**
   * Takes over requests that were resolved before, as journalled. Throws `TraceFormatError` where they do not follow on
   * what the resolver holds; it is then of no more use.
   */
  adopt(chunk: TraceChunk): void {
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk.op[at] & OP_MASK;
      const where = chunk.slot[at];
      if (isPlacing(code)) {
        if (this.#slots.take() !== where) throw this.#notNext(at);
        this.#place(where, chunk.names?.get(at));
      } else if (code === Op.realloc || (code === Op.free && where !== NO_SLOT)) {
        if (!(this.#numbers[where] > 0)) throw this.#notNext(at);
        if (code === Op.free) this.#free(where);
      }
    }
    this.#events += chunk.length;
  }

  save(): SavedResolver {
    const live: [number, number, string][] = [];
    for (const [slot, number] of this.#numbers.entries()) {
      if (number > 0) live.push([number, slot, this.#nameOf.get(slot) ?? '']);
    }
    return {
      events: this.#events,
      blocks: this.#blocks,
      slots: this.#slots.save(),
      live: live.sort(([a], [b]) => a - b),
      dead: this.#dead.entries(),
    };
  }

  static restore(saved: SavedResolver): RequestResolver {
    const resolver = new RequestResolver();
    resolver.#events = saved.events;
    resolver.#slots.restore(saved.slots);
    for (const [number, slot, name] of saved.live) {
      resolver.#blocks = number - 1;
      resolver.#place(slot, name === '' ? undefined : name);
    }
    resolver.#blocks = saved.blocks;
    for (const [name, number] of saved.dead) resolver.#dead.remember(name, number);
    return resolver;
  }

  /** The block that an id means now, dead or alive, or 0 for NULL and for what never was a block. */
  #numberMeant(id: string | number | null): number {
    if (id === null) return NO_BLOCK;
    if (typeof id === 'string') return this.#named.get(id) ?? this.#dead.number(id);
    return id >= 1 && id <= this.#blocks ? id : NO_BLOCK;
  }

  #opFor(request: ClientRequest, target: number): OpCode {
    const isLive = target !== NO_BLOCK && this.#live.get(target) !== ABSENT;
    switch (request.op) {
      case 'malloc':
        return Op.malloc;
      case 'calloc':
        return Op.calloc;
      case 'mark':
        return Op.mark;
      case 'realloc':
        if (request.id === null) return Op.reallocNull;
        return isLive ? Op.realloc : Op.staleRealloc;
      case 'free':
        break;
    }
    return request.id === null || isLive ? Op.free : Op.staleFree;
  }

  /** Gives a taken slot to a new block and answers its number. */
  #place(slot: number, name: string | undefined): number {
    const number = ++this.#blocks;
    if (slot >= this.#numbers.length) {
      const grown = new Int32Array(Math.max(this.#numbers.length * 2, slot + 1));
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[slot] = number;
    this.#live.set(number, slot);
    if (name !== undefined) {
      const earlier = this.#named.get(name);
      if (earlier !== undefined) this.#nameOf.delete(this.#live.get(earlier));
      this.#dead.forget(name);
      this.#named.set(name, number);
      this.#nameOf.set(slot, name);
    }
    return number;
  }

  #free(slot: number): void {
    const number = this.#numbers[slot];
    this.#numbers[slot] = 0;
    this.#live.remove(number);
    this.#slots.release(slot);
    const name = this.#nameOf.get(slot);
    if (name === undefined) return;
    this.#nameOf.delete(slot);
    this.#named.delete(name);
    this.#dead.remember(name, number);
  }

  #notNext(at: number): TraceFormatError {
    return new TraceFormatError('malformed', 'these requests do not follow on the ones before', {
      event: this.#events + at,
    });
  }
}

function isPlacing(code: number): boolean {
  return code === Op.malloc || code === Op.calloc || code === Op.reallocNull || code === Op.foreign;
}

function placesBlock(request: ClientRequest): boolean {
  return request.op === 'malloc' || request.op === 'calloc' || request.op === 'mark';
}
