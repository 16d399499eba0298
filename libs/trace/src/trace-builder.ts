/**
 * How every reader makes canonical chunks: it calls one method per request, and the builder turns ids into slots, counts
 * blocks, keeps the columns and hands over each chunk of exactly `CHUNK_EVENTS` requests (the last one is shorter).
 *
 * Memory: one chunk, plus tables that follow the blocks that are live; never the length of the trace.
 *
 * `site`, `time` and `name` describe the request that was added last.
 */
import { BlockIds, UNKNOWN } from './block-ids.js';
import { sliceChunk } from './chunk.js';
import {
  CHUNK_EVENTS,
  NO_SLOT,
  Op,
  OP_MASK,
  UNKNOWN_ORIGIN,
  type Site,
  type TraceChunk,
  type TraceHeader,
  type TraceOrigin,
} from './columns.js';
import { TraceFormatError, type TraceFaultCode } from './format-error.js';
import { withLimits, type TraceLimits } from './limits.js';
import { SlotTable } from './slot-table.js';
import { labelFault, MAX_TEXT_BYTES, nameFault, textFault } from './text-rules.js';

/** Takes each chunk as it is complete. The columns are fresh: the receiver may keep or transfer them. */
export type ChunkSink = (chunk: TraceChunk, firstEvent: number) => void;

const LARGEST_TIME = Number.MAX_SAFE_INTEGER;

export class TraceBuilder {
  /** 1-based line that is being read, for errors; 0 = the format has no lines. */
  line = 0;

  readonly #limits: TraceLimits;
  readonly #ids = new BlockIds();
  readonly #slots = new SlotTable();
  /** Block number by slot. */
  #numbers = new Int32Array(1024);
  #origin: TraceOrigin = UNKNOWN_ORIGIN;
  readonly #sites: Site[] = [];

  #op = new Uint8Array(CHUNK_EVENTS);
  #size = new Uint32Array(CHUNK_EVENTS);
  #slot = new Int32Array(CHUNK_EVENTS);
  #site: Uint32Array | null = null;
  #time: Float64Array | null = null;
  #names: Map<number, string> | null = null;
  #length = 0;

  #flushed = 0;
  #blocks = 0;
  #nameCount = 0;
  #hasSites = false;
  #hasTimes = false;

  constructor(
    private readonly sink: ChunkSink,
    limits: Partial<TraceLimits> = {},
  ) {
    this.#limits = withLimits(limits);
  }

  /** Requests added so far. */
  get events(): number {
    return this.#flushed + this.#length;
  }

  /** Block numbers given so far. */
  get blocks(): number {
    return this.#blocks;
  }

  get siteCount(): number {
    return this.#sites.length;
  }

  /** Sets what is known of the process that made the trace. */
  set origin(origin: TraceOrigin) {
    const fault = textFault(origin.recordedOn, MAX_TEXT_BYTES);
    if (fault) throw this.fault('bad-field', `the origin's "recordedOn" ${fault}`);
    if (origin.arenaMisalignment.length > this.#limits.maxArenas) {
      throw this.fault('limit-exceeded', `the origin tells of more than ${this.#limits.maxArenas} arenas`);
    }
    this.#origin = origin;
  }

  /** Adds the next site and answers its index, 1-based. */
  addSite(site: Site): number {
    const index = this.#sites.length + 1;
    if (index > this.#limits.maxSites) {
      throw this.fault('limit-exceeded', `more than ${this.#limits.maxSites} sites; record fewer call paths`);
    }
    const fault = textFault(site.function, MAX_TEXT_BYTES) ?? textFault(site.file, MAX_TEXT_BYTES);
    if (fault) throw this.fault('bad-field', `a text of site ${index} ${fault}`);
    if (!(site.parent >= 0 && site.parent < index)) {
      throw this.fault(
        'bad-field',
        `site ${index} has parent ${site.parent}; a parent is an earlier site, or 0 for none`,
      );
    }
    this.#sites.push({ function: site.function, file: site.file, line: site.line, parent: site.parent });
    return index;
  }

  /**
   * Adds a malloc, calloc, foreign or reallocNull (`op` may carry a domain) and answers the block's number. Without an
   * id the block has only its number. Throws `id-in-use` where a whole number still names a live block.
   */
  place(op: number, size: number, id?: number | string): number {
    const slot = this.#slots.take();
    const number = ++this.#blocks;
    if (slot >= this.#numbers.length) this.#growNumbers();
    this.#numbers[slot] = number;
    if (id !== undefined && !this.#ids.bind(id, slot, number)) {
      throw this.fault(
        'id-in-use',
        `id ${id} still names a live block; free it first, or give the new block another id`,
      );
    }
    this.#add(op, size, slot);
    return number;
  }

  /**
   * Resizes the block that an id names; a freed one makes it a `staleRealloc`. Answers the block's number. Throws
   * `unknown-block` for an id that never named a block. `domain` is one of `Domain`. With `as`, the block is known by
   * that id from here on.
   */
  realloc(size: number, id: number | string, domain = 0, as?: number | string): number {
    const meaning = as === undefined || as === id ? this.#ids.find(id) : this.#ids.take(id);
    if (meaning >= 0) {
      const number = this.#numbers[meaning];
      if (as !== undefined && as !== id) {
        this.#ids.remember(id, number);
        if (!this.#ids.bind(as, meaning, number)) {
          throw this.fault('id-in-use', `id ${as} still names a live block; give the resized block another id`);
        }
      }
      this.#add(Op.realloc | domain, size, meaning);
      return number;
    }
    if (meaning === UNKNOWN) throw this.#unknown(id);
    this.#add(Op.staleRealloc | domain, size, ~meaning);
    return ~meaning;
  }

  /** Frees the block that an id names; a freed one makes it a `staleFree`. Answers its number; throws as `realloc`. */
  free(id: number | string, domain = 0): number {
    const meaning = this.#ids.take(id);
    if (meaning >= 0) {
      const number = this.#numbers[meaning];
      if (!this.#ids.counting || typeof id === 'string') this.#ids.remember(id, number);
      this.#slots.release(meaning);
      this.#add(Op.free | domain, 0, meaning);
      return number;
    }
    if (meaning === UNKNOWN) throw this.#unknown(id);
    this.#add(Op.staleFree | domain, 0, ~meaning);
    return ~meaning;
  }

  /** free(NULL). */
  freeNull(domain = 0): void {
    this.#add(Op.free | domain, 0, NO_SLOT);
  }

  /** Frees something that never was a block. */
  wildFree(domain = 0): void {
    this.#add(Op.staleFree | domain, 0, 0);
  }

  /** Resizes something that never was a block. */
  wildRealloc(size: number, domain = 0): void {
    this.#add(Op.staleRealloc | domain, size, 0);
  }

  mark(number: number, domain = 0): void {
    this.#add(Op.mark | domain, number, NO_SLOT);
  }

  /** The call site of the request added last. Throws `unknown-site` for an index that the table does not hold. */
  site(index: number): void {
    if (index === 0) return;
    if (index > this.#sites.length) {
      const known = this.#sites.length === 0 ? 'the table is empty' : `the table holds 1 to ${this.#sites.length}`;
      throw this.fault(
        'unknown-site',
        `site ${index} is not in the site table: ${known}; define sites before their first use`,
      );
    }
    this.#site ??= new Uint32Array(CHUNK_EVENTS);
    this.#site[this.#length - 1] = index;
    this.#hasSites = true;
  }

  /** Nanoseconds since the start of the trace at the request added last: a whole number. */
  time(nanoseconds: number): void {
    if (nanoseconds === 0) return;
    if (!(nanoseconds > 0 && nanoseconds <= LARGEST_TIME && Number.isInteger(nanoseconds))) {
      throw this.fault('bad-field', `time ${nanoseconds} is not a whole number of nanoseconds from 0 to 2^53 - 1`);
    }
    this.#time ??= new Float64Array(CHUNK_EVENTS);
    this.#time[this.#length - 1] = nanoseconds;
    this.#hasTimes = true;
  }

  /** The name of the block placed last, or the label of the mark. */
  name(name: string): void {
    const isLabel = (this.#op[this.#length - 1] & OP_MASK) === Op.mark;
    const fault = isLabel ? labelFault(name) : nameFault(name);
    if (fault) throw this.fault('bad-field', `the ${isLabel ? 'label' : 'name'} ${fault}`);
    if (++this.#nameCount > this.#limits.maxNames) {
      throw this.fault('limit-exceeded', `more than ${this.#limits.maxNames} names; name fewer blocks`);
    }
    this.#names ??= new Map();
    this.#names.set(this.#length - 1, name);
  }

  /** Hands over the last chunk, if it holds anything, and answers what the trace was. */
  finish(): TraceHeader {
    if (this.#length > 0) this.#flush();
    return {
      events: this.#flushed,
      blocks: this.#blocks,
      slots: this.#slots.highWater,
      origin: this.#origin,
      sites: this.#sites,
      hasSites: this.#hasSites,
      hasTimes: this.#hasTimes,
      hasNames: this.#nameCount > 0,
    };
  }

  /** An error at the place that is being read. */
  fault(code: TraceFaultCode, detail: string): TraceFormatError {
    return new TraceFormatError(
      code,
      detail,
      this.line > 0 ? { line: this.line, event: this.events } : { event: this.events },
    );
  }

  #unknown(id: number | string): TraceFormatError {
    return this.fault(
      'unknown-block',
      `id ${JSON.stringify(id)} never named a block (or was freed too long ago to remember); place it first, or write the request as a wild one`,
    );
  }

  #add(op: number, size: number, slot: number): void {
    if (this.#length === CHUNK_EVENTS) this.#flush();
    if (this.events >= this.#limits.maxEvents) {
      throw this.fault('limit-exceeded', `more than ${this.#limits.maxEvents} requests; send a shorter trace`);
    }
    const at = this.#length++;
    this.#op[at] = op;
    this.#size[at] = size;
    this.#slot[at] = slot;
  }

  #flush(): void {
    const whole: TraceChunk = {
      length: CHUNK_EVENTS,
      op: this.#op,
      size: this.#size,
      slot: this.#slot,
      site: this.#site,
      time: this.#time,
      names: this.#names,
    };
    const chunk = this.#length === CHUNK_EVENTS ? whole : sliceChunk(whole, 0, this.#length);
    const first = this.#flushed;
    this.#flushed += this.#length;
    this.#length = 0;
    this.#op = new Uint8Array(CHUNK_EVENTS);
    this.#size = new Uint32Array(CHUNK_EVENTS);
    this.#slot = new Int32Array(CHUNK_EVENTS);
    this.#site = null;
    this.#time = null;
    this.#names = null;
    this.sink(chunk, first);
  }

  #growNumbers(): void {
    const grown = new Int32Array(this.#numbers.length * 2);
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
